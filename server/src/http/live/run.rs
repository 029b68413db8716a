//! What a stream says about the one run that its tab follows, and about the log that is open there.

use app::packed_line;
use model::view::{LogFrom, RunCell, RunHead};
use model::{LiveMessage, RunId, StepId};
use serde::Serialize;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};
use usecases::{Actor, Error, Usecases};

/// News of a run are read at most this often: a run over a thousand servers moves many times a second.
const NEWS_EVERY: Duration = Duration::from_millis(250);
/// A log is read at most this often.
const LOG_EVERY: Duration = Duration::from_millis(50);

/// The log that is open in the tab.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct OpenLog {
    step: StepId,
    attempt: Option<u32>,
}

impl OpenLog {
    /// Reads `<step>` or `<step>.<attempt>`.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (step, attempt) = match text.split_once('.') {
            Some((step, attempt)) => (step, Some(attempt.parse().ok()?)),
            None => (text, None),
        };
        Some(Self {
            step: step.parse().ok()?,
            attempt,
        })
    }
}

/// The run that a tab follows. Everything is read from the database from the tab's own place on, when the tab has taken
/// what came before: a slow viewer waits for itself alone.
pub(super) struct FollowedRun {
    run: RunId,
    progress: watch::Receiver<u64>,
    /// The number of the last event the tab knows.
    pub(super) seq: i64,
    news: Due,
    said: Option<(RunHead, Vec<RunCell>)>,
    log: Option<OpenLog>,
    /// Where what follows in the log begins.
    pub(super) offset: u64,
    more: Due,
}

/// When something is to be read again.
#[derive(Clone, Copy)]
struct Due {
    is: bool,
    not_before: Instant,
}

impl Due {
    fn now() -> Self {
        Self {
            is: true,
            not_before: Instant::now(),
        }
    }

    fn is_now(self) -> bool {
        self.is && Instant::now() >= self.not_before
    }

    fn done(&mut self, every: Duration) {
        self.is = false;
        self.not_before = Instant::now() + every;
    }
}

impl FollowedRun {
    pub(super) fn new(usecases: &Usecases, run: RunId, seq: i64, log: Option<OpenLog>, offset: u64) -> Self {
        Self {
            run,
            progress: usecases.run_progress(run),
            seq,
            news: Due::now(),
            said: None,
            log,
            offset,
            more: Due::now(),
        }
    }

    /// Ends when there may be something to say.
    pub(super) async fn wakes(&mut self) {
        let waits = [Some(self.news), self.log.and(Some(self.more))];
        let next = waits
            .into_iter()
            .flatten()
            .filter(|due| due.is)
            .map(|due| due.not_before)
            .min();
        let later = async {
            match next {
                Some(at) => sleep_until(at).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            changed = self.progress.changed() => match changed {
                Ok(()) => {
                    self.news.is = true;
                    self.more.is = true;
                }
                // The store is being closed, and the stream with it.
                Err(_) => std::future::pending().await,
            },
            () = later => {}
        }
    }

    /// The next message, the log first: it is what somebody reads.
    pub(super) async fn message(&mut self, usecases: &Usecases, actor: &Actor) -> Option<LiveMessage> {
        if self.more.is_now()
            && let Some(log) = self.log
        {
            self.more.done(LOG_EVERY);
            match self.log_message(usecases, actor, log).await {
                Ok(Some(message)) => return Some(message),
                Ok(None) => {}
                Err(error) => tracing::debug!(%error, run = %self.run, "a log cannot be followed"),
            }
        }
        if self.news.is_now() {
            self.news.done(NEWS_EVERY);
            match self.news_message(usecases, actor).await {
                Ok(message) => return message,
                Err(error) => tracing::debug!(%error, run = %self.run, "a run cannot be followed"),
            }
        }
        None
    }

    async fn log_message(
        &mut self,
        usecases: &Usecases,
        actor: &Actor,
        log: OpenLog,
    ) -> Result<Option<LiveMessage>, Error> {
        let from = LogFrom::Byte(self.offset);
        let part = usecases
            .log_part(actor, self.run, log.step, log.attempt, from)
            .await?;
        // Half a character at the end is not news; its other half will be.
        let is_news = part.next > self.offset;
        if !is_news && !part.ended {
            return Ok(None);
        }
        self.offset = part.next;
        if is_news && part.next < part.len.min(part.kept) {
            self.more.is = true;
        } else if part.ended {
            self.log = None;
        }
        Ok(Some(LiveMessage::Log { packed: line(&part)? }))
    }

    async fn news_message(
        &mut self,
        usecases: &Usecases,
        actor: &Actor,
    ) -> Result<Option<LiveMessage>, Error> {
        let news = usecases.run_events(actor, self.run, self.seq).await?;
        let same = news.seq == self.seq
            && !news.read_again
            && self
                .said
                .as_ref()
                .is_some_and(|(head, cells)| *head == news.head && *cells == news.cells);
        self.seq = news.seq;
        if same {
            return Ok(None);
        }
        let packed = line(&news)?;
        self.said = Some((news.head, news.cells));
        Ok(Some(LiveMessage::Run { packed }))
    }
}

fn line<T: Serialize>(view: &T) -> Result<String, Error> {
    packed_line(view).map_err(Error::internal)
}
