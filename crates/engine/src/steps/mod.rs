//! Runs with steps: waves of lanes, each lane a row of steps, each step probe → act → verify.
//!
//! - What follows what is one table (`transitions`); what a lane does next is one function (`lane`).
//! - A transition is written before its effect and after it. What may have been started is settled by asking the
//!   world, never guessed, and an act that failed is never repeated by itself.
//! - Everything a driver knows is in the database: the next driver decides what the last one would have.

mod context;
mod desk;
mod driver;
mod kind;
mod lane;
#[cfg(test)]
mod lane_tests;
mod logs;
mod perform;
mod performance;
mod plan;
mod port;
mod transitions;
mod waves;

pub use context::StepContext;
pub(crate) use desk::Desk;
pub(crate) use driver::drive_steps;
pub use kind::{Begun, Probe, Said, Settled, StepEnd, StepError, StepKind, SteppedKind, Verdict};
pub(crate) use logs::Logs;
pub use logs::{Appended, LogAppend, LogCursor, SEGMENT_MAX};
pub use plan::{
    Gate, Lane, NewStep, NewWave, Role, RunOutcome, RunPlan, Step, StepOutcome, StepTimeout, Wave, step_id,
};
pub use port::{ClaimedRun, Move, Park, StepRef, StepStore, Written};
pub use transitions::{RunState, StepState};
