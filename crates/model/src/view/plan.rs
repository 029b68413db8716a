//! A plan as a page: what will be done, whether it can be run, and why not.

use super::When;
use crate::options::Options;
use crate::plan::{Impact, LeftOut, ServerPlan, Warning, WaveKind};
use crate::run::PlanState;
use crate::{GroupId, PlanId, RunId, ServerId, StackId, StepId, Timestamp, words};
use serde::{Deserialize, Serialize};

words! {
    /// How far a survey is.
    pub enum SurveyState {
        /// Nobody has begun it yet.
        Queued = "queued",
        /// A worker asks the server.
        Running = "running",
        /// The server has answered.
        Ended = "ended",
        /// There is no answer.
        Failed = "failed",
    }
}

/// One server that is being asked what would be installed on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SurveyRow {
    /// The server.
    pub server: ServerId,
    /// Its name.
    pub name: String,
    /// How far it is.
    pub state: SurveyState,
    /// What came of it or what it waits for, one sentence.
    pub said: String,
    /// Since when it is where it is.
    pub since: Option<When>,
}

/// How far the surveys of a draft are. The page follows the servers' hints, or asks again every second or two.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SurveyProgress {
    /// How many servers are asked.
    pub asked: u32,
    /// How many of those have answered or will not.
    pub ended: u32,
    /// How many of those did not answer.
    pub failed: u32,
    /// Failed first, then the running, then the queued; at most 50.
    pub rows: Vec<SurveyRow>,
}

impl SurveyProgress {
    /// Whether some server has still to answer.
    pub const fn is_going_on(&self) -> bool {
        self.ended < self.asked
    }
}

/// Why there is no plan, a reason at a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusalRow {
    /// The field of the options that it is about.
    pub field: Option<String>,
    /// The group that it is about, id and name.
    pub group: Option<(GroupId, String)>,
    /// What is wrong and what to do.
    pub sentence: String,
}

/// What differs for one server, or (`server` is `None`) for the whole plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DifferenceRow {
    /// The server, id and name.
    pub server: Option<(ServerId, String)>,
    /// One sentence each.
    pub what: Vec<String>,
}

/// The plan that this one was made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanBefore {
    /// Its id.
    pub id: PlanId,
    /// Whether somebody wanted to run it, and the fleet was not the same any more. Else it was the draft of this one.
    pub fleet_changed: bool,
    /// What is different in this one, by name.
    pub differences: Vec<DifferenceRow>,
}

/// One wave without its servers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanWave {
    /// Its place, from 0.
    pub position: u32,
    /// Why it is one of its own.
    pub kind: WaveKind,
    /// How many servers it has.
    pub servers: u32,
}

/// One server of the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanServer {
    /// The place of its wave, from 0.
    pub wave: u32,
    /// Its stack's name.
    pub stack: Option<String>,
    /// Its group's name.
    pub group: Option<String>,
    /// Everything that is done on it.
    pub plan: ServerPlan,
}

/// The plan in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanTotals {
    /// Servers that are worked on.
    pub servers: u32,
    /// Different packages at different versions, over all servers.
    pub packages: u32,
    /// Installations over all servers.
    pub installs: u32,
    /// Of those, security updates.
    pub security: u32,
    /// Removals over all servers.
    pub removals: u32,
    /// Servers that are expected to be rebooted.
    pub reboots: u32,
    /// Servers that may have to be rebooted, beside those.
    pub reboots_possible: u32,
    /// Servers on which services are restarted instead.
    pub restarts: u32,
    /// Everything that is downloaded, in bytes, as far as it is known.
    pub download_bytes: u64,
}

/// A plan's page. It does not change, except for its state, its surveys and what came after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanPage {
    /// When it was read.
    pub now: Timestamp,
    /// Its id.
    pub id: PlanId,
    /// What it is in a few words: `Security upgrades, reboot if required`.
    pub what: String,
    /// What an approval names.
    pub hash: String,
    /// Where it is.
    pub state: PlanState,
    /// When it was made.
    pub made: When,
    /// Who asked for it; `None` is the schedule.
    pub made_by: Option<String>,
    /// When it was approved, and by whom.
    pub approved: Option<(When, Option<String>)>,
    /// The profile it was filled in from.
    pub profile: Option<String>,
    /// The stack it was asked for, if it was one.
    pub stack: Option<(StackId, String)>,
    /// What was asked, to go back to the form or to preview again.
    pub asked: super::PreviewAsked,
    /// The surveys that it waits for, or waited for; all zero when none was needed.
    pub surveys: SurveyProgress,
    /// The plan that took its place: go there.
    pub replaced_by: Option<PlanId>,
    /// Why there is no plan. Then there are no waves.
    pub refusals: Vec<RefusalRow>,
    /// Why it may be looked at and not be run yet, one sentence.
    pub draft: Option<String>,
    /// The plan that it was made from.
    pub before: Option<PlanBefore>,
    /// In numbers.
    pub totals: PlanTotals,
    /// In order.
    pub waves: Vec<PlanWave>,
    /// Servers of this page, in order of waves.
    pub servers: Vec<PlanServer>,
    /// This page of servers, from 1.
    pub page: u32,
    /// Number of pages, at least 1.
    pub pages: u32,
    /// Servers that are not touched, by name, at most 200.
    pub left_out: Vec<LeftOut>,
    /// How many more there are.
    pub left_out_more: u32,
    /// What a person must know before the click.
    pub warnings: Vec<Warning>,
    /// What it means for each group.
    pub impact: Vec<Impact>,
    /// What the button does, in numbers: `Apply 8 updates to 3 servers, reboot 2`.
    pub button: String,
    /// Whether the person may run it now.
    pub may_run: bool,
    /// Why it cannot be run, one sentence; `None` when it can.
    pub cannot_run: Option<String>,
    /// The run that does it.
    pub run: Option<RunId>,
    /// Open runs of the same stacks, each with its headline: the run would wait behind them.
    pub behind: Vec<(RunId, String)>,
}

impl PlanPage {
    /// The options that it was made from.
    pub const fn options(&self) -> &Options {
        &self.asked.options
    }
}

/// One file of what a step puts on the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepFile {
    /// Its name: `work` is the command itself, the others surround it.
    pub name: String,
    /// Its exact text.
    pub text: String,
}

/// The exact text of one step's command: what the plan's hash covers, and what will run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepText {
    /// The step.
    pub step: StepId,
    /// What it does, as a sentence.
    pub what: String,
    /// Its files; none when it only looks.
    pub files: Vec<StepFile>,
}

/// What came of *Run now*.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "run", content = "id", rename_all = "snake_case")]
pub enum RunNow {
    /// It is in the queue, or was already. Go to the run.
    Started(RunId),
    /// The fleet is not what the plan was made from. Nothing was started; go to the new plan, which says what differs.
    Changed(PlanId),
}
