//! A plan: the exact, immutable list of what a run will do. Waves → servers → steps, with package versions, warnings
//! and expected impact. `planner` makes it; everything here is plain data that is stored, hashed and shown.

mod forecast;
mod packages;
mod step;
mod transaction;
mod warning;

pub use forecast::{PredictedRestart, RebootForecast, RebootVerdict, RestartCause};
pub use packages::{LeftPackage, PackagePart, PlannedPackage, PlannedRemoval};
pub use step::{Step, StepKind, When};
pub use transaction::{PackageChange, Removal, SIMULATION_VERSION, Simulation, Transaction, UnitRestart};
pub use warning::{Impact, LeftOut, LeftOutReason, Warning, WarningKind};

use crate::options::Options;
use crate::{GroupId, PlanId, ServerId, StackId, Timestamp, words};
use serde::{Deserialize, Serialize};

/// The version of [`Plan`] that this build writes. Older ones are read as they are; newer ones are refused.
pub const PLAN_VERSION: u16 = 1;

/// What a run will do, in full.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// [`PLAN_VERSION`] of the build that wrote it.
    pub v: u16,
    /// Its id, which follows from its inputs and the time.
    pub id: PlanId,
    /// When it was made.
    pub made_at: Timestamp,
    /// A hash of the inputs that it was made from. Other inputs have another one, and then the fleet has changed.
    pub generation: String,
    /// What was ticked.
    pub options: Options,
    /// In order; the servers of one wave are worked on at the same time.
    pub waves: Vec<Wave>,
    /// Servers that were chosen and are not touched, sorted by name, each with its reason.
    pub left_out: Vec<LeftOut>,
    /// What a person must know before the click.
    pub warnings: Vec<Warning>,
    /// What the run means for each group, sorted by name.
    pub impact: Vec<Impact>,
}

impl Plan {
    /// Every server, in order of waves.
    pub fn servers(&self) -> impl Iterator<Item = &ServerPlan> {
        self.waves.iter().flat_map(|wave| &wave.servers)
    }

    /// Why it may be looked at and not be run yet: some server must be simulated again first.
    pub fn draft(&self) -> Option<&str> {
        self.servers().find_map(|server| server.draft.as_deref())
    }
}

words! {
    /// Why a wave is one of its own.
    pub enum WaveKind {
        /// One server first, alone.
        Canary = "canary",
        /// The ordinary case.
        Ordinary = "ordinary",
        /// Servers that others are reached through: after those, so that no connection is cut under a step.
        JumpHosts = "jump_hosts",
        /// Drydock's own host, its database, proxy or name server: last, and one at a time.
        Own = "own",
    }
}

/// Servers that are worked on at the same time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wave {
    /// Its place, from 0.
    pub position: u32,
    /// Why it is one of its own.
    pub kind: WaveKind,
    /// Its servers, each once.
    pub servers: Vec<ServerPlan>,
}

/// What happens to one server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerPlan {
    /// The server.
    pub server: ServerId,
    /// Its name.
    pub name: String,
    /// Its stack.
    pub stack: Option<StackId>,
    /// Its group.
    pub group: Option<GroupId>,
    /// When the facts behind it were seen.
    pub seen_at: Timestamp,
    /// When its transaction was simulated; `None` when nothing is installed.
    pub simulated_at: Option<Timestamp>,
    /// Why this is not yet what may be run: a sentence.
    pub draft: Option<String>,
    /// What is installed, sorted by package.
    pub packages: Vec<PlannedPackage>,
    /// What is removed, sorted by package.
    pub removals: Vec<PlannedRemoval>,
    /// Pending updates that stay pending, sorted by package.
    pub left: Vec<LeftPackage>,
    /// The size of the download in bytes, where the simulation said it.
    pub download_bytes: Option<u64>,
    /// Units that restart, or go on with old libraries until somebody restarts them, sorted by unit.
    pub restarts: Vec<PredictedRestart>,
    /// Why it is not known what the packages restart.
    pub restarts_unknown: Option<String>,
    /// Whether a reboot will be needed.
    pub reboot: RebootForecast,
    /// For how long the server is expected to be out of service in all, in seconds: an estimate for people.
    pub out_secs: u32,
    /// What is done, in order.
    pub steps: Vec<Step>,
}
