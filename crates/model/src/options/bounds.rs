//! Bounds: what a person approves when nobody will be there to read the exact plan. A fresh plan is made at the start;
//! inside the bounds it runs, outside it waits for a person and names the bound. `planner::inside` compares the two.

use super::Options;
use crate::ServerId;
use serde::{Deserialize, Serialize};

/// The version of [`Bounds`] that this build writes.
pub const BOUNDS_VERSION: u16 = 1;

/// The limits of what a plan may do unseen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bounds {
    /// [`BOUNDS_VERSION`] of the build that wrote it.
    pub v: u16,
    /// The options, exactly: a plan of other options is outside.
    pub options: Options,
    /// The servers that may be touched.
    pub servers: Vec<ServerId>,
    /// Where packages may come from, as plans write it (`Debian-Security:12/oldstable-security`); a `*` at the end
    /// stands for anything. A package needs one origin that is here.
    pub origins: Vec<String>,
    /// Whether packages may be installed that were not there before.
    pub new_packages: bool,
    /// Whether packages may be removed.
    pub removals: bool,
    /// Units that may restart; `None`: any.
    pub restarts: Option<Vec<String>>,
    /// Whether servers may be rebooted.
    pub reboots: bool,
    /// Whether an interrupted installation may be finished first.
    pub repairs: bool,
}
