//! What the steps of a deployment are told, and what they leave for later steps and for Proof.

use crate::facts::{Container, Known, OpenPort, RebootNeed, Unattended};
use crate::plan::Step;
use crate::{StepId, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The name of the kind of run that does a plan.
pub const DEPLOY: &str = "deploy";

/// The version of [`DeployParams`] and [`StepParams`] that this build writes.
pub const DEPLOY_VERSION: u32 = 1;

/// A deployment's parameters: everything is in its steps.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeployParams {}

/// The parameters of one step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepParams {
    /// The step as it was planned and approved.
    pub step: Step,
    /// How long the server must be quiet before it counts as well, in seconds.
    pub settle_secs: u32,
    /// How long it may take to come back from a reboot, in seconds.
    pub reboot_wait_secs: u32,
    /// The step of the same server that saw it before anything was done, whose result is a [`Seen`].
    pub before: Option<StepId>,
    /// Whether a later step finishes what an interrupted package manager left behind.
    pub repairs: bool,
    /// How much room a disk needs for the planned packages, in bytes; 0 when none are installed.
    pub needs_bytes: u64,
    /// How much of that is downloaded, in bytes.
    #[serde(default)]
    pub download_bytes: u64,
    /// How many kernels are newly installed.
    pub new_kernels: u32,
    /// For a step that leaves a [`Seen`] for Proof: the packages whose versions are noted.
    #[serde(default)]
    pub packages: Vec<String>,
}

/// How a server was at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// [`DEPLOY_VERSION`] of the build that wrote it.
    pub v: u32,
    /// Its boot id.
    pub boot_id: Option<String>,
    /// The kernel that ran.
    pub kernel: String,
    /// Units that had failed; `None`: that could not be seen.
    pub failed_units: Option<Vec<String>>,
    /// What Proof sets beside each other; before the work and after all of it alone.
    #[serde(default)]
    pub more: Option<Box<SeenMore>>,
}

/// What Proof sets beside each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenMore {
    /// When it was seen.
    pub at: Timestamp,
    /// What dpkg says of the planned packages; `None`: not installed.
    pub packages: Known<BTreeMap<String, Option<String>>>,
    /// Pending security updates, ready or not.
    pub security: Known<u32>,
    /// Sockets that listen beyond loopback.
    pub ports: Known<Vec<OpenPort>>,
    /// Containers, running and stopped.
    pub containers: Known<Vec<Container>>,
    /// What the server does about updates by itself.
    pub unattended: Known<Unattended>,
    /// Whether it asks for a reboot.
    pub reboot: RebootNeed,
    /// The evidence for that, one sentence each.
    pub reboot_said: Vec<String>,
    /// Services and sockets that are active, each once.
    #[serde(default = "not_noted")]
    pub units: Known<Vec<ActiveUnit>>,
}

fn not_noted<T>() -> Known<T> {
    Known::unknown("an older Drydock did not note it")
}

/// A unit that is active.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ActiveUnit {
    /// Its name.
    pub unit: String,
    /// What systemd calls this run of it: another start has another one.
    pub invocation: String,
    /// Whether it is a service that runs because it is enabled. Others start and end as they are needed.
    pub stays: bool,
}

/// What an installation leaves for Proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Installed {
    /// [`DEPLOY_VERSION`] of the build that wrote it.
    pub v: u32,
    /// Configuration files that it kept.
    pub kept: Vec<KeptConfig>,
}

/// A configuration file that somebody had changed and that an installation kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptConfig {
    /// Its path.
    pub path: String,
    /// The package's new version of it lies here.
    pub new: String,
    /// What the package's version would change in it, as `diff -u` says it; lines that are too long are cut.
    pub difference: Known<String>,
    /// How many more lines it has.
    pub more_lines: u32,
}

impl Seen {
    /// Units that have failed in `after` and had not before. Empty where either could not be seen.
    pub fn newly_failed(&self, after: &Self) -> Vec<String> {
        let (Some(before), Some(after)) = (&self.failed_units, &after.failed_units) else {
            return Vec::new();
        };
        after
            .iter()
            .filter(|unit| !before.contains(unit))
            .cloned()
            .collect()
    }
}
