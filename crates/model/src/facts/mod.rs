//! Facts: what the last scan saw on a server. Everything that could not be seen is [`Known::Unknown`] with its
//! reason; nothing is guessed and no absence of an answer is read as good news.

mod change;
mod machine;
mod reboot;
mod services;
mod updates;

pub use change::{Change, ChangeKind};
pub use machine::{Kernel, Machine, Os, OsFamily, Support};
pub use reboot::{RebootEvidence, RebootNeed, reboot_need};
pub use services::{Component, Container, OldLibraries, OpenPort, Unattended};
pub use updates::{Counts, Source, Sources, Update, UpdateKind, Updates};

use crate::Timestamp;
use serde::{Deserialize, Serialize};

/// The version of [`Facts`] that this build writes. Older stored facts are read as they are; newer ones are refused.
pub const FACTS_VERSION: u16 = 1;

/// A value that was seen, or the reason why it was not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Known<T> {
    /// It was seen.
    Known(T),
    /// It was not, for this reason: a plain sentence.
    Unknown(String),
}

impl<T> Known<T> {
    /// The value, when it was seen.
    pub const fn get(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Unknown(_) => None,
        }
    }

    /// The reason, when it was not seen.
    pub fn why_unknown(&self) -> Option<&str> {
        match self {
            Self::Known(_) => None,
            Self::Unknown(why) => Some(why),
        }
    }

    /// Shorthand for the unknown case.
    pub fn unknown(why: impl Into<String>) -> Self {
        Self::Unknown(why.into())
    }
}

/// Everything one scan saw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// [`FACTS_VERSION`] of the build that wrote it.
    pub v: u16,
    /// When the answer was complete, by Drydock's clock.
    pub seen_at: Timestamp,
    /// The server's clock minus Drydock's, in milliseconds, as far as one round trip can tell. Beyond
    /// [`CLOCK_TOLERANCE_MS`] the server's own dates are not trusted.
    pub clock_offset_ms: i64,
    /// Whether the scan ran as root; without it several facts stay unknown.
    pub as_root: bool,
    /// The machine.
    pub machine: Machine,
    /// The operating system.
    pub os: Os,
    /// Running and installed kernels.
    pub kernel: Kernel,
    /// Pending updates.
    pub updates: Known<Updates>,
    /// The package sources and how fresh their lists are.
    pub sources: Known<Sources>,
    /// What speaks for a reboot.
    pub reboot: RebootEvidence,
    /// Services that run libraries which have been replaced on disk.
    pub old_libraries: Known<OldLibraries>,
    /// What the server does about updates by itself.
    pub unattended: Known<Unattended>,
    /// Versions of the software that Drydock knows by name.
    pub components: Vec<Component>,
    /// Names of systemd units in state *failed*.
    pub failed_units: Known<Vec<String>>,
    /// Sockets that listen on an address other than loopback.
    pub open_ports: Known<Vec<OpenPort>>,
    /// Containers of Docker, running and stopped.
    pub containers: Known<Vec<Container>>,
    /// Packages that dpkg has not finished (half-installed, unpacked, half-configured, triggers pending).
    pub unfinished_packages: Known<Vec<String>>,
    /// A digest of the names and versions of all installed packages; another digest is another set of packages.
    #[serde(default)]
    pub installed_digest: Option<String>,
    /// Sentences about what the scan noticed and could not use, for the server's page.
    pub notes: Vec<String>,
}

/// How far a server's clock may be off before its dates are not trusted: five minutes, which is also what Kerberos
/// and the archive's `Valid-Until` tolerate in practice.
pub const CLOCK_TOLERANCE_MS: i64 = 300_000;
