//! The engine's worker and scheduler on the real queue.

use crate::support::*;
use async_trait::async_trait;
use engine::{
    Ended, LeaseStore, Registry, RunContext, RunKind, ScheduleSettings, Worker, WorkerSettings, schedule,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use store::{RunState, Store};
use tokio::sync::Semaphore;

/// A kind whose runs wait for a permit, and count how many are under way.
struct Toy {
    go: Arc<Semaphore>,
    busy: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
}

impl Toy {
    fn new(permits: usize) -> Self {
        Self {
            go: Arc::new(Semaphore::new(permits)),
            busy: Arc::default(),
            most: Arc::default(),
        }
    }

    fn registry(&self) -> Registry {
        let toy = Self {
            go: self.go.clone(),
            busy: self.busy.clone(),
            most: self.most.clone(),
        };
        Registry::new(vec![Arc::new(toy)]).unwrap()
    }
}

#[async_trait]
impl RunKind for Toy {
    fn name(&self) -> &'static str {
        "toy"
    }
    fn version(&self) -> u32 {
        1
    }
    fn deadline(&self) -> Duration {
        Duration::from_secs(60)
    }
    fn width(&self) -> usize {
        3
    }
    async fn run(&self, context: RunContext) -> Ended {
        let busy = self.busy.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(busy, Ordering::SeqCst);
        let permit = tokio::select! {
            permit = self.go.acquire() => permit.ok(),
            () = context.cancel.cancelled() => None,
        };
        self.busy.fetch_sub(1, Ordering::SeqCst);
        if permit.is_some() {
            Ended::new("done", format!("attempt {}", context.attempt))
        } else {
            Ended::plain("cancelled")
        }
    }
}

fn quick() -> WorkerSettings {
    WorkerSettings {
        lease: Duration::from_millis(600),
        renew_every: Duration::from_millis(150),
        stop_acting_after: Duration::from_millis(400),
        poll_every: Duration::from_millis(100),
        settle_after_contact: Duration::ZERO,
        grace: Duration::from_millis(100),
        ..WorkerSettings::default()
    }
}

fn start(db: &Store, toy: &Toy) -> engine::WorkerHandle {
    Worker::start(Arc::new(db.clone()), toy.registry(), db.wake(), quick())
}

async fn ended(db: &Store, outcome: &str) -> usize {
    let checks = db.checks_page(1, 100).await.unwrap();
    checks
        .iter()
        .filter(|it| it.state == RunState::Ended && it.outcome.as_deref() == Some(outcome))
        .count()
}

