//! Reboots: every server that needs one, or restarts of services, with its evidence; and a plan for the chosen ones.

mod row;

use crate::api::{self, PlanReboots};
use crate::clock::Now;
use crate::components::empty::empty;
use crate::components::filter::{option, select};
use crate::components::get_form::GetForm;
use crate::components::loaded::{Data, loaded};
use crate::components::pagination::pagination;
use crate::components::part::Any as _;
use crate::components::part::{maybe, memo, part};
use crate::components::post_form::{PostForm, Submit};
use crate::components::words::count;
use crate::live::{Interest, use_live};
use leptos::ev::Event;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;
use model::facts::RebootNeed;
use model::view::{RebootsAsked, RebootsPage};
use wasm_bindgen::JsCast as _;
use web_sys::{HtmlInputElement, NodeList};

/// The filters as they stand in the address.
fn asked(params: &ParamsMap) -> RebootsAsked {
    let of = |name: &str| params.get(name).filter(|text| !text.is_empty());
    RebootsAsked {
        q: of("q"),
        stack: of("stack").and_then(|text| text.parse().ok()),
        need: of("need").and_then(|text| match text.as_str() {
            "reboot" => Some(RebootNeed::Yes),
            "restart" => Some(RebootNeed::RestartServices),
            _ => None,
        }),
        page: of("page").and_then(|text| text.parse().ok()),
    }
}

const fn need_word(need: RebootNeed) -> &'static str {
    match need {
        RebootNeed::RestartServices => "restart",
        _ => "reboot",
    }
}

