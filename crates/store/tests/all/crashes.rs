//! Crash everywhere: the driver is stopped at every write of a run, before it and after it, and another worker takes
//! over. The run must end the same, with every act done once and every byte of every log stored.

use crate::support::*;
use crate::toy_runs::*;
use crate::toy_world::{Does, World, hasty, kind_on, work};
use async_trait::async_trait;
use engine::{
    Appended, Claim, ClaimedRun, Gate, LogAppend, Move, NewWave, Park, RunOutcome, RunPlan, RunStoreError,
    StepRef, StepState, StepStore, Written,
};
use model::run::{RunState, StepOutcome};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use store::Store;
use tokio::sync::Notify;
use uuid::Uuid;

/// A store whose user dies at its `at`th write.
struct Mortal {
    store: Store,
    at: usize,
    /// The write at which it dies is not made.
    before: bool,
    writes: AtomicUsize,
    dead: AtomicBool,
    died: Notify,
}

impl Mortal {
    fn new(store: &Store, at: usize, before: bool) -> Arc<Self> {
        Arc::new(Self {
            store: store.clone(),
            at,
            before,
            writes: AtomicUsize::new(0),
            dead: AtomicBool::new(false),
            died: Notify::new(),
        })
    }

    async fn die<T>(&self) -> T {
        self.dead.store(true, Ordering::SeqCst);
        self.died.notify_one();
        std::future::pending().await
    }

    async fn write<T>(
        &self,
        call: impl Future<Output = Result<T, RunStoreError>>,
    ) -> Result<T, RunStoreError> {
        let n = self.writes.fetch_add(1, Ordering::SeqCst) + 1;
        if self.dead.load(Ordering::SeqCst) || (n == self.at && self.before) {
            return self.die().await;
        }
        let done = call.await;
        if n == self.at {
            return self.die().await;
        }
        done
    }

    async fn read<T>(
        &self,
        call: impl Future<Output = Result<T, RunStoreError>>,
    ) -> Result<T, RunStoreError> {
        if self.dead.load(Ordering::SeqCst) {
            return std::future::pending().await;
        }
        call.await
    }
}

#[async_trait]
impl StepStore for Mortal {
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

/// What happens to whom: in the first lane, in the second.
type Trouble = &'static [(usize, &'static str, Does)];
/// How a run ended: its outcome, and that of every step by lane number and parameters.
type Ending = (String, BTreeMap<(usize, String), Option<StepOutcome>>);

/// One run of two waves, stopped at write `at`. `None`: it has fewer writes.
async fn one(db: &Store, name: &str, trouble: Trouble, at: usize, before: bool) -> Option<Ending> {
    let kind = leak(format!("{name} {at} {before}"));
    let world = World::new();
    let lanes: Vec<String> = {
        let names = [format!("{kind} a"), format!("{kind} b"), format!("{kind} c")];
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let ids = futures::future::join_all(names.iter().map(|name| add_named(db, name))).await;
        ids.iter().map(ToString::to_string).collect()
    };
    for (lane, params, does) in trouble {
        world.script(&lanes[*lane], params, *does);
    }
    let steps = [way(&lanes[0], 1), way(&lanes[1], 2), way(&lanes[2], 2)].concat();
    let second = NewWave {
        width: 2,
        gate: Some(Gate::After(Duration::from_millis(1))),
    };
    let plan = add_plan(db).await;
    let mut new = new_run(kind, plan, vec![wave(1), second], steps);
    new.failure_budget = 1;
    let id = db.enqueue_run(new).await.unwrap();
    let mortal = Mortal::new(db, at, before);
    let doomed = work(db, Arc::<Mortal>::clone(&mortal), kind_on(kind, &world), hasty());
    let alive = tokio::select! {
        () = mortal.died.notified() => false,
        () = until_state(db, id, RunState::Ended) => true,
    };
    doomed.abort();
    if !alive {
        let heir = work(db, Arc::new(db.clone()), kind_on(kind, &world), hasty());
        until_state(db, id, RunState::Ended).await;
        heir.shutdown().await;
    }
    assert_whole(db, id, &world).await;
    let run = run_of(db, id).await;
    assert_eq!((run.lanes, run.lanes_ended), (3, 3), "at write {at}");
    let ended = outcomes(db, id)
        .await
        .into_iter()
        .map(|((lane, params), outcome)| {
            let lane = lanes.iter().position(|it| *it == lane).unwrap();
            ((lane, params), outcome)
        });
    let ending = (run.outcome.unwrap().to_string(), ended.collect());
    (!alive || at == usize::MAX).then_some(ending)
}

async fn everywhere(db: &Store, name: &str, trouble: Trouble, outcome: &str) {
    let whole = one(db, name, trouble, usize::MAX, false).await.unwrap();
    assert_eq!(whole.0, outcome);
    let points = AtomicUsize::new(0);
    let turns = tokio::sync::Semaphore::new(6);
    let (points, turns, expected) = (&points, &turns, &whole);
    let all = (1..200)
        .flat_map(|at| [(at, true), (at, false)])
        .map(|(at, before)| async move {
            let _turn = turns.acquire().await.unwrap();
            // Beyond the last write there is nothing to stop at.
            if at > points.load(Ordering::SeqCst) + 30 {
                return;
            }
            if let Some(ending) = one(db, name, trouble, at, before).await {
                assert_eq!(
                    ending,
                    *expected,
                    "stopped {} write {at}",
                    if before { "before" } else { "after" }
                );
                points.fetch_max(at, Ordering::SeqCst);
            }
        });
    futures::future::join_all(all).await;
    let points = points.load(Ordering::SeqCst);
    assert!(points > 60, "only {points} writes were stopped at");
}

testdb::on_both! {
    async fn a_run_ends_the_same_wherever_its_worker_dies(db: TestStore) {
        everywhere(&db, "good", &[], "succeeded").await;
    }

    async fn a_run_in_which_much_goes_wrong_ends_the_same_wherever_its_worker_dies(db: TestStore) {
        let trouble: Trouble = &[
            (0, "install", Does::LoseAnswer),
            (0, "health", Does::Unreachable(2)),
            (1, "install", Does::Fail),
            (2, "install", Does::Die),
        ];
        everywhere(&db, "bad", trouble, "partly_failed").await;
    }
}
