//! The durable core: a queue of runs in a database, workers that hold runs by a lease with a fencing number, and one
//! scheduler loop. It knows nothing of servers, scans or SQL: what a run does is a [`RunKind`], where runs live is a
//! [`RunStore`].
//!
//! The promises, and who keeps them:
//! - A run is held by one worker at a time. Every write names the run's *epoch*, which grows with each claim, so a
//!   worker that was stopped past its lease cannot write any more ([`RunStore::finish`]).
//! - A fence protects rows, not the world: before each outside effect a kind asks [`RunContext::can_act`].
//! - A killed worker's runs are taken over when their lease has passed. What a run did so far is its own to find out.
//! - No database transaction is open while a kind works.

mod context;
mod drive;
mod kind;
mod run;
mod run_store;
mod schedule;
mod settings;
mod worker;

pub use context::RunContext;
pub use kind::{DuplicateKind, Registry, RunKind};
pub use run::{Ended, Wants, outcome};
pub use run_store::{Capacity, Claim, Claimed, Held, Overdue, RunStore, RunStoreError};
pub use schedule::{LeaseStore, ScheduleSettings, Scheduler, schedule};
pub use settings::WorkerSettings;
pub use worker::{Worker, WorkerHandle};
