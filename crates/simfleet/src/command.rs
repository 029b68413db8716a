//! What is written in a world's file: one command per line, in JSON.

use crate::fault::Fault;
use crate::layout::LayoutKind;
use crate::work::NewAttempt;
use model::{StepId, Timestamp};
use serde::{Deserialize, Serialize};

/// The version of the file that this build writes and reads.
pub(crate) const FILE_VERSION: u16 = 1;

/// One line of the file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Command {
    /// When, by the clock on the wall; never before the line above it.
    pub(crate) at: Timestamp,
    #[serde(rename = "do")]
    pub(crate) deed: Deed,
}

/// What was done to the world from outside. Everything else follows from these, the seed and the time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Deed {
    /// The first line, and only the first.
    Made {
        v: u16,
        seed: u64,
        layout: LayoutKind,
        speed: f64,
    },
    /// From now on the world runs at this speed.
    Speed { speed: f64 },
    /// A server's package lists were refreshed.
    Refresh { host: String },
    /// Pending updates were installed.
    Install { host: String, what: Install },
    /// A restart was asked for.
    Reboot { host: String },
    /// A fault began or ended.
    Fault { host: String, fault: Fault, on: bool },
    /// An attempt of a step was started, or a newer worker asked for it again.
    Start { host: String, new: Box<NewAttempt> },
    /// systemd was told to forget the unit of an attempt.
    Forget {
        host: String,
        step: StepId,
        attempt: u32,
    },
    /// The directories of attempts were removed.
    Tidy {
        host: String,
        attempts: Vec<(StepId, u32)>,
    },
}

impl Deed {
    /// The host it is about.
    pub(crate) fn host(&self) -> Option<&str> {
        match self {
            Self::Made { .. } | Self::Speed { .. } => None,
            Self::Refresh { host }
            | Self::Install { host, .. }
            | Self::Reboot { host }
            | Self::Fault { host, .. }
            | Self::Start { host, .. }
            | Self::Forget { host, .. }
            | Self::Tidy { host, .. } => Some(host),
        }
    }
}

/// Which pending updates to install. Held packages stay as they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Install {
    /// Those that close a security hole, new kernels included.
    Security,
    /// All, new kernels included.
    All,
    /// These packages, and what is built from the same sources.
    Named(Vec<String>),
}
