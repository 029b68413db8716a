//! Reboots: every server that needs one, with its evidence.

use super::When;
use crate::facts::RebootNeed;
use crate::{Criticality, RunId, ServerId, StackId, Status, Timestamp};
use serde::{Deserialize, Serialize};

/// The list's filters, exactly as they stand in the URL.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RebootsAsked {
    /// Part of the name.
    pub q: Option<String>,
    /// A stack's id.
    pub stack: Option<StackId>,
    /// [`RebootNeed::Yes`] or [`RebootNeed::RestartServices`]; `None`: both.
    pub need: Option<RebootNeed>,
    /// The page, from 1.
    pub page: Option<u32>,
}

/// One server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RebootRow {
    /// Its id.
    pub id: ServerId,
    /// Its name.
    pub name: String,
    /// Its stack, id and name.
    pub stack: Option<(StackId, String)>,
    /// Its group.
    pub group: Option<String>,
    /// Whose the stack is.
    pub owner: Option<String>,
    /// How much its absence matters.
    pub criticality: Criticality,
    /// Its status now.
    pub status: Status,
    /// That in one sentence.
    pub reason: String,
    /// A reboot, or restarts of services, which are enough.
    pub need: RebootNeed,
    /// One sentence per piece of evidence.
    pub said: Vec<String>,
    /// Packages behind it.
    pub packages: Vec<String>,
    /// The running kernel.
    pub kernel: Option<String>,
    /// The kernel that would run.
    pub newest_kernel: Option<String>,
    /// Services that run old libraries.
    pub services: Vec<String>,
    /// Since when.
    pub since: Option<When>,
    /// When it was last seen.
    pub seen: Option<When>,
    /// Ports that are open to anywhere; exposed servers come first.
    pub open_ports: Option<u32>,
    /// Since when it is out of service, if it is.
    pub out_since: Option<When>,
    /// The open run that works on it, or will.
    pub run: Option<RunId>,
}

/// One page of the list: exposed first, then the oldest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RebootsPage {
    /// When it was read.
    pub now: Timestamp,
    /// The filters as understood.
    pub asked: RebootsAsked,
    /// The servers of this page.
    pub rows: Vec<RebootRow>,
    /// Servers that need a reboot, over the whole fleet.
    pub need_reboot: u32,
    /// Servers where restarting services is enough, over the whole fleet.
    pub restart_enough: u32,
    /// How many match the filters.
    pub matching: u32,
    /// This page, from 1.
    pub page: u32,
    /// Number of pages, at least 1.
    pub pages: u32,
    /// All stacks, for the filter.
    pub stacks: Vec<(StackId, String)>,
    /// Whether the person may preview and run.
    pub may_run: bool,
}

/// A server that a run took out of service and nobody put back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutRow {
    /// Its id.
    pub id: ServerId,
    /// Its name.
    pub name: String,
    /// Since when it is out of service.
    pub since: When,
    /// The run that took it out.
    pub run: RunId,
    /// Whether that run is still under way; if not, a person has to put the server back.
    pub under_way: bool,
    /// In one sentence, with what to do.
    pub said: String,
}
