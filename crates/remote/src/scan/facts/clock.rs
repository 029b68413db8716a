//! The server's clock against Drydock's.

use crate::scan::Document;
use model::Timestamp;
use model::facts::CLOCK_TOLERANCE_MS;

/// Clocks this close are taken for equal, so that a fact does not change with every round trip's jitter.
const EQUAL_WITHIN_MS: i64 = 2_000;

pub(super) struct Clock {
    /// The server's clock minus Drydock's.
    pub(super) offset_ms: i64,
    pub(super) note: Option<String>,
}

impl Clock {
    /// The script ran between sending and receiving; the middle of what is possible is taken.
    pub(super) fn of(document: &Document, sent: Timestamp, received: Timestamp) -> Self {
        let Some((began, ended)) = document.server_clock_ns() else {
            return Self {
                offset_ms: 0,
                note: Some("The server's clock could not be read.".to_owned()),
            };
        };
        let ahead_at_begin = began / 1_000_000 - sent.micros() / 1_000;
        let ahead_at_end = ended / 1_000_000 - received.micros() / 1_000;
        let offset_ms = ahead_at_begin.midpoint(ahead_at_end);
        let note = (offset_ms.abs() > CLOCK_TOLERANCE_MS).then(|| {
            format!(
                "The server's clock is {} {} Drydock's; dates that it gave were corrected by that.",
                model::short_duration(offset_ms.abs() / 1_000),
                if offset_ms > 0 { "ahead of" } else { "behind" }
            )
        });
        Self { offset_ms, note }
    }

    /// A time of the server's clock, in seconds since 1970, by Drydock's clock.
    pub(super) fn ours(&self, server_secs: i64) -> Timestamp {
        let offset = if self.offset_ms.abs() <= EQUAL_WITHIN_MS {
            0
        } else {
            (self.offset_ms + 500).div_euclid(1_000)
        };
        Timestamp::from_secs(server_secs.saturating_sub(offset))
    }
}