/// The address of what is asked.
fn address(asked: &RebootsAsked) -> String {
    let parts = [
        asked
            .q
            .as_deref()
            .map(|q| format!("q={}", leptos_router::location::Url::escape(q))),
        asked.stack.map(|id| format!("stack={id}")),
        asked.need.map(|need| format!("need={}", need_word(need))),
        asked.page.map(|page| format!("page={page}")),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    format!("/reboots?{}", parts.join("&"))
}

/// The list.
#[component]
pub(crate) fn RebootsListPage() -> impl IntoView {
    let version = use_live().version(Interest::FleetAndRuns);
    let params = use_query_map();
    let query = memo(move || params.with(asked));
    view! {
        <Title text="Reboots"/>
        <h1>"Reboots"</h1>
        {loaded(
            move || format!("{} {}", query.with(address), version.get()),
            move || api::reboots(query.get_untracked()),
            content,
        )}
    }
    .any()
}

fn content(page: Data<RebootsPage>) -> AnyView {
    let none = page.derive(|page| page.need_reboot + page.restart_enough == 0);
    let may_run = page.derive(|page| page.may_run);
    part(move || {
        if none.get() {
            return empty(
                "No server needs a reboot",
                "A server stands here as soon as something on it says so: a newer kernel, a package that asked, old \
                 libraries in use. The evidence stands beside it.",
                view! { <a class="btn btn-quiet" href="/servers">"See all servers"</a> }.any(),
            );
        }
        view! {
            {page.show(|page| view! {
                <p>{format!(
                    "{} a reboot; on {} restarting services is enough. Exposed servers come first, then the oldest.",
                    match page.need_reboot { 1 => "1 server needs".to_owned(), many => format!("{many} servers need") },
                    page.restart_enough,
                )}</p>
            }.any())}
            {filters(page)}
            {part(move || if may_run.get() { with_plan(page) } else { page.show(|page| rows(page, false)) })}
        }
        .into_any()
    })
}

fn filters(page: Data<RebootsPage>) -> AnyView {
    let params = use_query_map();
    let query = memo(move || params.with(asked));
    let name = memo(move || query.with(|query| query.q.clone().unwrap_or_default()));
    let filtered = memo(move || query.with(|query| *query != RebootsAsked::default()));
    let stacks = page.derive(|page| {
        page.stacks
            .iter()
            .map(|(id, name)| option(&id.to_string(), name))
            .collect()
    });
    let needs = vec![
        option("reboot", "a reboot"),
        option("restart", "restarts of services"),
    ];
    let stack = memo(move || query.with(|query| query.stack.map(|id| id.to_string()).unwrap_or_default()));
    let need = memo(move || query.with(|query| query.need.map(need_word).unwrap_or_default().to_owned()));
    view! {
        <GetForm action="/reboots" class="filters">
            <label class="filter">
                <span class="label">"Name"</span>
                <input class="input" r#type="search" name="q" autocomplete="off" value=name.get_untracked() prop:value=name/>
            </label>
            {select("Stack", "stack", "all", stacks.into(), stack)}
            {select("Needs", "need", "either", Signal::stored(needs), need)}
            <button class="btn btn-quiet">"Filter"</button>
            {maybe(move || filtered.get().then(|| view! { <a class="hint" href="/reboots">"All of them"</a> }.any()))}
        </GetForm>
    }
    .any()
}

/// The rows with their boxes, and what can be planned for those that are ticked.
fn with_plan(page: Data<RebootsPage>) -> AnyView {
    let chosen = RwSignal::new(0_u32);
    let recount = move || chosen.set(boxes(":checked").map_or(0, |boxes| boxes.length()));
    // A box of a stack ticks the boxes of its servers.
    let on_change = move |event: Event| {
        let input = event
            .target()
            .and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        if let Some(input) = input
            && let Some(stack) = input.get_attribute("data-all-of")
        {
            tick(&stack, input.checked());
        }
        recount();
    };
    let label = Signal::derive(move || match chosen.get() {
        0 => "Plan for the chosen servers".to_owned(),
        number => format!("Plan for {}", count(number, "server")),
    });
    view! {
        <PostForm action=PlanReboots::PATH class="bulk">
            <div on:change=on_change>{page.show(|page| rows(page, true))}</div>
            <div class="bulk-bar reboot-bar">
                <fieldset class="row">
                    <legend class="sr-only">"What to plan"</legend>
                    <label class="row"><input r#type="radio" name="instead" value="" checked/>"Reboot"</label>
                    <label class="row"><input r#type="radio" name="instead" value="restart"/>"Restart these services instead, where that is enough"</label>
                </fieldset>
                <fieldset class="row">
                    <legend class="sr-only">"How many at the same time"</legend>
                    <label class="row"><input r#type="radio" name="how" value="serial" checked/>"One after the other"</label>
                    <label class="row"><input r#type="radio" name="how" value="waves"/>"In waves of"</label>
                    <input class="input wave-size" name="wave" value="2" inputmode="numeric" aria-label="Servers per wave"/>
                </fieldset>
                <div class="row"><Submit label/><span class="hint">"Leads to the plan. Nothing is done before you run it."</span></div>
            </div>
        </PostForm>
    }
    .any()
}

fn rows(page: &RebootsPage, choose: bool) -> AnyView {
    if page.rows.is_empty() {
        return view! { <p class="card quiet">"No server matches. " <a href="/reboots">"Show all of them"</a></p> }.any();
    }
    let to = |number: u32| {
        address(&RebootsAsked {
            page: Some(number),
            ..page.asked.clone()
        })
    };
    view! {
        <p class="hint" aria-live="polite">{count(page.matching, "server")}</p>
        {choose.then(|| row::stack_boxes(&page.rows))}
        {row::table(&page.rows, Now::of(page.now), choose)}
        {pagination(page.page, page.pages, to)}
    }
    .into_any()
}

/// The rows' boxes.
fn boxes(which: &str) -> Option<NodeList> {
    document()
        .query_selector_all(&format!("input[name='ids[]']{which}"))
        .ok()
}

/// Ticks the boxes of one stack's servers, or of all (`*`).
fn tick(stack: &str, on: bool) {
    let Some(all) = boxes("") else { return };
    for index in 0..all.length() {
        if let Some(input) = all
            .get(index)
            .and_then(|node| node.dyn_into::<HtmlInputElement>().ok())
            && (stack == "*" || input.get_attribute("data-stack").as_deref() == Some(stack))
        {
            input.set_checked(on);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_what_is_asked() {
        let query = RebootsAsked {
            q: Some("web 1".to_owned()),
            need: Some(RebootNeed::RestartServices),
            ..RebootsAsked::default()
        };
        assert_eq!(address(&query), "/reboots?q=web%201&need=restart");
        let mut params = ParamsMap::new();
        params.insert("q", "web 1".to_owned());
        params.insert("need", "restart".to_owned());
        assert_eq!(asked(&params), query);
    }
}