testdb::on_both! {
    async fn a_worker_does_what_is_asked_for_within_its_width(db: TestStore) {
        let toy = Toy::new(0);
        let worker = start(&db, &toy);
        let mut checks = Vec::new();
        for n in 0..10 {
            checks.push(check("toy", Some(add_named(&db, &format!("s{n}")).await)));
        }
        db.enqueue(checks).await.unwrap();
        until("three are under way", async || toy.busy.load(Ordering::SeqCst) == 3).await;
        toy.go.add_permits(100);
        until("all are done", async || ended(&db, "done").await == 10).await;
        assert_eq!(toy.most.load(Ordering::SeqCst), 3);
        worker.shutdown().await;
    }

    async fn a_killed_workers_run_is_taken_over(db: TestStore) {
        let server = add_named(&db, "web").await;
        let (first, second) = (Toy::new(0), Toy::new(1));
        let doomed = start(&db, &first);
        db.enqueue(vec![check("toy", Some(server))]).await.unwrap();
        until("it is under way", async || first.busy.load(Ordering::SeqCst) == 1).await;
        doomed.abort();
        let heir = start(&db, &second);
        until("the heir has done it", async || ended(&db, "done").await == 1).await;
        let check = db.checks_page(1, 1).await.unwrap().remove(0);
        assert_eq!((check.result.as_deref(), check.attempt), (Some("attempt 2"), 2));
        heir.shutdown().await;
    }

    async fn a_shutdown_gives_runs_back_with_their_attempts(db: TestStore) {
        let server = add_named(&db, "web").await;
        let toy = Toy::new(0);
        let worker = start(&db, &toy);
        db.enqueue(vec![check("toy", Some(server))]).await.unwrap();
        until("it is under way", async || toy.busy.load(Ordering::SeqCst) == 1).await;
        worker.shutdown().await;
        let check = db.open_checks(server).await.unwrap().remove(0);
        assert_eq!((check.state, check.attempt), (RunState::Queued, 0));
        toy.go.add_permits(1);
        let next = start(&db, &toy);
        until("the next worker has done it", async || ended(&db, "done").await == 1).await;
        next.shutdown().await;
    }

    async fn a_cancel_reaches_a_running_check(db: TestStore) {
        let server = add_named(&db, "web").await;
        let toy = Toy::new(0);
        let worker = start(&db, &toy);
        let id = db.enqueue(vec![check("toy", Some(server))]).await.unwrap()[0].id();
        until("it is under way", async || toy.busy.load(Ordering::SeqCst) == 1).await;
        db.write(move |tx| Box::pin(async move { tx.cancel_check(id).await })).await.map_err(show).unwrap();
        until("it has ended", async || ended(&db, "cancelled").await == 1).await;
        worker.shutdown().await;
    }

    async fn one_holder_of_a_lease_ticks(db: TestStore) {
        let (ticks, others) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let settings = ScheduleSettings { name: "t", every: Duration::from_millis(20), lease: Duration::from_secs(20) };
        let count = |counter: &Arc<AtomicUsize>| {
            let counter = Arc::clone(counter);
            move |now: i64| {
                let counter = Arc::clone(&counter);
                async move {
                    assert!(now > 1_600_000_000_000_000);
                    counter.fetch_add(1, Ordering::SeqCst);
                }
            }
        };
        let first = schedule(Arc::new(db.handle()), settings.clone(), count(&ticks));
        until("it ticks", async || ticks.load(Ordering::SeqCst) > 2).await;
        let second = schedule(Arc::new(db.handle()), settings, count(&others));
        let before = ticks.load(Ordering::SeqCst);
        until("it ticks on", async || ticks.load(Ordering::SeqCst) > before + 3).await;
        assert_eq!(others.load(Ordering::SeqCst), 0);
        first.shutdown().await;
        until("the other one has taken over", async || others.load(Ordering::SeqCst) > 0).await;
        second.shutdown().await;
    }

    async fn a_lease_is_one_owners_until_it_passes(db: TestStore) {
        let long = Duration::from_secs(60);
        assert!(db.take("x", "a", Duration::ZERO).await.unwrap().is_some());
        until("it has passed", async || db.take("x", "b", long).await.unwrap().is_some()).await;
        assert!(db.take("x", "a", long).await.unwrap().is_none());
        db.give_back("x", "a").await.unwrap();
        assert!(db.take("x", "a", long).await.unwrap().is_none(), "only its owner gives it back");
        assert!(db.take("x", "b", long).await.unwrap().is_some(), "its owner renews it");
        db.give_back("x", "b").await.unwrap();
        assert!(db.take("x", "a", long).await.unwrap().is_some());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_process_hears_of_a_new_check_at_once() {
    let Some(db) = testdb::postgres().await else {
        return;
    };
    let other = db.another_process().await;
    let toy = Toy::new(9);
    let mut settings = quick();
    settings.poll_every = Duration::from_secs(600);
    let worker = Worker::start(Arc::new(other.clone()), toy.registry(), other.wake(), settings);
    let server = add_named(&db, "web").await;
    db.enqueue(vec![check("toy", Some(server))]).await.unwrap();
    until("the other process has done it", async || {
        ended(&db, "done").await == 1
    })
    .await;
    worker.shutdown().await;
    other.close().await;
}
