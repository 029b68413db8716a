//! Runs as rows: newest first, wherever they are listed.

use super::part::Any as _;
use super::part::words;
use super::run_words::{run_badge, took};
use super::table_frame::table_frame;
use crate::clock::{Now, ago};
use leptos::prelude::*;
use model::run::RunState;
use model::view::{Headline, RunRow};
use model::{StackId, Timestamp};

/// A run in one sentence whose ages stay current.
pub(crate) fn sentence(headline: &Headline, now: Now) -> AnyView {
    let headline = headline.clone();
    words(move || headline.sentence(now.get()))
}

/// Links to stacks, by name.
pub(crate) fn stack_links(stacks: &[(StackId, String)]) -> AnyView {
    stacks
        .iter()
        .enumerate()
        .map(|(index, (id, name))| {
            let comma = if index == 0 { "" } else { ", " };
            view! { {comma}<a href=format!("/stacks/{id}")>{name.clone()}</a> }.into_any()
        })
        .collect_view()
        .into_any()
}

/// The table of `rows`.
pub(crate) fn run_table(rows: &[RunRow], now: Now) -> AnyView {
    let rows = rows.iter().map(|run| row(run, now)).collect_view();
    table_frame(
        "Runs",
        view! {
            <table class="table cards runs-table">
                <thead><tr>
                    <th scope="col">"State"</th>
                    <th scope="col">"Run"</th>
                    <th scope="col">"Stack"</th>
                    <th scope="col" class="number">"Servers"</th>
                    <th scope="col">"Asked for"</th>
                    <th scope="col" class="number">"Took"</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        }
        .any(),
    )
}

fn row(run: &RunRow, now: Now) -> AnyView {
    let profile = run
        .profile
        .as_ref()
        .map(|profile| view! { <span class="mark">{profile.clone()}</span> }.any());
    let retry = run.parent.map(|parent| {
        view! { <span class="hint">"Does again what failed in " <a href=format!("/runs/{parent}")>"another run"</a></span> }.any()
    });
    let by = run.asked_by.clone().unwrap_or_else(|| "the schedule".to_owned());
    let failed = (run.servers_failed > 0)
        .then(|| view! { <span class="hint">{format!("{} failed", run.servers_failed)}</span> }.any());
    view! {
        <tr id=format!("run-{}", run.id)>
            <td class="state" data-label="State">{run_badge(run.status, run.state, run.outcome, run.wants)}</td>
            <td data-label="Run">
                <a class="row-name" href=format!("/runs/{}", run.id)>{run.what.clone()}</a>
                {profile}
                <span class="hint">{sentence(&run.headline, now)}</span>
                {retry}
            </td>
            <td data-label="Stack">{stack_links(&run.stacks)}</td>
            <td class="number" data-label="Servers">{format!("{}/{}", run.servers_ended, run.servers)}{failed}</td>
            <td data-label="Asked for">{ago(&run.asked, now)}<span class="hint">{format!("by {by}")}</span></td>
            <td class="number" data-label="Took">{lasted(run, now)}</td>
        </tr>
    }
    .any()
}

/// How long a run took, or has been at it.
fn lasted(run: &RunRow, now: Now) -> AnyView {
    let begun: Option<Timestamp> = run.started.as_ref().map(|when| when.at);
    match (run.state, begun) {
        (RunState::Ended, _) | (_, None) => run.took_secs.map_or_else(|| "–".to_owned(), took).into_any(),
        (_, Some(begun)) => words(move || took(now.get().secs_since(begun))),
    }
}

/// Runs in a few lines, for places where they are not the subject.
pub(crate) fn run_list(rows: &[RunRow], now: Now) -> AnyView {
    let rows = rows
        .iter()
        .map(|run| {
            view! {
                <li>
                    {run_badge(run.status, run.state, run.outcome, run.wants)}
                    <div>
                        <a class="row-name" href=format!("/runs/{}", run.id)>{run.what.clone()}</a>
                        <p>{sentence(&run.headline, now)}</p>
                    </div>
                    <span class="hint">{ago(&run.asked, now)}</span>
                </li>
            }
            .any()
        })
        .collect_view();
    view! { <ul class="list card">{rows}</ul> }.any()
}
