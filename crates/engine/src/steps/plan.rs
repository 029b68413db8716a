//! A run's plan as the engine sees it: waves, lanes, steps, each of them text that only its kind reads.

use super::logs::LogCursor;
use super::transitions::StepState;
use crate::Wants;
use crate::words::words;
use std::time::Duration;
use uuid::Uuid;

words! {
    /// What a step is for, as far as the order of things depends on it.
    pub enum Role {
        /// Left out once its lane has failed or the run is stopping.
        Work = "work",
        /// Takes the lane out of service. From here to [`Role::PutBack`] there is no safe point.
        TakeOut = "take_out",
        /// Says whether the lane is well. While it is out, a failed check keeps it out.
        Check = "check",
        /// Puts the lane back into service; done on every way out.
        PutBack = "put_back",
        /// Done at the end even when the lane failed, if anything was done to it.
        Closing = "closing",
    }
}

words! {
    /// How a step ended.
    pub enum StepOutcome {
        /// It did what it was to do.
        Changed = "changed",
        /// There was nothing to do.
        FoundDone = "found_done",
        /// Its end was never seen; its own check found it done.
        TookOver = "took_over",
        /// It was left out.
        Skipped = "skipped",
        /// It did what it was to do, and something about it needs a look.
        Warned = "warned",
        /// It failed.
        Failed = "failed",
        /// The run was let go of while it worked.
        Abandoned = "abandoned",
    }
}

impl StepOutcome {
    /// Whether its lane counts as failed.
    pub const fn is_failure(self) -> bool {
        matches!(self, Self::Failed | Self::Abandoned)
    }
}

words! {
    /// How a run with steps ended.
    pub enum RunOutcome {
        /// Every lane ended well.
        Succeeded = "succeeded",
        /// Some lanes failed, within the failure budget.
        PartlyFailed = "partly_failed",
        /// More lanes failed than the failure budget allows.
        Failed = "failed",
        /// It was stopped at a safe point.
        Cancelled = "cancelled",
        /// It was let go of in the middle.
        Abandoned = "abandoned",
    }
}

/// How long a step may take from its first probe to its end, all attempts together. There is none without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct StepTimeout(Duration);

impl StepTimeout {
    /// The longest that can be asked for: a week.
    pub const MOST: Duration = Duration::from_secs(7 * 24 * 3_600);

    /// A timeout; `None` when it is shorter than a millisecond or longer than [`StepTimeout::MOST`].
    pub const fn new(time: Duration) -> Option<Self> {
        if time.as_micros() < 1_000 || time.as_micros() > Self::MOST.as_micros() {
            None
        } else {
            Some(Self(time))
        }
    }

    /// The time.
    pub const fn get(self) -> Duration {
        self.0
    }
}

/// A step to be done. It cannot be made without a deadline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewStep {
    /// The wave, from 1.
    pub wave: u32,
    /// What the step is done to: steps of one lane are done one after the other, in the plan's order.
    pub lane: String,
    /// Its kind's name.
    pub kind: String,
    /// The version of `params`.
    pub v: u32,
    /// Its parameters, in the kind's own format.
    pub params: String,
    /// What it is for.
    pub role: Role,
    timeout: StepTimeout,
}

impl NewStep {
    /// A step of [`Role::Work`] in the first wave.
    pub fn new(
        lane: impl Into<String>,
        kind: impl Into<String>,
        v: u32,
        params: impl Into<String>,
        timeout: StepTimeout,
    ) -> Self {
        Self {
            wave: 1,
            lane: lane.into(),
            kind: kind.into(),
            v,
            params: params.into(),
            role: Role::Work,
            timeout,
        }
    }

    /// The same step in another wave, from 1.
    pub fn in_wave(self, wave: u32) -> Self {
        Self { wave, ..self }
    }

    /// The same step for another purpose.
    pub fn with_role(self, role: Role) -> Self {
        Self { role, ..self }
    }

    /// How long it may take.
    pub const fn timeout(&self) -> StepTimeout {
        self.timeout
    }
}

/// What has to happen before a wave begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gate {
    /// Somebody lets it go on.
    Person,
    /// This much time passes after the wave before it.
    After(Duration),
}

/// A wave to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewWave {
    /// How many of its lanes are worked on at the same time, at least one.
    pub width: u32,
    /// What has to happen before it begins.
    pub gate: Option<Gate>,
}

/// The id of the step at `position` of `plan`: the same whoever computes it, the planner included.
pub fn step_id(plan: Uuid, position: u32) -> Uuid {
    Uuid::new_v5(&plan, position.to_string().as_bytes())
}

/// A run as its driver loads it.
#[derive(Debug, Clone)]
pub struct RunPlan {
    /// What somebody wants of it.
    pub wants: Wants,
    /// Whether the time for which it waited has come.
    pub resume_due: bool,
    /// How many lanes may fail before nothing new is started.
    pub failure_budget: u32,
    /// Its waves in order.
    pub waves: Vec<Wave>,
}

/// A wave as it is stored.
#[derive(Debug, Clone)]
pub struct Wave {
    /// From 1.
    pub number: u32,
    /// How many lanes at the same time.
    pub width: u32,
    /// What has to happen before it, unless it was opened.
    pub gate: Option<Gate>,
    /// Its lanes in the plan's order.
    pub lanes: Vec<Lane>,
}

/// A lane as it is stored.
#[derive(Debug, Clone)]
pub struct Lane {
    /// What its steps are done to.
    pub name: String,
    /// Whether the run still holds it.
    pub held: bool,
    /// Its steps in order.
    pub steps: Vec<Step>,
}

/// A step as it is stored.
#[derive(Debug, Clone)]
pub struct Step {
    /// Its id.
    pub id: Uuid,
    /// Its kind's name.
    pub kind: String,
    /// The version of `params`.
    pub v: u32,
    /// Its parameters.
    pub params: String,
    /// What it is for.
    pub role: Role,
    /// Where it is.
    pub state: StepState,
    /// Its attempt, from 1.
    pub attempt: u32,
    /// Whether something may have been done in its name.
    pub began: bool,
    /// How it ended.
    pub outcome: Option<StepOutcome>,
    /// Whether it was skipped without having been looked at, because its lane had ended.
    pub left_out: bool,
    /// What its act left for the verification.
    pub report: Option<String>,
    /// Whether its act is gone without an end.
    pub gone: bool,
    /// How much of its log is stored.
    pub log: LogCursor,
}
