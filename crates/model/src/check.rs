//! Checks: the light runs that look at one server. Their parameters are written by use-cases and read by workers,
//! perhaps of another build, so each kind carries a version.

use crate::words;
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

/// The parameters of a probe or a fingerprint: none so far.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoParams {}
