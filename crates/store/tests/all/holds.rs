//! Who may have what: all or nothing, the older run first, and never below a group's minimum.

use crate::support::*;
use crate::toy_runs::*;
use crate::toy_world::{Does, World, hasty, kind_on, work};
use engine::{Capacity, Claim, ClaimedRun, NewStep, Role, RunStore, StepStore};
use model::run::{RunOutcome, RunState, StepState};
use model::{GroupId, RunId, ServerId};
use std::sync::Arc;
use std::time::Duration;
use store::{Asked, NewRun, ServerFields, Store};

fn step(lane: &str) -> NewStep {
    NewStep::new(lane, "quiet", 1, "work", minute())
}

async fn on(db: &Store, lanes: &[&str]) -> RunId {
    ask(
        db,
        "toy",
        vec![wave(9)],
        lanes.iter().map(|lane| step(lane)).collect(),
    )
    .await
}

async fn take(db: &Store, owner: &str, free: usize, lease: Duration) -> Vec<ClaimedRun> {
    let capacities = [Capacity {
        kind: "toy",
        version: 1,
        free,
        deadline: Duration::MAX,
    }];
    let claim = Claim {
        owner,
        lease,
        capacities: &capacities,
        take_over: true,
        max_attempts: u32::MAX,
    };
    db.claim_stepped(&claim).await.unwrap()
}

async fn take_ids(db: &Store) -> Vec<RunId> {
    let taken = take(db, "worker", 10, Duration::from_secs(60)).await;
    taken.iter().map(|run| RunId::from_uuid(run.id)).collect()
}

async fn end(db: &Store, run: &ClaimedRun) {
    assert!(
        db.end_run(run.id, run.epoch, engine::RunOutcome::Succeeded)
            .await
            .unwrap()
    );
}

