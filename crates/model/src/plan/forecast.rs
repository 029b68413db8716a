//! What the planner expects to restart. Proof sets it beside what happened.

use crate::words;
use serde::{Deserialize, Serialize};

words! {
    /// Why a unit restarts, or would have to.
    pub enum RestartCause {
        /// A planned package ships it: its maintainer scripts restart it.
        Ships = "ships",
        /// It will run the old copy of a library that a planned package replaces.
        UsesLibrary = "uses_library",
        /// It runs an old library already.
        OldLibrary = "old_library",
    }
}

/// A unit that is expected to restart, or to run old libraries afterwards.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PredictedRestart {
    /// The unit.
    pub unit: String,
    /// Why.
    pub cause: RestartCause,
    /// The planned package behind it, if there is one.
    pub package: Option<String>,
}

words! {
    /// Whether a server will need a reboot after the work.
    pub enum RebootVerdict {
        /// It needs one already, or a newer kernel is installed.
        Expected = "expected",
        /// A planned package may ask for one, or not everything could be asked.
        Possible = "possible",
        /// Nothing speaks for one.
        NotExpected = "not_expected",
    }
}

/// The prediction with its evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RebootForecast {
    /// The verdict.
    pub verdict: RebootVerdict,
    /// One sentence per piece of evidence.
    pub reasons: Vec<String>,
}
