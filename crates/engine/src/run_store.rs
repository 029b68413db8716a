//! Where runs live: the port that the database implements.

use crate::{Ended, Wants};
use async_trait::async_trait;
use std::error::Error as StdError;
use std::time::Duration;
use uuid::Uuid;

/// The database did not do what it was asked. Whether it will in a moment is not known here: workers try again.
#[derive(Debug, thiserror::Error)]
#[error("the run store failed")]
pub struct RunStoreError(#[source] pub Box<dyn StdError + Send + Sync>);

/// How many runs of one kind a worker can take now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capacity {
    /// The kind.
    pub kind: &'static str,
    /// The newest version of its parameters that the worker understands.
    pub version: u32,
    /// Free slots, at least one.
    pub free: usize,
    /// How long an attempt may take.
    pub deadline: Duration,
}

/// A worker asks for runs.
#[derive(Debug, Clone)]
pub struct Claim<'a> {
    /// The worker; unique per start of a process.
    pub owner: &'a str,
    /// How long the lease is, by the database's clock.
    pub lease: Duration,
    /// What the worker has room for.
    pub capacities: &'a [Capacity],
    /// Whether runs whose lease has passed may be taken from their owner, too. Never from `owner` itself, which
    /// renews them however late.
    pub take_over: bool,
    /// Runs that have had this many attempts are not taken over.
    pub max_attempts: u32,
}

/// A run that a worker now holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    /// The run.
    pub id: Uuid,
    /// Its kind's name.
    pub kind: String,
    /// The version of its parameters.
    pub v: u32,
    /// Its parameters, in the kind's own format.
    pub params: String,
    /// What it is about.
    pub subject: Option<String>,
    /// The fencing number of this claim.
    pub epoch: i64,
    /// Which attempt this is, from 1.
    pub attempt: u32,
    /// When this attempt must have ended, in microseconds UTC of the database's clock.
    pub deadline: i64,
    /// When it was asked for, in microseconds UTC.
    pub asked_at: i64,
}

/// A run that a worker still holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// The run.
    pub id: Uuid,
    /// Its fencing number; another one than the worker's means that the worker lost the run.
    pub epoch: i64,
    /// What somebody wants of it.
    pub wants: Wants,
}

/// When to stop hoping for a light run.
#[derive(Debug, Clone, Copy)]
pub struct Overdue {
    /// A run whose lease has passed and that has had this many attempts is ended.
    pub max_attempts: u32,
    /// A run that could have been taken for this long and was not is ended.
    pub queued_longer_than: Duration,
}

/// Where runs live. Times and leases go by the clock of the store, never by the caller's.
#[async_trait]
pub trait RunStore: Send + Sync + 'static {
    /// Takes due runs for a worker: queued ones by priority and age, and, if allowed, those whose lease has passed.
    /// Each gets a new epoch, a lease, a deadline and one more attempt.
    ///
    /// # Errors
    /// [`RunStoreError`]; runs may have been taken all the same. [`RunStore::renew`] brings them to light.
    async fn claim(&self, claim: &Claim<'_>) -> Result<Vec<Claimed>, RunStoreError>;

    /// Renews the lease of every run that `owner` holds, in one statement, however old the lease is: an unchanged
    /// epoch means that nobody took over.
    ///
    /// # Errors
    /// [`RunStoreError`].
    async fn renew(&self, owner: &str, lease: Duration) -> Result<Vec<Held>, RunStoreError>;

    /// The runs of `owner` that somebody wants something of.
    ///
    /// # Errors
    /// [`RunStoreError`].
    async fn wanted(&self, owner: &str) -> Result<Vec<Held>, RunStoreError>;

    /// Ends a run. `false`: the epoch is stale, nothing was written, somebody else holds the run.
    ///
    /// # Errors
    /// [`RunStoreError`].
    async fn finish(&self, id: Uuid, epoch: i64, ended: &Ended) -> Result<bool, RunStoreError>;

    /// Gives a run back to the queue, and its attempt with it. `false`: the epoch is stale.
    ///
    /// # Errors
    /// [`RunStoreError`].
    async fn release(&self, id: Uuid, epoch: i64) -> Result<bool, RunStoreError>;

    /// Ends light runs that there is no hope for, as [`crate::outcome::GAVE_UP`].
    ///
    /// # Errors
    /// [`RunStoreError`].
    async fn give_up(&self, overdue: &Overdue) -> Result<Vec<Uuid>, RunStoreError>;
}
