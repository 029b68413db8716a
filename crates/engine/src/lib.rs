//! The durable core: a queue of runs in a database, workers that hold runs by a lease with a fencing number, and one
//! scheduler loop. It knows nothing of servers, scans or SQL: what a light run does is a [`RunKind`], what a step of
//! any other run does is a [`StepKind`], and where runs live is a [`RunStore`] and a [`StepStore`].
//!
//! The promises, and who keeps them:
//! - A run is held by one worker at a time. Every write names the run's *epoch*, which grows with each claim, so a
//!   worker that was stopped past its lease cannot write any more ([`RunStore::finish`]).
//! - A fence protects rows, not the world: before each outside effect a kind asks [`RunContext::can_act`].
//! - A killed worker's runs are taken over when their lease has passed. What a run did so far is its own to find out.
//! - No database transaction is open while a kind works.
//! - A step's transitions are written before their effects and after them; what may have been started is settled by
//!   asking the world ([`StepKind::settle`]), so that a run ends the same wherever its worker dies.

mod context;
mod drive;
mod kind;
mod run;
mod run_store;
mod schedule;
mod settings;
mod steps;
mod words;
mod worker;

pub use context::RunContext;
pub use kind::{DuplicateKind, Registry, RunKind};
pub use run::{Ended, Wants, outcome};
pub use run_store::{Capacity, Claim, Claimed, Held, Overdue, RunStore, RunStoreError};
pub use schedule::{LeaseStore, ScheduleSettings, Scheduler, schedule};
pub use settings::WorkerSettings;
pub use steps::{
    Appended, Begun, ClaimedRun, Gate, Lane, LogAppend, LogCursor, Move, NewStep, NewWave, Park, Probe, Role,
    RunOutcome, RunPlan, RunState, SEGMENT_MAX, Said, Settled, Step, StepContext, StepEnd, StepError,
    StepKind, StepOutcome, StepRef, StepState, StepStore, StepTimeout, SteppedKind, Verdict, Wave, Written,
    step_id,
};
pub use worker::{Worker, WorkerHandle};
