//! Who the server is, how it is doing, and what can be done at once.

use crate::api::{Probe, Scan};
use crate::clock::{Now, ago, ago_or_never};
use crate::components::badge::{simulated_mark, status_badge};
use crate::components::frame::for_those_who;
use crate::components::loaded::Data;
use crate::components::part::Any as _;
use crate::components::part::maybe;
use crate::components::post_form::{PostForm, Submit};
use crate::components::words;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use model::view::ServerPage;
use model::{Criticality, HostKeyState, Right, Transport};

/// Name, state and its reason, what the page's truth is worth by age, and the buttons.
pub(super) fn header(page: Data<ServerPage>) -> AnyView {
    let id = page.derive(|page| page.id.to_string());
    // Nothing may be sent to a server before its keys are confirmed.
    let may_be_scanned = page.derive(|page| {
        page.transport == Transport::Sim
            || (page.host_keys.iter().any(|key| key.state == HostKeyState::Pinned)
                && page
                    .host_keys
                    .iter()
                    .all(|key| key.state != HostKeyState::Conflicting))
    });
    view! {
        <header class="page-head">
            <div class="page-title">
                {page.show(title)}
                <div class="row" aria-live="polite">{page.show(state)}</div>
            </div>
            <div class="row">
                {for_those_who(Right::Check, move || maybe(move || may_be_scanned.get().then(|| view! {
                    <PostForm action=Scan::PATH class="inline-form">
                        <input r#type="hidden" name="ids[]" value=id/>
                        <Submit label="Scan now"/>
                    </PostForm>
                    <PostForm action=Probe::PATH class="inline-form">
                        <input r#type="hidden" name="id" value=id/>
                        <Submit label="Test log-in" class="btn btn-quiet"/>
                    </PostForm>
                }.any())))}
                <a class="btn btn-quiet" href=Signal::derive(move || format!("/runs?server={}", id.get()))>"Its runs"</a>
                {for_those_who(Right::EditFleet, move || view! {
                    <a class="btn btn-quiet" href=Signal::derive(move || format!("/servers/{}/edit", id.get()))>"Change"</a>
                }.any())}
            </div>
        </header>
    }
    .any()
}

fn title(page: &ServerPage) -> AnyView {
    let stack = page.stack.as_ref().map(|(id, name)| {
        view! { <a href=format!("/stacks/{id}")>{name.clone()}</a>{page.group.as_ref().map(|group| format!(" / {group}"))}" · " }.any()
    });
    let high = (page.criticality == Criticality::High)
        .then(|| view! { <span class="mark">"high criticality"</span> }.any());
    view! {
        <h1>{page.name.clone()} " " {simulated_mark(page.transport)} {high}</h1>
        <p class="hint">
            {stack}
            <span class="mono">{page.address.clone()}</span>
            {format!(" · {} account", words::account(page.account))}
            {page.key.as_ref().map(|key| format!(" · key {key}"))}
            {page.jump.as_ref().map(|(id, name)| view! { " · through " <a href=format!("/servers/{id}")>{name.clone()}</a> }.any())}
        </p>
    }
    .any()
}

fn state(page: &ServerPage) -> AnyView {
    let now = Now::of(page.now);
    let checking = page.checking.clone().map(|words| {
        view! { <span class="checking">{status_badge(model::Status::Running)}{words}</span> }.any()
    });
    view! {
        {status_badge(page.status)}
        <span>{page.reason.clone()}</span>
        <span class="hint">"Last seen " {ago_or_never(page.seen.as_ref(), now)}</span>
        {page.next_scan.as_ref().map(|next| view! { <span class="hint">"Next scan " {ago(next, now)}</span> }.any())}
        {checking}
    }
    .any()
}
