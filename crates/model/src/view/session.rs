//! Who is looking.

use crate::{Role, UserId};
use serde::{Deserialize, Serialize};

/// The person whose session this is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    /// Their id.
    pub id: UserId,
    /// Their log-in name.
    pub name: String,
    /// Their role.
    pub role: Role,
}

/// How far this Drydock is set up; decides where `/` leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetupState {
    /// Whether an admin account exists. Without one every page leads to the first run.
    pub has_admin: bool,
    /// Whether this is the demo, whose servers are simulated.
    pub demo: bool,
}

/// What surrounds every page of a person who is logged in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frame {
    /// Whose session it is.
    pub me: Me,
    /// Whether this is the demo, whose servers are simulated.
    pub demo: bool,
    /// Drydock's version.
    pub version: String,
    /// Why nothing happens on schedule, after a restore for example; `None` while the schedule is on.
    pub schedule_off: Option<String>,
    /// Servers that need a reboot.
    pub reboots: u32,
    /// Runs that have not ended.
    pub runs: u32,
}

/// What an invited person sees before choosing a password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// The log-in name that was reserved.
    pub name: String,
    /// The role that goes with it.
    pub role: Role,
}
