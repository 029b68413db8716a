//! Pending updates by kind, the lists they were read from, and what the server does about them by itself.

use super::facts::known;
use crate::clock::{Now, ago_or_never};
use crate::components::badge::badge;
use crate::components::part::Any as _;
use crate::components::words;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::Status;
use model::facts::{Counts, Unattended, UpdateKind};
use model::view::{ServerPage, SourceRow, UpdateRow};

/// What the table can be narrowed to, as it stands in the address.
const KINDS: [(&str, &str); 5] = [
    ("security", "Security"),
    ("other", "Other"),
    ("held", "Held"),
    ("kept_back", "Kept back"),
    ("phased", "Phased"),
];

fn is_of(update: &UpdateRow, kind: &str) -> bool {
    match kind {
        "security" => update.security,
        "other" => !update.security && update.kind == UpdateKind::Ready,
        "" => true,
        _ => update.kind.as_str() == kind,
    }
}

fn number_of(counts: &Counts, kind: &str) -> u32 {
    match kind {
        "security" => counts.all_security(),
        "other" => counts.other,
        "held" => counts.held,
        "kept_back" => counts.kept_back,
        "phased" => counts.phased,
        _ => counts.total(),
    }
}

/// The table of pending updates.
pub(super) fn updates(page: &ServerPage) -> AnyView {
    let chosen = use_query_map()
        .with(|query| query.get("updates"))
        .unwrap_or_default();
    let counts = known(&page.counts, |counts| {
        let link = |kind: &'static str, words: &'static str| {
            let href = if kind.is_empty() {
                "?#updates".to_owned()
            } else {
                format!("?updates={kind}#updates")
            };
            view! {
                <a class="chip" href=href aria-current=(chosen == kind).then_some("true")>
                    {words} " " <strong>{number_of(counts, kind)}</strong>
                </a>
            }
            .any()
        };
        let kinds = KINDS
            .into_iter()
            .map(|(kind, words)| link(kind, words))
            .collect_view();
        view! { <nav class="row" aria-label="Kinds of update">{link("", "All")}{kinds}</nav> }.any()
    });
    let rows: Vec<_> = page
        .updates
        .iter()
        .filter(|update| is_of(update, &chosen))
        .map(row)
        .collect();
    let table = if rows.is_empty() {
        let nothing = if page.counts.get().is_some_and(|counts| counts.total() == 0) {
            "Nothing is pending."
        } else {
            "None of this kind."
        };
        page.counts
            .get()
            .map(|_| view! { <p class="quiet">{nothing}</p> }.any())
    } else {
        Some(view! {
            <div class="table-frame table-tall" tabindex="0" role="region" aria-label="Pending updates">
                <table class="table cards">
                    <thead><tr>
                        <th scope="col">"Package"</th><th scope="col">"Installed"</th><th scope="col">"Candidate"</th>
                        <th scope="col">"Origin"</th><th scope="col">"Kind"</th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }.any())
    };
    let brings = (!page.would_install.is_empty()).then(|| {
        view! { <p class="hint">"Would bring along: " <span class="mono">{page.would_install.join(", ")}</span></p> }.any()
    });
    view! {
        <section class="card" id="updates" aria-labelledby="updates-title">
            <h2 id="updates-title">"Pending updates"</h2>
            {counts}
            {table}
            {brings}
        </section>
    }
    .any()
}

fn row(update: &UpdateRow) -> AnyView {
    let security = update.security.then(|| badge(Status::Attention, "security"));
    view! {
        <tr>
            <td data-label="Package"><code class="row-name">{update.package.clone()}</code></td>
            <td data-label="Installed"><code>{update.from.clone()}</code></td>
            <td data-label="Candidate"><code>{update.to.clone()}</code></td>
            <td data-label="Origin">{update.origin.clone()}</td>
            <td data-label="Kind">{security} " " {words::update_kind(update.kind)}</td>
        </tr>
    }
    .any()
}

/// The package sources and how fresh their lists are.
pub(super) fn sources(page: &ServerPage, now: Now) -> AnyView {
    let list = known(&page.sources, |sources| {
        let rows = sources
            .iter()
            .map(|source| source_row(source, now))
            .collect_view();
        view! { <ul class="list">{rows}</ul> }.any()
    });
    view! {
        <section class="card" aria-labelledby="sources-title">
            <h2 id="sources-title">"Package sources"</h2>
            {list}
        </section>
    }
    .any()
}

fn source_row(source: &SourceRow, now: Now) -> AnyView {
    view! {
        <li>
            <code class="wrap">{source.name.clone()}</code>
            " "
            <span class="hint">"refreshed " {ago_or_never(source.refreshed.as_ref(), now)}</span>
            {source.problem.clone().map(|problem| view! { <p>{badge(Status::Failed, "failing")} " " {problem}</p> }.any())}
        </li>
    }
    .any()
}

/// What the server does about updates by itself.
pub(super) fn unattended(page: &ServerPage) -> AnyView {
    view! {
        <section class="card" aria-labelledby="unattended-title">
            <h2 id="unattended-title">"Its own automatic updates"</h2>
            {known(&page.unattended, automatic)}
        </section>
    }
    .any()
}

fn automatic(it: &Unattended) -> AnyView {
    let verdict = if it.works() {
        badge(Status::Healthy, "on")
    } else if it.installed && it.every_days > 0 {
        badge(Status::Attention, "set, but nothing runs it")
    } else {
        badge(Status::Unknown, "off")
    };
    let days = |days: u32| match days {
        0 => "never".to_owned(),
        1 => "every day".to_owned(),
        days => format!("every {days} days"),
    };
    let reboots = match (it.automatic_reboot, &it.automatic_reboot_time) {
        (false, _) => "no".to_owned(),
        (true, None) => "yes, at once".to_owned(),
        (true, Some(time)) => format!("yes, at {time} of its own time"),
    };
    let fact = |label: &'static str, value: String| {
        view! { <div class="fact"><dt>{label}</dt><dd>{value}</dd></div> }.any()
    };
    view! {
        <p>{verdict}</p>
        <dl class="facts">
            {fact("Package installed", if it.installed { "yes" } else { "no" }.to_owned())}
            {fact("Upgrades", days(it.every_days))}
            {fact("Refreshes lists", days(it.refresh_every_days))}
            {fact("Timers", if it.timers_active { "active" } else { "not active" }.to_owned())}
            {fact("Security only", if it.security_only { "yes" } else { "no" }.to_owned())}
            {fact("Reboots by itself", reboots)}
            {(!it.blacklist.is_empty()).then(|| fact("Never touches", it.blacklist.join(", ")))}
        </dl>
    }
    .any()
}
