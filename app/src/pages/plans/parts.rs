//! Everything a plan's page says, from the sentence at the top to the last package.

use super::run_now::run_now;
use super::summary::summary;
use super::surveys::surveys;
use super::waves::waves;
use crate::components::icon::{Icon, icon};
use crate::components::loaded::Data;
use crate::components::part::Any as _;
use crate::components::part::maybe;
use crate::components::words::count;
use leptos::prelude::*;
use model::Timestamp;
use model::plan::{LeftOut, Warning, WarningKind};
use model::run::PlanState;
use model::view::{DifferenceRow, PlanPage, SurveyProgress};

/// The plan's parts. `old` says whether something else is ticked in the form beside it: then it cannot be run.
pub(crate) fn plan_parts(page: Data<PlanPage>, old: Option<Memo<bool>>) -> AnyView {
    // Most of a plan never changes. What does is shown apart, so that open lists stay open while servers answer.
    let still = page.derive(|page| {
        Some(PlanPage {
            now: Timestamp::from_secs(0),
            surveys: SurveyProgress::default(),
            ..page.clone()
        })
    });
    let beside = old.is_some();
    view! {
        {page.show(surveys)}
        {maybe(move || still.get().map(|page| top(&page)))}
        {maybe(move || {
            let old = old.is_some_and(|old| old.get());
            let surveying = page.derive(|page| page.surveys.is_going_on()).get();
            still.get().map(|page| run_now(&page, old, surveying, beside))
        })}
        {maybe(move || still.get().map(|page| rest(&page, beside)))}
    }
    .any()
}

fn top(page: &PlanPage) -> AnyView {
    if !page.refusals.is_empty() {
        return refusals(page);
    }
    let waits = (page.draft.is_some() && page.replaced_by.is_none())
        .then(|| view! { <p class="hint">"A draft, from what is known of the servers so far."</p> }.any());
    view! {
        {moved(page)}
        {(!page.waves.is_empty()).then(|| view! { <p class="plan-summary">{summary(page)}</p> }.any())}
        {waits}
    }
    .any()
}

/// That another plan took this one's place, or that this one takes another's.
fn moved(page: &PlanPage) -> AnyView {
    if let Some(next) = page.replaced_by {
        return view! {
            <div class="notice notice-attention">
                <p class="notice-line">{icon(Icon::Attention)}<span>
                    "This plan cannot be run any more: a newer one took its place. "
                    <a href=format!("/plans/{next}")>"Go to the newer plan"</a>
                </span></p>
            </div>
        }
        .any();
    }
    let Some(before) = &page.before else {
        return (page.state == PlanState::Void)
            .then(|| {
                view! {
                    <div class="notice notice-attention">
                        <p class="notice-line">{icon(Icon::Attention)}<span>"The fleet has changed since this plan was made. Preview again."</span></p>
                    </div>
                }
                .any()
            })
            .into_any();
    };
    let differences = before.differences.iter().map(difference).collect_view();
    if before.fleet_changed {
        return view! {
            <div class="notice notice-attention" role="alert">
                <p class="notice-line">{icon(Icon::Attention)}<span>
                    "The fleet has changed since the "
                    <a href=format!("/plans/{}", before.id)>"plan you wanted to run"</a>
                    " was made. Nothing was started. This is the new plan; look at what is different before you run it."
                </span></p>
                <ul class="evidence">{differences}</ul>
            </div>
        }
        .any();
    }
    if before.differences.is_empty() {
        return ().into_any();
    }
    let servers = u32::try_from(before.differences.len()).unwrap_or(u32::MAX);
    view! {
        <details>
            <summary>{format!("The servers' answers changed the draft in {}", count(servers, "place"))}</summary>
            <ul class="evidence">{differences}</ul>
        </details>
    }
    .any()
}

fn difference(row: &DifferenceRow) -> AnyView {
    let name = row
        .server
        .as_ref()
        .map(|(id, name)| view! { <a href=format!("/servers/{id}")>{name.clone()}</a> ": " }.any());
    view! { <li>{name}{row.what.join(" ")}</li> }.any()
}

