//! The one place where the time of day is read.

use model::Timestamp;
use std::time::{SystemTime, UNIX_EPOCH};

/// The time of day. Tests bring their own.
pub trait Clock: Send + Sync + 'static {
    /// Now, in UTC.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
    fn now(&self) -> Timestamp {
        // A clock before 1970 or beyond the year 294246 cannot be said in microseconds; both read as the epoch.
        let micros = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |d| i64::try_from(d.as_micros()).unwrap_or(0));
        Timestamp::from_micros(micros)
    }
}