testdb::on_both! {
    async fn a_run_gets_all_that_it_needs_or_nothing_and_the_older_goes_first(db: TestStore) {
        let ab = on(&db, &["a", "b"]).await;
        let bc = on(&db, &["b", "c"]).await;
        let c = on(&db, &["c"]).await;
        let d = on(&db, &["d"]).await;
        // The third could have c now, but the second is older and waits for it.
        let first = take(&db, "worker", 10, Duration::from_secs(60)).await;
        let ids: Vec<RunId> = first.iter().map(|run| RunId::from_uuid(run.id)).collect();
        assert_eq!(ids, [ab, d]);
        assert_eq!(db.holder("server:c").await.unwrap(), None, "nothing is held by who waits");
        let behind = db.behind(bc).await.unwrap();
        assert_eq!(behind.len(), 1);
        assert_eq!((behind[0].run, behind[0].resource.as_str(), behind[0].held), (ab, "server:b", true));
        let behind = db.behind(c).await.unwrap();
        assert_eq!((behind[0].run, behind[0].resource.as_str(), behind[0].held), (bc, "server:c", false));
        assert!(db.behind(d).await.unwrap().is_empty());
        // A server is given back when its lane has ended, before its run has.
        assert!(db.end_lane(first[0].id, first[0].epoch, "b", false, false).await.unwrap());
        assert_eq!(take_ids(&db).await, [bc]);
        assert_eq!(take_ids(&db).await, []);
        end(&db, &first[0]).await;
        assert_eq!(take_ids(&db).await, [], "c is with the second");
        command_cancel(&db, bc).await;
        assert_eq!(run_of(&db, bc).await.state, RunState::Running, "its worker is to cancel it");
    }

    async fn a_later_time_does_not_hold_up_those_who_are_due(db: TestStore) {
        let plan = add_plan(&db).await;
        let later = db.now().await.unwrap().plus_secs(3_600);
        let scheduled = NewRun { not_before: Some(later), ..new_run("toy", plan, vec![wave(1)], vec![step("a")]) };
        let scheduled = db.enqueue_run(scheduled).await.unwrap();
        let now = on(&db, &["a"]).await;
        assert!(db.behind(now).await.unwrap().is_empty());
        assert_eq!(take_ids(&db).await, [now]);
        assert_eq!(run_of(&db, scheduled).await.state, RunState::Queued);
    }

    async fn a_stack_is_held_for_the_whole_run(db: TestStore) {
        let mut runs = Vec::new();
        for lane in ["a", "b"] {
            let plan = add_plan(&db).await;
            let new = NewRun { resources: vec!["stack:s".to_owned()], ..new_run("toy", plan, vec![wave(1)], vec![step(lane)]) };
            runs.push(db.enqueue_run(new).await.unwrap());
        }
        let first = take(&db, "worker", 10, Duration::from_secs(60)).await;
        assert_eq!(RunId::from_uuid(first[0].id), runs[0]);
        assert!(db.end_lane(first[0].id, first[0].epoch, "a", false, false).await.unwrap());
        assert_eq!(take_ids(&db).await, []);
        end(&db, &first[0]).await;
        assert_eq!(take_ids(&db).await, [runs[1]]);
    }

    async fn a_paused_run_keeps_its_servers_and_is_not_blocked_by_who_waits_for_them(db: TestStore) {
        let older = on(&db, &["z"]).await;
        let first = on(&db, &["a", "b"]).await;
        let waits = on(&db, &["a", "z"]).await;
        let taken = take(&db, "worker", 2, Duration::from_secs(60)).await;
        assert_eq!(taken.len(), 2);
        let run = taken.iter().find(|run| RunId::from_uuid(run.id) == first).unwrap();
        let park = engine::Park::Paused { why: Some("too few".to_owned()) };
        assert!(db.park(run.id, run.epoch, &park).await.unwrap());
        assert!(db.park(run.id, run.epoch, &park).await.unwrap(), "an answer that got lost");
        assert_eq!(run_of(&db, first).await.why.as_deref(), Some("too few"));
        let older = taken.iter().find(|run| RunId::from_uuid(run.id) == older).unwrap();
        end(&db, older).await;
        assert_eq!(take_ids(&db).await, []);
        assert_eq!(db.behind(waits).await.unwrap()[0].run, first);
        db.write(move |tx| Box::pin(async move { tx.resume_run(first, None).await })).await.map_err(show).unwrap();
        assert_eq!(take_ids(&db).await, [first]);
    }

    async fn what_has_not_begun_has_its_whole_time_again(db: TestStore) {
        let id = on(&db, &["a"]).await;
        let run = take(&db, "worker", 1, Duration::from_secs(60)).await.remove(0);
        let cell = async || db.run_matrix(id, None, 1, 1).await.unwrap()[0].steps[0].clone();
        let at = engine::StepRef { run: run.id, epoch: run.epoch, step: cell().await.id.uuid(), attempt: 1 };
        let left = db.arm(at).await.unwrap().unwrap();
        assert!(left <= Duration::from_secs(60) && left > Duration::from_secs(30));
        assert!(db.arm(at).await.unwrap().unwrap() <= left, "the time goes on");
        assert!(cell().await.deadline.is_some());
        assert!(db.park(run.id, run.epoch, &engine::Park::Stuck { known: "x".to_owned() }).await.unwrap());
        db.write(move |tx| Box::pin(async move { tx.resume_run(id, None).await })).await.map_err(show).unwrap();
        let run = take(&db, "worker", 1, Duration::from_secs(60)).await.remove(0);
        assert_eq!(cell().await.deadline, None);
        // What has begun has not.
        let at = engine::StepRef { epoch: run.epoch, ..at };
        db.arm(at).await.unwrap();
        let start = engine::Move::Start { take_out: false };
        assert_eq!(db.move_step(at, engine::StepState::Pending, &start).await.unwrap(), engine::Written::Done);
        let deadline = cell().await.deadline;
        assert!(engine::RunStore::release(&db.handle(), run.id, run.epoch).await.unwrap());
        assert_eq!(take_ids(&db).await, [id]);
        assert!(deadline.is_some() && cell().await.deadline == deadline);
        let other = engine::Move::Again;
        let stale = db.move_step(at, engine::StepState::Starting, &other).await.unwrap();
        assert_eq!(stale, engine::Written::Fenced);
    }

    async fn a_transition_that_the_table_does_not_have_is_refused(db: TestStore) {
        let id = on(&db, &["a"]).await;
        let run = take(&db, "worker", 1, Duration::from_secs(60)).await.remove(0);
        let step = db.run_matrix(id, None, 1, 1).await.unwrap()[0].steps[0].id.uuid();
        let at = engine::StepRef { run: run.id, epoch: run.epoch, step, attempt: 1 };
        let events = run_of(&db, id).await.seq;
        for (from, to) in [
            (engine::StepState::Pending, engine::Move::Started),
            (engine::StepState::Ended, engine::Move::Again),
            // The table has it, but the step is somewhere else.
            (engine::StepState::Starting, engine::Move::Started),
        ] {
            let written = db.move_step(at, from, &to).await.unwrap();
            assert!(matches!(written, engine::Written::Illegal(_)), "{from}: {written:?}");
        }
        assert_eq!(run_of(&db, id).await.seq, events, "a refused transition leaves no gap");
    }

    async fn every_claim_has_a_higher_number_than_any_before(db: TestStore) {
        on(&db, &["a"]).await;
        on(&db, &["b"]).await;
        let first = take(&db, "one", 1, Duration::ZERO).await.remove(0);
        let second = take(&db, "one", 1, Duration::from_secs(60)).await.remove(0);
        assert!(second.fence > first.fence && first.fence > 0);
        until("the lease has passed", async || {
            let taken = take(&db, "two", 1, Duration::from_secs(60)).await;
            assert!(taken.iter().all(|run| run.id == first.id && run.fence > second.fence && run.epoch > first.epoch));
            !taken.is_empty()
        }).await;
        // Whoever had it before writes nothing any more.
        let (run, epoch) = (first.id, first.epoch);
        assert!(db.load(run, epoch).await.unwrap().is_none());
        assert!(!db.end_lane(run, epoch, "a", false, false).await.unwrap());
        assert!(!db.open_wave(run, epoch, 1).await.unwrap());
        assert!(!db.end_run(run, epoch, engine::RunOutcome::Succeeded).await.unwrap());
        let park = engine::Park::Waiting { resume_after: None };
        assert!(!db.park(run, epoch, &park).await.unwrap());
        assert!(!db.release(run, epoch).await.unwrap());
        let held = db.renew("two", Duration::from_secs(60)).await.unwrap();
        assert_eq!(held.len(), 1);
        assert!(db.renew("one", Duration::from_secs(60)).await.unwrap().iter().all(|held| held.id != run));
    }

    async fn a_plan_is_run_once(db: TestStore) {
        let plan = add_plan(&db).await;
        let new = new_run("toy", plan, vec![wave(1)], vec![step("a")]);
        db.enqueue_run(new.clone()).await.unwrap();
        assert!(matches!(db.enqueue_run(new).await, Err(store::StoreError::Conflict(_))));
        let twice = new_run("toy", add_plan(&db).await, vec![wave(1), wave(1)], vec![step("a"), step("a").in_wave(2)]);
        assert!(db.enqueue_run(twice).await.is_err(), "a server is in one wave");
        let nowhere = new_run("toy", add_plan(&db).await, vec![wave(1)], vec![step("a").in_wave(2)]);
        assert!(db.enqueue_run(nowhere).await.is_err(), "there is no such wave");
    }

    async fn a_group_never_falls_below_its_minimum_over_all_runs(db: TestStore) {
        let world = World::new();
        let (group, servers) = group_of(&db, 3, 2).await;
        let lanes: Vec<String> = servers.iter().map(ToString::to_string).collect();
        let out = |lane: &str| vec![
            NewStep::new(lane, "quiet", 1, "drain", minute()).with_role(Role::TakeOut),
            NewStep::new(lane, "quiet", 1, "restore", minute()).with_role(Role::PutBack),
        ];
        world.script(&lanes[0], "drain", Does::Hang);
        let first = ask(&db, "toy", vec![wave(1)], out(&lanes[0])).await;
        let worker = work(&db, Arc::new(db.handle()), kind_on("toy", &world), hasty());
        until("one is out", async || db.out_of_service().await.unwrap().len() == 1).await;
        assert!(db.out_of_service().await.unwrap()[0].under_way);
        // Another run would leave one of three.
        let second = ask(&db, "toy", vec![wave(1)], out(&lanes[1])).await;
        until_state(&db, second, RunState::Paused).await;
        let why = run_of(&db, second).await.why.unwrap();
        assert_eq!(why, "Taking this server out would leave 1 of web in service; at least 2 must stay.");
        assert_eq!(world.count(&lanes[1], "drain"), 0);
        let lane = &db.run_matrix(second, None, 1, 10).await.unwrap()[0];
        assert!(lane.steps.iter().all(|step| step.state == StepState::Pending));
        world.relent(&lanes[0], "drain");
        until_state(&db, first, RunState::Ended).await;
        assert!(db.out_of_service().await.unwrap().is_empty());
        let resumed = db.write(move |tx| Box::pin(async move { tx.resume_run(second, None).await }));
        assert_eq!(resumed.await.map_err(show).unwrap(), Asked::Now);
        until_state(&db, second, RunState::Ended).await;
        assert_eq!(run_of(&db, second).await.outcome, Some(RunOutcome::Succeeded));
        // A server that does not answer is no help.
        let failed = store::Attempt::Failed { reach: model::Reach::TimedOut, detail: String::new(), answer: None, offered: vec![] };
        scan_attempt(&db, servers[2], NOW, failed).await;
        let third = ask(&db, "toy", vec![wave(1)], vec![
            NewStep::new(&*lanes[0], "quiet", 1, "drain again", minute()).with_role(Role::TakeOut),
        ]).await;
        until_state(&db, third, RunState::Paused).await;
        db.write(move |tx| Box::pin(async move { tx.set_min_in_service(group, None).await })).await.map_err(show).unwrap();
        assert_eq!(db.min_in_service(group).await.unwrap(), None);
        db.write(move |tx| Box::pin(async move { tx.resume_run(third, None).await })).await.map_err(show).unwrap();
        until_state(&db, third, RunState::Ended).await;
        worker.shutdown().await;
    }
}

