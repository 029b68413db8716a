//! Words of runs as pages write them, and the badges they stand in.

use super::badge::{badge, symbol};
use super::icon::icon;
use super::part::Any as _;
use leptos::prelude::*;
use model::Status;
use model::plan::StepKind;
use model::run::{RunOutcome, RunState, RunWants, StepOutcome, StepState};
use model::view::RunCell;

/// Where a run is, or how it ended.
pub(crate) const fn run_word(state: RunState, outcome: Option<RunOutcome>, wants: RunWants) -> &'static str {
    match (state, outcome, wants) {
        (RunState::Ended, Some(outcome), _) => outcome_word(outcome),
        (RunState::Ended, None, _) => "ended",
        (RunState::Running, _, RunWants::Pause) => "pausing",
        (RunState::Running | RunState::Queued | RunState::Waiting, _, RunWants::Cancel) => "cancelling",
        (_, _, RunWants::Abandon) => "being let go",
        _ => state_word(state),
    }
}

/// A run's badge.
pub(crate) fn run_badge(
    status: Status,
    state: RunState,
    outcome: Option<RunOutcome>,
    wants: RunWants,
) -> AnyView {
    badge(status, run_word(state, outcome, wants))
}

pub(crate) const fn state_word(state: RunState) -> &'static str {
    match state {
        RunState::Queued => "queued",
        RunState::Running => "running",
        RunState::Waiting => "between waves",
        RunState::Paused => "paused",
        RunState::Stuck => "stuck",
        RunState::Ended => "ended",
    }
}

pub(crate) const fn outcome_word(outcome: RunOutcome) -> &'static str {
    match outcome {
        RunOutcome::Succeeded => "succeeded",
        RunOutcome::PartlyFailed => "partly failed",
        RunOutcome::Failed => "failed",
        RunOutcome::Cancelled => "cancelled",
        RunOutcome::Abandoned => "let go of",
    }
}

/// A column's head.
pub(crate) const fn step_title(kind: Option<StepKind>) -> &'static str {
    match kind {
        Some(StepKind::HealthBefore) => "Health before",
        Some(StepKind::PreChecks) => "Checks",
        Some(StepKind::Repair) => "Repair",
        Some(StepKind::Drain) => "Drain",
        Some(StepKind::Install) => "Install",
        Some(StepKind::Unattended) => "Daily updates",
        Some(StepKind::RestartServices) => "Restarts",
        Some(StepKind::Reboot) => "Reboot",
        Some(StepKind::HealthAfter) => "Health after",
        Some(StepKind::Restore) => "Restore",
        Some(StepKind::Rescan) => "Rescan",
        None => "Other",
    }
}

/// Where a step is, or how it ended.
pub(crate) const fn step_word(state: StepState, outcome: Option<StepOutcome>) -> &'static str {
    match (state, outcome) {
        (StepState::Pending, _) => "pending",
        (StepState::Starting, _) => "starting",
        (StepState::Started, _) => "running",
        (StepState::Verifying, _) => "checking",
        (StepState::Stuck, _) => "stuck",
        (StepState::Ended, Some(outcome)) => match outcome {
            StepOutcome::Changed => "done",
            StepOutcome::FoundDone => "in order",
            StepOutcome::TookOver => "found done",
            StepOutcome::Skipped => "skipped",
            StepOutcome::Warned => "look",
            StepOutcome::Failed => "failed",
            StepOutcome::Abandoned => "let go of",
        },
        (StepState::Ended, None) => "ended",
    }
}

/// A step's icon and word.
pub(crate) fn step_mark(cell: &RunCell) -> AnyView {
    let quiet =
        matches!(cell.state, StepState::Pending) || matches!(cell.outcome, Some(StepOutcome::Skipped));
    let tone = if quiet { "quiet" } else { cell.status.as_str() };
    let image = (!quiet).then(|| icon(symbol(cell.status)));
    view! { <span class=format!("step step-{tone}")>{image}{step_word(cell.state, cell.outcome)}</span> }
        .any()
}

/// "4 s", "12 min 5 s", "3 h 20 min": how long something took.
pub(crate) fn took(secs: i64) -> String {
    let secs = secs.max(0);
    match secs {
        0..60 => format!("{secs} s"),
        60..3_600 => format!("{} min {} s", secs / 60, secs % 60),
        _ => format!("{} h {} min", secs / 3_600, secs / 60 % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_wants_shows_while_it_is_not_so_yet() {
        let word = |state, wants| run_word(state, None, wants);
        assert_eq!(word(RunState::Running, RunWants::Pause), "pausing");
        assert_eq!(word(RunState::Paused, RunWants::Pause), "paused");
        assert_eq!(word(RunState::Running, RunWants::Cancel), "cancelling");
        let ended = run_word(RunState::Ended, Some(RunOutcome::Cancelled), RunWants::Cancel);
        assert_eq!(ended, "cancelled");
    }

    #[test]
    fn a_length_of_time_has_two_units() {
        assert_eq!(took(59), "59 s");
        assert_eq!(took(725), "12 min 5 s");
        assert_eq!(took(12_000), "3 h 20 min");
    }
}
