//! What runs on a server, and what it does about updates by itself.

use serde::{Deserialize, Serialize};

/// Who runs libraries that have been replaced on disk, from `needrestart -b`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OldLibraries {
    /// systemd units, sorted.
    pub services: Vec<String>,
    /// Whether the service manager itself (process 1) is among them, which only a reboot or re-exec cures.
    pub service_manager: bool,
    /// User sessions and containers that are affected, as needrestart names them.
    pub others: Vec<String>,
}

/// The server's own automatic updates, from `apt-config dump` and its timers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unattended {
    /// Whether the package `unattended-upgrades` is installed.
    pub installed: bool,
    /// `APT::Periodic::Unattended-Upgrade` in days; 0 is off.
    pub every_days: u32,
    /// `APT::Periodic::Update-Package-Lists` in days; 0 is off.
    pub refresh_every_days: u32,
    /// Whether `apt-daily.timer` and `apt-daily-upgrade.timer` are both active.
    pub timers_active: bool,
    /// `Allowed-Origins` and `Origins-Pattern` as written.
    pub origins: Vec<String>,
    /// Whether only security origins are among them.
    pub security_only: bool,
    /// `Unattended-Upgrade::Automatic-Reboot`.
    pub automatic_reboot: bool,
    /// `Unattended-Upgrade::Automatic-Reboot-Time`, when set.
    pub automatic_reboot_time: Option<String>,
    /// Packages that are never touched.
    pub blacklist: Vec<String>,
}

impl Unattended {
    /// Whether updates really arrive by themselves: installed, switched on, and something runs it.
    pub const fn works(&self) -> bool {
        self.installed && self.every_days > 0 && self.timers_active
    }
}

/// Software that Drydock knows by name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Component {
    /// Drydock's word for it: `docker`, `weave`, `nginx`, `ruby`, `passenger`, `node`, `postgresql`, …
    pub name: String,
    /// Its version as it prints it.
    pub version: String,
}

impl Component {
    /// Whether it is part of the distribution's base system. Such a component follows the pending updates, which are
    /// shown as such; only what a team chooses the version of can drift.
    pub fn is_base_system(&self) -> bool {
        matches!(self.name.as_str(), "kernel" | "openssl" | "systemd" | "openssh")
    }
}

/// A socket that listens on an address other than loopback.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct OpenPort {
    /// `tcp` or `udp`.
    pub protocol: String,
    /// The port.
    pub port: u16,
    /// The local address as `ss` prints it; `*`, `0.0.0.0` and `[::]` are every address.
    pub address: String,
    /// The process, when root asked.
    pub process: Option<String>,
}

impl OpenPort {
    /// Whether it listens on every address of the machine.
    pub fn is_open_to_anywhere(&self) -> bool {
        matches!(self.address.as_str(), "*" | "0.0.0.0" | "[::]" | "::")
    }
}

/// A container of Docker.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Container {
    /// Its name.
    pub name: String,
    /// Its image.
    pub image: String,
    /// Docker's state: `running`, `exited`, …
    pub state: String,
    /// Docker's sentence, such as `Up 3 hours (healthy)`, without the part that changes every minute.
    pub health: Option<String>,
}
