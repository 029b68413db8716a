//! The list of runs, newest first, filtered by its address.

use crate::api;
use crate::clock::Now;
use crate::components::empty::empty;
use crate::components::filter::{option, select};
use crate::components::get_form::GetForm;
use crate::components::loaded::{Data, loaded};
use crate::components::pagination::pagination;
use crate::components::part::Any as _;
use crate::components::part::{maybe, memo};
use crate::components::run_rows::run_table;
use crate::components::run_words::{outcome_word, state_word};
use crate::live::{Interest, use_live};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;
use model::run::{RunOutcome, RunState};
use model::view::{RunsAsked, RunsPage};

/// The filters as they stand in the address. What is not understood is left out.
fn asked(params: &ParamsMap) -> RunsAsked {
    let of = |name: &str| params.get(name).filter(|text| !text.is_empty());
    RunsAsked {
        stack: of("stack").and_then(|text| text.parse().ok()),
        server: of("server").and_then(|text| text.parse().ok()),
        state: of("state").and_then(|text| text.parse().ok()),
        outcome: of("outcome").and_then(|text| text.parse().ok()),
        open: of("open").is_some(),
        page: of("page").and_then(|text| text.parse().ok()),
    }
}

/// The address of what is asked.
fn address(asked: &RunsAsked) -> String {
    let parts = [
        asked.stack.map(|id| format!("stack={id}")),
        asked.server.map(|id| format!("server={id}")),
        asked.state.map(|state| format!("state={state}")),
        asked.outcome.map(|outcome| format!("outcome={outcome}")),
        asked.open.then(|| "open=1".to_owned()),
        asked.page.map(|page| format!("page={page}")),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    format!("/runs?{}", parts.join("&"))
}

/// The list.
#[component]
pub(crate) fn RunsListPage() -> impl IntoView {
    let version = use_live().version(Interest::Runs);
    let params = use_query_map();
    let query = memo(move || params.with(asked));
    view! {
        <Title text="Runs"/>
        <h1>"Runs"</h1>
        {loaded(
            move || format!("{} {}", query.with(address), version.get()),
            move || api::runs(query.get_untracked()),
            content,
        )}
    }
    .any()
}

fn content(page: Data<RunsPage>) -> AnyView {
    view! {
        {filters(page)}
        {page.show(rows)}
    }
    .into_any()
}

fn filters(page: Data<RunsPage>) -> AnyView {
    let params = use_query_map();
    let query = memo(move || params.with(asked));
    let filtered = memo(move || query.with(|query| *query != RunsAsked::default()));
    let open = memo(move || query.with(|query| query.open));
    let chosen =
        move |value: fn(&RunsAsked) -> Option<String>| memo(move || query.with(value).unwrap_or_default());
    let stacks = page.derive(|page| {
        page.stacks
            .iter()
            .map(|(id, name)| option(&id.to_string(), name))
            .collect()
    });
    let states = RunState::ALL
        .iter()
        .map(|state| option(state.as_str(), state_word(*state)))
        .collect();
    let outcomes = RunOutcome::ALL
        .iter()
        .map(|outcome| option(outcome.as_str(), outcome_word(*outcome)))
        .collect();
    let server = page.derive(|page| {
        page.asked
            .server
            .map(|id| id.to_string())
            .zip(page.server.clone())
    });
    view! {
        <GetForm action="/runs" class="filters">
            {select("Stack", "stack", "all", stacks.into(), chosen(|query| query.stack.map(|it| it.to_string())))}
            {select("State", "state", "any", Signal::stored(states), chosen(|query| query.state.map(|it| it.to_string())))}
            {select("Outcome", "outcome", "any", Signal::stored(outcomes), chosen(|query| query.outcome.map(|it| it.to_string())))}
            <label class="row filter-box">
                <input r#type="checkbox" name="open" value="1" checked=open.get_untracked() prop:checked=open/>
                "Not ended yet"
            </label>
            {maybe(move || server.get().map(|(id, name)| view! {
                <input r#type="hidden" name="server" value=id/>
                <span class="mark">{format!("on {name}")}</span>
            }.into_any()))}
            <button class="btn btn-quiet">"Filter"</button>
            {maybe(move || filtered.get().then(|| view! { <a class="hint" href="/runs">"All runs"</a> }.any()))}
        </GetForm>
    }
    .any()
}

fn rows(page: &RunsPage) -> AnyView {
    if page.rows.is_empty() {
        let first = RunsAsked {
            page: None,
            ..page.asked.clone()
        };
        if first == RunsAsked::default() {
            return empty(
                "Nothing was run yet",
                "Every run stands here with its state, its servers and how long it took. A run begins on a stack's page, \
                 with Deploy.",
                view! { <a class="btn" href="/stacks">"Choose a stack"</a> }.any(),
            );
        }
        return view! { <p class="card quiet">"No run matches. " <a href="/runs">"Show all runs"</a></p> }
            .any();
    }
    let to = |number: u32| {
        address(&RunsAsked {
            page: Some(number),
            ..page.asked.clone()
        })
    };
    view! {
        <p class="hint" aria-live="polite">{match page.matching {
            1 => "1 run".to_owned(),
            many => format!("{many} runs"),
        }}</p>
        {run_table(&page.rows, Now::of(page.now))}
        {pagination(page.page, page.pages, to)}
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn an_address_says_what_is_asked() {
        let query = RunsAsked {
            state: Some(RunState::Stuck),
            open: true,
            page: Some(2),
            ..RunsAsked::default()
        };
        assert_eq!(address(&query), "/runs?state=stuck&open=1&page=2");
        let mut params = ParamsMap::new();
        for (name, value) in [
            ("state", "stuck"),
            ("open", "1"),
            ("page", "2"),
            ("stack", "x"),
            ("outcome", ""),
        ] {
            params.insert(name, value.to_owned());
        }
        assert_eq!(asked(&params), query);
    }
}
