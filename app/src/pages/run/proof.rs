//! Proof: per server what was planned, what was before and what is now, the differences first.

use super::head::tab_links;
use super::proof_server::server;
use crate::api;
use crate::clock::Now;
use crate::components::badge::badge;
use crate::components::loaded::{Data, loaded};
use crate::components::pagination::pagination;
use crate::components::part::Any as _;
use crate::components::part::memo;
use crate::components::run_words::outcome_word;
use crate::components::words::count;
use crate::live::{Interest, use_live};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};
use model::Status;
use model::view::{ProofPage, ProofStage, ProofTotals};

/// A run's proof.
#[component]
pub(crate) fn ProofDetailPage() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let id = memo(move || params.with(|params| params.get("id")).unwrap_or_default());
    let number = memo(move || {
        query
            .with(|query| query.get("page").and_then(|page| page.parse().ok()))
            .unwrap_or(1_u32)
            .max(1)
    });
    let version = use_live().version(Interest::Runs);
    loaded(
        move || format!("{} {} {}", id.get(), number.get(), version.get()),
        move || api::proof(id.get_untracked(), number.get_untracked()),
        move |page| content(page, id),
    )
}

fn content(page: Data<ProofPage>, id: Memo<String>) -> AnyView {
    view! {
        <Title text="Proof"/>
        <header class="page-head">
            <div class="page-title">
                <h1>"Proof"</h1>
                {page.show(|page| {
                    let outcome = match page.outcome {
                        Some(outcome) => format!("The run has ended: {}.", outcome_word(outcome)),
                        None => "The run goes on: what stands here is as far as it is.".to_owned(),
                    };
                    view! { <p>{page.said.clone()}</p><p class="hint">{outcome}</p> }.into_any()
                })}
            </div>
        </header>
        {tab_links(id, "proof")}
        {page.show(|page| totals(&page.totals))}
        {page.show(|page| {
            let now = Now::of(page.now);
            let mut servers: Vec<_> = page.servers.iter().collect();
            // What needs a look comes first; within that the plan's order.
            servers.sort_by_key(|server| match server.status {
                Status::Failed => 0,
                Status::Attention | Status::Waiting => 1,
                Status::Unknown | Status::Running => 2,
                Status::Healthy => 3,
            });
            let (waiting, begun): (Vec<_>, Vec<_>) =
                servers.into_iter().partition(|proof| proof.stage == ProofStage::NotBegun);
            let waiting: Vec<&str> = waiting.into_iter().map(|proof| proof.name.as_str()).collect();
            let waiting = (!waiting.is_empty())
                .then(|| view! { <p class="hint">{format!("Not begun yet: {}", waiting.join(", "))}</p> }.any());
            let servers: Vec<_> = begun.into_iter().map(|proof| server(proof, now)).collect();
            view! {
                {servers}
                {waiting}
                {pagination(page.page, page.pages, |page| format!("?page={page}"))}
            }
            .into_any()
        })}
    }
    .any()
}

fn totals(totals: &ProofTotals) -> AnyView {
    let one = |number: u32, status: Status, word: &'static str| {
        (number > 0).then(|| view! { <li>{badge(status, word)} " " {number}</li> }.any())
    };
    view! {
        <ul class="row proof-totals" aria-label="In numbers">
            <li>{count(totals.servers, "server")}</li>
            {one(totals.failed, Status::Failed, "failed")}
            {one(totals.attention, Status::Attention, "not as planned")}
            {one(totals.unknown, Status::Unknown, "not seen since")}
            {one(totals.under_way, Status::Running, "under way")}
            {one(totals.as_planned, Status::Healthy, "as planned")}
        </ul>
    }
    .any()
}
