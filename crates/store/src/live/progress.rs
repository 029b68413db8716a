//! Who waits for news of a run: of its next event, or of more of its log.

use model::RunId;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};
use tokio::sync::watch;

/// One channel per run that somebody in this process looks at.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    runs: Mutex<HashMap<RunId, watch::Sender<u64>>>,
}

impl Progress {
    /// Changes whenever something of `run` was committed. What it was is for the reader to look up.
    pub(crate) fn subscribe(&self, run: RunId) -> watch::Receiver<u64> {
        let mut runs = self.runs.lock().unwrap_or_else(PoisonError::into_inner);
        runs.retain(|_, sender| sender.receiver_count() > 0);
        runs.entry(run)
            .or_insert_with(|| watch::Sender::new(0))
            .subscribe()
    }

    pub(crate) fn tell(&self, moved: &BTreeSet<RunId>) {
        if moved.is_empty() {
            return;
        }
        let runs = self.runs.lock().unwrap_or_else(PoisonError::into_inner);
        for sender in moved.iter().filter_map(|run| runs.get(run)) {
            sender.send_modify(|news| *news += 1);
        }
    }

    /// Has everybody look, because something may have been missed.
    pub(crate) fn tell_all(&self) {
        let runs = self.runs.lock().unwrap_or_else(PoisonError::into_inner);
        for sender in runs.values() {
            sender.send_modify(|news| *news += 1);
        }
    }
}
