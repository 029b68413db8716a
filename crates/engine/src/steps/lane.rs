//! What a lane does next. A pure function of its steps and of what is asked of the run, so that a driver that takes
//! over decides what the one before it would have.

use super::plan::{Role, Step, StepOutcome};
use super::transitions::StepState;

/// Whether new steps begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// They do.
    Go,
    /// Not for now: lanes stop at their next safe point and are gone on with later.
    Hold,
    /// No more: lanes end at their next safe point.
    Wind,
}

/// What a lane does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// The step at this place. `stoppable`: until it has begun, the lane is at a safe point.
    Do { at: usize, stoppable: bool },
    /// It stops at a safe point, with steps left for later.
    Stop,
    /// Nothing is left to do. What is pending is left out.
    Over { failed: bool, out: bool },
}

/// What has become of a lane so far.
#[derive(Debug, Clone, Copy, Default)]
struct Past {
    failed: bool,
    /// It was taken out of service and not put back.
    out: bool,
    /// A check failed while it was out: it stays out.
    unwell: bool,
    /// Something may have been done to it.
    touched: bool,
}

impl Past {
    fn note(&mut self, step: &Step, outcome: StepOutcome) {
        match step.role {
            Role::TakeOut if step.began => self.out = true,
            Role::PutBack if !outcome.is_failure() && outcome != StepOutcome::Skipped => self.out = false,
            Role::Check if outcome.is_failure() && self.out => self.unwell = true,
            _ => {}
        }
        // What is looked at last is looked at for its own sake: the lane has not failed by it.
        if step.role != Role::Closing {
            self.failed |= outcome.is_failure();
            self.touched |= step.began && step.role != Role::Check;
        }
    }

    /// Whether a pending step is still to be done once the lane's own work is over.
    fn on_the_way_out(self, role: Role) -> bool {
        match role {
            Role::Work | Role::TakeOut => false,
            Role::Check | Role::PutBack => self.out && !self.unwell,
            Role::Closing => self.touched,
        }
    }
}

/// What the lane of `steps` does next.
pub(super) fn next(steps: &[Step], mode: Mode) -> Next {
    let mut past = Past::default();
    for (at, step) in steps.iter().enumerate() {
        match (step.state, step.outcome) {
            (StepState::Ended, outcome) => past.note(step, outcome.unwrap_or(StepOutcome::Skipped)),
            (StepState::Pending, _) => {
                let safe = !past.out;
                match mode {
                    // A pause keeps even the way out for later, if nothing is out of service.
                    Mode::Hold if safe => return Next::Stop,
                    Mode::Go | Mode::Hold if !past.failed => {
                        return Next::Do { at, stoppable: safe };
                    }
                    Mode::Wind if !safe && !past.failed => return Next::Do { at, stoppable: false },
                    _ if past.on_the_way_out(step.role) => return Next::Do { at, stoppable: false },
                    _ => {}
                }
            }
            // What may be under way is settled first, whatever is asked for.
            _ => return Next::Do { at, stoppable: false },
        }
    }
    Next::Over {
        failed: past.failed,
        out: past.out,
    }
}

/// Whether one of its steps has failed.
pub(super) fn has_failed(steps: &[Step]) -> bool {
    steps
        .iter()
        .any(|step| step.role != Role::Closing && step.outcome.is_some_and(StepOutcome::is_failure))
}

/// Whether a lane that is over, or would be, ended before its own end without having failed.
pub(super) fn was_cut(steps: &[Step]) -> bool {
    !has_failed(steps)
        && steps
            .iter()
            .any(|step| step.state == StepState::Pending || step.left_out)
}

/// Whether anything was done or decided for one of its steps.
pub(super) fn has_begun(steps: &[Step]) -> bool {
    steps
        .iter()
        .any(|step| step.state != StepState::Pending || step.began)
}
