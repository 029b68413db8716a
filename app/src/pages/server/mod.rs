//! One server: what is known of it, how old that is, and what it needs.

mod edit;
mod facts;
mod header;
mod host_keys;
mod reach;
mod services;
mod setup;
mod timeline;
mod updates;

use crate::api;
use crate::clock::Now;
use crate::components::evidence::evidence_card;
use crate::components::loaded::{Data, loaded};
use crate::components::part::Any as _;
use crate::live::{Interest, use_live};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use model::view::ServerPage;

pub(crate) use edit::EditServerPage;

/// The id in the address, as it stands there.
fn id_in_address() -> Memo<String> {
    let params = use_params_map();
    Memo::new(move |_| params.with(|params| params.get("id")).unwrap_or_default())
}

/// One server's page.
#[component]
pub(crate) fn ServerDetailPage() -> impl IntoView {
    let id = id_in_address();
    let version = use_live().version(Signal::derive(move || Interest::Server(id.get().parse().ok())));
    loaded(
        move || format!("{} {}", id.get(), version.get()),
        move || api::server(id.get_untracked()),
        content,
    )
}

fn content(page: Data<ServerPage>) -> AnyView {
    let name = page.derive(|page| page.name.clone());
    view! {
        <Title text=move || name.get()/>
        {header::header(page)}
        {page.show(reach::reach_panel)}
        {host_keys::host_keys(page)}
        {page.show(facts_or_nothing)}
        {page.show(setup::setup_box)}
        {page.show(|page| timeline::timeline(page, Now::of(page.now)))}
        {edit::remove(page)}
    }
    .any()
}

/// Everything that only a scan can know.
fn facts_or_nothing(page: &ServerPage) -> AnyView {
    if page.seen.is_none() {
        return ().into_any();
    }
    let now = Now::of(page.now);
    view! {
        {facts::notes(page)}
        <div class="columns">
            <div class="column">
                {updates::updates(page)}
                {page.evidence.as_ref().map(|evidence| evidence_card(evidence, now))}
                {services::components(page)}
                {services::containers(page)}
            </div>
            <div class="column">
                {facts::identity(page, now)}
                {updates::sources(page, now)}
                {updates::unattended(page)}
                {services::failed_units(page)}
                {services::open_ports(page)}
            </div>
        </div>
    }
    .any()
}
