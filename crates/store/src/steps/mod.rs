//! Runs with steps: asked for, claimed with all they need, moved step by step, ended; their events, logs and pages.

mod ask;
mod claim;
mod convert;
mod ends;
mod enqueue;
mod events;
mod history;
mod load;
mod logs;
mod matrix;
mod moves;
mod port;
mod refused;
mod service;

pub use ask::Asked;
pub(crate) use ask::STATEMENTS as ASK_STATEMENTS;
pub use claim::Behind;
pub(crate) use claim::STATEMENTS as CLAIM_STATEMENTS;
pub(crate) use ends::STATEMENTS as ENDS_STATEMENTS;
pub use enqueue::NewRun;
pub(crate) use enqueue::STATEMENTS as ENQUEUE_STATEMENTS;
pub use events::RunEventRecord;
pub(crate) use events::STATEMENTS as EVENTS_STATEMENTS;
pub(crate) use history::STATEMENTS as HISTORY_STATEMENTS;
pub use history::{RunFilter, RunPage, RunRecord};
pub(crate) use load::STATEMENTS as LOAD_STATEMENTS;
pub(crate) use logs::STATEMENTS as LOGS_STATEMENTS;
pub use logs::{LOG_KEPT, LogPart};
pub(crate) use matrix::STATEMENTS as MATRIX_STATEMENTS;
pub use matrix::{LaneRecord, Standing, StepRecord, WaveRecord};
pub(crate) use moves::STATEMENTS as MOVES_STATEMENTS;
pub use service::OutOfService;
pub(crate) use service::STATEMENTS as SERVICE_STATEMENTS;
