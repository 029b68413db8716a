//! What came of a scan, and what was written of it.

use model::facts::Facts;
use model::{HostKey, Reach, RunId, ServerId, Timestamp};

/// What came of one scan.
#[derive(Debug, Clone)]
pub struct ScanRecord {
    /// The run in whose name this is written.
    pub run: RunId,
    /// Its fencing number.
    pub epoch: i64,
    /// The server.
    pub server: ServerId,
    /// When the attempt ended, by Drydock's clock.
    pub at: Timestamp,
    /// When the next scheduled scan is due.
    pub next_scan_at: Option<Timestamp>,
    /// How it went.
    pub attempt: Attempt,
}

/// How a scan went.
#[derive(Debug, Clone)]
pub enum Attempt {
    /// It was read.
    Seen {
        /// [`Reach::Reached`] or [`Reach::Unsupported`].
        reach: Reach,
        /// What was seen.
        facts: Box<Facts>,
        /// The answer it was read from.
        document: Vec<u8>,
        /// Further host keys that the server proved to have in this very connection.
        more_host_keys: Vec<HostKey>,
    },
    /// It was not. Facts stay what they were, the status does not.
    Failed {
        /// The state to show.
        reach: Reach,
        /// What exactly was seen, without secrets.
        detail: String,
        /// The answer, when there was one that could not be read.
        answer: Option<Vec<u8>>,
        /// For [`Reach::KeyChanged`]: the keys that were offered instead of the pinned ones.
        offered: Vec<HostKey>,
    },
}

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recorded {
    /// Nothing: the run, or the server, is not the caller's any more.
    Fenced,
    /// The first facts of this server.
    First,
    /// Facts that are the last ones but for the moment.
    Same,
    /// Other facts than before, with this many lines for the timeline.
    Changed(usize),
    /// That the attempt failed.
    Failed,
}
