//! The dashboard: what needs a person first, everything else quiet.

mod out;
mod stack_card;

use crate::api;
use crate::clock::{Now, ago};
use crate::components::badge::status_badge;
use crate::components::empty::empty;
use crate::components::frame::may;
use crate::components::loaded::{Data, loaded};
use crate::components::part::Any as _;
use crate::components::part::part;
use crate::components::run_rows::run_list;
use crate::components::stacked_area::trend;
use crate::components::tile::tile;
use crate::components::words::count;
use crate::live::{Interest, use_live};
use leptos::prelude::*;
use leptos_meta::Title;
use model::Right;
use model::view::{Dashboard, NeedsPerson};
use stack_card::stack_card;

/// The start page of everybody who is logged in.
#[component]
pub(crate) fn DashboardPage() -> impl IntoView {
    let version = use_live().version(Interest::FleetAndRuns);
    view! {
        <Title text="Dashboard"/>
        {loaded(move || version.get().to_string(), api::dashboard, content)}
    }
    .any()
}

fn content(page: Data<Dashboard>) -> AnyView {
    let nothing_yet = page.derive(|page| page.tiles.servers == 0);
    let may_edit = may(Right::EditFleet);
    view! {
        <header class="page-head">
            <h1>"Dashboard"</h1>
            {page.show(|page| view! {
                <p class="hint">{format!("{}, {} healthy", count(page.tiles.servers, "server"), page.tiles.healthy)}</p>
            }.any())}
        </header>
        {part(move || if nothing_yet.get() {
            nothing(may_edit.get())
        } else {
            view! {
                {page.show(tiles)}
                <div class="columns">
                    <div class="column">
                        <h2>"Needs a person"</h2>
                        {page.show(needs_person)}
                        {page.show(|page| out::out_of_service(&page.out, Now::of(page.now)))}
                        {page.show(runs)}
                        <h2>"Pending updates, last 30 days"</h2>
                        {page.show(|page| view! { <div class="card">{trend(&page.trend)}</div> }.any())}
                    </div>
                    <div class="column">
                        <h2>"Stacks"</h2>
                        {page.show(stacks)}
                    </div>
                </div>
            }.any()
        })}
    }
    .any()
}

fn nothing(may_edit: bool) -> AnyView {
    let step = if may_edit {
        view! {
            <a class="btn" href="/servers/add">"Add a server"</a>
            <a class="btn btn-quiet" href="/servers/import">"Import many"</a>
        }
        .any()
    } else {
        view! { <p>"Ask a lead or admin to add servers."</p> }.any()
    };
    empty(
        "No servers yet",
        "The dashboard shows every stack with its state: pending security updates, reboots that are due, servers that \
         do not answer.",
        step,
    )
}

fn tiles(page: &Dashboard) -> AnyView {
    let tiles = page
        .tiles
        .counts
        .iter()
        .map(|(kind, number)| tile(*kind, *number))
        .collect_view();
    view! { <nav class="tiles" aria-label="Servers by state">{tiles}</nav> }.any()
}

fn needs_person(page: &Dashboard) -> AnyView {
    if page.needs_person.is_empty() {
        return view! { <p class="card quiet">"Nothing needs a person right now."</p> }.any();
    }
    let now = Now::of(page.now);
    let rows = page
        .needs_person
        .iter()
        .map(|it| needs_person_row(it, now))
        .collect_view();
    let more = (page.needs_person_more > 0)
        .then(|| view! { <p class="hint"><a href="/servers">{format!("and {} more", page.needs_person_more)}</a></p> }.any());
    view! { <ul class="list card" aria-live="polite">{rows}</ul>{more} }.any()
}

fn needs_person_row(it: &NeedsPerson, now: Now) -> AnyView {
    view! {
        <li>
            {status_badge(it.status)}
            <div>
                <a class="row-name" href=format!("/servers/{}", it.server)>{it.name.clone()}</a>
                <p>{it.what.clone()}</p>
            </div>
            <span class="hint">{it.since.as_ref().map(|since| ago(since, now))}</span>
        </li>
    }
    .any()
}

/// What runs now. When nothing does there is nothing to say.
fn runs(page: &Dashboard) -> AnyView {
    if page.runs.is_empty() {
        return ().into_any();
    }
    view! {
        <h2>"Runs now"</h2>
        {run_list(&page.runs, Now::of(page.now))}
        <p class="hint"><a href="/runs">"All runs"</a></p>
    }
    .into_any()
}

fn stacks(page: &Dashboard) -> AnyView {
    let cards = page.stacks.iter().map(stack_card).collect_view();
    let unassigned = (page.unassigned > 0).then(|| {
        view! { <p class="hint">{format!("{} in no stack", count(page.unassigned, "server"))}</p> }.any()
    });
    let none = page.stacks.is_empty().then(|| {
        view! { <p class="card quiet">"Servers can be put into stacks, one per application and environment. " <a href="/stacks">"Make the first stack"</a></p> }.any()
    });
    view! { <ul class="stack-cards">{cards}</ul>{none}{unassigned} }.any()
}
