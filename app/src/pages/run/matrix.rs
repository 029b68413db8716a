//! Servers as rows, steps as columns. A cell is an icon and a word, and leads to its log.

use super::address::Look;
use super::state::Run;
use crate::clock::{Now, ago};
use crate::components::in_service::mark_in_service;
use crate::components::pagination::pagination;
use crate::components::part::Any as _;
use crate::components::part::{memo, part};
use crate::components::run_words::{step_mark, step_title, step_word};
use crate::components::table_frame::table_frame;
use leptos::prelude::*;
use model::StepId;
use model::plan::StepKind;
use model::view::{RunCell, RunLane};

/// The page of the matrix that the address names.
pub(super) fn matrix(run: Run) -> AnyView {
    run.page.show(move |page| {
        let now = Now::of(page.now);
        // As a server's steps follow each other, whichever server had a kind first.
        let mut columns = page.columns.clone();
        columns.sort();
        let heads: Vec<_> = columns
            .iter()
            .map(|kind| view! { <th scope="col">{step_title(Some(*kind))}</th> }.any())
            .collect();
        let many_waves = page.waves.len() > 1;
        let rows: Vec<_> = run
            .rows
            .get()
            .into_iter()
            .map(|lane| row(run, lane, columns.clone(), many_waves, now))
            .collect();
        if rows.is_empty() {
            return view! { <p class="card quiet">"No server of this run is here. " <a href="?">"Show all waves"</a></p> }.any();
        }
        let wave = page.wave;
        let address = move |page: u32| {
            Look {
                wave,
                page: Some(page),
                ..Look::default()
            }
            .query()
        };
        let order = (page.pages > 1)
            .then(|| view! { <p class="hint">"What failed or is under way comes first."</p> }.any());
        view! {
            {order}
            {table_frame("Servers and steps", view! {
                <table class="table matrix">
                    <thead><tr><th scope="col">"Server"</th>{heads}</tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            }.any())}
            {pagination(page.page, page.pages, address)}
        }
        .into_any()
    })
}

/// A row; drawn again when one of its cells moves, or is chosen.
fn row(run: Run, lane: RwSignal<RunLane>, columns: Vec<StepKind>, many_waves: bool, now: Now) -> AnyView {
    let Some(id) = lane.try_with_untracked(|lane| lane.server) else {
        return ().into_any();
    };
    // The chosen step, if it is in this row: choosing elsewhere draws nothing here.
    let chosen: Memo<Option<StepId>> = memo(move || {
        let step: StepId = run.address.look.with(|look| look.step.parse().ok())?;
        lane.try_with(|lane| lane.cells.iter().any(|cell| cell.step == step))?
            .then_some(step)
    });
    let cells = part(move || {
        let Some(lane) = lane.try_get() else {
            return ().into_any();
        };
        let look = run.address.look.get_untracked();
        let chosen = chosen.get();
        columns
            .iter()
            .map(|kind| {
                let cell = lane.cells.iter().find(|cell| cell.kind == Some(*kind));
                cell.map_or_else(
                    || view! { <td class="quiet" aria-label="not part of it">"–"</td> }.any(),
                    |cell| draw_cell(cell, &lane.name, &look, chosen == Some(cell.step)),
                )
            })
            .collect_view()
            .into_any()
    });
    let head = lane.try_with_untracked(|lane| server(lane, many_waves, now));
    view! { <tr id=format!("server-{id}")><th scope="row">{head}</th>{cells}</tr> }.any()
}

fn server(lane: &RunLane, many_waves: bool, now: Now) -> AnyView {
    let name = if lane.exists {
        view! { <a class="row-name" href=format!("/servers/{}", lane.server)>{lane.name.clone()}</a> }.any()
    } else {
        view! { <span class="row-name">{lane.name.clone()}</span> }.any()
    };
    let wave = many_waves.then(|| view! { <span class="hint">{format!("wave {}", lane.wave)}</span> }.any());
    let out = lane.out_since.as_ref().map(|since| {
        view! {
            <span class="hint">"Out of the balancer since " {ago(since, now)}</span>
            {mark_in_service(lane.server)}
        }
        .into_any()
    });
    view! { {name}{wave}{out} }.into_any()
}

fn draw_cell(cell: &RunCell, server: &str, look: &Look, chosen: bool) -> AnyView {
    let step = cell.step.to_string();
    let label = format!(
        "{} on {server}: {}",
        step_title(cell.kind),
        step_word(cell.state, cell.outcome)
    );
    let href = format!("{}#log", look.at_step(step).query());
    view! {
        <td>
            <a class="step-cell" href=href title=cell.said.clone() aria-label=label aria-current=chosen.then_some("true")>
                {step_mark(cell)}
            </a>
        </td>
    }
    .any()
}