async fn command_cancel(db: &Store, id: RunId) {
    let asked = db.write(move |tx| Box::pin(async move { tx.cancel_run(id, None).await }));
    assert_eq!(asked.await.map_err(show).unwrap(), Asked::Soon);
}

async fn group_of(db: &Store, servers: usize, minimum: u32) -> (GroupId, Vec<ServerId>) {
    let stack = add_stack(db, "shop").await;
    let group = add_group(db, stack, "web").await;
    let mut ids = Vec::new();
    for n in 0..servers {
        let id = add(
            db,
            ServerFields {
                stack: Some(stack),
                group: Some(group),
                ..fields(&format!("web {n}"))
            },
        )
        .await;
        scan(db, id, facts(NOW)).await;
        ids.push(id);
    }
    db.write(move |tx| Box::pin(async move { tx.set_min_in_service(group, Some(minimum)).await }))
        .await
        .map_err(show)
        .unwrap();
    (group, ids)
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_never_get_the_same() {
    let Some(db) = testdb::postgres().await else {
        return;
    };
    let other = db.another_process().await;
    for n in 0..20 {
        on(&db, &[&format!("a{}", n % 4), &format!("b{n}")]).await;
    }
    let both = futures::future::join(
        take(&db, "one", 20, Duration::from_secs(60)),
        take(&other, "two", 20, Duration::from_secs(60)),
    );
    let (one, two) = both.await;
    assert_eq!(one.len() + two.len(), 4, "one for each server that they share");
    other.close().await;
}
