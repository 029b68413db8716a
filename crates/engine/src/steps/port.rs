//! Where runs with steps live: the port that the database implements beside [`crate::RunStore`]. Every write names
//! the run's epoch; a write whose answer was lost may be repeated and then says the same.

use super::kind::StepEnd;
use super::logs::{Appended, LogAppend};
use super::plan::{RunOutcome, RunPlan};
use super::transitions::StepState;
use crate::{Claim, RunStoreError};
use async_trait::async_trait;
use std::time::Duration;
use uuid::Uuid;

/// A run with steps that a worker now holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimedRun {
    /// The run.
    pub id: Uuid,
    /// Its kind's name.
    pub kind: String,
    /// The version of its parameters.
    pub v: u32,
    /// Its parameters, in the kind's own format.
    pub params: String,
    /// The fencing number of this claim, for the database.
    pub epoch: i64,
    /// The fencing number of this claim, for the outside world: higher than that of any claim of any run before.
    pub fence: i64,
    /// Which claim this is, from 1.
    pub attempt: u32,
}

/// Which step of which claim a write is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StepRef {
    /// The run.
    pub run: Uuid,
    /// The fencing number of the claim.
    pub epoch: i64,
    /// The step.
    pub step: Uuid,
    /// Its attempt.
    pub attempt: u32,
}

/// A step's transition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Move {
    /// Pending → starting. `take_out`: the lane is taken out of service with it, or, when too few would be left,
    /// nothing happens.
    Start {
        /// Whether the lane is taken out of service.
        take_out: bool,
    },
    /// Starting → pending, as the next attempt: nothing was sent.
    Again,
    /// Starting → started.
    Started,
    /// Starting or started → verifying.
    Verify {
        /// What the act left for the verification.
        report: String,
        /// Whether its end was never seen.
        gone: bool,
    },
    /// → ended. `put_back`: the lane is back in service.
    End {
        /// How it ended.
        end: StepEnd,
        /// Whether the lane is back in service.
        put_back: bool,
    },
    /// → stuck, with what is known.
    Stick {
        /// One sentence.
        known: String,
    },
}

impl Move {
    /// Where it leads.
    pub const fn to(&self) -> StepState {
        match self {
            Self::Start { .. } => StepState::Starting,
            Self::Again => StepState::Pending,
            Self::Started => StepState::Started,
            Self::Verify { .. } => StepState::Verifying,
            Self::End { .. } => StepState::Ended,
            Self::Stick { .. } => StepState::Stuck,
        }
    }
}

/// What came of a write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    /// It is so, by this write or by one whose answer was lost.
    Done,
    /// Somebody else holds the run.
    Fenced,
    /// Too few would be left in service: nothing was written. One sentence.
    BelowMinimum(String),
    /// The step is somewhere else than the caller believes, or the table has no such transition.
    Illegal(String),
}

/// A run that stops without being over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Park {
    /// Until a person resumes it.
    Paused {
        /// Why, one sentence; without, because a person wants it. If that was taken back meanwhile, the run goes
        /// back to the queue.
        why: Option<String>,
    },
    /// Before a wave.
    Waiting {
        /// After this long it goes on by itself; without, when somebody lets it.
        resume_after: Option<Duration>,
    },
    /// Until a person has settled its stuck steps.
    Stuck {
        /// What is known, one sentence.
        known: String,
    },
}

/// Where runs with steps live.
#[async_trait]
pub trait StepStore: Send + Sync + 'static {
    /// Takes runs whose lease has passed, and queued or waiting ones whose time has come, the older the sooner, each
    /// with everything that it holds, or not at all. A run waits behind an older queued one that needs the same.
    ///
    /// # Errors
    /// [`RunStoreError`]; runs may have been taken all the same. [`crate::RunStore::renew`] brings them to light.
    async fn claim_stepped(&self, claim: &Claim<'_>) -> Result<Vec<ClaimedRun>, RunStoreError>;

    /// The run with its steps. `None`: somebody else holds it.
    ///
    /// # Errors
    /// [`RunStoreError`].
    async fn load(&self, run: Uuid, epoch: i64) -> Result<Option<RunPlan>, RunStoreError>;

    /// Sets the step's deadline, unless it has one, and returns how much time is left. `None`: fenced.
    ///
    /// # Errors
    /// [`RunStoreError`].
    async fn arm(&self, step: StepRef) -> Result<Option<Duration>, RunStoreError>;

    /// Moves a step.
    ///
    /// # Errors
    /// [`RunStoreError`].
    async fn move_step(&self, step: StepRef, from: StepState, to: &Move) -> Result<Written, RunStoreError>;

    /// Says what a step waits for. `false`: fenced.
    ///
    /// # Errors
    /// [`RunStoreError`].
    async fn note(&self, step: StepRef, sentence: &str) -> Result<bool, RunStoreError>;

    /// Appends to the logs of many steps in one transaction. The answers are in the order of `appends`.
    ///
    /// # Errors
    /// [`RunStoreError`]; then nothing may have been stored, or all of it.
    async fn append_logs(&self, appends: Vec<LogAppend>) -> Result<Vec<Appended>, RunStoreError>;

    /// Notes that steps gave a sign of life.
    ///
    /// # Errors
    /// [`RunStoreError`].
    async fn alive(&self, run: Uuid, epoch: i64, steps: &[Uuid]) -> Result<(), RunStoreError>;

    /// Packs the log of a step that has ended.
    ///
    /// # Errors
    /// [`RunStoreError`].
    async fn pack_log(&self, step: Uuid) -> Result<(), RunStoreError>;

    /// Opens the gate before a wave. `false`: fenced.
    ///
    /// # Errors
    /// [`RunStoreError`].
    async fn open_wave(&self, run: Uuid, epoch: i64, wave: u32) -> Result<bool, RunStoreError>;

    /// Ends a lane: its pending steps are left out, and it is given back. `false`: fenced.
    ///
    /// # Errors
    /// [`RunStoreError`].
    async fn end_lane(
        &self,
        run: Uuid,
        epoch: i64,
        lane: &str,
        failed: bool,
        out: bool,
    ) -> Result<bool, RunStoreError>;

    /// Lets go of a run that is not over, with its lease but not with what it holds. `false`: fenced.
    ///
    /// # Errors
    /// [`RunStoreError`].
    async fn park(&self, run: Uuid, epoch: i64, park: &Park) -> Result<bool, RunStoreError>;

    /// Ends a run: what is pending is left out, what is under way is abandoned, what it holds is given back. `false`:
    /// fenced.
    ///
    /// # Errors
    /// [`RunStoreError`].
    async fn end_run(&self, run: Uuid, epoch: i64, outcome: RunOutcome) -> Result<bool, RunStoreError>;
}
