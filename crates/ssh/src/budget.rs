//! The time that a connection may take, which runs only while something is done about it.

use std::future::Future;
use std::time::{Duration, Instant};

/// The time is used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OutOfTime;

/// Time that is left for connecting. Waiting for a turn is not charged: a server is not slow because others were
/// served first.
#[derive(Debug)]
pub(crate) struct Budget {
    left: Duration,
}

impl Budget {
    pub(crate) fn new(limit: Duration) -> Self {
        Self { left: limit }
    }

    pub(crate) fn left(&self) -> Duration {
        self.left
    }

    /// Runs `work` and charges its time.
    pub(crate) async fn spend<F: Future>(&mut self, work: F) -> Result<F::Output, OutOfTime> {
        self.spend_at_most(Duration::MAX, work).await
    }

    /// Runs `work` for `most` or for what is left, whichever is less, and charges its time.
    pub(crate) async fn spend_at_most<F: Future>(
        &mut self,
        most: Duration,
        work: F,
    ) -> Result<F::Output, OutOfTime> {
        let begun = Instant::now();
        let done = tokio::time::timeout(self.left.min(most), work).await;
        self.left = self.left.saturating_sub(begun.elapsed());
        done.map_err(|_| OutOfTime)
    }
}
