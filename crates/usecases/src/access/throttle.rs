//! Slows down guessing: a bounded number of attempts per name and per address.

use governor::clock::DefaultClock;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use crate::Error;
use model::ErrorCode;

type Limiter<K> = RateLimiter<K, DashMapStateStore<K>, DefaultClock>;

/// Attempts to log in, to use the first-run token, to join.
///
/// Counted per process: with several replicas an attacker gets as many times the attempts, which argon2 and the
/// length of passwords still make hopeless.
#[derive(Debug)]
pub struct Throttle {
    by_name: Limiter<String>,
    by_address: Limiter<IpAddr>,
}

impl Default for Throttle {
    fn default() -> Self {
        Self {
            by_name: RateLimiter::dashmap(quota(10, Duration::from_secs(30))),
            by_address: RateLimiter::dashmap(quota(30, Duration::from_secs(5))),
        }
    }
}

/// `burst` attempts at once, and one more every `every`.
fn quota(burst: u32, every: Duration) -> Quota {
    let burst = NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN);
    Quota::with_period(every)
        .unwrap_or(Quota::per_minute(NonZeroU32::MIN))
        .allow_burst(burst)
}

impl Throttle {
    /// Counts an attempt for `name` from `address`.
    ///
    /// # Errors
    /// [`ErrorCode::TooMany`] when either has made too many.
    pub(crate) fn attempt(&self, name: &str, address: Option<IpAddr>) -> Result<(), Error> {
        let address_ok = address.is_none_or(|address| self.by_address.check_key(&address).is_ok());
        let name_ok = address_ok && self.by_name.check_key(&name.to_lowercase()).is_ok();
        if name_ok {
            Ok(())
        } else {
            Err(Error::code(ErrorCode::TooMany))
        }
    }

    /// Forgets who has been quiet long enough; called by the schedule.
    pub(crate) fn forget_old(&self) {
        self.by_name.retain_recent();
        self.by_address.retain_recent();
    }
}
