//! What a person must know before the click, and which servers are not touched.

use crate::{GroupId, ServerId, words};
use serde::{Deserialize, Serialize};

words! {
    /// What a warning is about.
    pub enum WarningKind {
        /// A group has one server in service: nothing serves in its place.
        OneServer = "one_server",
        /// All servers of a group are worked on in one wave.
        WholeGroup = "whole_group",
        /// Servers are in no group, so that it is not known what serves in their place.
        NoGroup = "no_group",
        /// A group has no health check.
        NoHealthCheck = "no_health_check",
        /// Docker or containerd is among what restarts.
        Docker = "docker",
        /// It is not known what the packages restart.
        RestartsUnknown = "restarts_unknown",
        /// Packages are removed.
        Removals = "removals",
        /// A reboot will be needed and is not ticked.
        RebootLeft = "reboot_left",
        /// Services run old libraries and cannot simply be restarted.
        RestartNotEnough = "restart_not_enough",
        /// An interrupted installation is finished first.
        Repair = "repair",
        /// Units have failed already.
        FailedBefore = "failed_before",
        /// Security updates stay pending: on hold, kept back, phased or excluded.
        SecurityLeft = "security_left",
        /// Other servers are reached through these.
        JumpHost = "jump_host",
        /// Drydock itself, or what it needs, is among the servers.
        OwnHost = "own_host",
    }
}

/// One warning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// What it is about.
    pub kind: WarningKind,
    /// The group, when it is about one.
    pub group: Option<GroupId>,
    /// The servers that it is about.
    pub servers: Vec<ServerId>,
    /// What will happen and what can be done, as a sentence.
    pub sentence: String,
}

words! {
    /// Why a server that was chosen is not touched.
    pub enum LeftOutReason {
        /// There is nothing to do on it.
        NothingToDo = "nothing_to_do",
        /// It could not be reached, or its answer could not be read.
        Unreachable = "unreachable",
        /// Nothing was ever heard from it.
        NeverReported = "never_reported",
        /// Its host key waits for a decision.
        HostKey = "host_key",
        /// Drydock's account there may only look.
        LookOnly = "look_only",
        /// Its operating system is not supported.
        Unsupported = "unsupported",
        /// What is known of it is too old.
        StaleFacts = "stale_facts",
        /// Its package lists are too old or failing.
        StaleLists = "stale_lists",
        /// Its updates could not be simulated.
        NotSimulated = "not_simulated",
        /// Another run holds it.
        Held = "held",
        /// It is the same machine as another server of the plan.
        SameMachine = "same_machine",
        /// Its updates would remove packages, and *full upgrade* is not ticked.
        WouldRemove = "would_remove",
        /// Its updates need a package that was excluded.
        NeedsExcluded = "needs_excluded",
        /// It has too little room on its disk.
        NoRoom = "no_room",
    }
}

/// A server that was chosen and is not touched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// The server.
    pub server: ServerId,
    /// Its name.
    pub name: String,
    /// Why.
    pub reason: LeftOutReason,
    /// Why, and what to do, as a sentence.
    pub sentence: String,
}

/// What the run means for one group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Impact {
    /// The group; `None`: servers in no group.
    pub group: Option<GroupId>,
    /// `stack/group`, or `no group`.
    pub name: String,
    /// How many servers it has.
    pub servers: u32,
    /// How many of them are in service now.
    pub in_service: u32,
    /// How many are worked on.
    pub planned: u32,
    /// The fewest that stay in service at any time of the run.
    pub fewest_in_service: u32,
    /// For how long none is expected to be in service, in seconds.
    pub downtime_secs: u32,
    /// The same as a sentence.
    pub sentence: String,
}
