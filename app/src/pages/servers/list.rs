//! The list of servers.

use super::address::{address_of, query_of};
use super::filters::filters;
use crate::api::{self, Scan};
use crate::clock::Now;
use crate::components::empty::empty;
use crate::components::frame::{for_those_who, may};
use crate::components::loaded::{Data, loaded};
use crate::components::pagination::pagination;
use crate::components::part::Any as _;
use crate::components::part::part;
use crate::components::post_form::{PostForm, Submit};
use crate::components::server_table::server_table;
use crate::components::words::count;
use crate::live::{Interest, use_live};
use leptos::ev::Event;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use model::Right;
use model::view::{ServersPage, ServersQuery};
use wasm_bindgen::JsCast as _;
use web_sys::{HtmlInputElement, NodeList};

/// The list, filtered by its address.
#[component]
pub(crate) fn ServersListPage() -> impl IntoView {
    let version = use_live().version(Interest::Fleet);
    let params = use_query_map();
    let query = Memo::new(move |_| query_of(&params.get()));
    view! {
        <Title text="Servers"/>
        <header class="page-head">
            <h1>"Servers"</h1>
            {for_those_who(Right::EditFleet, || view! {
                <span class="row">
                    <a class="btn" href="/servers/add">"Add a server"</a>
                    <a class="btn btn-quiet" href="/servers/import">"Import"</a>
                </span>
            }.any())}
        </header>
        {loaded(
            move || format!("{} {}", query.with(address_of), version.get()),
            move || api::servers(query.get_untracked()),
            content,
        )}
    }
    .any()
}

fn content(page: Data<ServersPage>) -> AnyView {
    let none_at_all = page.derive(|page| page.total == 0);
    let may_scan = may(Right::Check);
    part(move || {
        if none_at_all.get() {
            empty(
                "No servers yet",
                "This list holds every server that Drydock looks after, worst first.",
                view! { <a class="btn" href="/servers/add">"Add a server"</a> }.any(),
            )
        } else {
            view! {
                {filters(page)}
                {part(move || if may_scan.get() { with_scan(page) } else { page.show(|page| rows(page, false)) })}
            }
            .any()
        }
    })
}

/// The rows with their boxes, and what can be done with those that are ticked.
fn with_scan(page: Data<ServersPage>) -> AnyView {
    let chosen = RwSignal::new(0_u32);
    let recount = move |_: Event| chosen.set(boxes(":checked").map_or(0, |boxes| boxes.length()));
    let choose_all = move |_| {
        let Some(all) = boxes("") else { return };
        let tick = chosen.get_untracked() < all.length();
        for index in 0..all.length() {
            if let Some(input) = all
                .get(index)
                .and_then(|node| node.dyn_into::<HtmlInputElement>().ok())
            {
                input.set_checked(tick);
            }
        }
        chosen.set(if tick { all.length() } else { 0 });
    };
    let label = Signal::derive(move || match chosen.get() {
        0 => "Scan the chosen servers".to_owned(),
        number => format!("Scan {}", count(number, "server")),
    });
    view! {
        <PostForm action=Scan::PATH class="bulk">
            <div on:change=recount>{page.show(|page| rows(page, true))}</div>
            <div class="row bulk-bar">
                <button type="button" class="btn btn-quiet needs-scripts" on:click=choose_all>"Choose all on this page"</button>
                <Submit label class="btn btn-quiet"/>
            </div>
        </PostForm>
    }
    .any()
}

fn rows(page: &ServersPage, choose: bool) -> AnyView {
    let found = if page.matching == page.total {
        count(page.total, "server")
    } else {
        format!("{} of {}", page.matching, count(page.total, "server"))
    };
    let address = |number: u32| {
        address_of(&ServersQuery {
            page: Some(number),
            ..page.query.clone()
        })
    };
    let table = if page.rows.is_empty() {
        view! { <p class="card quiet">"No server matches. " <a href="/servers">"Show all servers"</a></p> }
            .any()
    } else {
        server_table(&page.rows, Now::of(page.now), choose)
    };
    view! {
        <p class="hint" aria-live="polite">{found}</p>
        {table}
        {pagination(page.page, page.pages, address)}
    }
    .any()
}

/// The rows' boxes.
fn boxes(which: &str) -> Option<NodeList> {
    document()
        .query_selector_all(&format!("input[name='ids[]']{which}"))
        .ok()
}
