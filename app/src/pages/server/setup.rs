//! What to do on the server so that Drydock's account works.

use crate::components::copy::copyable;
use crate::components::part::Any as _;
use leptos::prelude::*;
use model::view::ServerPage;
use model::{Reach, Transport};

/// Lines to copy, and an honest sentence about what they allow. Open while the account does not work yet.
pub(super) fn setup_box(page: &ServerPage) -> AnyView {
    if page.transport == Transport::Sim {
        return ().into_any();
    }
    let open = matches!(
        page.reach,
        Reach::NeverReported | Reach::KeyUnconfirmed | Reach::LoginRefused | Reach::NoSudo | Reach::NoScript
    );
    let setup = &page.setup;
    view! {
        <details class="card" id="setup" open=open>
            <summary><h2>"How the account is set up on the server"</h2></summary>
            <p>{setup.honest.clone()}</p>
            <h3>"In the account's ~/.ssh/authorized_keys"</h3>
            {copyable("the authorized_keys line", setup.authorized_keys.clone())}
            {setup.install_script.clone().map(|script| view! {
                <h3>"Install the look-only script, as root"</h3>
                {copyable("the commands", script)}
            }.any())}
            {setup.sudoers.clone().map(|line| view! {
                <h3>"In /etc/sudoers.d/drydock"</h3>
                {copyable("the sudoers line", line)}
            }.any())}
        </details>
    }
    .any()
}
