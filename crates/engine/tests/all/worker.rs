//! What a worker does on good and on bad days.

use crate::memory::Memory;
use crate::toys::{Does, Idle, Toy, quick, start, until};
use engine::{Registry, Wants, Worker, WorkerSettings};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};
use tokio::sync::Notify;

#[tokio::test(flavor = "multi_thread")]
async fn a_run_is_done_and_its_result_kept() {
    let (memory, toy) = (Memory::new(), Toy::new(Does::End));
    let id = memory.ask();
    let worker = start(&memory, &toy, quick());
    until("it is done", || memory.outcome(id).is_some()).await;
    assert_eq!(
        memory.row(id).ended,
        Some(engine::Ended::new("done", "attempt 1"))
    );
    worker.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_ends_its_run_and_nothing_else() {
    let (memory, toy) = (Memory::new(), Toy::new(Does::Panic));
    let ids = [memory.ask(), memory.ask(), memory.ask(), memory.ask()];
    let worker = start(&memory, &toy, quick());
    for id in ids {
        until("it has failed", || {
            memory.outcome(id).as_deref() == Some("failed")
        })
        .await;
    }
    worker.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wake_up_beats_the_poll() {
    let (memory, toy) = (Memory::new(), Toy::new(Does::End));
    let wake = Arc::new(Notify::new());
    let settings = WorkerSettings {
        poll_every: Duration::from_secs(3_600),
        ..quick()
    };
    let registry = Registry::new(vec![Arc::new(toy.clone())]).unwrap();
    let worker = Worker::start(
        Arc::<Memory>::clone(&memory),
        registry,
        Arc::clone(&wake),
        settings,
    );
    let first = memory.ask();
    wake.notify_one();
    until("the first is done", || memory.outcome(first).is_some()).await;
    let second = memory.ask();
    wake.notify_one();
    until("the second is done", || memory.outcome(second).is_some()).await;
    worker.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_freed_slot_is_used_without_waiting_for_the_poll() {
    let (memory, toy) = (Memory::new(), Toy::new(Does::End));
    let ids: Vec<_> = (0..50).map(|_| memory.ask()).collect();
    let settings = WorkerSettings {
        poll_every: Duration::from_secs(3_600),
        ..quick()
    };
    let worker = start(&memory, &toy, settings);
    until("all are done", || {
        ids.iter().all(|id| memory.outcome(*id).is_some())
    })
    .await;
    worker.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_while_a_kind_is_full_does_not_leave_its_slots_to_the_poll() {
    let (memory, toy) = (Memory::new(), Toy::new(Does::Hang));
    let ids: Vec<_> = (0..4).map(|_| memory.ask()).collect();
    let settings = WorkerSettings {
        poll_every: Duration::from_secs(3_600),
        ..quick()
    };
    // The other kind has room all the time, which says nothing about this one.
    let registry = Registry::new(vec![Arc::new(toy.clone()), Arc::new(Idle)]).unwrap();
    let wake = Arc::new(Notify::new());
    let worker = Worker::start(
        Arc::<Memory>::clone(&memory),
        registry,
        Arc::clone(&wake),
        settings,
    );
    until("both slots are taken", || toy.began() == 2).await;
    let looks = memory.claims.load(Ordering::SeqCst);
    wake.notify_one();
    until("it looked again", || memory.claims.load(Ordering::SeqCst) > looks).await;
    for done in 0..ids.len() {
        until("a slot is taken again", || toy.began() >= ids.len().min(done + 2)).await;
        toy.go.notify_one();
    }
    until("all are done", || {
        ids.iter().all(|id| memory.outcome(*id).is_some())
    })
    .await;
    worker.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_hangs_is_dropped_at_its_deadline() {
    let (memory, mut toy) = (Memory::new(), Toy::new(Does::Hang));
    toy.deadline = Duration::from_millis(100);
    let id = memory.ask();
    let worker = start(&memory, &toy, quick());
    until("it has timed out", || {
        memory.outcome(id).as_deref() == Some("timed_out")
    })
    .await;
    assert_eq!(toy.dropped.load(Ordering::SeqCst), 1);
    worker.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancel_is_heard_and_the_kinds_own_end_counts() {
    let (memory, toy) = (Memory::new(), Toy::new(Does::Heed));
    let id = memory.ask();
    let worker = start(&memory, &toy, quick());
    until("it has begun", || toy.began() == 1).await;
    memory.rows()[0].wants = Wants::Cancel;
    until("it has ended", || memory.outcome(id).is_some()).await;
    assert_eq!(memory.outcome(id).as_deref(), Some("noticed"));
    assert!(toy.noticed.load(Ordering::SeqCst));
    worker.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_run_is_dropped_and_never_finished() {
    let (memory, toy) = (Memory::new(), Toy::new(Does::Hang));
    let id = memory.ask();
    let worker = start(&memory, &toy, quick());
    until("it has begun", || toy.began() == 1).await;
    memory.steal(id, "thief");
    until("it is dropped", || toy.dropped.load(Ordering::SeqCst) == 1).await;
    assert!(!toy.can_act());
    worker.shutdown().await;
    let row = memory.row(id);
    assert_eq!(
        (row.ended, row.owner.as_deref()),
        (None, Some("thief")),
        "the thief's run is untouched"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_renewals_nothing_new_is_begun_in_the_world() {
    let (memory, toy) = (Memory::new(), Toy::new(Does::Hang));
    memory.ask();
    let worker = start(&memory, &toy, quick());
    until("it has begun", || toy.began() == 1).await;
    let began = Instant::now();
    while began.elapsed() < Duration::from_millis(300) {
        assert!(toy.can_act(), "renewals go on");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    memory.deaf.store(true, Ordering::SeqCst);
    until("it may not act any more", || !toy.can_act()).await;
    memory.deaf.store(false, Ordering::SeqCst);
    until("it may again: nobody took over", || toy.can_act()).await;
    toy.go.notify_one();
    until("it is done", || memory.rows()[0].ended.is_some()).await;
    worker.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_is_written_when_the_database_is_back() {
    let (memory, toy) = (Memory::new(), Toy::new(Does::Hang));
    let id = memory.ask();
    let worker = start(&memory, &toy, quick());
    until("it has begun", || toy.began() == 1).await;
    memory.away.store(true, Ordering::SeqCst);
    toy.go.notify_one();
    until("it has ended by itself", || {
        toy.dropped.load(Ordering::SeqCst) == 1
    })
    .await;
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert_eq!(memory.outcome(id), None);
    memory.away.store(false, Ordering::SeqCst);
    until("the end is written", || {
        memory.outcome(id).as_deref() == Some("done")
    })
    .await;
    assert_eq!(toy.began(), 1, "it was not done twice");
    worker.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_contact_returns_nobodys_runs_are_taken_for_a_while() {
    let (memory, toy) = (Memory::new(), Toy::new(Does::End));
    let abandoned = memory.ask();
    {
        // Another worker held it and could not renew, because the database was away for everybody.
        let silent = Toy::new(Does::Hang);
        let other = start(
            &memory,
            &silent,
            WorkerSettings {
                lease: Duration::ZERO,
                ..quick()
            },
        );
        until("the other one holds it", || silent.began() == 1).await;
        other.abort();
    }
    let settle = Duration::from_millis(500);
    let began = Instant::now();
    let worker = start(
        &memory,
        &toy,
        WorkerSettings {
            settle_after_contact: settle,
            ..quick()
        },
    );
    let fresh = memory.ask();
    until("a run of nobody's is taken at once", || {
        memory.outcome(fresh).is_some()
    })
    .await;
    assert!(memory.outcome(abandoned).is_none() || began.elapsed() >= settle);
    until("then the other one's, too", || {
        memory.outcome(abandoned).is_some()
    })
    .await;
    assert!(began.elapsed() >= settle);
    worker.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_whose_answer_got_lost_comes_back() {
    let (memory, toy) = (Memory::new(), Toy::new(Does::End));
    memory.lose_claim.store(true, Ordering::SeqCst);
    let id = memory.ask();
    let worker = start(
        &memory,
        &toy,
        WorkerSettings {
            lease: Duration::from_secs(600),
            ..quick()
        },
    );
    until("it is done although the worker never heard of its claim", || {
        memory.outcome(id).is_some()
    })
    .await;
    assert_eq!(
        memory.row(id).ended,
        Some(engine::Ended::new("done", "attempt 1"))
    );
    worker.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_kills_its_workers_is_given_up() {
    let memory = Memory::new();
    let id = memory.ask();
    for attempt in 1..=3 {
        let toy = Toy::new(Does::Hang);
        let worker = start(&memory, &toy, quick());
        until("it has begun again", || toy.began() == 1).await;
        assert_eq!(memory.row(id).attempt, attempt);
        worker.abort();
    }
    let toy = Toy::new(Does::End);
    let worker = start(&memory, &toy, quick());
    until("it is given up", || {
        memory.outcome(id).as_deref() == Some("gave_up")
    })
    .await;
    assert_eq!(toy.began(), 0);
    worker.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shutdown_lets_quick_runs_end_and_gives_slow_ones_back() {
    let (memory, toy) = (Memory::new(), Toy::new(Does::Hang));
    let ids = [memory.ask(), memory.ask()];
    let worker = start(
        &memory,
        &toy,
        WorkerSettings {
            grace: Duration::from_millis(300),
            ..quick()
        },
    );
    until("both have begun", || toy.began() == 2).await;
    let go = Arc::clone(&toy.go);
    tokio::join!(worker.shutdown(), async move { go.notify_one() });
    let (ended, left): (Vec<_>, Vec<_>) = ids
        .iter()
        .map(|id| memory.row(*id))
        .partition(|row| row.ended.is_some());
    assert_eq!((ended.len(), left.len()), (1, 1));
    assert_eq!((left[0].owner.as_deref(), left[0].attempt), (None, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_kinds_of_one_name_are_refused() {
    let toy = || Arc::new(Toy::new(Does::End));
    assert_eq!(
        Registry::new(vec![toy(), toy()]).unwrap_err(),
        engine::DuplicateKind("toy")
    );
    assert_eq!(Registry::new(vec![toy()]).unwrap().names(), ["toy"]);
}
