//! Crash everywhere: the driver is stopped at every write of a run, before it and after it, and another worker takes
//! over. The run must end the same, with every act done once and every byte of every log stored. And the same for
//! everything that a person can ask for at the worst moment.

use crate::gated::{Gated, Side};
use crate::support::*;
use crate::toy_runs::*;
use crate::toy_world::{Does, World, hasty, kind_on, work};
use engine::{Gate, NewWave, WorkerSettings};
use futures::future::BoxFuture;
use model::RunId;
use model::run::{RunState, StepOutcome};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use store::Store;

/// What happens to whom: in the first lane, in the second.
type Trouble = &'static [(usize, &'static str, Does)];
/// How a run ended: its outcome, and that of every step by lane number and parameters.
type Ending = (String, BTreeMap<(usize, String), Option<StepOutcome>>);

/// A run of two waves on three servers, and the world it is done in.
struct Scene {
    kind: &'static str,
    world: Arc<World>,
    lanes: Vec<String>,
    id: RunId,
}

impl Scene {
    async fn new(db: &Store, name: String, trouble: Trouble) -> Self {
        let kind = leak(name);
        let world = World::new();
        let names = [format!("{kind} a"), format!("{kind} b"), format!("{kind} c")];
        let ids = futures::future::join_all(names.iter().map(|name| add_named(db, name))).await;
        let lanes: Vec<String> = ids.iter().map(ToString::to_string).collect();
        for (lane, params, does) in trouble {
            world.script(&lanes[*lane], params, *does);
        }
        let mut steps = [way(&lanes[0], 1), way(&lanes[1], 2), way(&lanes[2], 2)].concat();
        // Two of them have a shorter way: every step less is eight writes less to stop at.
        steps.retain(|step| {
            step.lane == lanes[0] || !matches!(&*step.params, "precheck" | "health" | "rescan")
        });
        let second = NewWave {
            width: 2,
            gate: Some(Gate::After(Duration::from_millis(1))),
        };
        let mut new = new_run(kind, add_plan(db).await, vec![wave(1), second], steps);
        new.failure_budget = 1;
        let id = db.enqueue_run(new).await.unwrap();
        Self {
            kind,
            world,
            lanes,
            id,
        }
    }

    fn work(
        &self,
        db: &Store,
        steps: Arc<dyn engine::StepStore>,
        settings: WorkerSettings,
    ) -> engine::WorkerHandle {
        work(db, steps, kind_on(self.kind, &self.world), settings)
    }

    async fn ending(&self, db: &Store) -> Ending {
        until_state(db, self.id, RunState::Ended).await;
        assert_whole(db, self.id, &self.world).await;
        let run = run_of(db, self.id).await;
        let ended = outcomes(db, self.id)
            .await
            .into_iter()
            .map(|((lane, params), outcome)| {
                let lane = self.lanes.iter().position(|it| *it == lane).unwrap();
                ((lane, params), outcome)
            });
        (run.outcome.unwrap().to_string(), ended.collect())
    }
}

/// One run without anything in its way.
async fn undisturbed(db: &Store, name: &str, trouble: Trouble) -> Ending {
    let scene = Scene::new(db, name.to_owned(), trouble).await;
    let worker = scene.work(db, Arc::new(db.clone()), hasty());
    let ending = scene.ending(db).await;
    worker.shutdown().await;
    ending
}

/// Calls `at` for every write of a run, before it (`true`) or after it, some at the same time, until it says that there
/// is none.
async fn everywhere<'a>(sides: &[bool], at: impl Fn(Side) -> BoxFuture<'a, bool> + Sync) {
    let points = AtomicUsize::new(0);
    let turns = tokio::sync::Semaphore::new(6);
    let (points, turns, at) = (&points, &turns, &at);
    let sides = (1..300).flat_map(|write| {
        sides.iter().map(move |before| Side {
            write,
            before: *before,
        })
    });
    let all = sides.map(|side| async move {
        let _turn = turns.acquire().await.unwrap();
        if side.write <= points.load(Ordering::SeqCst) + 12 && at(side).await {
            points.fetch_max(side.write, Ordering::SeqCst);
        }
    });
    futures::future::join_all(all).await;
    let points = points.load(Ordering::SeqCst);
    assert!((45..290).contains(&points), "{points} writes were stopped at");
}

async fn die_everywhere(db: &Store, sides: &[bool], trouble: Trouble, outcome: &str) {
    let whole = undisturbed(db, "whole", trouble).await;
    assert_eq!(whole.0, outcome);
    let whole = &whole;
    everywhere(sides, |side| {
        Box::pin(async move {
            let scene = Scene::new(db, format!("{side:?}"), trouble).await;
            let mortal = Gated::mortal(db, side);
            let doomed = scene.work(db, Arc::<Gated>::clone(&mortal), hasty());
            let died = reaches(db, &mortal, scene.id).await;
            doomed.abort();
            let heir = scene.work(db, Arc::new(db.clone()), hasty());
            assert_eq!(scene.ending(db).await, *whole, "{side:?}");
            let run = run_of(db, scene.id).await;
            assert_eq!((run.lanes, run.lanes_ended), (3, 3), "{side:?}");
            heir.shutdown().await;
            died
        })
    })
    .await;
}

