//! The dashboard.

use super::{OutRow, RunRow, When};
use crate::{Criticality, ServerId, StackId, Status, Timestamp, words};
use serde::{Deserialize, Serialize};

words! {
    /// The tiles, which are filters of the servers page at the same time.
    pub enum Tile {
        /// The reboot verdict is *yes*.
        Reboot = "reboot",
        /// Pending security updates, ready or not.
        Security = "security",
        /// The last attempt to look at it failed.
        Unreachable = "unreachable",
        /// Nothing was ever heard of it.
        NeverReported = "never_reported",
        /// Its group runs different versions of a component.
        Drift = "drift",
        /// A check is going on right now.
        Running = "running",
        /// A host key waits for a person.
        Waiting = "waiting",
        /// What is known is too old, or could not be read.
        Unknown = "unknown",
    }
}

impl Tile {
    /// The tile's caption.
    pub const fn caption(self) -> &'static str {
        match self {
            Self::Reboot => "Need a reboot",
            Self::Security => "Security updates",
            Self::Unreachable => "Unreachable",
            Self::NeverReported => "Never reported",
            Self::Drift => "Version drift",
            Self::Running => "Being checked now",
            Self::Waiting => "Waiting for a person",
            Self::Unknown => "Unknown or out of date",
        }
    }

    /// The status whose colour and icon the tile wears when its count is not zero.
    pub const fn status(self) -> Status {
        match self {
            Self::Reboot | Self::Security | Self::Drift => Status::Attention,
            Self::Unreachable => Status::Failed,
            Self::NeverReported | Self::Unknown => Status::Unknown,
            Self::Running => Status::Running,
            Self::Waiting => Status::Waiting,
        }
    }
}

/// Number of servers per tile, in [`Tile::ALL`]'s order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tiles {
    /// `(tile, servers)`.
    pub counts: Vec<(Tile, u32)>,
    /// All servers.
    pub servers: u32,
    /// Servers whose status is healthy.
    pub healthy: u32,
}

/// One thing that waits for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NeedsPerson {
    /// The server it is about.
    pub server: ServerId,
    /// Its name.
    pub name: String,
    /// Its status.
    pub status: Status,
    /// What is wrong and what to do, one sentence each.
    pub what: String,
    /// Since when.
    pub since: Option<When>,
}

/// One stack on the dashboard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StackCard {
    /// Its id.
    pub id: StackId,
    /// Its name.
    pub name: String,
    /// Its environment.
    pub environment: String,
    /// How much its absence matters.
    pub criticality: Criticality,
    /// The worst status among its servers.
    pub status: Status,
    /// That status in one sentence.
    pub reason: String,
    /// Number of servers.
    pub servers: u32,
    /// Servers that need a reboot.
    pub reboot: u32,
    /// Pending security updates over all servers.
    pub security: u32,
    /// Pending security updates per day, oldest first, for the sparkline.
    pub trend: Vec<u32>,
}

/// One day of the fleet's trend.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrendDay {
    /// `YYYY-MM-DD` in UTC.
    pub day: String,
    /// Pending security updates.
    pub security: u32,
    /// Other pending updates.
    pub other: u32,
    /// Servers that need a reboot.
    pub reboot: u32,
}

/// The dashboard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dashboard {
    /// When it was read.
    pub now: Timestamp,
    /// The tiles.
    pub tiles: Tiles,
    /// What needs a person, worst first, at most 20.
    pub needs_person: Vec<NeedsPerson>,
    /// How many more there are.
    pub needs_person_more: u32,
    /// Stacks, worst first.
    pub stacks: Vec<StackCard>,
    /// Servers that are in no stack.
    pub unassigned: u32,
    /// The last 30 days of the fleet.
    pub trend: Vec<TrendDay>,
    /// Runs that have not ended, newest first, at most 20.
    pub runs: Vec<RunRow>,
    /// Servers that are out of service, the longest first, at most 50.
    pub out: Vec<OutRow>,
}