fn refusals(page: &PlanPage) -> AnyView {
    let rows = page
        .refusals
        .iter()
        .map(|refusal| {
            let group = refusal.group.as_ref().map(|(_, name)| format!("Group {name}: "));
            view! { <p class="notice-line">{icon(Icon::Cross)}<span>{group}{refusal.sentence.clone()}</span></p> }.any()
        })
        .collect_view();
    view! { <div class="notice notice-failed"><h3>"There is no plan"</h3>{rows}</div> }.any()
}

fn rest(page: &PlanPage, beside: bool) -> AnyView {
    view! {
        {warnings(page)}
        {impact(page)}
        {left_out(page)}
        {waves(page, beside)}
    }
    .any()
}

fn warnings(page: &PlanPage) -> AnyView {
    if page.warnings.is_empty() {
        return ().into_any();
    }
    let mut kinds: Vec<(WarningKind, Vec<&Warning>)> = Vec::new();
    for warning in &page.warnings {
        match kinds.iter_mut().find(|(kind, _)| *kind == warning.kind) {
            Some((_, alike)) => alike.push(warning),
            None => kinds.push((warning.kind, vec![warning])),
        }
    }
    // What is not set up comes after what will happen.
    kinds.sort_by_key(|(kind, _)| matches!(kind, WarningKind::NoHealthCheck | WarningKind::NoGroup));
    let rows = kinds
        .iter()
        .map(|(_, alike)| warnings_alike(alike))
        .collect_view();
    view! {
        <section class="notice notice-attention" aria-labelledby="warnings-title">
            <h3 id="warnings-title">"Know before you run it"</h3>
            <ul class="warnings">{rows}</ul>
        </section>
    }
    .any()
}

/// Warnings of one kind: the first, and the others when somebody asks.
fn warnings_alike(alike: &[&Warning]) -> AnyView {
    let Some((first, more)) = alike.split_first() else {
        return ().into_any();
    };
    let others = (!more.is_empty()).then(|| {
        let rows = more
            .iter()
            .map(|warning| view! { <li>{warning.sentence.clone()}</li> }.any())
            .collect_view();
        view! {
            <details>
                <summary>{format!("And {} more like it", more.len())}</summary>
                <ul class="evidence">{rows}</ul>
            </details>
        }
        .any()
    });
    view! { <li class="notice-line">{icon(Icon::Attention)}<div>{first.sentence.clone()}{others}</div></li> }
        .any()
}

fn impact(page: &PlanPage) -> AnyView {
    if page.impact.is_empty() {
        return ().into_any();
    }
    let rows = page
        .impact
        .iter()
        .map(|impact| {
            view! { <div class="fact"><dt>{impact.name.clone()}</dt><dd>{impact.sentence.clone()}</dd></div> }
                .any()
        })
        .collect_view();
    view! {
        <section aria-labelledby="impact-title">
            <h3 id="impact-title">"What it means for each group"</h3>
            <dl class="facts">{rows}</dl>
        </section>
    }
    .any()
}

fn left_out(page: &PlanPage) -> AnyView {
    let all = u32::try_from(page.left_out.len())
        .unwrap_or(u32::MAX)
        .saturating_add(page.left_out_more);
    if all == 0 {
        return ().into_any();
    }
    let rows = page
        .left_out
        .iter()
        .map(|LeftOut { server, name, sentence, .. }| {
            view! {
                <div class="fact"><dt><a href=format!("/servers/{server}")>{name.clone()}</a></dt><dd>{sentence.clone()}</dd></div>
            }
            .any()
        })
        .collect_view();
    let more = (page.left_out_more > 0)
        .then(|| view! { <p class="hint">{format!("And {} more.", page.left_out_more)}</p> }.any());
    let open = !page.refusals.is_empty();
    view! {
        <details open=open>
            <summary><h3>{format!("Left out: {}", count(all, "server"))}</h3></summary>
            <dl class="facts">{rows}</dl>
            {more}
        </details>
    }
    .any()
}
