//! Proof: what a run was to do and what is so now, per server. That every command ended with 0 proves nothing.

use super::When;
use crate::facts::Known;
use crate::plan::{PackagePart, RebootVerdict, RestartCause};
use crate::run::RunOutcome;
use crate::{RunId, ServerId, Status, Timestamp, words};
use serde::{Deserialize, Serialize};

/// The same thing before the run and after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Beside<T> {
    /// Before the first step.
    pub before: Known<T>,
    /// After the last.
    pub after: Known<T>,
}

/// One planned package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackageProof {
    /// Its name.
    pub package: String,
    /// The version that was installed when it was planned; `None` for a new package.
    pub from: Option<String>,
    /// The planned version; `None`: it was to be removed.
    pub planned: Option<String>,
    /// What dpkg says now; `Known(None)`: it is not installed.
    pub now: Known<Option<String>>,
    /// Why it was part of the plan; `None` for a removal.
    pub part: Option<PackagePart>,
    /// Whether that is as planned; `None`: unknown.
    pub as_planned: Option<bool>,
}

/// Reboot: predicted and happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RebootProof {
    /// What the plan predicted.
    pub predicted: RebootVerdict,
    /// Whether the plan had a step for it.
    pub planned: bool,
    /// Whether the boot id is another one.
    pub happened: Known<bool>,
    /// Whether the server asks for one now.
    pub still_asks: Known<bool>,
    /// Both in one sentence.
    pub said: String,
}

/// One unit: whether it was predicted to restart, and whether it did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RestartProof {
    /// The unit.
    pub unit: String,
    /// Why it was named in the plan; `None`: it was not.
    pub predicted: Option<RestartCause>,
    /// Whether the plan said that it restarts. One that uses a replaced library only does where a step restarts it.
    pub expected: bool,
    /// Whether it was restarted.
    pub happened: Known<bool>,
}

/// A configuration file that somebody had changed and that was kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptFile {
    /// Its path.
    pub path: String,
    /// The package's new version of it lies beside it here.
    pub new: Option<String>,
    /// How the two differ, as `diff -u` says it, shortened.
    pub difference: Known<String>,
}

words! {
    /// How far the run is on one server.
    pub enum ProofStage {
        /// Nothing was done on it yet, so there is nothing to prove.
        NotBegun = "not_begun",
        /// It is being worked on.
        UnderWay = "under_way",
        /// The run is done with it.
        Over = "over",
    }
}

/// One server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerProof {
    /// The server.
    pub server: ServerId,
    /// Its name.
    pub name: String,
    /// How far the run is on it.
    pub stage: ProofStage,
    /// *Healthy*: everything is as planned. *Attention*: something is not. *Failed*: a step failed. *Running*: it is
    /// under way. *Unknown*: nobody has looked since.
    pub status: Status,
    /// That in one sentence.
    pub said: String,
    /// What is not as it should be, or could not be seen, one sentence each.
    pub misses: Vec<String>,
    /// When it was seen before the run.
    pub seen_before: Option<When>,
    /// When it was seen after it.
    pub seen_after: Option<When>,
    /// Every planned package.
    pub packages: Vec<PackageProof>,
    /// Pending security updates.
    pub security: Beside<u32>,
    /// Failed units.
    pub failed_units: Beside<Vec<String>>,
    /// Ports that listen beyond loopback, such as `tcp 443 nginx`.
    pub ports: Beside<Vec<String>>,
    /// Containers, such as `web (nginx:1.27) running`.
    pub containers: Beside<Vec<String>>,
    /// The running kernel.
    pub kernel: Beside<String>,
    /// The boot id.
    pub boot_id: Beside<String>,
    /// What it does by itself every day, a sentence.
    pub unattended: Beside<String>,
    /// Reboot: predicted and happened.
    pub reboot: RebootProof,
    /// Restarts: predicted and happened.
    pub restarts: Vec<RestartProof>,
    /// Configuration files that were kept.
    pub kept: Vec<KeptFile>,
}

/// The proof of a run in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProofTotals {
    /// Servers.
    pub servers: u32,
    /// Everything as planned.
    pub as_planned: u32,
    /// Something is not.
    pub attention: u32,
    /// A step failed.
    pub failed: u32,
    /// Not seen since.
    pub unknown: u32,
    /// Being worked on.
    pub under_way: u32,
    /// Nothing was done yet.
    pub not_begun: u32,
}

/// A run's proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProofPage {
    /// When it was read.
    pub now: Timestamp,
    /// The run.
    pub run: RunId,
    /// How it ended; `None`: it goes on, and what is here is as far as it is.
    pub outcome: Option<RunOutcome>,
    /// The whole in one sentence.
    pub said: String,
    /// In numbers, over all servers.
    pub totals: ProofTotals,
    /// Servers of this page, in the plan's order.
    pub servers: Vec<ServerProof>,
    /// This page, from 1.
    pub page: u32,
    /// Number of pages, at least 1.
    pub pages: u32,
}
