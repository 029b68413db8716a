//! How many servers are worked on at the same time.

use crate::tagged::tagged;
use serde::{Deserialize, Serialize};

tagged! {
    "strategy", "with", "Strategy";
    /// The shape of a run. A group's `min_in_service` makes waves smaller than asked for, never larger.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum Strategy {
        /// One server after the other.
        Serial,
        /// All at the same time.
        Parallel,
        /// In waves of this size.
        Waves(WaveSize),
    }
}

/// How large a wave is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WaveSize {
    /// So many servers, at least 1.
    Servers(u32),
    /// This share of the plan's servers, 1 to 100; rounded down, and at least one server.
    Percent(u32),
}

impl Strategy {
    /// How many of `servers` servers a wave may hold, at least 1.
    pub fn width(self, servers: usize) -> usize {
        let width = match self {
            Self::Serial => 1,
            Self::Parallel => servers,
            Self::Waves(WaveSize::Servers(number)) => usize::try_from(number).unwrap_or(usize::MAX),
            Self::Waves(WaveSize::Percent(share)) => {
                servers.saturating_mul(usize::try_from(share).unwrap_or(100)) / 100
            }
        };
        width.max(1)
    }
}
