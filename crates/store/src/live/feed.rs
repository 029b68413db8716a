//! The number of the newest hint, for everybody in this process who waits for the next.

use super::Progress;
use tokio::sync::watch;

/// Tells the newest hint's number. It never goes back.
#[derive(Debug)]
pub(crate) struct Feed {
    newest: watch::Sender<i64>,
    /// Who waits for news of a run.
    pub(crate) progress: Progress,
}

impl Default for Feed {
    fn default() -> Self {
        Self {
            newest: watch::Sender::new(0),
            progress: Progress::default(),
        }
    }
}

impl Feed {
    pub(crate) fn reached(&self, seq: i64) {
        self.newest.send_if_modified(|newest| {
            let news = seq > *newest;
            if news {
                *newest = seq;
            }
            news
        });
    }

    pub(crate) fn subscribe(&self) -> watch::Receiver<i64> {
        self.newest.subscribe()
    }
}
