//! Servers of one wave on which exactly the same is done: shown once, with all their names.

use super::packages::{left, packages};
use super::step::steps;
use super::waves::Asked;
use crate::components::badge::badge;
use crate::components::part::Any as _;
use crate::components::words::{bytes, count};
use leptos::prelude::*;
use model::plan::{PackagePart, PredictedRestart, RebootVerdict, RestartCause, ServerPlan, StepKind};
use model::view::{PlanPage, PlanServer};
use model::{Status, short_duration};

/// Names that stand in a heading before they are counted.
const NAMED: usize = 4;

/// At least one server.
pub(super) struct Bundle<'a> {
    first: &'a PlanServer,
    others: Vec<&'a PlanServer>,
}

/// Puts servers together that differ in name only; those that are `alone` stay so.
pub(super) fn bundles<'a>(
    servers: &[&'a PlanServer],
    alone: impl Fn(&PlanServer) -> bool,
) -> Vec<Bundle<'a>> {
    let mut bundles: Vec<Bundle<'a>> = Vec::new();
    for server in servers {
        let same = bundles
            .iter_mut()
            .find(|bundle| !alone(server) && !alone(bundle.first) && is_same(bundle.first, server));
        match same {
            Some(bundle) => bundle.others.push(server),
            None => bundles.push(Bundle {
                first: server,
                others: Vec::new(),
            }),
        }
    }
    bundles
}

fn is_same(one: &PlanServer, other: &PlanServer) -> bool {
    let does = |server: &PlanServer| -> Vec<(StepKind, String)> {
        let steps = server.plan.steps.iter();
        steps.map(|step| (step.kind, step.what.clone())).collect()
    };
    let (a, b) = (&one.plan, &other.plan);
    one.group == other.group
        && a.packages == b.packages
        && a.removals == b.removals
        && a.left == b.left
        && a.restarts == b.restarts
        && a.restarts_unknown == b.restarts_unknown
        && a.reboot == b.reboot
        && a.draft == b.draft
        && a.out_secs == b.out_secs
        && does(one) == does(other)
}

/// The card of one bundle.
pub(super) fn bundle(page: &PlanPage, bundle: &Bundle<'_>, asked: &Asked) -> AnyView {
    let plan = &bundle.first.plan;
    let group = bundle
        .first
        .group
        .as_ref()
        .map(|group| view! { <span class="hint">"group " {group.clone()}</span> }.any());
    let server = plan.server.to_string();
    view! {
        <article class="bundle" id=format!("server-{server}")>
            <header class="card-head">
                <h5>{names(bundle)}</h5>
                {group}
                {reboot_badge(page, plan)}
            </header>
            <p>{in_short(plan)}</p>
            {plan.draft.clone().filter(|draft| page.draft.as_ref() != Some(draft)).map(|draft| view! { <p class="hint">"Not final: " {draft}</p> }.any())}
            {packages(plan)}
            {left(&plan.left)}
            {restarts(plan)}
            {reboot(page, plan)}
            {steps(page, plan, asked)}
            {others(page, bundle)}
        </article>
    }
    .any()
}

fn names(bundle: &Bundle<'_>) -> String {
    let all: Vec<&str> = std::iter::once(bundle.first)
        .chain(bundle.others.iter().copied())
        .map(|server| server.plan.name.as_str())
        .collect();
    match all.split_at(all.len().min(NAMED)) {
        (some, []) => some.join(", "),
        (some, more) => format!("{} and {} more", some.join(", "), more.len()),
    }
}

