//! Settings.

mod keys;
mod people;

use crate::components::frame::use_frame;
use crate::components::part::Any as _;
use leptos::prelude::*;
use leptos_meta::Title;

pub(crate) use keys::KeysSettingsPage;
pub(crate) use people::PeopleSettingsPage;

/// What can be set, and what this Drydock is.
#[component]
pub(crate) fn SettingsPage() -> impl IntoView {
    let frame = use_frame();
    view! {
        <Title text="Settings"/>
        <h1>"Settings"</h1>
        {tabs("")}
        <div class="two-ways">
            <section class="card">
                <h2><a href="/settings/keys">"Keys"</a></h2>
                <p>"The SSH keys that Drydock logs in to servers with."</p>
            </section>
            <section class="card">
                <h2><a href="/settings/people">"People"</a></h2>
                <p>"Who may use this Drydock, and what each may do."</p>
            </section>
            <section class="card">
                <h2>"About"</h2>
                {frame.show(|frame| view! { <p>{format!("Drydock {}", frame.version)}</p> }.any())}
                {frame.show(|frame| frame.demo.then(|| view! { <p>"This is the demo: its servers are simulated."</p> }.any()).into_any())}
            </section>
        </div>
    }
    .any()
}

/// Links between the parts of the settings; `here` is the one that is shown.
fn tabs(here: &'static str) -> AnyView {
    let link = |path: &'static str, words: &'static str| {
        let href = if path.is_empty() {
            "/settings".to_owned()
        } else {
            format!("/settings/{path}")
        };
        view! { <a class="tab" href=href aria-current=(path == here).then_some("page")>{words}</a> }.any()
    };
    view! {
        <nav class="tabs" aria-label="Parts of the settings">
            {link("", "Overview")}
            {link("keys", "Keys")}
            {link("people", "People")}
        </nav>
    }
    .any()
}