/// Asks for a pause, or for a cancel.
fn asking(db: &Store, id: RunId, cancel: bool) -> Box<dyn Fn() -> BoxFuture<'static, ()> + Send + Sync> {
    let db = db.clone();
    Box::new(move || {
        let db = db.clone();
        Box::pin(async move {
            let asked = db.write(move |tx| {
                Box::pin(async move {
                    if cancel {
                        tx.cancel_run(id, None).await
                    } else {
                        tx.pause_run(id, None).await
                    }
                })
            });
            asked.await.map_err(show).unwrap();
        })
    })
}

/// Whether the run comes by the gate before it ends.
async fn reaches(db: &Store, gate: &Gated, id: RunId) -> bool {
    tokio::select! {
        () = gate.reached.notified() => true,
        () = until_state(db, id, RunState::Ended) => false,
    }
}

testdb::on_both! {
    async fn a_run_ends_the_same_wherever_its_worker_dies(db: TestStore) {
        die_everywhere(&db, &[false], &[], "succeeded").await;
    }

    async fn a_run_in_which_much_goes_wrong_ends_the_same_wherever_its_worker_dies(db: TestStore) {
        let trouble: Trouble = &[
            (0, "install", Does::LoseAnswer),
            (0, "health", Does::Unreachable(2)),
            (1, "install", Does::Fail),
            (2, "install", Does::Die),
        ];
        die_everywhere(&db, &[true, false], trouble, "partly_failed").await;
    }

    async fn a_pause_at_any_point_changes_nothing_but_when(db: TestStore) {
        let db = &*db;
        let whole = &undisturbed(db, "whole", &[]).await;
        everywhere(&[true], |side| Box::pin(async move {
            let scene = Scene::new(db, format!("{side:?}"), &[]).await;
            let pausing = Gated::new(db, side, asking(db, scene.id, false));
            let worker = scene.work(db, Arc::<Gated>::clone(&pausing), hasty());
            let reached = reaches(db, &pausing, scene.id).await;
            let id = scene.id;
            until_one_of(db, id, &[RunState::Paused, RunState::Ended]).await;
            db.write(move |tx| Box::pin(async move { tx.resume_run(id, None).await })).await.map_err(show).unwrap();
            assert_eq!(scene.ending(db).await, *whole, "{side:?}");
            worker.shutdown().await;
            reached
        }))
        .await;
    }

    async fn a_cancel_at_any_point_leaves_nothing_out_of_service_or_half_done(db: TestStore) {
        let db = &*db;
        everywhere(&[true], |side| Box::pin(async move {
            let scene = Scene::new(db, format!("{side:?}"), &[]).await;
            let cancelling = Gated::new(db, side, asking(db, scene.id, true));
            let worker = scene.work(db, Arc::<Gated>::clone(&cancelling), hasty());
            let reached = reaches(db, &cancelling, scene.id).await;
            let (outcome, steps) = scene.ending(db).await;
            let done = |lane, params: &str| steps[&(lane, params.to_owned())] == Some(StepOutcome::Changed);
            for lane in 0..3 {
                assert_eq!(done(lane, "drain"), done(lane, "restore"), "{side:?}: {steps:?}");
            }
            assert_eq!(done(0, "drain"), done(0, "rescan"), "{side:?}: {steps:?}");
            let everything = steps.values().all(|outcome| *outcome == Some(StepOutcome::Changed));
            assert_eq!(outcome, if everything { "succeeded" } else { "cancelled" }, "{side:?}");
            let out = db.out_of_service().await.unwrap();
            assert!(out.iter().all(|it| it.run != scene.id), "{side:?}");
            worker.shutdown().await;
            reached
        }))
        .await;
    }

    async fn a_worker_that_was_stopped_past_its_lease_can_neither_write_nor_act(db: TestStore) {
        // It is stopped just before its act, and goes on when another has taken over and done it.
        let scene = Scene::new(&db, "stopped".to_owned(), &[]).await;
        let go = Arc::new(tokio::sync::Notify::new());
        let thaw = Arc::clone(&go);
        let stopped = Gated::new(&db, Side { write: 2, before: false }, Box::new(move || {
            let thaw = Arc::clone(&thaw);
            Box::pin(async move { thaw.notified().await })
        }));
        // Its own clock has not noticed anything, and it does not renew: the fence alone holds it.
        let asleep = WorkerSettings { renew_every: Duration::from_secs(3_600), stop_acting_after: Duration::from_secs(3_600),
            poll_every: Duration::from_secs(3_600), ..hasty() };
        let old = scene.work(&db, Arc::<Gated>::clone(&stopped), asleep);
        stopped.reached.notified().await;
        let heir = scene.work(&db, Arc::new(db.handle()), hasty());
        let ending = scene.ending(&db).await;
        let events = run_of(&db, scene.id).await.seq;
        go.notify_one();
        until("the old one has tried", async || scene.world.lock().fenced_off > 0).await;
        heir.shutdown().await;
        old.shutdown().await;
        assert_eq!(scene.ending(&db).await, ending);
        assert_eq!(run_of(&db, scene.id).await.seq, events, "nothing was written");
    }
}
