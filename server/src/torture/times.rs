//! Shorter leases and a shifted clock.

use super::number;
use engine::WorkerSettings;
use model::Timestamp;
use std::time::Duration;
use world::{Clock, SystemClock};

/// The machine's clock, `DRYDOCK_TORTURE_SHIFT_US` microseconds later: a copy of a prepared world goes on at the moment
/// at which it was copied, so that every run over it meets the same.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ShiftedClock(i64);

impl ShiftedClock {
    pub(crate) fn of_environment() -> Self {
        Self(number("DRYDOCK_TORTURE_SHIFT_US"))
    }
}

impl Clock for ShiftedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(SystemClock.now().micros() + self.0)
    }
}

/// A worker's times with a lease of `DRYDOCK_TORTURE_LEASE_MS`, the others in the proportion they have by default; with
/// 0, or without it, the default ones.
pub(crate) fn hasty() -> WorkerSettings {
    let lease: u64 = number("DRYDOCK_TORTURE_LEASE_MS");
    if lease == 0 {
        return WorkerSettings::default();
    }
    let part = |of: u64| Duration::from_millis((lease / of).max(20));
    WorkerSettings {
        lease: Duration::from_millis(lease),
        renew_every: part(3),
        stop_acting_after: part(3) * 2,
        poll_every: part(20),
        settle_after_contact: part(2),
        retry_first: Duration::from_millis(50),
        retry_most: Duration::from_millis(500),
        write_again: Duration::from_millis(50),
        ..WorkerSettings::default()
    }
}
