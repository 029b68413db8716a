//! What every check works with.

use engine::{Ended, RunContext, outcome};
use model::{ServerId, Timestamp};
use rand::RngExt as _;
use std::sync::Arc;
use store::{Store, StoreError};
use world::{Clock, Login, Shell, Target, Web};

/// What checks work with, and how often and how wide.
pub struct Desk {
    /// Where servers are read and what was seen is written.
    pub store: Store,
    /// The adapter to servers; it chooses by the target's transport.
    pub shell: Arc<dyn Shell>,
    /// What asks health checks that Drydock itself asks; it chooses by the target's transport.
    pub web: Arc<dyn Web>,
    /// The time of day.
    pub clock: Arc<dyn Clock>,
    /// Seconds between two scheduled scans of a server.
    pub scan_every_secs: u32,
    /// Age in seconds after which a scan refreshes a server's package lists.
    pub refresh_lists_after_secs: u32,
    /// Servers that are scanned at the same time by this process.
    pub scans_at_once: usize,
}

impl std::fmt::Debug for Desk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Desk")
            .field("scans_at_once", &self.scans_at_once)
            .finish_non_exhaustive()
    }
}

/// Why a check could not even begin. The person sees the sentence, the log the chain.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotBegun {
    /// The server was removed in the meantime.
    #[error("The server was removed.")]
    Gone,
    /// The parameters are of another build.
    #[error("The check's parameters cannot be read by this build of Drydock.")]
    Parameters(#[source] serde_json::Error),
    /// The database does not answer.
    #[error("Drydock's database could not be used.")]
    Store(#[from] StoreError),
}

impl NotBegun {
    pub(crate) fn end(self, context: &RunContext) -> Ended {
        tracing::warn!(run.id = %context.id, error = %Chain(&self), "a check could not be done");
        Ended::new(outcome::FAILED, self.to_string())
    }
}

/// An error with everything behind it, for one log line.
struct Chain<'a>(&'a dyn std::error::Error);

impl std::fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)?;
        let mut next = self.0.source();
        while let Some(error) = next {
            write!(f, ": {error}")?;
            next = error.source();
        }
        Ok(())
    }
}

impl Desk {
    /// When a server that was looked at `now` is due again: the interval, a tenth earlier or later.
    pub(crate) fn next_scan(&self, now: Timestamp) -> Timestamp {
        let every = i64::from(self.scan_every_secs);
        now.plus_secs(every + rand::rng().random_range(-every / 10..=every / 10))
    }

    /// The server that a check is about, with everything to reach it.
    pub(crate) async fn target(&self, context: &RunContext) -> Result<(store::Target, Target), NotBegun> {
        let server: ServerId = context
            .subject
            .as_deref()
            .and_then(|subject| subject.parse().ok())
            .ok_or(NotBegun::Gone)?;
        let stored = self.store.target(server).await?.ok_or(NotBegun::Gone)?;
        let target = reachable(&stored);
        Ok((stored, target))
    }
}

pub(crate) fn reachable(stored: &store::Target) -> Target {
    let login = stored.login.as_ref().map(|login| Login {
        user: stored.user.clone(),
        private_key: login.private_key.clone(),
    });
    Target {
        server: stored.server,
        name: stored.name.clone(),
        transport: stored.transport,
        host: stored.host.clone(),
        port: stored.port,
        login,
        pinned: stored.pinned.clone(),
        jump: stored.jump.as_deref().map(|jump| Arc::new(reachable(jump))),
    }
}
