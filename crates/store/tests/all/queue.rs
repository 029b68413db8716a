//! The queue: one open check per kind and server, claims, leases and fences.

use crate::support::*;
use engine::{Ended, Overdue, RunStore, Wants};
use model::{RunId, Timestamp};
use std::time::Duration;
use store::{Cancelled, Enqueued, RunState, Store};

const LEASE: Duration = Duration::from_secs(30);
/// A lease that passes with the next tick of the database's clock.
const NO_LEASE: Duration = Duration::ZERO;

/// Claims the run whose lease passes any moment.
async fn take_over(db: &Store, owner: &str, lease: Duration) -> engine::Claimed {
    past(db).await;
    claim_as(db, owner, "scan", 1, lease, true)
        .await
        .pop()
        .expect("its lease has passed")
}

/// Waits until what was now is past by the database's clock.
async fn past(db: &Store) {
    let now = db.now().await.unwrap();
    until("the clock has ticked", async || db.now().await.unwrap() > now).await;
}

testdb::on_both! {
    async fn nobody_takes_a_run_over_from_themselves(db: TestStore) {
        let web = add_named(&db, "web").await;
        db.enqueue(vec![check("scan", Some(web))]).await.unwrap();
        claim_as(&db, "a", "scan", 1, NO_LEASE, true).await.pop().unwrap();
        past(&db).await;
        assert!(claim_as(&db, "a", "scan", 1, LEASE, true).await.is_empty());
        assert_eq!(db.renew("a", LEASE).await.unwrap().len(), 1);
    }

    async fn one_check_of_a_kind_is_open_per_server(db: TestStore) {
        let (web, other) = (add_named(&db, "web").await, add_named(&db, "other").await);
        let far = Timestamp::from_secs(4_000_000_000);
        let scheduled = store::NewCheck { not_before: Some(far), ..check("scan", Some(web)) };
        let first = db.enqueue(vec![scheduled]).await.unwrap()[0];
        assert!(claim(&db, "w", "scan", 9).await.is_empty(), "it is not due yet");
        let asked = store::NewCheck { priority: 10, asked_by: Some("ada".into()), ..check("scan", Some(web)) };
        let answers = db.enqueue(vec![asked, check("scan", Some(other)), check("probe", Some(web))]).await.unwrap();
        assert_eq!(answers[0], Enqueued::Already(first.id()));
        assert!(matches!(answers[1], Enqueued::New(_)) && matches!(answers[2], Enqueued::New(_)));
        // Asking again brought the open one forward.
        let runs = claim(&db, "w", "scan", 9).await;
        assert_eq!(runs.len(), 2);
        let brought = runs.iter().find(|run| run.id == first.id().uuid()).expect("it is due now");
        assert!(finish(&db, (first.id(), brought.epoch)).await);
        let again = db.enqueue(vec![check("scan", Some(web))]).await.unwrap()[0];
        assert!(matches!(again, Enqueued::New(id) if id != first.id()));
    }

    async fn many_askers_at_once_get_one_check(db: TestStore) {
        let web = add_named(&db, "web").await;
        let asks = (0..20).map(|_| db.enqueue(vec![check("scan", Some(web))]));
        let answers = futures::future::join_all(asks).await;
        let answers: Vec<Enqueued> = answers.into_iter().map(|answer| answer.unwrap()[0]).collect();
        assert_eq!(answers.iter().filter(|answer| matches!(answer, Enqueued::New(_))).count(), 1);
        assert!(answers.iter().all(|answer| answer.id() == answers[0].id()));
    }

    async fn the_queue_is_taken_by_priority_and_age_and_never_twice(db: TestStore) {
        let mut ids = Vec::new();
        for priority in [0, 5, 0, 9] {
            let server = add_named(&db, &format!("s{}", ids.len())).await;
            let check = store::NewCheck { priority, ..check("scan", Some(server)) };
            ids.push(db.enqueue(vec![check]).await.unwrap()[0].id().uuid());
        }
        for next in [ids[3], ids[1], ids[0]] {
            assert_eq!(claim(&db, "w", "scan", 1).await[0].id, next);
        }
        assert_eq!(claim(&db, "v", "scan", 9).await.len(), 1);
        assert!(claim(&db, "v", "scan", 9).await.is_empty());
    }

    async fn many_workers_share_the_queue_without_sharing_a_run(db: TestStore) {
        let mut checks = Vec::new();
        for n in 0..60 {
            checks.push(check("scan", Some(add_named(&db, &format!("s{n}")).await)));
        }
        db.enqueue(checks).await.unwrap();
        let names: Vec<String> = (0..8).map(|n| format!("w{n}")).collect();
        let mut taken = Vec::new();
        while taken.len() < 60 {
            let claims = futures::future::join_all(names.iter().map(|name| claim(&db, name, "scan", 3))).await;
            taken.extend(claims.into_iter().flatten().map(|run| run.id));
        }
        taken.sort();
        taken.dedup();
        assert_eq!(taken.len(), 60);
    }

    async fn a_claim_respects_kinds_and_versions(db: TestStore) {
        let web = add_named(&db, "web").await;
        db.enqueue(vec![store::NewCheck { v: 2, ..check("scan", Some(web)) }]).await.unwrap();
        assert!(claim(&db, "old", "scan", 1).await.is_empty(), "it does not understand version 2");
        assert!(claim(&db, "old", "probe", 1).await.is_empty());
    }

    async fn a_stale_worker_cannot_finish_or_release(db: TestStore) {
        let web = add_named(&db, "web").await;
        db.enqueue(vec![check("scan", Some(web))]).await.unwrap();
        let first = claim_as(&db, "a", "scan", 1, NO_LEASE, true).await.pop().unwrap();
        assert!(claim_as(&db, "b", "scan", 1, LEASE, false).await.is_empty(), "it may not take over");
        let second = take_over(&db, "b", LEASE).await;
        assert_eq!((second.id, second.attempt, second.epoch), (first.id, 2, first.epoch + 1));
        let ended = Ended::new("done", "stale");
        assert!(!db.finish(first.id, first.epoch, &ended).await.unwrap());
        assert!(!db.release(first.id, first.epoch).await.unwrap());
        assert!(db.renew("a", LEASE).await.unwrap().is_empty());
        let held = db.renew("b", LEASE).await.unwrap();
        assert_eq!(held.iter().map(|held| (held.id, held.epoch)).collect::<Vec<_>>(), [(second.id, second.epoch)]);
        assert!(db.finish(second.id, second.epoch, &Ended::new("done", "fresh")).await.unwrap());
        let check = db.check(RunId::from_uuid(first.id)).await.unwrap().unwrap();
        assert_eq!((check.state, check.outcome.as_deref(), check.result.as_deref()), (RunState::Ended, Some("done"), Some("fresh")));
        assert!(check.ended_at.is_some());
        assert!(!db.finish(second.id, second.epoch, &ended).await.unwrap(), "an end is final");
    }

    async fn a_renewal_keeps_a_run_however_late_it_comes(db: TestStore) {
        let web = add_named(&db, "web").await;
        db.enqueue(vec![check("scan", Some(web))]).await.unwrap();
        claim_as(&db, "a", "scan", 1, NO_LEASE, true).await.pop().unwrap();
        assert_eq!(db.renew("a", LEASE).await.unwrap().len(), 1, "nobody took over");
        assert!(claim(&db, "b", "scan", 1).await.is_empty(), "it is held again");
    }

    async fn a_released_run_keeps_its_attempts_and_goes_to_the_next(db: TestStore) {
        let web = add_named(&db, "web").await;
        db.enqueue(vec![check("scan", Some(web))]).await.unwrap();
        let run = claim(&db, "a", "scan", 1).await.pop().unwrap();
        assert!(db.release(run.id, run.epoch).await.unwrap());
        let again = claim(&db, "b", "scan", 1).await.pop().unwrap();
        assert_eq!((again.id, again.attempt), (run.id, 1));
        assert!(again.epoch > run.epoch);
    }

    async fn cancelling_ends_what_waits_and_asks_what_runs(db: TestStore) {
        let web = add_named(&db, "web").await;
        let cancel = async |id| db.write(move |tx| Box::pin(async move { tx.cancel_check(id).await })).await.map_err(show).unwrap();
        let queued = db.enqueue(vec![check("scan", Some(web))]).await.unwrap()[0].id();
        assert_eq!(cancel(queued).await, Cancelled::Now);
        assert_eq!(cancel(queued).await, Cancelled::TooLate);
        let (running, epoch) = claimed(&db, "scan", web).await;
        assert_eq!(cancel(running).await, Cancelled::Asked);
        assert!(db.check(running).await.unwrap().unwrap().cancelling);
        let wanted = db.wanted("worker").await.unwrap();
        assert_eq!(wanted.iter().map(|held| (held.id, held.wants)).collect::<Vec<_>>(), [(running.uuid(), Wants::Cancel)]);
        assert_eq!(db.renew("worker", LEASE).await.unwrap()[0].wants, Wants::Cancel);
        // A worker that stops before it could heed the wish does not bring the run back.
        assert!(db.release(running.uuid(), epoch).await.unwrap());
        let check = db.check(running).await.unwrap().unwrap();
        assert_eq!((check.state, check.outcome.as_deref()), (RunState::Ended, Some("cancelled")));
    }

    async fn hopeless_runs_are_given_up(db: TestStore) {
        let (web, idle) = (add_named(&db, "web").await, add_named(&db, "idle").await);
        db.enqueue(vec![check("scan", Some(web))]).await.unwrap();
        for (attempt, owner) in (1..).zip(["a", "b", "c"]) {
            assert_eq!(take_over(&db, owner, NO_LEASE).await.attempt, attempt);
        }
        past(&db).await;
        assert!(claim_as(&db, "d", "scan", 1, NO_LEASE, true).await.is_empty(), "three attempts are enough");
        let old = store::NewCheck { not_before: Some(NOW.plus_secs(-9_999)), ..check("probe", Some(idle)) };
        let idle = db.enqueue(vec![old]).await.unwrap()[0].id();
        let overdue = Overdue { max_attempts: 3, queued_longer_than: Duration::from_secs(100 * 365 * 86_400) };
        assert_eq!(db.give_up(&overdue).await.unwrap().len(), 1);
        let overdue = Overdue { queued_longer_than: Duration::from_secs(60), ..overdue };
        assert_eq!(db.give_up(&overdue).await.unwrap(), [idle.uuid()]);
        assert_eq!(db.check(idle).await.unwrap().unwrap().outcome.as_deref(), Some("gave_up"));
        assert!(db.open_checks(web).await.unwrap().is_empty());
    }

    async fn the_schedule_finds_what_is_due_and_not_open(db: TestStore) {
        let (a, b, c) = (add_named(&db, "a").await, add_named(&db, "b").await, add_named(&db, "c").await);
        db.write(move |tx| Box::pin(async move {
            tx.set_next_scan(a, Some(NOW.plus_secs(-5))).await?;
            tx.set_next_scan(b, Some(NOW.plus_secs(-9))).await?;
            tx.set_next_scan(c, Some(NOW.plus_secs(9))).await
        })).await.map_err(show).unwrap();
        assert_eq!(db.due_servers("scan", NOW, 10).await.unwrap(), [b, a]);
        db.enqueue(vec![check("scan", Some(b)), check("probe", Some(a))]).await.unwrap();
        assert_eq!(db.due_servers("scan", NOW, 10).await.unwrap(), [a]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_restart_on_sqlite_a_run_is_free_at_once_and_its_attempt_counts() {
    let db = testdb::sqlite().await;
    let web = add_named(&db, "web").await;
    let (run, epoch) = claimed(&db, "scan", web).await;
    let db = db.reopen().await;
    let again = claim_as(&db, "next", "scan", 1, LEASE, false)
        .await
        .pop()
        .expect("nobody else can hold it");
    assert_eq!((again.id, again.attempt), (run.uuid(), 2));
    assert!(again.epoch > epoch);
}
