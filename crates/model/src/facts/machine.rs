//! The machine itself: identity, operating system, kernels.

use super::Known;
use crate::{Timestamp, words};
use serde::{Deserialize, Serialize};

/// Identity and size of a machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Machine {
    /// What `hostname` says.
    pub hostname: String,
    /// `/etc/machine-id`; the way to notice that two servers are one machine.
    pub machine_id: Known<String>,
    /// The kernel's boot id; it changes with every boot.
    pub boot_id: Known<String>,
    /// When the machine was booted, by Drydock's clock.
    pub booted_at: Known<Timestamp>,
    /// What `systemd-detect-virt` says: `kvm`, `lxc`, `systemd-nspawn`, `none`, …
    pub virtualisation: Known<String>,
    /// Whether it is a container, whose kernel is the host's.
    pub is_container: bool,
    /// The architecture in dpkg's words, such as `amd64`.
    pub architecture: String,
    /// Number of processors.
    pub cpus: u32,
    /// Memory in bytes.
    pub memory_bytes: u64,
    /// Free bytes on the root file system.
    pub root_free_bytes: u64,
    /// Free bytes on the file system of `/boot`, when it is one of its own.
    pub boot_free_bytes: Option<u64>,
}

words! {
    /// The family that decides how updates are read.
    pub enum OsFamily {
        /// Debian itself.
        Debian = "debian",
        /// Ubuntu itself.
        Ubuntu = "ubuntu",
        /// Red Hat Enterprise Linux and its kin: recognised, not yet supported.
        Rhel = "rhel",
        /// Anything else.
        Other = "other",
    }
}

words! {
    /// How far Drydock supports an operating system.
    pub enum Support {
        /// Every fact is read.
        Full = "full",
        /// It is known by name; only some facts are read.
        Recognised = "recognised",
        /// It is not known.
        None = "none",
    }
}

/// The operating system, from `/etc/os-release`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Os {
    /// The family.
    pub family: OsFamily,
    /// How far it is supported.
    pub support: Support,
    /// `PRETTY_NAME`, for people.
    pub name: String,
    /// `VERSION_ID`, such as `12` or `24.04`.
    pub version: String,
    /// `VERSION_CODENAME`, such as `bookworm`.
    pub codename: String,
    /// The day after which the distribution no longer gives free security updates for it (Debian: end of LTS;
    /// Ubuntu: end of standard support), as `YYYY-MM-DD`.
    pub end_of_life: Known<String>,
}

/// Kernels. A verdict compares the running kernel with installed kernels of the same flavour only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kernel {
    /// `uname -r`.
    pub running: String,
    /// What follows the version in `uname -r`, such as `amd64`, `cloud-amd64`, `generic`, `aws`.
    pub flavour: String,
    /// The newest installed kernel of that flavour, as `uname -r` would print it. Unknown in a container, whose
    /// kernel is not its own, and where the running kernel is of no installed flavour.
    pub newest_installed: Known<String>,
    /// All installed kernels, oldest first.
    pub installed: Vec<String>,
}
