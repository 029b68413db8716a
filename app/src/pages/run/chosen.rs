//! The chosen cell above its log: which step it is, where it stands, what a person can do; and the other steps of its
//! server, folded.

use super::controls::run_id;
use super::state::Run;
use crate::api::SettleStep;
use crate::clock::Now;
use crate::components::part::Any as _;
use crate::components::part::{maybe, memo, words};
use crate::components::post_form::{PostForm, Submit};
use crate::components::run_words::{step_mark, step_title, took};
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use model::StepId;
use model::run::{Settlement, StepState};
use model::short_duration;
use model::view::{RunCell, RunLane};

/// The steps before the chosen one, folded, and the chosen one itself.
pub(super) fn chosen(run: Run) -> AnyView {
    let none = memo(move || run.address.look.with(|look| look.step.is_empty()));
    let step = step(run);
    maybe(move || {
        if none.get() {
            return Some(
                view! { <p class="quiet">"Choose a cell of the matrix to read its log here."</p> }.any(),
            );
        }
        let (lane, step) = (run.chosen.get()?, step.get()?);
        let at = lane.cells.iter().position(|cell| cell.step == step)?;
        let cell = lane.cells.get(at)?;
        let before = steps(run, lane.cells.get(..at)?, "Steps before this one");
        Some(view! { {before}{about(run, &lane, cell)} }.into_any())
    })
}

/// The steps after the chosen one, folded.
pub(super) fn later_steps(run: Run) -> AnyView {
    let step = step(run);
    maybe(move || {
        let (lane, step) = (run.chosen.get()?, step.get()?);
        let at = lane.cells.iter().position(|cell| cell.step == step)?;
        Some(steps(run, lane.cells.get(at + 1..)?, "Steps after this one"))
    })
}

fn step(run: Run) -> Memo<Option<StepId>> {
    memo(move || run.address.look.with(|look| look.step.parse().ok()))
}

/// Links to other steps of the server: a click unfolds one and folds this.
fn steps(run: Run, cells: &[RunCell], label: &'static str) -> AnyView {
    if cells.is_empty() {
        return ().into_any();
    }
    let look = run.address.look.get_untracked();
    let links: Vec<_> = cells
        .iter()
        .map(|cell| {
            let lasted = cell
                .started_at
                .zip(cell.ended_at)
                .map(|(begun, ended)| took(ended.secs_since(begun)));
            let lines = (cell.log_lines > 0).then(|| format!("{} lines", cell.log_lines));
            view! {
                <li>
                    <a class="folded" href=look.at_step(cell.step.to_string()).query() data-noscroll="">
                        <span aria-hidden="true">"▸"</span>
                        <span>{step_title(cell.kind)}</span>
                        {step_mark(cell)}
                        <span class="hint">{lines}</span>
                        <span class="hint folded-time">{lasted}</span>
                    </a>
                </li>
            }
            .any()
        })
        .collect();
    view! { <nav aria-label=label><ol class="folds">{links}</ol></nav> }.any()
}

fn about(run: Run, lane: &RunLane, cell: &RunCell) -> AnyView {
    let now = run.head.get_untracked().map(|head| head.now);
    let settle = run
        .head
        .with_untracked(|head| head.as_ref().is_some_and(|head| head.head.buttons.settle));
    let stuck = (settle && cell.state == StepState::Stuck).then(|| settle_forms(run, cell.step));
    view! {
        <div class="run-chosen">
            <p class="row">
                <strong>{format!("{} on {}", step_title(cell.kind), lane.name)}</strong>
                {step_mark(cell)}
                <span class="hint">{now.map(|now| times(cell, now))}</span>
            </p>
            {cell.said.clone().map(|said| view! { <p>{said}</p> }.any())}
            {stuck}
        </div>
    }
    .any()
}

/// How long it took, or how long it has been at it, when it must be over, and when the server was last heard.
fn times(cell: &RunCell, now: Now) -> AnyView {
    let cell = cell.clone();
    words(move || match (cell.started_at, cell.ended_at) {
        (Some(begun), Some(ended)) => format!("took {}", took(ended.secs_since(begun))),
        (Some(begun), None) => {
            let now = now.get();
            let mut text = format!("for {}", took(now.secs_since(begun)));
            if let Some(heard) = cell.proof_at {
                text.push_str(&format!(
                    ", last heard {} ago",
                    short_duration(now.secs_since(heard))
                ));
            }
            if let Some(deadline) = cell.deadline_at.filter(|at| *at > now) {
                text.push_str(&format!(
                    ", at most {} more",
                    short_duration(deadline.secs_since(now))
                ));
            }
            text
        }
        (None, _) => String::new(),
    })
}

/// What a person can say about a step of which nobody knows what became of it.
fn settle_forms(run: Run, step: StepId) -> AnyView {
    let form = |settlement: Settlement, label: &'static str, class: &'static str, says: &'static str| {
        view! {
            <li>
                <PostForm action=SettleStep::PATH class="inline-form">
                    {run_id(run)}
                    <input r#type="hidden" name="step" value=step.to_string()/>
                    <input r#type="hidden" name="settlement" value=settlement.as_str()/>
                    <Submit label class/>
                    <span class="hint">{says}</span>
                </PostForm>
            </li>
        }
        .any()
    };
    view! {
        <div class="notice notice-attention">
            <p>"Drydock does not know what became of this step. Look at the server, then say:"</p>
            <ul class="list">
                {form(Settlement::LookAgain, "Look again", "btn", "asks the server once more, with a new deadline")}
                {form(Settlement::Done, "Mark as done", "btn btn-quiet", "the server goes on with its next step")}
                {form(Settlement::Failed, "Mark as failed", "btn btn-danger", "the server counts as failed; if it was taken out, it is put back only if its check passes")}
            </ul>
        </div>
    }
    .any()
}
