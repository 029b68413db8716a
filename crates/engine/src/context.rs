//! What a kind is given to work with, and the worker's proof of life.

use crate::Claimed;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// One attempt at a run.
#[derive(Debug, Clone)]
pub struct RunContext {
    /// The run.
    pub id: Uuid,
    /// The fencing number, which every write for this run names.
    pub epoch: i64,
    /// The version of `params`.
    pub v: u32,
    /// The run's parameters, in the kind's own format.
    pub params: String,
    /// What the run is about.
    pub subject: Option<String>,
    /// Which attempt this is, from 1.
    pub attempt: u32,
    /// Fires when the lease is lost, a person cancels, the deadline has passed, or the process stops.
    pub cancel: CancellationToken,
    leash: Leash,
}

impl RunContext {
    pub(crate) fn new(run: &Claimed, leash: Leash, cancel: CancellationToken) -> Self {
        Self {
            id: run.id,
            epoch: run.epoch,
            v: run.v,
            params: run.params.clone(),
            subject: run.subject.clone(),
            attempt: run.attempt,
            cancel,
            leash,
        }
    }

    /// Whether something new may be begun in the outside world: nobody asked for a stop, and by this process's own
    /// monotonic clock the lease was renewed recently enough that nobody else can hold the run.
    pub fn can_act(&self) -> bool {
        !self.cancel.is_cancelled() && self.leash.is_fresh()
    }
}

/// How far a worker may go in the name of one claim.
#[derive(Debug, Clone)]
pub(crate) struct Leash {
    claimed: Instant,
    pulse: Pulse,
}

impl Leash {
    pub(crate) fn new(claimed: Instant, pulse: Pulse) -> Self {
        Self { claimed, pulse }
    }

    /// Whether the lease was renewed recently enough that nobody else can hold the run.
    pub(crate) fn is_fresh(&self) -> bool {
        self.claimed.elapsed() < self.pulse.limit || self.pulse.age() < self.pulse.limit
    }
}

/// When the worker's leases were last renewed, by the monotonic clock.
#[derive(Debug, Clone)]
pub(crate) struct Pulse {
    start: Instant,
    /// Microseconds from `start` to the beginning of the last renewal that succeeded.
    beat: Arc<AtomicU64>,
    limit: Duration,
}

impl Pulse {
    pub(crate) fn new(limit: Duration) -> Self {
        Self {
            start: Instant::now(),
            beat: Arc::new(AtomicU64::new(0)),
            limit,
        }
    }

    /// Notes a renewal that began at `at` and has succeeded.
    pub(crate) fn beat(&self, at: Instant) {
        let micros = at.saturating_duration_since(self.start).as_micros();
        self.beat
            .store(u64::try_from(micros).unwrap_or(u64::MAX), Ordering::Release);
    }

    fn age(&self) -> Duration {
        let beat = Duration::from_micros(self.beat.load(Ordering::Acquire));
        self.start.elapsed().saturating_sub(beat)
    }
}
