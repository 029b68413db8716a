//! Who may do what: four roles in order, each with everything the one before it may do.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A person's role, as `reliability.md` (Access) defines it. The order is the order of power.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Reads everything but secrets.
    Viewer,
    /// Previews, runs and cancels with commands that already exist; scans.
    Operator,
    /// Adds servers and stacks, decides host keys, edits commands, approves.
    Lead,
    /// People, keys, tokens, protection, notifications.
    Admin,
}

/// Every role, weakest first.
pub const ROLES: [Role; 4] = [Role::Viewer, Role::Operator, Role::Lead, Role::Admin];

impl Role {
    /// The word stored in the database and used in forms.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Operator => "operator",
            Self::Lead => "lead",
            Self::Admin => "admin",
        }
    }

    /// Whether the role has `right`.
    pub fn may(self, right: Right) -> bool {
        self >= right.needs()
    }

    /// One sentence for the page where a role is chosen.
    pub const fn explains(self) -> &'static str {
        match self {
            Self::Viewer => "Reads everything except secrets.",
            Self::Operator => {
                "Also scans servers, and previews, runs and cancels with commands that already exist."
            }
            Self::Lead => "Also adds servers and stacks, decides host keys, edits commands and approves.",
            Self::Admin => "Also manages people and keys.",
        }
    }
}

/// Something a use-case needs the right to. Decided on the server, per use-case; pages ask [`Role::may`] only to leave
/// out what would be refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// Read pages.
    Read,
    /// Ask for checks of servers: scans, probes, fingerprints.
    Check,
    /// Preview plans, run them, and control runs.
    Run,
    /// Save options under a name.
    SaveProfiles,
    /// Say that a server is back in service.
    MarkInService,
    /// Add, change and remove servers, stacks and groups; import.
    EditFleet,
    /// Write commands that run as root on servers: drain, restore, health checks; and what must stay in service.
    WriteCommands,
    /// Confirm or replace host keys.
    DecideHostKeys,
    /// Switch the schedule on again.
    SwitchSchedule,
    /// Add and remove SSH keys.
    EditKeys,
    /// Invite people, change roles, switch accounts off.
    EditPeople,
}

impl Right {
    /// The weakest role that has the right (`reliability.md`, Access).
    pub const fn needs(self) -> Role {
        match self {
            Self::Read => Role::Viewer,
            Self::Check | Self::Run | Self::MarkInService => Role::Operator,
            Self::EditFleet
            | Self::SaveProfiles
            | Self::WriteCommands
            | Self::DecideHostKeys
            | Self::SwitchSchedule => Role::Lead,
            Self::EditKeys | Self::EditPeople => Role::Admin,
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        ROLES.into_iter().find(|role| role.as_str() == text).ok_or(())
    }
}
