//! The button, and what stands in its place when the plan cannot be run.

use crate::api::{PreviewAgain, RunPlan};
use crate::components::frame::for_those_who;
use crate::components::part::Any as _;
use crate::components::post_form::{PostForm, Submit};
use crate::options_form::Fields;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use model::run::PlanState;
use model::view::PlanPage;
use model::{Right, StackId};

/// *Run now* in numbers. `old`: something else is ticked by now. `surveying`: servers have still to answer.
pub(super) fn run_now(page: &PlanPage, old: bool, surveying: bool, beside: bool) -> AnyView {
    if let Some(run) = page.run {
        return view! {
            <p class="row"><a class="btn" href=format!("/runs/{run}")>"Go to the run"</a><span class="hint">"This plan was run."</span></p>
        }
        .any();
    }
    if page.waves.is_empty() || page.replaced_by.is_some() {
        return again(page, surveying, beside);
    }
    let id = page.id.to_string();
    let open = (beside)
        .then(|| view! { <a class="btn btn-quiet" href=format!("/plans/{id}")>"Open as a page"</a> }.any());
    let waiting = surveying || page.draft.is_some();
    let why = if old {
        Some("Wait for the plan of what is ticked now.".to_owned())
    } else if surveying {
        Some("It can be run once the servers have answered.".to_owned())
    } else {
        page.cannot_run.clone()
    };
    let refused = why.is_some();
    let button = page.button.clone();
    let run = if page.may_run && !refused && !waiting {
        let (id, hash) = (id.clone(), page.hash.clone());
        view! {
            <PostForm action=RunPlan::PATH class="form run-now">
                <input r#type="hidden" name="plan" value=id/>
                <input r#type="hidden" name="hash" value=hash/>
                <Submit label=format!("Run now: {button}")/>
            </PostForm>
        }
        .any()
    } else if !page.may_run {
        view! { <p class="hint">"Your role may look at plans and not run them."</p> }.any()
    } else {
        view! { <button class="btn" disabled=true>{format!("Run now: {button}")}</button> }.any()
    };
    let behind = (!page.behind.is_empty() && !refused).then(|| {
        let runs = page
            .behind
            .iter()
            .map(|(id, headline)| view! { <li><a href=format!("/runs/{id}")>{headline.clone()}</a></li> }.any())
            .collect_view();
        view! { <div class="hint">"The run waits behind what is going on on this stack:"<ul class="evidence">{runs}</ul></div> }.any()
    });
    let said = why.map(|why| view! { <p class="hint">{why}</p> }.any());
    let hash: String = page.hash.chars().take(12).collect();
    view! {
        <div class="run-bar">
            {run}
            <div class="row">{open}{again(page, surveying || old, beside)}</div>
            {said}
            {behind}
            <p class="hint">"Approves exactly this plan, " <code title=page.hash.clone()>{hash}</code> ". A server that has changed by then is not touched."</p>
        </div>
    }
    .any()
}

/// *Preview again*, and the way back to the form. Beside the form neither is needed.
fn again(page: &PlanPage, busy: bool, beside: bool) -> AnyView {
    if beside {
        return ().into_any();
    }
    let id = page.id.to_string();
    let form = page.stack.as_ref().map(|(stack, _)| {
        view! { <a class="btn btn-quiet" href=form_of(page, *stack)>"Change the options"</a> }.any()
    });
    let offer = !busy && page.state != PlanState::Approved && page.replaced_by.is_none();
    let preview = offer.then(|| {
        for_those_who(Right::Run, move || {
            let id = id.clone();
            view! {
                <PostForm action=PreviewAgain::PATH class="inline-form">
                    <input r#type="hidden" name="plan" value=id/>
                    <Submit label="Preview again" class="btn btn-quiet"/>
                </PostForm>
            }
            .any()
        })
    });
    view! { <div class="row">{preview}{form}</div> }.any()
}

/// The form with everything in it that this plan was asked for.
fn form_of(page: &PlanPage, stack: StackId) -> String {
    let asked = &page.asked;
    let groups: Vec<_> = asked.options.groups.iter().map(|group| group.group).collect();
    let mut fields = Fields::of(&asked.options, &groups);
    let servers: Vec<String> = asked.servers.iter().map(|id| id.to_string()).collect();
    if !servers.is_empty() {
        fields.set("which", "some");
    }
    if let Some(profile) = asked.profile {
        fields.set("profile", profile.to_string());
    }
    fields.address(&stack.to_string(), servers.iter().map(String::as_str))
}
