//! Logs on their way into the database: one cursor per step, and one task that commits the appends of all steps of a
//! worker together.

use super::port::{StepRef, StepStore};
use crate::drive::chain;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

/// One append is at most this long.
pub const SEGMENT_MAX: usize = 64 * 1024;
/// Appends are committed this long after those before them, the first after a silence at once,
const TOGETHER: Duration = Duration::from_millis(50);
/// or when they are this many bytes.
const TOGETHER_BYTES: usize = 256 * 1024;

/// How much of a step's log is stored. A line ends with `\n`, with `\r\n`, or with a `\r` of its own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LogCursor {
    /// Bytes so far: the next byte's place in the log.
    pub len: u64,
    /// Where the file that is being followed begins in the log.
    pub base: u64,
    /// Ends of lines so far.
    pub lines: u64,
    /// Whether the last byte was `\r`.
    pub after_cr: bool,
}

impl LogCursor {
    /// The cursor after `bytes`.
    #[must_use]
    pub fn after(mut self, bytes: &[u8]) -> Self {
        for byte in bytes {
            let ends = *byte == b'\r' || (*byte == b'\n' && !self.after_cr);
            self.lines += u64::from(ends);
            self.after_cr = *byte == b'\r';
        }
        self.len += bytes.len() as u64;
        self
    }

    /// The place in the file that is being followed.
    pub const fn in_file(self) -> u64 {
        self.len - self.base
    }
}

/// Bytes for the log of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogAppend {
    /// Whose.
    pub step: StepRef,
    /// Where the log is believed to be.
    pub from: LogCursor,
    /// Where it is afterwards.
    pub to: LogCursor,
    /// What is between the two, at most [`SEGMENT_MAX`].
    pub bytes: Vec<u8>,
}

/// What came of an append.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Appended {
    /// It is stored, by this append or by one whose answer was lost.
    Stored,
    /// The log is somewhere else; nothing was stored.
    Elsewhere(LogCursor),
    /// Somebody else holds the run, or the step is in another attempt.
    Fenced,
}

#[derive(Debug)]
struct Waiting {
    append: LogAppend,
    answer: oneshot::Sender<Option<Appended>>,
}

/// The way to the task that appends.
#[derive(Debug, Clone)]
pub(crate) struct Logs(mpsc::Sender<Waiting>);

impl Logs {
    /// Starts the task; it ends with the last handle.
    pub(crate) fn start(store: Arc<dyn StepStore>, timeout: Duration) -> Self {
        let (sender, receiver) = mpsc::channel(1_024);
        tokio::spawn(append_together(store, receiver, timeout));
        Self(sender)
    }

    /// Appends and waits until it is committed. `None`: the database did not do it.
    pub(crate) async fn append(&self, append: LogAppend) -> Option<Appended> {
        let (answer, heard) = oneshot::channel();
        self.0.send(Waiting { append, answer }).await.ok()?;
        heard.await.ok()?
    }
}

async fn append_together(
    store: Arc<dyn StepStore>,
    mut receiver: mpsc::Receiver<Waiting>,
    timeout: Duration,
) {
    let mut until = Instant::now();
    while let Some(first) = receiver.recv().await {
        let mut bytes = first.append.bytes.len();
        let mut batch = vec![first];
        while bytes < TOGETHER_BYTES {
            match tokio::time::timeout_at(until, receiver.recv()).await {
                Ok(Some(next)) => {
                    bytes += next.append.bytes.len();
                    batch.push(next);
                }
                Ok(None) | Err(_) => break,
            }
        }
        // Whoever stopped waiting stopped following, and will ask where the log is.
        batch.retain(|waiting| !waiting.answer.is_closed());
        let (appends, answers): (Vec<_>, Vec<_>) = batch
            .into_iter()
            .map(|waiting| (waiting.append, waiting.answer))
            .unzip();
        let done = match tokio::time::timeout(timeout, store.append_logs(appends)).await {
            Ok(Ok(done)) => done.into_iter().map(Some).collect(),
            Ok(Err(error)) => {
                tracing::warn!(error = %chain(&error), "logs could not be stored; they wait on their servers");
                Vec::new()
            }
            Err(_) => {
                tracing::warn!("the database took too long to store logs; they wait on their servers");
                Vec::new()
            }
        };
        until = Instant::now() + TOGETHER;
        let mut done = done.into_iter();
        for answer in answers {
            // Whoever asked may have gone.
            answer.send(done.next().flatten()).ok();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_the_same_however_the_bytes_are_cut() {
        let text = b"one\ntwo\r\n 10%\r 20%\r\n\rlast";
        let whole = LogCursor::default().after(text);
        assert_eq!((whole.lines, whole.len), (5, text.len() as u64));
        for cut in 0..=text.len() {
            let (head, tail) = text.split_at(cut);
            assert_eq!(
                LogCursor::default().after(head).after(tail),
                whole,
                "cut at {cut}"
            );
        }
    }
}
