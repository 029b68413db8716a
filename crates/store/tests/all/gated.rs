//! A store with a gate before and after every write, at which a test can stop its user, or do something else.

use async_trait::async_trait;
use engine::{
    Appended, Claim, ClaimedRun, LogAppend, Move, Park, RunOutcome, RunPlan, RunStoreError, StepRef,
    StepState, StepStore, Written,
};
use futures::future::BoxFuture;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use store::Store;
use tokio::sync::Notify;
use uuid::Uuid;

/// Which side of which write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Side {
    /// The number of the write, from 1.
    pub(crate) write: usize,
    /// Before it is made; else after it was committed.
    pub(crate) before: bool,
}

type Hook = Box<dyn Fn() -> BoxFuture<'static, ()> + Send + Sync>;

/// A store that calls a hook at one gate.
pub(crate) struct Gated {
    store: Store,
    at: Side,
    hook: Hook,
    writes: AtomicUsize,
    /// The hook never returns: whoever comes by afterwards does not either.
    dead: AtomicBool,
    /// Every call fails.
    pub(crate) away: AtomicBool,
    refused: AtomicUsize,
    /// Notified when the gate was reached.
    pub(crate) reached: Notify,
}

impl Gated {
    /// Calls `hook` at `at`, and goes on when it returns.
    pub(crate) fn new(store: &Store, at: Side, hook: Hook) -> Arc<Self> {
        Arc::new(Self {
            store: store.clone(),
            at,
            hook,
            writes: AtomicUsize::new(0),
            dead: AtomicBool::new(false),
            away: AtomicBool::new(false),
            refused: AtomicUsize::new(0),
            reached: Notify::new(),
        })
    }

    /// Whoever uses it dies at `at`.
    pub(crate) fn mortal(store: &Store, at: Side) -> Arc<Self> {
        Self::new(store, at, Box::new(|| Box::pin(std::future::pending())))
    }

    /// How many calls failed because it was away.
    pub(crate) fn refused(&self) -> usize {
        self.refused.load(Ordering::SeqCst)
    }

    fn up(&self) -> Result<(), RunStoreError> {
        if self.away.load(Ordering::SeqCst) {
            self.refused.fetch_add(1, Ordering::SeqCst);
            return Err(RunStoreError("away".into()));
        }
        Ok(())
    }

    async fn gate(&self, here: Side) {
        if self.dead.load(Ordering::SeqCst) {
            std::future::pending::<()>().await;
        }
        if here == self.at {
            self.dead.store(true, Ordering::SeqCst);
            self.reached.notify_one();
            (self.hook)().await;
            self.dead.store(false, Ordering::SeqCst);
        }
    }

    async fn write<T>(
        &self,
        call: impl Future<Output = Result<T, RunStoreError>>,
    ) -> Result<T, RunStoreError> {
        let write = self.writes.fetch_add(1, Ordering::SeqCst) + 1;
        self.gate(Side { write, before: true }).await;
        self.up()?;
        let done = call.await;
        self.gate(Side { write, before: false }).await;
        done
    }

    async fn read<T>(
        &self,
        call: impl Future<Output = Result<T, RunStoreError>>,
    ) -> Result<T, RunStoreError> {
        self.gate(Side {
            write: 0,
            before: true,
        })
        .await;
        self.up()?;
        call.await
    }
}

#[async_trait]
impl StepStore for Gated {
    async fn claim_stepped(&self, claim: &Claim<'_>) -> Result<Vec<ClaimedRun>, RunStoreError> {
        self.read(self.store.claim_stepped(claim)).await
    }
    async fn load(&self, run: Uuid, epoch: i64) -> Result<Option<RunPlan>, RunStoreError> {
        self.read(self.store.load(run, epoch)).await
    }
    async fn arm(&self, step: StepRef) -> Result<Option<Duration>, RunStoreError> {
        self.write(self.store.arm(step)).await
    }
    async fn move_step(&self, step: StepRef, from: StepState, to: &Move) -> Result<Written, RunStoreError> {
        self.write(self.store.move_step(step, from, to)).await
    }
    async fn note(&self, step: StepRef, sentence: &str) -> Result<bool, RunStoreError> {
        self.write(self.store.note(step, sentence)).await
    }
    async fn append_logs(&self, appends: Vec<LogAppend>) -> Result<Vec<Appended>, RunStoreError> {
        self.write(self.store.append_logs(appends)).await
    }
    async fn alive(&self, run: Uuid, epoch: i64, steps: &[Uuid]) -> Result<(), RunStoreError> {
        self.read(self.store.alive(run, epoch, steps)).await
    }
    async fn pack_log(&self, step: Uuid) -> Result<(), RunStoreError> {
        self.write(self.store.pack_log(step)).await
    }
    async fn open_wave(&self, run: Uuid, epoch: i64, wave: u32) -> Result<bool, RunStoreError> {
        self.write(self.store.open_wave(run, epoch, wave)).await
    }
    async fn end_lane(
        &self,
        run: Uuid,
        epoch: i64,
        lane: &str,
        failed: bool,
        out: bool,
    ) -> Result<bool, RunStoreError> {
        self.write(self.store.end_lane(run, epoch, lane, failed, out))
            .await
    }
    async fn park(&self, run: Uuid, epoch: i64, park: &Park) -> Result<bool, RunStoreError> {
        self.write(self.store.park(run, epoch, park)).await
    }
    async fn end_run(&self, run: Uuid, epoch: i64, outcome: RunOutcome) -> Result<bool, RunStoreError> {
        self.write(self.store.end_run(run, epoch, outcome)).await
    }
}
