//! What stands above the matrix: what the run does, where it is, why, and what can be done.

use super::controls::controls;
use super::state::Run;
use crate::clock::{Now, ago};
use crate::components::part::Any as _;
use crate::components::part::{maybe, part, words};
use crate::components::run_rows::stack_links;
use crate::components::run_words::{run_badge, took};
use leptos::prelude::*;
use model::view::{RunHead, RunLink, RunPage};

/// The head. Its sentence tells the present; what is read out is the sentence without its ages.
pub(super) fn head(run: Run) -> AnyView {
    let state = run.of_head(|head| Some((head.status, head.state, head.outcome, head.wants)));
    let text = run.of_head(|head| head.headline.text.clone());
    let why = run.of_head(|head| head.why.clone());
    let behind = run.of_head(|head| head.behind.clone());
    let resume = run.of_head(|head| head.resume.clone());
    let head = run.head;
    view! {
        <header class="page-head">
            <div class="page-title">
                {run.page.show(title)}
                <div class="row run-headline">
                    {maybe(move || state.get().map(|(status, state, outcome, wants)| run_badge(status, state, outcome, wants)))}
                    <strong>{words(move || {
                        let Some(shown) = head.get() else { return String::new() };
                        shown.head.headline.sentence(shown.now.get())
                    })}</strong>
                </div>
                <p class="sr-only" role="status">{words(move || text.get())}</p>
                {maybe(move || why.get().map(|why| view! { <p>{why}</p> }.any()))}
                {maybe(move || behind.get().map(|link| view! { <p>"It waits behind " {run_link(&link)} "."</p> }.any()))}
                {maybe(move || {
                    let when = resume.get()?;
                    let now = head.get_untracked()?.now;
                    Some(view! { <p class="hint">"It goes on by itself " {ago(&when, now)} "."</p> }.any())
                })}
            </div>
            {controls(run)}
        </header>
        {tabs(run, "run")}
        {part(move || numbers(run))}
    }
    .any()
}

fn title(page: &RunPage) -> AnyView {
    let now = Now::of(page.now);
    let by = page.asked_by.clone().unwrap_or_else(|| "the schedule".to_owned());
    let profile = page
        .profile
        .clone()
        .map(|profile| format!(" · profile {profile}"));
    let plan = page
        .plan
        .map(|plan| view! { " · " <a href=format!("/plans/{plan}")>"its plan"</a> }.into_any());
    let budget = match page.failure_budget {
        1 => "stops at the first failed server".to_owned(),
        many => format!("stops at {many} failed servers"),
    };
    let parent = page
        .parent
        .as_ref()
        .map(|parent| view! { <p>"Does again what failed in " {run_link(parent)} "."</p> }.any());
    let children: Vec<_> = page
        .children
        .iter()
        .map(|child| view! { <p>"What failed here was tried again: " {run_link(child)} "."</p> }.any())
        .collect();
    view! {
        <h1>{if page.what.is_empty() { "Run".to_owned() } else { page.what.clone() }}</h1>
        <p class="hint">
            {stack_links(&page.stacks)}
            {(!page.stacks.is_empty()).then_some(" · ")}
            "asked for " {ago(&page.asked, now)} {format!(" by {by} · {budget}")} {profile} {plan}
        </p>
        {parent}
        {children}
    }
    .into_any()
}

fn run_link(link: &RunLink) -> AnyView {
    view! { <a href=format!("/runs/{}", link.id)>{link.text.clone()}</a> }.any()
}

/// *Run* and *Proof*.
pub(super) fn tabs(run: Run, here: &'static str) -> AnyView {
    tab_links(run.address.run, here)
}

/// The tabs of the run with this id.
pub(super) fn tab_links(id: Memo<String>, here: &'static str) -> AnyView {
    let link = move |tab: &'static str, after: &'static str, words: &'static str| {
        let href = Signal::derive(move || format!("/runs/{}{after}", id.get()));
        view! { <a class="tab" href=href aria-current=(here == tab).then_some("page")>{words}</a> }.any()
    };
    view! {
        <nav class="tabs" aria-label="Parts of the run">
            {link("run", "", "Run")}
            {link("proof", "/proof", "Proof")}
        </nav>
    }
    .any()
}

/// How many servers are where, and how long it takes.
fn numbers(run: Run) -> AnyView {
    let Some(shown) = run.head.get() else {
        return ().into_any();
    };
    let RunHead {
        servers,
        servers_ended,
        servers_failed,
        started,
        ended,
        ..
    } = shown.head;
    let now = shown.now;
    let lasted = started.map(|started| match ended {
        Some(ended) => took(ended.at.secs_since(started.at)).into_any(),
        None => words(move || took(now.get().secs_since(started.at))),
    });
    let fact =
        |label: &'static str, value: AnyView| view! { <div><dt>{label}</dt><dd>{value}</dd></div> }.any();
    view! {
        <dl class="run-numbers">
            {fact("Servers", servers.into_any())}
            {fact("Done with", servers_ended.into_any())}
            {fact("Failed", servers_failed.into_any())}
            {fact("Not done with", servers.saturating_sub(servers_ended).into_any())}
            {lasted.map(|lasted| fact("Took", lasted))}
        </dl>
    }
    .any()
}
