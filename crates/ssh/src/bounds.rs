//! How much is done at once.

use rand::RngExt as _;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Bounds of an [`SshShell`](crate::SshShell). The defaults are what a server of Drydock uses.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How long a connection that nobody uses is kept.
    pub idle: Duration,
    /// How many connections that nobody uses are kept; the longest unused goes first.
    pub idle_connections: usize,
    /// How many operations run at once; the others wait for their turn.
    pub sessions: usize,
    /// How many commands run at once on one connection (sshd's `MaxSessions` is 10).
    pub channels: usize,
    /// How many handshakes run at once.
    pub handshakes: usize,
    /// How many of them run at once through one jump host.
    pub handshakes_per_jump: usize,
    /// The longest random pause before a handshake when others are on the way, so that they do not all arrive in
    /// the same instant (sshd drops connections beyond 10 that have not logged in yet).
    pub jitter: Duration,
    /// How long a connection is silent before the server is asked whether it is still there.
    pub keepalive: Duration,
    /// How many of these questions may stay without an answer.
    pub keepalive_max: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            idle: Duration::from_secs(60),
            idle_connections: 128,
            sessions: 256,
            channels: 8,
            handshakes: 128,
            handshakes_per_jump: 6,
            jitter: Duration::from_millis(20),
            keepalive: Duration::from_secs(15),
            keepalive_max: 3,
        }
    }
}

/// A turn to shake hands; given back when dropped.
#[derive(Debug)]
pub(crate) struct Turn {
    _jump: Option<OwnedSemaphorePermit>,
    _overall: Option<OwnedSemaphorePermit>,
}

/// The turns of one process.
#[derive(Debug)]
pub(crate) struct Bounds {
    sessions: Arc<Semaphore>,
    handshakes: Arc<Semaphore>,
    handshakes_max: usize,
    jitter: Duration,
}

impl Bounds {
    pub(crate) fn new(settings: &Settings) -> Self {
        Self {
            sessions: Arc::new(Semaphore::new(settings.sessions)),
            handshakes: Arc::new(Semaphore::new(settings.handshakes)),
            handshakes_max: settings.handshakes,
            jitter: settings.jitter,
        }
    }

    /// Waits for the turn of an operation. It is taken once per operation, before anything else, so that no
    /// operation waits for it while it holds what others need.
    pub(crate) async fn session(&self) -> Option<OwnedSemaphorePermit> {
        take(&self.sessions).await
    }

    /// Waits for the turn of a handshake, through a jump host whose own turns are `jump`.
    pub(crate) async fn handshake(&self, jump: Option<&Arc<Semaphore>>) -> Turn {
        let jump = match jump {
            Some(turns) => take(turns).await,
            None => None,
        };
        let overall = take(&self.handshakes).await;
        // Sixteen handshakes at once are no burst that any sshd or jump host would mind.
        let under_way = self
            .handshakes_max
            .saturating_sub(self.handshakes.available_permits());
        if under_way > 16 {
            let pause = self.jitter.mul_f64(rand::rng().random::<f64>());
            tokio::time::sleep(pause).await;
        }
        Turn {
            _jump: jump,
            _overall: overall,
        }
    }
}

/// Waits for a permit. These semaphores are never closed, so there always is one.
pub(crate) async fn take(turns: &Arc<Semaphore>) -> Option<OwnedSemaphorePermit> {
    Arc::clone(turns).acquire_owned().await.ok()
}
