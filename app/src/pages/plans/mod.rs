//! A plan: what will be done, in full, before anybody clicks. The same parts stand beside the form that asks for it.

mod bundle;
mod packages;
mod parts;
mod run_now;
mod step;
mod summary;
mod surveys;
mod waves;

pub(crate) use parts::plan_parts;
pub(crate) use surveys::follow;

use crate::api;
use crate::bundle::use_go_instead;
use crate::clock::{Now, ago};
use crate::components::loaded::{Data, loaded};
use crate::components::part::Any as _;
use crate::live::{Interest, use_live};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};
use model::view::PlanPage;

/// The plan that the address names.
#[component]
pub(crate) fn PlanDetailPage() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let id = Memo::new(move |_| params.with(|params| params.get("id")).unwrap_or_default());
    let number = Memo::new(move |_| {
        let page = query.with(|query| query.get("page"));
        page.and_then(|page| page.parse().ok()).unwrap_or(1_u32)
    });
    let (news, again) = (use_live().version(Interest::Runs), RwSignal::new(0_u32));
    loaded(
        move || format!("{} {} {} {}", id.get(), number.get(), news.get(), again.get()),
        move || api::plan(id.get_untracked(), number.get_untracked()),
        move |page| content(page, again),
    )
}

fn content(page: Data<PlanPage>, again: RwSignal<u32>) -> AnyView {
    let go = use_go_instead();
    follow(page, again, move |next| go(&format!("/plans/{next}")));
    let title = page.derive(|page| page.what.clone());
    view! {
        <Title text=move || format!("Plan: {}", title.get())/>
        <header class="page-head"><div class="page-title">{page.show(head)}</div></header>
        <div class="plan plan-page">{plan_parts(page, None)}</div>
    }
    .any()
}

fn head(page: &PlanPage) -> AnyView {
    let now = Now::of(page.now);
    let stack = page
        .stack
        .as_ref()
        .map(|(id, name)| view! { " for stack " <a href=format!("/stacks/{id}")>{name.clone()}</a> }.any());
    let by = page.made_by.clone().unwrap_or_else(|| "the schedule".to_owned());
    let profile = page
        .profile
        .as_ref()
        .map(|name| format!(", from the profile {name}"));
    let approved = page.approved.as_ref().map(|(when, by)| {
        let by = by.clone().unwrap_or_else(|| "the schedule".to_owned());
        view! { ", approved by " {by} " " {ago(when, now)} }.any()
    });
    view! {
        <h1>"Plan: " {page.what.clone()}</h1>
        <p class="hint">"Made " {ago(&page.made, now)} " by " {by} {stack} {profile} {approved} "."</p>
    }
    .any()
}