/// "8 updates, 5 of them for security, 12 MB. Out of service for about 2 min."
fn in_short(plan: &ServerPlan) -> String {
    let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let mut said = match plan.packages.len() {
        0 => "No updates".to_owned(),
        all => count(number(all), "update"),
    };
    let security = plan
        .packages
        .iter()
        .filter(|package| package.part == PackagePart::Security)
        .count();
    if security > 0 {
        said.push_str(&format!(", {security} for security"));
    }
    if !plan.removals.is_empty() {
        said.push_str(&format!(
            ", {} removed",
            count(number(plan.removals.len()), "package")
        ));
    }
    if let Some(size) = plan.download_bytes.filter(|size| *size > 0) {
        said.push_str(&format!(", {} to download", bytes(size)));
    }
    said.push('.');
    let does = |kind| plan.steps.iter().any(|step| step.kind == kind);
    for (kind, words) in [
        (StepKind::Repair, " Finishes an interrupted installation first."),
        (StepKind::Unattended, " Sets up daily security upgrades."),
        (
            StepKind::RestartServices,
            " Restarts services that run old libraries.",
        ),
        (StepKind::Drain, " Is taken out of the load balancer meanwhile."),
    ] {
        if does(kind) {
            said.push_str(words);
        }
    }
    if plan.out_secs > 0 {
        said.push_str(&format!(
            " Out of service for about {}.",
            short_duration(i64::from(plan.out_secs))
        ));
    }
    said
}

fn reboot_badge(page: &PlanPage, plan: &ServerPlan) -> AnyView {
    match (plan.reboot.verdict, page.options().reboot) {
        (RebootVerdict::Expected, true) => badge(Status::Attention, "reboot expected"),
        (RebootVerdict::Possible, true) => badge(Status::Unknown, "reboot possible"),
        (RebootVerdict::Expected, false) => badge(Status::Attention, "reboot needed, not ticked"),
        (RebootVerdict::NotExpected, true) => badge(Status::Healthy, "no reboot expected"),
        (_, false) => ().into_any(),
    }
}

fn reboot(page: &PlanPage, plan: &ServerPlan) -> AnyView {
    if plan.reboot.reasons.is_empty() {
        return ().into_any();
    }
    let reasons = plan
        .reboot
        .reasons
        .iter()
        .map(|reason| view! { <li>{reason.clone()}</li> }.any())
        .collect_view();
    let title = match (plan.reboot.verdict, page.options().reboot) {
        (RebootVerdict::Expected, true) => "Why it is rebooted",
        (RebootVerdict::Expected, false) => "Why it will need a reboot",
        (RebootVerdict::Possible, _) => "Why it may need a reboot",
        (RebootVerdict::NotExpected, _) => "Why it needs no reboot",
    };
    view! { <div><p class="strong">{title}</p><ul class="evidence">{reasons}</ul></div> }.any()
}

fn restarts(plan: &ServerPlan) -> AnyView {
    if let Some(why) = &plan.restarts_unknown {
        if plan.draft.is_some() {
            return ().into_any();
        }
        return view! { <p class="hint">"What restarts is not known: " {why.clone()}</p> }.any();
    }
    if plan.restarts.is_empty() {
        return ().into_any();
    }
    let of = |old: bool| {
        let units: Vec<&PredictedRestart> = plan
            .restarts
            .iter()
            .filter(|restart| (restart.cause != RestartCause::Ships) == old)
            .collect();
        if units.is_empty() {
            return ().into_any();
        }
        let title = if old {
            "Run old libraries until they restart"
        } else {
            "Restart with the update"
        };
        let rows = units
            .into_iter()
            .map(|restart| {
                let by = restart.package.as_ref().map(|package| format!(" by {package}"));
                view! { <li><code>{restart.unit.clone()}</code><span class="hint">{by}</span></li> }.any()
            })
            .collect_view();
        view! { <div><p class="strong">{title}</p><ul class="chips">{rows}</ul></div> }.any()
    };
    view! { {of(false)} {of(true)} }.any()
}

/// The other servers of the bundle; each can be looked at alone, with its own commands.
fn others(page: &PlanPage, bundle: &Bundle<'_>) -> AnyView {
    if bundle.others.is_empty() {
        return ().into_any();
    }
    let rows = std::iter::once(bundle.first)
        .chain(bundle.others.iter().copied())
        .map(|server| {
            let id = server.plan.server;
            let href = format!("/plans/{}?page={}&server={id}#server-{id}", page.id, page.page);
            view! { <li><a href=href>{server.plan.name.clone()}</a></li> }.any()
        })
        .collect_view();
    let all = u32::try_from(bundle.others.len() + 1).unwrap_or(u32::MAX);
    view! {
        <details>
            <summary>{format!("The same on {}", count(all, "server"))}</summary>
            <ul class="chips">{rows}</ul>
        </details>
    }
    .any()
}

#[cfg(test)]
mod tests;
