//! Activity: what people did, and what Drydock checked.

use crate::api;
use crate::clock::{Now, ago};
use crate::components::badge::badge;
use crate::components::empty::empty;
use crate::components::loaded::{Data, loaded};
use crate::components::part::Any as _;
use crate::components::part::memo;
use crate::components::table_frame::table_frame;
use crate::live::{Interest, use_live};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use model::Status;
use model::view::{self, ActivityRow, CheckRow};

/// What the page shows, as it stands in the address.
fn shows_checks() -> Memo<bool> {
    let query = use_query_map();
    memo(move || query.with(|query| query.get_str("show") == Some("checks")))
}

/// The audit trail or the checks, newest first.
#[component]
pub(crate) fn ActivityPage() -> impl IntoView {
    let version = use_live().version(Interest::Activity);
    let query = use_query_map();
    let number = memo(move || {
        query
            .with(|query| query.get_str("page").and_then(|page| page.parse().ok()))
            .unwrap_or(1_u32)
            .max(1)
    });
    let checks = shows_checks();
    let here = move |it: bool| Signal::derive(move || (checks.get() == it).then_some("page"));
    view! {
        <Title text="Activity"/>
        <h1>"Activity"</h1>
        <nav class="tabs" aria-label="Kinds of activity">
            <a class="tab" href="/activity" aria-current=here(false)>"What people did"</a>
            <a class="tab" href="/activity?show=checks" aria-current=here(true)>"Checks"</a>
        </nav>
        {loaded(
            move || format!("{} {}", number.get(), version.get()),
            move || api::activity(number.get_untracked()),
            content,
        )}
    }
    .any()
}

fn content(page: Data<view::ActivityPage>) -> AnyView {
    let shows_checks = shows_checks();
    page.show(move |page| {
        let shows_checks = shows_checks.get();
        if page.page == 1 && page.audit.is_empty() && page.checks.is_empty() {
            return empty(
                "Nothing has happened yet",
                "Here stands who did what and when, and every check that Drydock made.",
                view! { <a class="btn" href="/servers/add">"Add a server"</a> }.any(),
            );
        }
        let now = Now::of(page.now);
        let link = |rel: &'static str, to: u32, words: &'static str| {
            let show = if shows_checks { "show=checks&" } else { "" };
            view! { <a class="btn btn-quiet" rel=rel href=format!("/activity?{show}page={to}")>{words}</a> }
                .any()
        };
        let newer = (page.page > 1).then(|| link("prev", page.page - 1, "Newer"));
        let older = page.more.then(|| link("next", page.page + 1, "Older"));
        let table = if shows_checks {
            checks(&page.checks, now)
        } else {
            audit(&page.audit, now)
        };
        view! {
            {table}
            <nav class="pagination" aria-label="Pages">{newer}{older}</nav>
        }
        .any()
    })
}

fn audit(rows: &[ActivityRow], now: Now) -> AnyView {
    if rows.is_empty() {
        return view! { <p class="card quiet">"Nothing on this page."</p> }.any();
    }
    let rows = rows
        .iter()
        .map(|row| {
            let refused = (!row.done).then(|| badge(Status::Failed, "refused"));
            view! {
                <tr id=format!("activity-{}", row.id)>
                    <td data-label="When">{ago(&row.at, now)}</td>
                    <td data-label="Who" class="row-name">{row.who.clone()}</td>
                    <td data-label="What">{row.what.clone()} " " {refused}</td>
                    <td data-label="From" class="mono hint">{row.from.clone()}</td>
                </tr>
            }
            .any()
        })
        .collect_view();
    table_frame("Audit trail", view! {
            <table class="table cards">
                <thead><tr><th scope="col">"When"</th><th scope="col">"Who"</th><th scope="col">"What"</th><th scope="col">"From"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        }.any())
}

fn checks(rows: &[CheckRow], now: Now) -> AnyView {
    if rows.is_empty() {
        return view! { <p class="card quiet">"Nothing on this page."</p> }.any();
    }
    let rows = rows.iter().map(|row| check(row, now)).collect_view();
    table_frame("Checks", view! {
            <table class="table cards">
                <thead><tr><th scope="col">"When"</th><th scope="col">"Check"</th><th scope="col">"Server"</th><th scope="col">"Outcome"</th><th scope="col" class="number">"Took"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        }.any())
}

fn check(row: &CheckRow, now: Now) -> AnyView {
    let server = row
        .server
        .as_ref()
        .map(|(id, name)| view! { <a href=format!("/servers/{id}")>{name.clone()}</a> }.any());
    let took = row.took_ms.map(|ms| {
        if ms < 10_000 {
            format!("{ms} ms")
        } else {
            format!("{} s", ms / 1_000)
        }
    });
    let outcome = match (&row.outcome, row.state.as_str()) {
        (Some(outcome), _) => outcome.clone().into_any(),
        (None, "running") => badge(Status::Running, "running"),
        (None, _) => row.state.clone().into_any(),
    };
    view! {
        <tr id=format!("check-{}", row.id)>
            <td data-label="When">{ago(&row.asked, now)}</td>
            <td data-label="Check">{row.kind.clone()}</td>
            <td data-label="Server">{server}</td>
            <td data-label="Outcome">{outcome}</td>
            <td data-label="Took" class="number">{took}</td>
        </tr>
    }
    .any()
}
