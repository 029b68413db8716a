//! The words of runs: where a run and its steps are, how they ended, and what happened to them. The engine moves runs
//! by the same words; a test of the store holds both lists together.

use crate::words;
use serde::{Deserialize, Serialize};

words! {
    /// Where a run is.
    pub enum RunState {
        /// Nobody works on it yet: it waits for a worker, for its time, or behind another run.
        Queued = "queued",
        /// A worker holds it.
        Running = "running",
        /// Between two waves, until a time or until a person lets it go on. It keeps its servers.
        Waiting = "waiting",
        /// Stopped at a safe point until a person resumes or cancels it. It keeps its servers.
        Paused = "paused",
        /// A step's deadline passed and what became of it is not known: a person has to settle it.
        Stuck = "stuck",
        /// It is over.
        Ended = "ended",
    }
}

words! {
    /// How a run ended.
    pub enum RunOutcome {
        /// Every step of every server ended well.
        Succeeded = "succeeded",
        /// Some servers failed, no more than the failure budget allows, and the others were done.
        PartlyFailed = "partly_failed",
        /// More servers failed than the failure budget allows; what had not begun was not started.
        Failed = "failed",
        /// A person stopped it at a safe point.
        Cancelled = "cancelled",
        /// A person let go of it in the middle; its servers need to be looked at.
        Abandoned = "abandoned",
    }
}

words! {
    /// Where a step is. Each word is written before what it announces.
    pub enum StepState {
        /// Nothing was done on the server yet.
        Pending = "pending",
        /// It may have been started.
        Starting = "starting",
        /// It was started, and works.
        Started = "started",
        /// It has ended; what came of it is being looked at.
        Verifying = "verifying",
        /// It is over.
        Ended = "ended",
        /// Its deadline passed, and what became of it is not known.
        Stuck = "stuck",
    }
}

words! {
    /// How a step ended.
    pub enum StepOutcome {
        /// It did what it was to do.
        Changed = "changed",
        /// There was nothing to do: it was so already.
        FoundDone = "found_done",
        /// Its end was never seen, because the machine died under it; its own check found it done.
        TookOver = "took_over",
        /// It was left out.
        Skipped = "skipped",
        /// It did what it was to do, and something about it needs a look.
        Warned = "warned",
        /// It failed.
        Failed = "failed",
        /// A person let go of the run while it worked; the server needs to be looked at.
        Abandoned = "abandoned",
    }
}

words! {
    /// What a step is for, as far as the order of things depends on it.
    pub enum StepRole {
        /// Left out once its server has failed or the run is stopping.
        Work = "work",
        /// Takes the server out of service. From here to `put_back` there is no safe point.
        TakeOut = "take_out",
        /// Says whether the server is well. While it is out, a failed check keeps it out.
        Check = "check",
        /// Puts the server back into service; done on every way out.
        PutBack = "put_back",
        /// Done at the end even when the server failed, if anything was done to it.
        Closing = "closing",
    }
}

words! {
    /// What somebody wants of a run.
    pub enum RunWants {
        /// That it goes on.
        None = "none",
        /// That it stops at the next safe point and keeps its servers.
        Pause = "pause",
        /// That it ends at the next safe point.
        Cancel = "cancel",
        /// That it is let go of at once.
        Abandon = "abandon",
    }
}

words! {
    /// Where a plan is.
    pub enum PlanState {
        /// It was computed and can be approved.
        Draft = "draft",
        /// It is what a run does.
        Approved = "approved",
        /// What it was computed from is not so any more.
        Void = "void",
    }
}

words! {
    /// What a person says about a step that is stuck.
    pub enum Settlement {
        /// Look again, with a new deadline.
        LookAgain = "look_again",
        /// It is done.
        Done = "done",
        /// It failed.
        Failed = "failed",
    }
}

impl StepState {
    /// Whether something may be going on in the step's name.
    pub const fn is_under_way(self) -> bool {
        matches!(self, Self::Starting | Self::Started | Self::Verifying)
    }
}

impl StepOutcome {
    /// Whether its server counts as failed.
    pub const fn is_failure(self) -> bool {
        matches!(self, Self::Failed | Self::Abandoned)
    }
}

/// The version of [`RunEvent`] that this build writes.
pub const RUN_EVENT_VERSION: u32 = 1;

/// Something that happened to a run, numbered per run without gaps in the order of commits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum RunEvent {
    /// The run moved.
    Run {
        /// Where it is now.
        state: RunState,
        /// How it ended, if it has.
        outcome: Option<RunOutcome>,
        /// Why, one sentence.
        why: Option<String>,
    },
    /// A step moved; the event's row names it.
    Step {
        /// Where it is now.
        state: StepState,
        /// Its attempt, from 1.
        attempt: u32,
        /// How it ended, if it has.
        outcome: Option<StepOutcome>,
        /// What is to be said about it, one sentence.
        said: Option<String>,
    },
    /// A step says what it waits for, or what troubles it.
    Note {
        /// One sentence.
        said: String,
    },
    /// A server is done with, and given back.
    Lane {
        /// The server.
        lane: String,
        /// Whether one of its steps failed.
        failed: bool,
        /// Whether it stays out of service.
        out: bool,
    },
    /// The gate before a wave was opened.
    Wave {
        /// The wave, from 1.
        wave: u32,
    },
    /// Somebody asked for something.
    Asked {
        /// What the run is to do.
        wants: RunWants,
        /// Who; `None` is Drydock itself.
        by: Option<String>,
    },
}
