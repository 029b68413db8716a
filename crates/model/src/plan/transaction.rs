//! What `apt-get -s` said it would do, as values: what a survey stores and the planner plans from.

use super::forecast::RestartCause;
use crate::facts::Known;
use crate::options::Picks;
use crate::{Timestamp, Upgrade};
use serde::{Deserialize, Serialize};

/// The version of [`Simulation`] that this build writes.
pub const SIMULATION_VERSION: u16 = 1;

/// One simulation on one server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Simulation {
    /// [`SIMULATION_VERSION`] of the build that wrote it.
    pub v: u16,
    /// Which command line was simulated.
    pub upgrade: Upgrade,
    /// For which packages.
    pub picks: Picks,
    /// When, by Drydock's clock.
    pub simulated_at: Timestamp,
    /// What it would do, or why that could not be found out.
    pub transaction: Known<Transaction>,
}

/// Everything that one `apt-get` call would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transaction {
    /// `Inst` lines, sorted by package.
    pub changes: Vec<PackageChange>,
    /// `Remv` lines, sorted by package.
    pub removals: Vec<Removal>,
    /// What is downloaded, in bytes, where apt said it.
    pub download_bytes: Option<u64>,
    /// What it uses on disk afterwards, in bytes; negative when it frees space.
    pub disk_bytes: Option<i64>,
    /// Units that are affected. Only a survey asks for them; where nobody asked they are unknown, and the plan says so.
    pub restarts: Known<Vec<UnitRestart>>,
}

/// `Inst NAME [OLD] (NEW ORIGIN:RELEASE/SUITE [ARCH])`: one package that is upgraded or newly installed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackageChange {
    /// Its name, with `:arch` when it is of a foreign architecture.
    pub package: String,
    /// Its architecture.
    pub arch: String,
    /// The installed version; `None` for a new package.
    pub from: Option<String>,
    /// The version to install.
    pub to: String,
    /// Where that version comes from, such as `Debian-Security:12/oldstable-security`; several when several have it.
    pub origins: Vec<String>,
    /// Whether any version newer than the installed one has a security origin (`product.md`, B2).
    pub security: bool,
    /// The size of its download in bytes, where known.
    pub download_bytes: Option<u64>,
}

/// `Remv NAME [OLD]`: one package that is removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removal {
    /// Its name, with `:arch` when it is of a foreign architecture.
    pub package: String,
    /// The installed version.
    pub version: String,
}

/// A unit that a package of the transaction ships, or whose processes use its libraries.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct UnitRestart {
    /// The unit's name, such as `nginx.service`.
    pub unit: String,
    /// The package of the transaction, with or without its architecture.
    pub package: String,
    /// How the two belong together.
    pub cause: RestartCause,
}
