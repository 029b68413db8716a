//! What differs between any two scans, taken out of the facts so that the rest can be compared, and laid over them
//! again when they are read.

use model::Timestamp;
use model::facts::{Facts, Known};
use serde::{Deserialize, Serialize};

/// What differs in every scan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Moment {
    seen_at: Timestamp,
    clock_offset_ms: i64,
    root_free_bytes: u64,
    boot_free_bytes: Option<u64>,
    booted_at: Option<Timestamp>,
    flag_since: Option<Timestamp>,
    last_success: Option<Timestamp>,
    /// In the order of the sources.
    refreshed: Vec<Option<Timestamp>>,
}

/// Stands in the compared facts for a time that is known.
const SOME_TIME: Timestamp = Timestamp::from_micros(0);

impl Moment {
    /// Splits facts into what lasts and the moment. A time that the server's own clock has a part in differs by
    /// milliseconds from scan to scan; whether there is one at all lasts.
    pub(super) fn split(facts: &Facts) -> (Facts, Self) {
        let mut lasting = facts.clone();
        let sources = facts.sources.get();
        let moment = Self {
            seen_at: facts.seen_at,
            clock_offset_ms: facts.clock_offset_ms,
            root_free_bytes: facts.machine.root_free_bytes,
            boot_free_bytes: facts.machine.boot_free_bytes,
            booted_at: facts.machine.booted_at.get().copied(),
            flag_since: facts.reboot.flag_since,
            last_success: sources.and_then(|sources| sources.last_success),
            refreshed: sources
                .map(|sources| sources.sources.iter().map(|source| source.refreshed_at).collect())
                .unwrap_or_default(),
        };
        moment.blank().lay_over(&mut lasting);
        (lasting, moment)
    }

    /// The same moment with every value made the same and every absence kept.
    fn blank(&self) -> Self {
        let blank = |time: &Option<Timestamp>| time.map(|_| SOME_TIME);
        Self {
            seen_at: SOME_TIME,
            clock_offset_ms: 0,
            root_free_bytes: 0,
            boot_free_bytes: self.boot_free_bytes.map(|_| 0),
            booted_at: blank(&self.booted_at),
            flag_since: blank(&self.flag_since),
            last_success: blank(&self.last_success),
            refreshed: self.refreshed.iter().map(blank).collect(),
        }
    }

    /// Puts the moment into facts that it was taken out of, or that are the same but for it.
    pub(super) fn lay_over(&self, facts: &mut Facts) {
        facts.seen_at = self.seen_at;
        facts.clock_offset_ms = self.clock_offset_ms;
        facts.machine.root_free_bytes = self.root_free_bytes;
        facts.machine.boot_free_bytes = self.boot_free_bytes;
        if let Some(booted_at) = self.booted_at {
            facts.machine.booted_at = Known::Known(booted_at);
        }
        facts.reboot.flag_since = self.flag_since;
        if let Known::Known(sources) = &mut facts.sources {
            sources.last_success = self.last_success;
            for (source, refreshed) in sources.sources.iter_mut().zip(&self.refreshed) {
                source.refreshed_at = *refreshed;
            }
        }
    }
}
