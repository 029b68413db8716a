//! What a step does on a server, as a value: part of a plan, so it is stored, hashed and shown before it is rendered
//! to text by `remote`.

use crate::tagged::tagged;
use crate::words;
use serde::{Deserialize, Serialize};

tagged! {
    "work", "with", "Work";
    /// One act on a server, carried out by a detached unit that outlives every connection (`reliability.md`).
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum Work {
        /// Read the package lists anew; a source that fails, fails the step.
        Refresh,
        /// Finish what an interrupted package manager left behind.
        Repair(Repair),
        /// Install exactly these versions, or nothing.
        Install(Install),
        /// Set up daily unattended security upgrades, and prove them.
        Unattended(Unattended),
        /// Restart services that run old libraries.
        RestartServices {
            /// Unit names, such as `nginx.service`.
            units: Vec<String>,
        },
        /// Restart the machine, once.
        Reboot(Reboot),
        /// A command that a lead has written: drain, restore, or a health check.
        Command {
            /// The program and its arguments; nothing is expanded.
            argv: Vec<String>,
        },
    }
}

words! {
    /// How an interrupted package manager is mended.
    pub enum Repair {
        /// `dpkg --configure -a`.
        ConfigurePending = "configure_pending",
        /// `apt-get --fix-broken install`.
        FixBroken = "fix_broken",
    }
}

words! {
    /// Which transaction a server's updates are part of.
    pub enum Upgrade {
        /// Security updates, and what they bring along.
        Security = "security",
        /// `apt-get upgrade --with-new-pkgs`: removes nothing.
        Upgrade = "upgrade",
        /// `apt-get full-upgrade`: may remove packages.
        FullUpgrade = "full_upgrade",
    }
}

/// An exact transaction: what it installs and removes is all that it may install and remove.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Install {
    /// Which command line makes the transaction.
    pub upgrade: Upgrade,
    /// Every package that is upgraded or newly installed, sorted by name and architecture.
    pub packages: Vec<Pinned>,
    /// Every package that is removed, sorted: name, with `:arch` when it is of a foreign architecture.
    pub removals: Vec<String>,
    /// How long to wait for another program's lock, in seconds.
    pub lock_wait_secs: u32,
}

/// One package at one version.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Pinned {
    /// Its name, with `:arch` when it is of a foreign architecture.
    pub package: String,
    /// The installed version; `None` for a new package.
    pub from: Option<String>,
    /// The version to install.
    pub to: String,
}

/// How a server upgrades itself from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unattended {
    /// Whether the package `unattended-upgrades` has to be installed first.
    pub install: bool,
    /// Whether the server installs security updates by itself every day; `false` leaves that to Drydock.
    pub daily: bool,
}

/// A restart that is meant to end one boot and no other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reboot {
    /// The boot id that it ends; under another it does nothing. `None`: the one of the moment it starts, which is
    /// recorded before anything is done.
    pub boot_id: Option<String>,
    /// How long to wait for another program's lock, in seconds.
    pub lock_wait_secs: u32,
}
