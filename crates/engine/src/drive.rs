//! One attempt at a run, from claim to end.

use crate::{Claimed, Ended, RunContext, RunKind, RunStore, WorkerSettings, outcome};
use futures::FutureExt as _;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// What the worker tells a run that is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signal {
    /// Go on.
    None,
    /// A person wants it paused, which a light run cannot be.
    Pause,
    /// A person wants it cancelled.
    Cancel,
    /// A person wants it let go of at once.
    Abandon,
    /// The process stops: back to the queue.
    Release,
    /// Somebody else holds the run now.
    Lost,
}

impl Signal {
    /// Whether it stops a driver of steps wherever it is.
    pub(crate) const fn is_hard(self) -> bool {
        matches!(self, Self::Abandon | Self::Release | Self::Lost)
    }
}

/// How long a kind may take to notice its token before its future is dropped.
const NOTICE: Duration = Duration::from_secs(2);

/// Runs one attempt and writes its end. Returns when there is nothing left to do for this run here.
pub(crate) async fn drive(
    kind: Arc<dyn RunKind>,
    run: Claimed,
    context: RunContext,
    mut signal: watch::Receiver<Signal>,
    store: Arc<dyn RunStore>,
    settings: Arc<WorkerSettings>,
) {
    let cancel = context.cancel.clone();
    let ended = attempt(kind.as_ref(), context, &cancel, &mut signal).await;
    let Some(ended) = ended else {
        if *signal.borrow() == Signal::Release {
            release(&run, store.as_ref(), &settings).await;
        }
        return;
    };
    write_end(&run, &ended, signal, store.as_ref(), &settings).await;
}

/// The kind's end, or `None` when the run is not ours to end (lost), or goes back to the queue.
async fn attempt(
    kind: &dyn RunKind,
    context: RunContext,
    cancel: &CancellationToken,
    signal: &mut watch::Receiver<Signal>,
) -> Option<Ended> {
    let id = context.id;
    let deadline = tokio::time::sleep(kind.deadline());
    // `run` may already panic while it makes its future.
    let work = AssertUnwindSafe(async { kind.run(context).await }).catch_unwind();
    tokio::pin!(deadline, work);
    let after = tokio::select! {
        biased;
        done = &mut work => return Some(done.unwrap_or_else(|_| panicked(kind, id))),
        asked = signal.wait_for(|signal| !matches!(signal, Signal::None | Signal::Pause)) => match asked.as_deref() {
            Ok(Signal::Cancel | Signal::Abandon) => Some(outcome::CANCELLED),
            Ok(Signal::Release) => None,
            // A closed channel means that the worker itself is gone.
            Ok(Signal::None | Signal::Pause | Signal::Lost) | Err(_) => {
                cancel.cancel();
                return None;
            }
        },
        () = &mut deadline => Some(outcome::TIMED_OUT),
    };
    cancel.cancel();
    match (tokio::time::timeout(NOTICE, work).await, after) {
        // It came to an end of its own: that is more than the engine knows.
        (Ok(Ok(ended)), Some(_)) => Some(ended),
        (Ok(Err(_)), Some(_)) => Some(panicked(kind, id)),
        (Err(_), Some(word)) => Some(Ended::plain(word)),
        (_, None) => None,
    }
}

fn panicked(kind: &dyn RunKind, id: uuid::Uuid) -> Ended {
    tracing::error!(run.id = %id, run.kind = kind.name(), "a run panicked; it is ended as failed");
    Ended::new(
        outcome::FAILED,
        "Something went wrong inside Drydock; its log has the details.",
    )
}

/// Writes the end, and does not stop trying while the run may still be ours: an unchanged epoch means that nobody
/// took over, however long the database was away.
async fn write_end(
    run: &Claimed,
    ended: &Ended,
    signal: watch::Receiver<Signal>,
    store: &dyn RunStore,
    settings: &WorkerSettings,
) {
    loop {
        match tokio::time::timeout(settings.store_timeout, store.finish(run.id, run.epoch, ended)).await {
            Ok(Ok(true)) => return,
            Ok(Ok(false)) => {
                tracing::warn!(run.id = %run.id, run.kind = %run.kind, run.epoch, "fenced off: another worker holds this run");
                return;
            }
            Ok(Err(error)) => {
                tracing::warn!(run.id = %run.id, error = %chain(&error), "the end of a run could not be written, trying again");
            }
            Err(_) => {
                tracing::warn!(run.id = %run.id, "the database took too long to write the end of a run, trying again");
            }
        }
        if *signal.borrow() == Signal::Lost {
            return;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

async fn release(run: &Claimed, store: &dyn RunStore, settings: &WorkerSettings) {
    match tokio::time::timeout(settings.store_timeout, store.release(run.id, run.epoch)).await {
        Ok(Ok(_)) => {}
        // Its lease passes by itself, and another worker takes it over.
        Ok(Err(error)) => {
            tracing::warn!(run.id = %run.id, error = %chain(&error), "a run could not be given back")
        }
        Err(_) => tracing::warn!(run.id = %run.id, "the database took too long to take a run back"),
    }
}

/// An error with its sources, on one line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        text.push_str(": ");
        text.push_str(&source.to_string());
        next = source.source();
    }
    text
}
