//! What the lanes of one run share: the store, what stops them, and how often they have failed.

use super::kind::SteppedKind;
use super::lane::Mode;
use super::logs::Logs;
use super::port::{ClaimedRun, Move, StepRef, StepStore, Written};
use super::transitions::StepState;
use crate::context::Leash;
use crate::drive::chain;
use crate::{RunStoreError, WorkerSettings};
use std::collections::HashSet;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Semaphore, watch};
use uuid::Uuid;

/// Somebody else holds the run: nothing is ours to do any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lost;

/// Why lanes stop.
#[derive(Debug, Clone, Default)]
pub(super) struct Halt {
    /// A person wants a pause.
    pub(super) pause: bool,
    /// A person wants it cancelled.
    pub(super) cancel: bool,
    /// More lanes have failed than the budget allows.
    pub(super) spent: bool,
    /// Too few would be left in service.
    pub(super) below_minimum: Option<String>,
    /// A step is stuck, and this is known about it.
    pub(super) stuck: Option<String>,
}

impl Halt {
    pub(super) fn mode(&self) -> Mode {
        if self.cancel || self.spent {
            Mode::Wind
        } else if self.pause || self.below_minimum.is_some() || self.stuck.is_some() {
            Mode::Hold
        } else {
            Mode::Go
        }
    }
}

/// What the lanes of one run share.
pub(crate) struct Desk {
    pub(super) run: ClaimedRun,
    pub(super) kind: SteppedKind,
    pub(super) store: Arc<dyn StepStore>,
    pub(super) settings: Arc<WorkerSettings>,
    pub(super) leash: Leash,
    pub(super) sessions: Arc<Semaphore>,
    pub(super) logs: Logs,
    pub(super) halt: watch::Sender<Halt>,
    failed: Mutex<HashSet<String>>,
    alive: Mutex<HashSet<Uuid>>,
}

impl std::fmt::Debug for Desk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Desk")
            .field("run", &self.run.id)
            .finish_non_exhaustive()
    }
}

impl Desk {
    pub(crate) fn new(
        run: ClaimedRun,
        kind: SteppedKind,
        store: Arc<dyn StepStore>,
        settings: Arc<WorkerSettings>,
        leash: Leash,
        sessions: Arc<Semaphore>,
        logs: Logs,
    ) -> Self {
        Self {
            run,
            kind,
            store,
            settings,
            leash,
            sessions,
            logs,
            halt: watch::Sender::new(Halt::default()),
            failed: Mutex::default(),
            alive: Mutex::default(),
        }
    }

    pub(super) fn mode(&self) -> Mode {
        self.halt.borrow().mode()
    }

    /// Counts a lane as failed, once.
    pub(super) fn count_failed(&self, lane: &str, budget: u32) {
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        failed.insert(lane.to_owned());
        if failed.len() as u64 > u64::from(budget) {
            self.halt.send_modify(|halt| halt.spent = true);
        }
    }

    pub(super) fn failed(&self) -> usize {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    pub(super) fn note_alive(&self, step: Uuid) {
        self.alive
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(step);
    }

    /// Writes which steps gave a sign of life since the last time.
    pub(super) async fn write_alive(&self) {
        let steps: Vec<Uuid> = {
            let mut alive = self.alive.lock().unwrap_or_else(PoisonError::into_inner);
            alive.drain().collect()
        };
        if steps.is_empty() {
            return;
        }
        let write = self.store.alive(self.run.id, self.run.epoch, &steps);
        if !matches!(
            tokio::time::timeout(self.settings.store_timeout, write).await,
            Ok(Ok(()))
        ) {
            tracing::debug!(run.id = %self.run.id, "signs of life could not be written");
        }
    }

    /// Says what a step waits for. Worth one try: it is for people, and will be said again.
    pub(super) async fn note(&self, step: StepRef, sentence: &str) {
        let write = self.store.note(step, sentence);
        if !matches!(
            tokio::time::timeout(self.settings.store_timeout, write).await,
            Ok(Ok(_))
        ) {
            tracing::debug!(run.id = %step.run, sentence, "a note could not be written");
        }
    }

    /// Does not stop trying to write while the run may still be ours: an unchanged epoch means that nobody took
    /// over, however long the database was away. Whoever holds the driver drops it when the run is lost.
    pub(super) async fn persist<T, F, W>(&self, what: &'static str, mut write: F) -> T
    where
        F: FnMut() -> W,
        W: Future<Output = Result<T, RunStoreError>>,
    {
        loop {
            let why = match tokio::time::timeout(self.settings.store_timeout, write()).await {
                Ok(Ok(done)) => return done,
                Ok(Err(error)) => chain(&error),
                Err(_) => "no answer in time".to_owned(),
            };
            tracing::warn!(run.id = %self.run.id, what, error = %why, "a run's progress could not be written, trying again");
            tokio::time::sleep(self.settings.write_again).await;
        }
    }

    /// As [`Desk::persist`], for writes that say whether the run is still ours.
    pub(super) async fn persist_ours<F, W>(&self, what: &'static str, write: F) -> Result<(), Lost>
    where
        F: FnMut() -> W,
        W: Future<Output = Result<bool, RunStoreError>>,
    {
        if self.persist(what, write).await {
            Ok(())
        } else {
            Err(Lost)
        }
    }

    /// Moves a step. What is left for the caller is [`Written::Done`] and the two ways to be refused.
    pub(super) async fn move_step(&self, step: StepRef, from: StepState, to: &Move) -> Result<Written, Lost> {
        match self
            .persist("transition", || self.store.move_step(step, from, to))
            .await
        {
            Written::Fenced => Err(Lost),
            other => Ok(other),
        }
    }

    /// Waits until something new may be begun: until the lease was renewed recently enough.
    pub(super) async fn until_fresh(&self) {
        while !self.leash.is_fresh() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}
