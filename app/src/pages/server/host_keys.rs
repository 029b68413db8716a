//! The server's host keys: what is confirmed, what waits, and the decision about a change.

use crate::api::{ConfirmHostKeys, DecideHostKeys, Fingerprint};
use crate::clock::{Now, ago};
use crate::components::badge::badge;
use crate::components::frame::{for_those_who, may};
use crate::components::loaded::Data;
use crate::components::part::Any as _;
use crate::components::part::{part, words};
use crate::components::post_form::{PostForm, Submit};
use crate::components::table_frame::table_frame;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use model::view::{HostKeyRow, ServerPage};
use model::{HostKeyState, Right, Status, Transport};

/// Which of the panels the keys call for.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Panel {
    #[default]
    NoKeys,
    Confirm,
    Decide,
    Confirmed,
    Simulated,
}

/// The panel that the keys' states call for.
pub(super) fn host_keys(page: Data<ServerPage>) -> AnyView {
    let panel = page.derive(|page| {
        let any = |state| page.host_keys.iter().any(|key| key.state == state);
        if page.transport == Transport::Sim && page.host_keys.is_empty() {
            Panel::Simulated
        } else if any(HostKeyState::Conflicting) {
            Panel::Decide
        } else if any(HostKeyState::Offered) {
            Panel::Confirm
        } else if page.host_keys.is_empty() {
            Panel::NoKeys
        } else {
            Panel::Confirmed
        }
    });
    part(move || match panel.get() {
        Panel::Simulated => ().into_any(),
        Panel::NoKeys => no_keys(page),
        Panel::Confirm => confirm(page),
        Panel::Decide => decide(page),
        Panel::Confirmed => confirmed(page),
    })
}

fn no_keys(page: Data<ServerPage>) -> AnyView {
    let id = page.derive(|page| page.id.to_string());
    view! {
        <section class="card" id="host-keys">
            <h2>"Host keys"</h2>
            <p>"Drydock has not seen this server's host keys yet. It asks for them without logging in."</p>
            {for_those_who(Right::Check, move || view! {
                <PostForm action=Fingerprint::PATH>
                    <input r#type="hidden" name="id" value=id/>
                    <Submit label="Ask for the host keys"/>
                </PostForm>
            }.any())}
        </section>
    }
    .any()
}

fn confirm(page: Data<ServerPage>) -> AnyView {
    let id = page.derive(|page| page.id.to_string());
    let may_decide = may(Right::DecideHostKeys);
    let pinned_too = page.derive(|page| page.host_keys.iter().any(|key| key.state == HostKeyState::Pinned));
    view! {
        <section class="card card-waiting" id="host-keys">
            <header class="card-head">
                <h2>"Confirm the host key"</h2>
                {badge(Status::Waiting, "waits for a person")}
            </header>
            <p>
                {words(move || if pinned_too.get() {
                    "The server offers additional host keys. Compare a fingerprint with the server's own before you confirm."
                } else {
                    "Compare a fingerprint with the server's own. Until then nothing is sent to it."
                }.to_owned())}
            </p>
            <p class="hint">"On the server: " <code>"for k in /etc/ssh/ssh_host_*_key.pub; do ssh-keygen -lf $k; done"</code></p>
            {page.show(key_table)}
            {part(move || if may_decide.get() {
                view! {
                    <PostForm action=ConfirmHostKeys::PATH>
                        <input r#type="hidden" name="id" value=id/>
                        {page.show(|page| hidden_fingerprints(page, HostKeyState::Offered))}
                        <Submit label="They are the server's: confirm"/>
                    </PostForm>
                }.any()
            } else {
                view! { <p class="hint">"A lead confirms host keys."</p> }.any()
            })}
        </section>
    }
    .any()
}

fn decide(page: Data<ServerPage>) -> AnyView {
    let id = page.derive(|page| page.id.to_string());
    let may_decide = may(Right::DecideHostKeys);
    let decision = move |accept: bool, label: &'static str, class: &'static str| {
        view! {
            <PostForm action=DecideHostKeys::PATH class="inline-form">
                <input r#type="hidden" name="id" value=id/>
                <input r#type="hidden" name="accept" value=accept.to_string()/>
                {page.show(|page| hidden_fingerprints(page, HostKeyState::Conflicting))}
                <Submit label class/>
            </PostForm>
        }
        .any()
    };
    view! {
        <section class="card card-failed" id="host-keys">
            <header class="card-head">
                <h2>"The host keys have changed"</h2>
                {badge(Status::Failed, "everything stopped")}
            </header>
            <p>
                "The server offers other host keys than the confirmed ones. Either it was rebuilt, or somebody is in
                between. Nothing is sent to it until a lead decides."
            </p>
            {page.show(key_table)}
            {part(move || if may_decide.get() {
                view! {
                    <p>"Find out first, at the server's console: which fingerprints are its own?"</p>
                    <div class="row">
                        {decision(true, "It was rebuilt: accept the new keys", "btn btn-danger")}
                        {decision(false, "Refuse the new keys", "btn btn-quiet")}
                    </div>
                }.any()
            } else {
                view! { <p class="hint">"A lead decides about changed host keys."</p> }.any()
            })}
        </section>
    }
    .any()
}

fn confirmed(page: Data<ServerPage>) -> AnyView {
    view! {
        <details class="card" id="host-keys">
            <summary><h2>"Host keys"</h2>" "{badge(Status::Healthy, "confirmed")}</summary>
            {page.show(key_table)}
        </details>
    }
    .any()
}

fn key_table(page: &ServerPage) -> AnyView {
    let now = Now::of(page.now);
    let rows = page.host_keys.iter().map(|key| key_row(key, now)).collect_view();
    table_frame("Host keys", view! {
            <table class="table">
                <thead><tr>
                    <th scope="col">"Key"</th><th scope="col">"Fingerprint"</th><th scope="col">"State"</th><th scope="col">"First seen"</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        }.any())
}

fn key_row(key: &HostKeyRow, now: Now) -> AnyView {
    let (status, word) = match key.state {
        HostKeyState::Pinned => (Status::Healthy, "confirmed"),
        HostKeyState::Offered => (Status::Waiting, "offered"),
        HostKeyState::Conflicting => (Status::Failed, "other than confirmed"),
    };
    view! {
        <tr>
            <td>{key.algorithm.clone()}</td>
            <td><code class="fingerprint">{key.fingerprint.clone()}</code></td>
            <td>{badge(status, word)}</td>
            <td>{ago(&key.seen, now)}</td>
        </tr>
    }
    .any()
}

/// Exactly the fingerprints that the person sees: what changes in between is refused.
fn hidden_fingerprints(page: &ServerPage, state: HostKeyState) -> AnyView {
    page.host_keys
        .iter()
        .filter(|key| key.state == state)
        .map(|key| {
            view! { <input r#type="hidden" name="fingerprints[]" value=key.fingerprint.clone()/> }.any()
        })
        .collect_view()
        .into_any()
}
