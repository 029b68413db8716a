//! *Deploy with options*: the form, and what it sends.

use super::When;
use crate::facts::{Counts, RebootNeed};
use crate::options::{Care, Options};
use crate::{GroupId, ProfileId, RunId, ServerId, StackId, Status, Timestamp};
use serde::{Deserialize, Serialize};

/// One server that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeployServer {
    /// Its id.
    pub id: ServerId,
    /// Its name.
    pub name: String,
    /// Its group, id and name.
    pub group: Option<(GroupId, String)>,
    /// Its status now.
    pub status: Status,
    /// The reason in one sentence.
    pub reason: String,
    /// Pending updates; `None` is unknown.
    pub counts: Option<Counts>,
    /// The reboot verdict.
    pub reboot: RebootNeed,
    /// When it was last seen.
    pub seen: Option<When>,
    /// Since when it is out of service, if it is.
    pub out_since: Option<When>,
}

/// One group, with what its stack's settings say about the work on its servers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeployGroup {
    /// The group, id and name.
    pub group: (GroupId, String),
    /// How many servers it has.
    pub servers: u32,
    /// How many must be in service at any time; `None`: nobody has said.
    pub min_in_service: Option<u32>,
    /// Drain, restore, health check and settle time, which options may replace for one run.
    pub care: Care,
}

/// Options saved under a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileRow {
    /// Its id.
    pub id: ProfileId,
    /// Its name.
    pub name: String,
    /// Whether it is every stack's, not this one's alone.
    pub everywhere: bool,
    /// What it ticks, a few words: `Security upgrades, reboot if required`.
    pub ticks: String,
}

/// The form, filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeployForm {
    /// When it was read.
    pub now: Timestamp,
    /// The stack, id and name.
    pub stack: (StackId, String),
    /// Its servers by name.
    pub servers: Vec<DeployServer>,
    /// Its groups by name.
    pub groups: Vec<DeployGroup>,
    /// The profiles that can be chosen, by name.
    pub profiles: Vec<ProfileRow>,
    /// The profile that the options are of.
    pub profile: Option<ProfileId>,
    /// What is ticked to begin with.
    pub options: Options,
    /// Open runs of this stack, oldest first, each with its headline: a new run waits behind them.
    pub open_runs: Vec<(RunId, String)>,
    /// Whether the person may preview and run.
    pub may_run: bool,
    /// Whether the person may write commands (drain, restore, health check) into the options.
    pub may_write_commands: bool,
    /// Whether the person may save profiles.
    pub may_save_profiles: bool,
}

/// What to preview.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewAsked {
    /// The stack whose servers are worked on; `None`: only those named below, of any stack.
    pub stack: Option<StackId>,
    /// These servers alone; empty: all of the stack.
    #[serde(default)]
    pub servers: Vec<ServerId>,
    /// What is ticked.
    pub options: Options,
    /// The profile that the options were filled in from. Its name is shown with the run while the options are still
    /// exactly the profile's.
    #[serde(default)]
    pub profile: Option<ProfileId>,
}
