//! The words of a run.

use crate::words::words;

/// Outcomes that the engine itself gives. Kinds add their own.
pub mod outcome {
    /// The kind panicked, or said so itself.
    pub const FAILED: &str = "failed";
    /// Its deadline passed while it was running.
    pub const TIMED_OUT: &str = "timed_out";
    /// A person cancelled it.
    pub const CANCELLED: &str = "cancelled";
    /// Every attempt lost its worker, or no worker took it for too long.
    pub const GAVE_UP: &str = "gave_up";
    /// It was open when a backup was restored.
    pub const RESTORED: &str = "restored";
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// One word: one of [`outcome`], or the kind's own.
    pub outcome: String,
    /// The kind's result, in the kind's own format.
    pub result: Option<String>,
}

impl Ended {
    /// An end with a result.
    pub fn new(outcome: impl Into<String>, result: impl Into<String>) -> Self {
        Self {
            outcome: outcome.into(),
            result: Some(result.into()),
        }
    }

    /// An end that its word says in full.
    pub fn plain(outcome: impl Into<String>) -> Self {
        Self {
            outcome: outcome.into(),
            result: None,
        }
    }
}

words! {
    /// What somebody wants of a run that is held by a worker.
    pub enum Wants {
        /// Nothing: it may go on.
        None = "none",
        /// That it stops at the next safe point and is gone on with later. Only of runs with steps.
        Pause = "pause",
        /// That it ends at the next safe point.
        Cancel = "cancel",
        /// That it is let go of at once.
        Abandon = "abandon",
    }
}
