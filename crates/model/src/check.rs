//! Checks: the light runs that look at one server. Their parameters are written by use-cases and read by workers,
//! perhaps of another build, so each kind carries a version.

use crate::options::Picks;
use crate::plan::Simulation;
use crate::{Upgrade, words};
use serde::{Deserialize, Serialize};

words! {
    /// What a check does.
    pub enum CheckKind {
        /// Reads every fact.
        Scan = "scan",
        /// Tests the log-in and what the account may do.
        Probe = "probe",
        /// Asks for the host keys, without logging in.
        Fingerprint = "fingerprint",
        /// Simulates what options want installed.
        Survey = "survey",
    }
}

impl CheckKind {
    /// The version of the parameters that this build writes.
    pub const fn version(self) -> u32 {
        1
    }
}

/// A scan's parameters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScanParams {
    /// Refresh the package lists when they are older than this many seconds.
    pub refresh_older_than_secs: u32,
}

/// A survey's parameters: one transaction to simulate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SurveyParams {
    /// Refresh the package lists first when they are older than this many seconds; 0 always does.
    pub refresh_older_than_secs: u32,
    /// Which transaction.
    pub upgrade: Upgrade,
    /// These packages and what they bring along. For [`Upgrade::Security`] empty is an empty transaction, for the others
    /// everything.
    pub only: Vec<String>,
    /// Never these.
    pub exclude: Vec<String>,
    /// The options' own picks, which the simulation is kept with.
    pub picks: Picks,
}

/// The version of [`Survey`] that this build writes.
pub const SURVEY_VERSION: u16 = 1;

/// What came of a survey: what a planner's snapshot needs beside the facts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Survey {
    /// [`SURVEY_VERSION`] of the build that wrote it.
    pub v: u16,
    /// One sentence for people.
    pub said: String,
    /// What apt would do, or why that could not be found out.
    pub simulation: Simulation,
    /// The size of the newest kernel image with its initrd in bytes, where there is one.
    pub kernel_bytes: Option<u64>,
}

/// The parameters of a probe or a fingerprint: none so far.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoParams {}
