//! Light runs (checks): asked for, claimed by a worker, ended. Leases are the same for runs with steps.

mod checks;
mod enqueue;
mod queue;

pub(crate) use checks::STATEMENTS as CHECKS_STATEMENTS;
pub use checks::{Cancelled, CheckRecord, RunState};
pub(crate) use enqueue::STATEMENTS as ENQUEUE_STATEMENTS;
pub use enqueue::{Enqueued, NewCheck};
pub(crate) use queue::{STATEMENTS as QUEUE_STATEMENTS, failed, micros};
