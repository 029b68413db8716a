//! A worker's times. The defaults are those of the design; tests shorten them.

use std::time::Duration;

/// The times and bounds of one worker.
#[derive(Debug, Clone)]
pub struct WorkerSettings {
    /// Length of a lease, by the database's clock.
    pub lease: Duration,
    /// How often leases are renewed.
    pub renew_every: Duration,
    /// Without a renewal for this long, runs start nothing more. Shorter than `lease`.
    pub stop_acting_after: Duration,
    /// How often the queue is looked at when nothing wakes the worker.
    pub poll_every: Duration,
    /// After contact with the database is (re)gained, runs of other owners are left alone for this long, because
    /// their workers could not renew either.
    pub settle_after_contact: Duration,
    /// How long runs may go on after a shutdown was asked for, before they are given back to the queue.
    pub grace: Duration,
    /// Attempts of a light run before it is given up.
    pub max_attempts: u32,
    /// How long a light run may wait in the queue before it is given up.
    pub queued_at_most: Duration,
    /// How long one call to the run store may take.
    pub store_timeout: Duration,
    /// How long to wait before a write that failed is tried again.
    pub write_again: Duration,
    /// Lanes of all runs of one worker that are worked on at the same time.
    pub sessions: usize,
    /// Lanes of one run that are worked on at the same time, at most.
    pub lanes_per_run: usize,
    /// How long to wait before a world that could not be reached is tried again; doubles each time,
    pub retry_first: Duration,
    /// up to this.
    pub retry_most: Duration,
    /// How long the last look at a step may take when its deadline has passed.
    pub last_look: Duration,
    /// How often signs of life are written.
    pub proof_every: Duration,
}

impl Default for WorkerSettings {
    fn default() -> Self {
        Self {
            lease: Duration::from_secs(30),
            renew_every: Duration::from_secs(10),
            stop_acting_after: Duration::from_secs(20),
            poll_every: Duration::from_millis(1_500),
            settle_after_contact: Duration::from_secs(15),
            grace: Duration::from_secs(5),
            max_attempts: 3,
            queued_at_most: Duration::from_secs(24 * 3_600),
            store_timeout: Duration::from_secs(5),
            write_again: Duration::from_millis(500),
            sessions: 256,
            lanes_per_run: 64,
            retry_first: Duration::from_secs(1),
            retry_most: Duration::from_secs(30),
            last_look: Duration::from_secs(30),
            proof_every: Duration::from_secs(5),
        }
    }
}
