//! The one table of what may follow what. Whoever writes a state asks here first; any other transition is an error.

use crate::words::words;

words! {
    /// Where a run is.
    pub enum RunState {
        /// No worker holds it.
        Queued = "queued",
        /// A worker holds it.
        Running = "running",
        /// Before a wave, until a time or until somebody lets it go on. It keeps its holds.
        Waiting = "waiting",
        /// Stopped at a safe point. It keeps its holds.
        Paused = "paused",
        /// A step is stuck. It keeps its holds.
        Stuck = "stuck",
        /// It is over.
        Ended = "ended",
    }
}

words! {
    /// Where a step is. Each is written before what it announces.
    pub enum StepState {
        /// Nothing was done in its name.
        Pending = "pending",
        /// Its act may have been started: only the outside world knows.
        Starting = "starting",
        /// Its act was started.
        Started = "started",
        /// Its act has ended, and what came of it is being looked at.
        Verifying = "verifying",
        /// It is over.
        Ended = "ended",
        /// Its deadline passed, and what became of it is not known.
        Stuck = "stuck",
    }
}

impl RunState {
    /// Whether a run that is here may go to `next`.
    pub const fn may_become(self, next: Self) -> bool {
        use RunState::{Ended, Paused, Queued, Running, Stuck, Waiting};
        matches!(
            (self, next),
            // Claimed; paused, cancelled or abandoned before anybody had claimed it.
            (Queued, Running | Paused | Ended)
            // Taken over by another worker; given back; parked; over.
            | (Running, Running | Queued | Waiting | Paused | Stuck | Ended)
            // Its time has come; let go on, or to be cancelled by a worker; paused; abandoned.
            | (Waiting, Running | Queued | Paused | Ended)
            // Resumed, or to be cancelled by a worker; abandoned; in a restored backup, whatever it was before it is paused.
            | (Paused, Queued | Ended)

            | (Stuck, Queued | Paused | Ended)
        )
    }
}

impl StepState {
    /// Whether a step that is here may go to `next`.
    pub const fn may_become(self, next: Self) -> bool {
        use StepState::{Ended, Pending, Started, Starting, Stuck, Verifying};
        matches!(
            (self, next),
            // Begun; found done, left out, refused or never reached.
            (Pending, Starting | Ended)
            // Nothing was sent: another attempt. Started; over within the start; failed; unknown.
            | (Starting, Pending | Started | Verifying | Ended | Stuck)
            | (Started, Verifying | Ended | Stuck)
            | (Verifying, Ended | Stuck)
            // A person has it looked at again, or says what became of it.
            | (Stuck, Started | Ended)
        )
    }

    /// Whether something may be going on in its name.
    pub const fn is_under_way(self) -> bool {
        matches!(
            self,
            Self::Starting | Self::Started | Self::Verifying | Self::Stuck
        )
    }
}
