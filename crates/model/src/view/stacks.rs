//! Stacks: the list, and one stack's page.

use super::{DeployGroup, ProfileRow, RunRow, ServerRow, TrendDay};
use crate::{Criticality, GroupId, ServerId, StackId, Status, Timestamp, UserId};
use serde::{Deserialize, Serialize};

/// One stack in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StackRow {
    /// Its id.
    pub id: StackId,
    /// Its name.
    pub name: String,
    /// Its environment.
    pub environment: String,
    /// Its owner's name.
    pub owner: Option<String>,
    /// How much its absence matters.
    pub criticality: Criticality,
    /// The worst status among its servers.
    pub status: Status,
    /// In one sentence.
    pub reason: String,
    /// Number of servers.
    pub servers: u32,
    /// Servers that need a reboot.
    pub reboot: u32,
    /// Pending security updates.
    pub security: u32,
    /// Pending other updates.
    pub other: u32,
}

/// The list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StacksPage {
    /// When it was read.
    pub now: Timestamp,
    /// Worst first.
    pub rows: Vec<StackRow>,
    /// Servers in no stack.
    pub unassigned: u32,
    /// People who can own a stack, by name.
    pub people: Vec<(UserId, String)>,
}

/// One server as a small cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerCell {
    /// Its id.
    pub id: ServerId,
    /// Its name.
    pub name: String,
    /// Its status.
    pub status: Status,
    /// The reason.
    pub reason: String,
}

/// A group with its servers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupCells {
    /// The group; `None` are the stack's servers without one.
    pub group: Option<(GroupId, String)>,
    /// Its servers by name.
    pub servers: Vec<ServerCell>,
}

/// One stack's page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StackPage {
    /// When it was read.
    pub now: Timestamp,
    /// The stack as in the list.
    pub stack: StackRow,
    /// Overview: groups with cells.
    pub groups: Vec<GroupCells>,
    /// The servers as rows, worst first, at most 100.
    pub rows: Vec<ServerRow>,
    /// The last 30 days.
    pub trend: Vec<TrendDay>,
    /// The owner's id.
    pub owner: Option<UserId>,
    /// People who can own it, by name.
    pub people: Vec<(UserId, String)>,
    /// Its newest runs, newest first, at most 10.
    pub runs: Vec<RunRow>,
    /// Options saved under a name, for the Deploy menu.
    pub profiles: Vec<ProfileRow>,
    /// What its settings say about the work on each group's servers, by name.
    pub care: Vec<DeployGroup>,
}
