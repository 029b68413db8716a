//! Pending updates, and the freshness of the lists that they were read from.

use crate::{Timestamp, words};
use serde::{Deserialize, Serialize};

words! {
    /// Why an update is pending and is, or is not, simply installable.
    pub enum UpdateKind {
        /// Plain `upgrade` installs it.
        Ready = "ready",
        /// Somebody set it on hold.
        Held = "held",
        /// Plain `upgrade` keeps it back: it needs packages installed or removed.
        KeptBack = "kept_back",
        /// The distribution gives it to this machine later (Ubuntu's phased updates).
        Phased = "phased",
    }
}

/// One package with a newer version than the installed one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Update {
    /// The package's name, with `:arch` when it is of a foreign architecture.
    pub package: String,
    /// The installed version.
    pub from: String,
    /// The candidate version.
    pub to: String,
    /// Where the candidate comes from, as `Origin:Archive`, such as `Debian-Security:12/oldstable-security`.
    pub origin: String,
    /// Whether any version newer than the installed one has a security origin (`product.md`, B2).
    pub security: bool,
    /// Whether it is ready, held, kept back or phased.
    pub kind: UpdateKind,
}

/// Updates by kind. `security` and `other` count the updates that are neither held, kept back nor phased;
/// the five add up to the number of lines of `apt list --upgradable`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Ready security updates.
    pub security: u32,
    /// Ready updates that are no security updates.
    pub other: u32,
    /// On hold, security or not.
    pub held: u32,
    /// Kept back, security or not.
    pub kept_back: u32,
    /// Phased, security or not.
    pub phased: u32,
    /// Security updates among the held, kept back and phased ones.
    pub security_not_ready: u32,
}

impl Counts {
    /// All pending updates.
    pub const fn total(&self) -> u32 {
        self.security + self.other + self.held + self.kept_back + self.phased
    }

    /// All pending security updates, ready or not.
    pub const fn all_security(&self) -> u32 {
        self.security + self.security_not_ready
    }
}

/// Everything pending on a server.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Updates {
    /// Sorted by package.
    pub pending: Vec<Update>,
    /// New packages that the ready and kept-back updates would bring along, by name.
    pub would_install: Vec<String>,
    /// Packages that `full-upgrade` would remove, by name.
    pub would_remove: Vec<String>,
}

impl Updates {
    /// The updates counted by kind.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for update in &self.pending {
            let kind = match update.kind {
                UpdateKind::Ready if update.security => &mut counts.security,
                UpdateKind::Ready => &mut counts.other,
                UpdateKind::Held => &mut counts.held,
                UpdateKind::KeptBack => &mut counts.kept_back,
                UpdateKind::Phased => &mut counts.phased,
            };
            *kind += 1;
            if update.security && update.kind != UpdateKind::Ready {
                counts.security_not_ready += 1;
            }
        }
        counts
    }
}

/// One package source and the age of its list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Address, suite and component as one line, without credentials.
    pub name: String,
    /// When its list was last fetched or found unchanged, by Drydock's clock. `None`: never.
    pub refreshed_at: Option<Timestamp>,
    /// When the publisher's own `Valid-Until` makes the list void.
    pub valid_until: Option<Timestamp>,
    /// What apt said about it at the last refresh, when it failed.
    pub error: Option<String>,
}

/// All package sources of a server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sources {
    /// Sorted by name.
    pub sources: Vec<Source>,
    /// When the last refresh that succeeded in full ended, by Drydock's clock.
    pub last_success: Option<Timestamp>,
    /// Whether this scan refreshed the lists, and what came of it: `None` when they were fresh enough.
    pub refresh_failed: Option<String>,
}

impl Sources {
    /// Lists older than this are not the truth any more: 48 hours.
    pub const STALE_AFTER_SECS: i64 = 48 * 3_600;

    /// Why the lists cannot be believed, or `None` when they can. A stale or failing source means *unknown since …*,
    /// never *up to date* (`reliability.md`).
    pub fn doubt(&self, now: Timestamp) -> Option<String> {
        if self.sources.is_empty() {
            return Some("no package source is configured".into());
        }
        if let Some(failed) = &self.refresh_failed {
            return Some(format!("the last refresh failed: {failed}"));
        }
        if let Some(bad) = self.sources.iter().find(|source| source.error.is_some()) {
            return Some(format!("the source {} failed", bad.name));
        }
        if let Some(expired) = self
            .sources
            .iter()
            .find(|s| s.valid_until.is_some_and(|until| until < now))
        {
            return Some(format!("the list of {} has expired", expired.name));
        }
        match self.last_success {
            Some(at) if now.secs_since(at) <= Self::STALE_AFTER_SECS => None,
            Some(at) => Some(format!(
                "the lists are {} old",
                crate::short_duration(now.secs_since(at))
            )),
            None => Some("the lists were never refreshed".into()),
        }
    }
}
