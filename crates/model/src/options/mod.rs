//! Options: what a person ticks for one run. They are edited in the browser, checked there and again on the server by
//! the same [`Options::validate`], and stored inside the plan that was made from them.

mod bounds;
mod care;
mod fields;
mod profile;
mod strategy;
mod validate;

pub use bounds::{BOUNDS_VERSION, Bounds};
pub use care::{Ask, AskedFrom, Balancer, Care, GroupCare, HealthCheck};
pub use fields::FieldError;
pub use profile::{PROFILE_VERSION, Profile};
pub use strategy::{Strategy, WaveSize};

use crate::{Upgrade, words};
use serde::{Deserialize, Serialize};

/// The version of [`Options`] that this build writes. Older ones are read as they are; newer ones are refused.
pub const OPTIONS_VERSION: u16 = 1;

/// What a person ticked. The default ticks nothing and works on one server after the other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Options {
    /// [`OPTIONS_VERSION`] of the build that wrote it.
    pub v: u16,
    /// *Apply security upgrades*: install what is pending now, and have security updates installed daily from now on.
    pub security: bool,
    /// Who installs them daily. Means nothing unless `security` is ticked.
    pub daily: Daily,
    /// *Yes, reboot my servers if required*: after the upgrades, and only those that need it.
    pub reboot: bool,
    /// *Apply all upgrades*, and by which of apt's two ways.
    pub all: Option<AllUpgrades>,
    /// *Restart services instead*: restart what runs old libraries, where that is enough.
    pub restart_services: bool,
    /// Which of the pending packages.
    pub picks: Picks,
    /// How many servers at the same time.
    pub strategy: Strategy,
    /// One server first, alone.
    pub canary: bool,
    /// After how many failed or unreachable servers nothing new is started; 1 stops at the first.
    pub failure_budget: u32,
    /// How long to wait between two waves, in seconds.
    pub pause_between_waves_secs: u32,
    /// Drain, restore and health check, per group. What is not said here is as the stack's settings say.
    pub groups: Vec<GroupCare>,
    /// How long to wait for another program's lock, in seconds.
    pub lock_wait_secs: u32,
    /// How long a server may take to come back from a reboot, in seconds.
    pub reboot_wait_secs: u32,
    /// How long a server must be quiet before it counts as healthy again, in seconds, where its group says nothing.
    pub settle_secs: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            v: OPTIONS_VERSION,
            security: false,
            daily: Daily::Server,
            reboot: false,
            all: None,
            restart_services: false,
            picks: Picks::default(),
            strategy: Strategy::Serial,
            canary: false,
            failure_budget: 1,
            pause_between_waves_secs: 0,
            groups: Vec::new(),
            lock_wait_secs: 600,
            reboot_wait_secs: 900,
            settle_secs: 60,
        }
    }
}

impl Options {
    /// Which of a server's transactions these options install; `None` when no upgrade is ticked. *All upgrades*
    /// include the security upgrades.
    pub const fn upgrade(&self) -> Option<Upgrade> {
        match (self.all, self.security) {
            (Some(AllUpgrades::Upgrade), _) => Some(Upgrade::Upgrade),
            (Some(AllUpgrades::FullUpgrade), _) => Some(Upgrade::FullUpgrade),
            (None, true) => Some(Upgrade::Security),
            (None, false) => None,
        }
    }

    /// Every command line in these options that runs as root on servers. Whoever may not write such commands may only
    /// send options without any.
    pub fn commands(&self) -> impl Iterator<Item = &[String]> {
        self.groups.iter().flat_map(|group| group.care.commands())
    }
}

words! {
    /// Who installs security updates every day.
    pub enum Daily {
        /// The server itself, by its own unattended-upgrades.
        Server = "server",
        /// Drydock, in the stack's window; the server's own are switched off.
        Drydock = "drydock",
    }
}

words! {
    /// apt's two ways to install everything that is pending.
    pub enum AllUpgrades {
        /// `upgrade`: installs new packages where an update needs them, and removes nothing.
        Upgrade = "upgrade",
        /// `full-upgrade`: may remove packages.
        FullUpgrade = "full_upgrade",
    }
}

/// Which packages. A name without `:arch` means the package of every architecture.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Picks {
    /// These alone, and what they bring along; empty: all.
    pub only: Vec<String>,
    /// Never these.
    pub exclude: Vec<String>,
}

impl Picks {
    /// Whether nothing is picked and nothing excluded.
    pub fn is_all(&self) -> bool {
        self.only.is_empty() && self.exclude.is_empty()
    }

    /// Whether `package` is one of the excluded.
    pub fn excludes(&self, package: &str) -> bool {
        self.exclude.iter().any(|name| names(name, package))
    }

    /// Whether `package` is picked by its name, or everything is.
    pub fn picks(&self, package: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|name| names(name, package))
    }
}

/// `libc6` names `libc6:i386`; `libc6:i386` names itself alone.
fn names(pick: &str, package: &str) -> bool {
    pick == package
        || package
            .strip_prefix(pick)
            .is_some_and(|rest| rest.starts_with(':'))
}
