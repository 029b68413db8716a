//! The list of servers.

use super::{Tile, When};
use crate::{
    Reach, ServerId, StackId, Status, Timestamp, Transport, facts::Counts, facts::RebootNeed, words,
};
use serde::{Deserialize, Serialize};

words! {
    /// By what the list is ordered.
    pub enum Sort {
        /// Worst status first, then name.
        Status = "status",
        /// Name.
        Name = "name",
        /// Most pending security updates first.
        Security = "security",
        /// Longest unseen first.
        Seen = "seen",
    }
}

/// The list's filters, exactly as they stand in the URL.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServersQuery {
    /// Part of the name or address.
    pub q: Option<String>,
    /// A tile.
    pub tile: Option<Tile>,
    /// A status.
    pub status: Option<Status>,
    /// A stack's id.
    pub stack: Option<StackId>,
    /// A group's name.
    pub group: Option<String>,
    /// The order; by status when not given.
    pub sort: Option<Sort>,
    /// The page, from 1.
    pub page: Option<u32>,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerRow {
    /// Its id.
    pub id: ServerId,
    /// Its name.
    pub name: String,
    /// `host` or `host:port`.
    pub address: String,
    /// Real or simulated.
    pub transport: Transport,
    /// Its stack, id and name.
    pub stack: Option<(StackId, String)>,
    /// Its group.
    pub group: Option<String>,
    /// Its status now.
    pub status: Status,
    /// The reason in one sentence.
    pub reason: String,
    /// How the last attempt ended.
    pub reach: Reach,
    /// The operating system.
    pub os: Option<String>,
    /// The running kernel.
    pub kernel: Option<String>,
    /// Pending updates; `None` is unknown.
    pub counts: Option<Counts>,
    /// The reboot verdict.
    pub reboot: RebootNeed,
    /// When it was last seen.
    pub seen: Option<When>,
    /// Whether a check of it is queued or running.
    pub checking: bool,
}

/// One page of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServersPage {
    /// When it was read.
    pub now: Timestamp,
    /// The filters as understood.
    pub query: ServersQuery,
    /// The rows of this page.
    pub rows: Vec<ServerRow>,
    /// Number of servers that match.
    pub matching: u32,
    /// Number of all servers.
    pub total: u32,
    /// This page, from 1.
    pub page: u32,
    /// Number of pages, at least 1.
    pub pages: u32,
    /// All stacks, for the filter.
    pub stacks: Vec<(StackId, String)>,
}
