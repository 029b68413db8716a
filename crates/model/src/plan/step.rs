//! Steps: the smallest unit that is recorded, resumed and retried.

use crate::options::HealthCheck;
use crate::{StepId, Work, words};
use serde::{Deserialize, Serialize};

words! {
    /// What a step is for. A server's steps come in the order of this list, each at most once.
    pub enum StepKind {
        /// Whether the server and its group are well enough to begin.
        HealthBefore = "health_before",
        /// Disk space, `/boot`, locks, an interrupted package manager.
        PreChecks = "pre_checks",
        /// Finish what an interrupted package manager left behind.
        Repair = "repair",
        /// Take the server out of service.
        Drain = "drain",
        /// Install the pinned packages.
        Install = "install",
        /// Set up, or switch off, daily unattended security upgrades.
        Unattended = "unattended",
        /// Restart services that run old libraries.
        RestartServices = "restart_services",
        /// Reboot, and prove that it came back.
        Reboot = "reboot",
        /// Whether the server is well again.
        HealthAfter = "health_after",
        /// Put the server back into service.
        Restore = "restore",
        /// Look at the server again: what Proof shows as *after*.
        Rescan = "rescan",
    }
}

words! {
    /// Whether a step is done in any case.
    pub enum When {
        /// It is.
        Always = "always",
        /// Only if the server turns out to ask for it; else it is skipped, and that is well.
        IfRequired = "if_required",
    }
}

/// One step on one server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Follows from the plan's id and the position.
    pub id: StepId,
    /// Its place in the whole plan, from 0.
    pub position: u32,
    /// What it is for.
    pub kind: StepKind,
    /// What it does on the server; `None`: it only looks.
    pub work: Option<Work>,
    /// The health check that it asks, where the group has one.
    pub check: Option<HealthCheck>,
    /// Whether it is done in any case.
    pub when: When,
    /// How long it may take, in seconds, waiting for locks included; never 0. Later it is *stuck, needs a person*.
    pub deadline_secs: u32,
    /// What it does, as a sentence.
    pub what: String,
}
