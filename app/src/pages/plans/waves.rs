//! Waves, and in each of them servers on which the same is done, together.

use super::bundle::{Bundle, bundle, bundles};
use crate::components::part::Any as _;
use crate::components::words::count;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::plan::WaveKind;
use model::view::{PlanPage, PlanServer, PlanWave};

/// Up to this many servers are shown without being asked for.
const OPEN_UP_TO: u32 = 12;

/// The servers of this page, wave by wave. Beside the form, more pages are on the plan's own page.
pub(super) fn waves(page: &PlanPage, beside: bool) -> AnyView {
    if page.waves.is_empty() {
        return ().into_any();
    }
    let asked = use_query_map().with(|query| (query.get("server"), query.get("step")));
    let few = page.totals.servers <= OPEN_UP_TO;
    let sections = page
        .waves
        .iter()
        .filter_map(|wave| {
            let servers: Vec<&PlanServer> = page
                .servers
                .iter()
                .filter(|server| server.wave == wave.position)
                .collect();
            let named = servers.iter().any(|server| is_asked_for(server, &asked));
            // A wave of another page is not repeated on this one.
            (!servers.is_empty()).then(|| section(page, wave, &servers, &asked, few || named))
        })
        .collect_view();
    view! {
        <section class="waves" aria-labelledby="waves-title">
            <h3 id="waves-title">"Server by server"</h3>
            {sections}
            {pages(page, beside)}
        </section>
    }
    .any()
}

/// The server and the step that the address names.
pub(super) type Asked = (Option<String>, Option<String>);

fn is_asked_for(server: &PlanServer, (named, step): &Asked) -> bool {
    let is = |id: String, asked: &Option<String>| asked.as_ref() == Some(&id);
    is(server.plan.server.to_string(), named)
        || step.is_some() && server.plan.steps.iter().any(|one| is(one.id.to_string(), step))
}

fn section(page: &PlanPage, wave: &PlanWave, servers: &[&PlanServer], asked: &Asked, open: bool) -> AnyView {
    let title = format!(
        "Wave {}{}: {}",
        wave.position + 1,
        match wave.kind {
            WaveKind::Canary => ", the canary",
            WaveKind::Ordinary => "",
            WaveKind::JumpHosts => ", jump hosts, after the servers behind them",
            WaveKind::Own => ", what Drydock itself needs, last",
        },
        match servers {
            [one] if wave.servers == 1 => one.plan.name.clone(),
            _ => count(wave.servers, "server"),
        },
    );
    let bundles = bundles(servers, |server| is_asked_for(server, asked));
    let cards = bundles
        .iter()
        .map(|bundle_: &Bundle<'_>| bundle(page, bundle_, asked))
        .collect_view();
    view! {
        <details class="wave" open=open>
            <summary><h4>{title}</h4></summary>
            <div class="bundles">{cards}</div>
        </details>
    }
    .any()
}

fn pages(page: &PlanPage, beside: bool) -> AnyView {
    if page.pages <= 1 {
        return ().into_any();
    }
    let at = |number: u32| format!("/plans/{}?page={number}", page.id);
    if beside {
        return view! {
            <p><a href=at(2)>{format!("More servers: the plan has {}", count(page.totals.servers, "server"))}</a></p>
        }
        .any();
    }
    let before = (page.page > 1).then(|| view! { <a href=at(page.page - 1)>"Before"</a> }.any());
    let after = (page.page < page.pages).then(|| view! { <a href=at(page.page + 1)>"Next"</a> }.any());
    view! {
        <nav class="pagination" aria-label="Servers of the plan">
            {before} <span>{format!("Page {} of {}", page.page, page.pages)}</span> {after}
        </nav>
    }
    .any()
}
