//! The top of every page: search, live pill, theme, account.

use super::get_form::GetForm;
use super::icon::{Icon, icon};
use super::live_pill::LivePill;
use super::loaded::Data;
use super::part::Any as _;
use super::part::maybe;
use super::post_form::{PostForm, Submit};
use crate::api::LogOut;
use crate::theme::ThemeSwitch;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use model::view::Frame;

/// The bar.
#[component]
pub(crate) fn Topbar(frame: Data<Frame>) -> impl IntoView {
    let demo = frame.derive(|frame| frame.demo);
    view! {
        <header class="topbar">
            <a class="brand" href="/" aria-label="Drydock">{icon(Icon::Stack)}<span>"Drydock"</span></a>
            {maybe(move || demo.get().then(|| view! { <span class="mark" title="Every server here is simulated">"demo"</span> }.any()))}
            <search class="search">
                <GetForm action="/servers">
                    <label class="sr-only" for="search">"Search servers"</label>
                    {icon(Icon::Search)}
                    <input class="input" id="search" r#type="search" name="q" placeholder="Search servers" autocomplete="off"/>
                    <kbd class="needs-scripts" aria-hidden="true">"/"</kbd>
                </GetForm>
            </search>
            <LivePill/>
            <ThemeSwitch/>
            <details class="menu">
                <summary class="btn btn-quiet" aria-label="Account">
                    {icon(Icon::Person)}
                    <span class="menu-name">{frame.show(|frame| frame.me.name.clone().into_any())}</span>
                </summary>
                <div class="menu-panel card">
                    {frame.show(|frame| view! {
                        <p><strong>{frame.me.name.clone()}</strong></p>
                        <p class="hint">{format!("Role: {}. {}", frame.me.role, frame.me.role.explains())}</p>
                        <p class="hint">{format!("Drydock {}", frame.version)}</p>
                    }.any())}
                    <PostForm action=LogOut::PATH>
                        <Submit label="Log out" class="btn btn-quiet"/>
                    </PostForm>
                </div>
            </details>
        </header>
    }
    .any()
}
