//! One run: its head, its waves, and a page of the server × step matrix; and what a live stream says about it.

use super::{Headline, When};
use crate::plan::StepKind;
use crate::run::{RunOutcome, RunState, RunWants, StepOutcome, StepState};
use crate::{PlanId, RunId, ServerId, StackId, Status, StepId, Timestamp, words};
use serde::{Deserialize, Serialize};

words! {
    /// What a person asks of a run.
    pub enum RunAsk {
        /// Stop at the next safe point, and keep the servers.
        Pause = "pause",
        /// Go on.
        Resume = "resume",
        /// End at the next safe point.
        Cancel = "cancel",
        /// Let go of it at once; its servers need to be looked at.
        Abandon = "abandon",
    }
}

words! {
    /// What came of asking.
    pub enum RunAsked {
        /// It is so.
        Now = "now",
        /// It will be at the next safe point.
        Soon = "soon",
        /// It is not where that can be asked of it any more.
        TooLate = "too_late",
    }
}

words! {
    /// How a server of a run stands.
    pub enum LaneStanding {
        /// A step failed, is stuck, or was abandoned.
        Failed = "failed",
        /// Something was begun.
        UnderWay = "under_way",
        /// Nothing was.
        Pending = "pending",
        /// Everything ended well, or was left out.
        Done = "done",
    }
}

/// Which buttons the person has. A button that is not allowed is not shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunButtons {
    /// *Pause*.
    pub pause: bool,
    /// *Resume*, or *Go on* before a wave.
    pub resume: bool,
    /// *Cancel at a safe point*.
    pub cancel: bool,
    /// *Let go of it*.
    pub abandon: bool,
    /// *Retry what failed*.
    pub retry_failed: bool,
    /// Whether stuck steps can be settled.
    pub settle: bool,
}

/// A link to another run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunLink {
    /// Its id.
    pub id: RunId,
    /// Its status.
    pub status: Status,
    /// Its headline's text.
    pub text: String,
}

/// What stands above the matrix, and changes while the run goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunHead {
    /// Its id.
    pub id: RunId,
    /// Where it is.
    pub state: RunState,
    /// How it ended.
    pub outcome: Option<RunOutcome>,
    /// What somebody wants of it.
    pub wants: RunWants,
    /// The status whose colour and icon it wears.
    pub status: Status,
    /// It in one sentence.
    pub headline: Headline,
    /// Why it is where it is, and what a person does next; one or two sentences.
    pub why: Option<String>,
    /// The run that it waits for.
    pub behind: Option<RunLink>,
    /// When it goes on by itself.
    pub resume: Option<When>,
    /// When it began.
    pub started: Option<When>,
    /// When it ended.
    pub ended: Option<When>,
    /// Its servers.
    pub servers: u32,
    /// Of those, the ones that are done with.
    pub servers_ended: u32,
    /// Of those, the ones that failed.
    pub servers_failed: u32,
    /// What the person may do.
    pub buttons: RunButtons,
}

/// One wave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunWave {
    /// From 1.
    pub wave: u32,
    /// Its servers.
    pub servers: u32,
    /// As [`LaneStanding::Failed`].
    pub failed: u32,
    /// As [`LaneStanding::UnderWay`].
    pub under_way: u32,
    /// As [`LaneStanding::Pending`].
    pub pending: u32,
    /// As [`LaneStanding::Done`].
    pub done: u32,
}

/// One cell of the matrix: a step on a server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunCell {
    /// The step.
    pub step: StepId,
    /// The server.
    pub server: ServerId,
    /// Its column; `None`: a kind that this build does not know.
    pub kind: Option<StepKind>,
    /// Where it is.
    pub state: StepState,
    /// How it ended.
    pub outcome: Option<StepOutcome>,
    /// The status whose colour and icon it wears.
    pub status: Status,
    /// What is to be said about it, or what it waits for, one sentence.
    pub said: Option<String>,
    /// Its attempt, from 1.
    pub attempt: u32,
    /// When it must be over.
    pub deadline_at: Option<Timestamp>,
    /// When it was begun.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// When the server last gave a sign of life.
    pub proof_at: Option<Timestamp>,
    /// How long its log is, in bytes.
    pub log_len: u64,
    /// How many ends of lines its log has.
    pub log_lines: u64,
}

/// One row of the matrix: a server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunLane {
    /// The server.
    pub server: ServerId,
    /// Its name, or its id when Drydock does not have it any more.
    pub name: String,
    /// Whether Drydock still has it, so that it can be linked to.
    pub exists: bool,
    /// Its wave, from 1.
    pub wave: u32,
    /// How it stands.
    pub standing: LaneStanding,
    /// Since when it is out of service, if it is.
    pub out_since: Option<When>,
    /// Its steps in order.
    pub cells: Vec<RunCell>,
}

/// A run's page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunPage {
    /// When it was read.
    pub now: Timestamp,
    /// What a live stream that continues this page starts after.
    pub seq: i64,
    /// What it does in a few words: `Security upgrades, reboot if required`.
    pub what: String,
    /// What stands above the matrix.
    pub head: RunHead,
    /// The plan that it does.
    pub plan: Option<PlanId>,
    /// The profile its options were of.
    pub profile: Option<String>,
    /// The stacks it is about, by name.
    pub stacks: Vec<(StackId, String)>,
    /// When it was asked for.
    pub asked: When,
    /// By whom; `None` is the schedule.
    pub asked_by: Option<String>,
    /// After how many failed servers nothing new is started; 1 stops at the first.
    pub failure_budget: u32,
    /// The run of which it does again what failed.
    pub parent: Option<RunLink>,
    /// The runs that do again what failed in this one, oldest first.
    pub children: Vec<RunLink>,
    /// In order.
    pub waves: Vec<RunWave>,
    /// Kinds of steps that occur in the run, in order: the columns.
    pub columns: Vec<StepKind>,
    /// The wave that the rows are of; `None`: all.
    pub wave: Option<u32>,
    /// The rows of this page.
    pub rows: Vec<RunLane>,
    /// This page, from 1.
    pub page: u32,
    /// Number of pages, at least 1.
    pub pages: u32,
}

/// What moved in a run after some event. Everything in it is as of `seq`, so that applying it twice does no harm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunNews {
    /// When it was read.
    pub now: Timestamp,
    /// What to ask after next.
    pub seq: i64,
    /// The head.
    pub head: RunHead,
    /// Cells that moved, and those that are under way, which carry how long their logs are and when their servers were
    /// last heard; at most 500. A page leaves out those it does not show.
    pub cells: Vec<RunCell>,
    /// Whether so much moved that the page has to be read again.
    pub read_again: bool,
}
