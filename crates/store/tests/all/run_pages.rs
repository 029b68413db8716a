//! What pages read of runs: the list, the head, the matrix, the events; and plans and profiles.

use crate::support::*;
use crate::toy_runs::*;
use crate::toy_world::{Does, World, hasty, kind_on, work};
use engine::{NewStep, RunState as Engine, StepStore};
use model::run::{PlanState, RunEvent, RunOutcome, RunState, RunWants, StepOutcome, StepState};
use model::{PlanId, RunId, Timestamp};
use proptest::prelude::*;
use std::sync::Arc;
use std::time::Duration;
use store::{Asked, Conflict, NewPlan, NewRun, RunFilter, Standing, Store, StoreError};

fn steps(lanes: &[String]) -> Vec<NewStep> {
    let of = |lane: &String| {
        ["first", "second"].map(|params| NewStep::new(lane.clone(), "quiet", 1, params, minute()))
    };
    lanes.iter().flat_map(of).collect()
}

async fn list(db: &Store, filter: RunFilter) -> Vec<RunId> {
    let page = db.runs_page(&filter, 1, 50).await.unwrap();
    assert_eq!(page.total, page.runs.len() as u64);
    page.runs.into_iter().map(|run| run.id).collect()
}

testdb::on_both! {
    async fn runs_are_listed_newest_first_and_by_what_they_are(db: TestStore) {
        let (shop, blog) = (add_stack(&db, "shop").await, add_stack(&db, "blog").await);
        let server = add_named(&db, "web").await;
        let mut ids = Vec::new();
        for (stacks, lane) in [(vec![shop], "x".to_owned()), (vec![shop, blog], server.to_string()), (vec![], "y".to_owned())] {
            let new = NewRun { stacks, ..new_run("toy", add_plan(&db).await, vec![wave(1)], steps(&[lane])) };
            ids.push(db.enqueue_run(new).await.unwrap());
        }
        // Checks are no runs.
        db.enqueue(vec![check("scan", Some(server))]).await.unwrap();
        let id = ids[0];
        db.write(move |tx| Box::pin(async move { tx.cancel_run(id, Some("ben")).await })).await.map_err(show).unwrap();
        let all = RunFilter::default;
        assert_eq!(list(&db, all()).await, [ids[2], ids[1], ids[0]]);
        assert_eq!(list(&db, RunFilter { stack: Some(shop), ..all() }).await, [ids[1], ids[0]]);
        assert_eq!(list(&db, RunFilter { stack: Some(blog), ..all() }).await, [ids[1]]);
        assert_eq!(list(&db, RunFilter { server: Some(server), ..all() }).await, [ids[1]]);
        assert_eq!(list(&db, RunFilter { open: true, ..all() }).await, [ids[2], ids[1]]);
        assert_eq!(list(&db, RunFilter { state: Some(RunState::Ended), ..all() }).await, [ids[0]]);
        assert_eq!(list(&db, RunFilter { outcome: Some(RunOutcome::Cancelled), ..all() }).await, [ids[0]]);
        assert_eq!(list(&db, RunFilter { outcome: Some(RunOutcome::Failed), ..all() }).await, []);
        let later = run_of(&db, ids[2]).await.asked_at;
        assert_eq!(list(&db, RunFilter { since: Some(later), ..all() }).await[0], ids[2]);
        let never = Timestamp::from_micros(later.micros() + 1);
        assert_eq!(list(&db, RunFilter { since: Some(never), ..all() }).await, []);
        let page = db.runs_page(&all(), 2, 2).await.unwrap();
        assert_eq!((page.total, page.runs.len(), page.runs[0].id), (3, 1, ids[0]));
        let stacks: Vec<String> = run_of(&db, ids[1]).await.stacks.into_iter().map(|it| it.1).collect();
        assert_eq!(stacks, ["blog", "shop"]);
        let run = run_of(&db, ids[0]).await;
        assert_eq!((run.asked_by.as_deref(), run.lanes, run.wants), (Some("anna"), 1, RunWants::None));
        assert!(db.run(RunId::from_uuid(uuid::Uuid::now_v7())).await.unwrap().is_none());
    }

    async fn a_run_that_does_again_what_failed_names_the_first(db: TestStore) {
        let first = ask(&db, "toy", vec![wave(1)], steps(&["a".to_owned()])).await;
        let again = NewRun { parent: Some(first), ..new_run("toy", add_plan(&db).await, vec![wave(1)], steps(&["a".to_owned()])) };
        let again = db.enqueue_run(again).await.unwrap();
        assert_eq!(run_of(&db, again).await.parent, Some(first));
        assert_eq!(db.runs_after(first).await.unwrap()[0].id, again);
    }

    async fn a_large_matrix_shows_what_needs_a_look_first(db: TestStore) {
        let world = World::new();
        let lanes: Vec<String> = (0..120).map(|n| format!("lane {n:03}")).collect();
        world.script(&lanes[70], "second", Does::Fail);
        world.script(&lanes[50], "first", Does::Hang);
        let plan = add_plan(&db).await;
        let new = NewRun { failure_budget: 5, ..new_run("toy", plan, vec![wave(64)], steps(&lanes)) };
        let id = db.enqueue_run(new).await.unwrap();
        let worker = work(&db, Arc::new(db.handle()), kind_on("toy", &world), hasty());
        until("all but one are done", async || run_of(&db, id).await.lanes_ended == 119).await;
        let first = db.run_matrix(id, None, 1, 50).await.unwrap();
        let order: Vec<(&str, Standing)> = first[..3].iter().map(|lane| (lane.lane.as_str(), lane.standing)).collect();
        assert_eq!(order, [("lane 070", Standing::Failed), ("lane 050", Standing::UnderWay), ("lane 000", Standing::Done)]);
        let third = db.run_matrix(id, None, 3, 50).await.unwrap();
        assert_eq!((third.len(), third[19].lane.as_str()), (20, "lane 119"));
        let states: Vec<StepState> = first[1].steps.iter().map(|step| step.state).collect();
        assert_eq!(states, [StepState::Started, StepState::Pending]);
        let wave = &db.run_waves(id).await.unwrap()[0];
        assert_eq!((wave.lanes, wave.failed, wave.under_way, wave.pending, wave.done), (120, 1, 1, 0, 118));
        assert!(db.run_matrix(id, Some(2), 1, 50).await.unwrap().is_empty());
        world.relent(&lanes[50], "first");
        until_state(&db, id, RunState::Ended).await;
        assert_eq!(run_of(&db, id).await.outcome, Some(RunOutcome::PartlyFailed));
        assert_eq!(run_of(&db, id).await.lanes_failed, 1);
        worker.shutdown().await;
    }

    async fn a_small_matrix_keeps_the_plans_order(db: TestStore) {
        let world = World::new();
        let lanes = ["z", "a", "m"].map(str::to_owned);
        world.script("m", "first", Does::Fail);
        let id = ask(&db, "toy", vec![wave(3)], steps(&lanes)).await;
        let worker = work(&db, Arc::new(db.handle()), kind_on("toy", &world), hasty());
        until_state(&db, id, RunState::Ended).await;
        let order: Vec<String> = db.run_matrix(id, None, 1, 50).await.unwrap().into_iter().map(|it| it.lane).collect();
        assert_eq!(order, lanes);
        worker.shutdown().await;
    }

    async fn events_tell_the_whole_story_from_any_number_on(db: TestStore) {
        let world = World::new();
        let id = ask(&db, "toy", vec![wave(1)], way("a", 1)).await;
        let worker = work(&db, Arc::new(db.handle()), kind_on("toy", &world), hasty());
        until_state(&db, id, RunState::Ended).await;
        let all = db.run_events(id, 0, 1_000).await.unwrap();
        let runs: Vec<RunState> = all.iter().filter_map(|event| match &event.event {
            Some(RunEvent::Run { state, .. }) => Some(*state),
            _ => None,
        }).collect();
        assert_eq!(runs, [RunState::Queued, RunState::Running, RunState::Ended]);
        let install = db.run_matrix(id, None, 1, 1).await.unwrap()[0].steps[2].id;
        let moves: Vec<(StepState, Option<StepOutcome>)> = all.iter().filter(|event| event.step == Some(install))
            .filter_map(|event| match &event.event {
                Some(RunEvent::Step { state, outcome, .. }) => Some((*state, *outcome)),
                _ => None,
            }).collect();
        assert_eq!(moves, [
            (StepState::Starting, None), (StepState::Started, None), (StepState::Verifying, None),
            (StepState::Ended, Some(StepOutcome::Changed)),
        ]);
        let half = all.len() / 2;
        assert_eq!(db.run_events(id, all[half].seq, 1_000).await.unwrap(), all[half + 1..]);
        assert_eq!(db.run_events(id, 0, 3).await.unwrap(), all[..3]);
        let (run, step, result) = db.step(install).await.unwrap().unwrap();
        assert_eq!((run, step.id, result), (id, install, None));
        worker.shutdown().await;
    }

    async fn whatever_is_asked_a_run_moves_only_as_the_table_says(db: TestStore) {
        let mut runner = proptest::test_runner::TestRunner::deterministic();
        for _ in 0..25 {
            let kind = leak(format!("toy {}", uuid::Uuid::now_v7()));
            let id = ask(&db, kind, vec![wave(1)], steps(&[kind.to_owned()])).await;
            let mut state = RunState::Queued;
            let walk = prop::collection::vec(0u8..9, 12).new_tree(&mut runner).unwrap();
            for choice in proptest::strategy::ValueTree::current(&walk) {
                turn(&db, kind, id, choice).await;
                let next = run_of(&db, id).await.state;
                // Two moves in one turn are two events, each of which the table has.
                if next != state {
                    state = next;
                }
            }
            let mut at = Engine::Queued;
            for event in db.run_events(id, 1, 1_000).await.unwrap() {
                if let Some(RunEvent::Run { state, .. }) = event.event {
                    let to: Engine = state.as_str().parse().unwrap();
                    assert!(at.may_become(to), "{at} became {to}");
                    at = to;
                }
            }
            assert_eq!(at.as_str(), state.as_str());
            let run = run_of(&db, id).await;
            let events = db.run_events(id, 0, 1_000).await.unwrap();
            assert_eq!(events.len() as i64, run.seq, "events have no gaps");
        }
    }

    async fn a_plan_is_approved_by_its_hash_and_once(db: TestStore) {
        let id = PlanId::from_uuid(uuid::Uuid::now_v7());
        let plan = NewPlan { id, stack: None, hash: "h".to_owned(), generation: "g".to_owned(), v: 3,
            body: "{\"waves\":[]}".repeat(1_000), options: "{\"v\":1}".to_owned(), created_by: Some("anna".to_owned()) };
        let new = plan.clone();
        db.write(move |tx| Box::pin(async move { tx.insert_plan(&new, NOW).await })).await.map_err(show).unwrap();
        let stored = db.plan(id).await.unwrap().unwrap();
        assert_eq!((&stored.plan, stored.state, stored.created_at), (&plan, PlanState::Draft, NOW));
        let approve = async |hash: &'static str| db.write(move |tx| Box::pin(async move {
            tx.approve_plan(id, hash, NOW.plus_secs(1), Some("lea")).await
        })).await.map_err(show).unwrap();
        assert!(!approve("another").await);
        assert!(approve("h").await);
        assert!(!approve("h").await);
        let stored = db.plan(id).await.unwrap().unwrap();
        assert_eq!((stored.state, stored.approved_by.as_deref()), (PlanState::Approved, Some("lea")));
        let draft = add_plan(&db).await;
        assert!(!db.write(move |tx| Box::pin(async move { tx.void_plan(id).await })).await.map_err(show).unwrap());
        assert!(db.write(move |tx| Box::pin(async move { tx.void_plan(draft).await })).await.map_err(show).unwrap());
        assert_eq!(db.forget_plans(NOW).await.unwrap(), 0);
        assert_eq!(db.forget_plans(NOW.plus_secs(1)).await.unwrap(), 1);
        assert!(db.plan(draft).await.unwrap().is_none() && db.plan(id).await.unwrap().is_some());
    }

    async fn profiles_have_names_of_their_own_per_stack(db: TestStore) {
        let stack = add_stack(&db, "shop").await;
        let save = async |stack, name: &'static str| db.write(move |tx| Box::pin(async move {
            tx.insert_profile(stack, name, "{}", NOW, Some("anna")).await
        })).await.map_err(show);
        let mine = save(Some(stack), "Nightly").await.unwrap();
        let all = save(None, "nightly").await.unwrap();
        for of in [Some(stack), None] {
            assert!(matches!(save(of, "NIGHTLY").await, Err(StoreError::Conflict(Conflict::ProfileName))), "{of:?}");
        }
        assert_eq!(db.profiles_of(stack).await.unwrap().len(), 2);
        db.write(move |tx| Box::pin(async move { tx.change_profile(mine, "Weekly", "{\"v\":2}").await })).await.map_err(show).unwrap();
        let profile = db.profile(mine).await.unwrap().unwrap();
        assert_eq!((profile.name.as_str(), profile.options.as_str(), profile.stack), ("Weekly", "{\"v\":2}", Some(stack)));
        let name = db.write(move |tx| Box::pin(async move { tx.remove_profile(all).await })).await.map_err(show).unwrap();
        assert_eq!(name, "nightly");
        assert_eq!(db.profiles_of(stack).await.unwrap().len(), 1);
    }
}

/// One thing that can happen to a run: a person asks for something, or a worker does.
async fn turn(db: &Store, kind: &'static str, id: RunId, choice: u8) {
    if choice < 4 {
        let asked: Result<Asked, StoreError> = db
            .write(move |tx| {
                Box::pin(async move {
                    match choice {
                        0 => tx.pause_run(id, None).await,
                        1 | 2 => tx.resume_run(id, None).await,
                        _ => tx.cancel_run(id, Some("ben")).await,
                    }
                })
            })
            .await;
        asked.unwrap();
        return;
    }
    let capacities = [engine::Capacity {
        kind,
        version: 1,
        free: 1,
        deadline: Duration::MAX,
    }];
    let claim = engine::Claim {
        owner: if choice < 7 { "one" } else { "two" },
        lease: Duration::ZERO,
        capacities: &capacities,
        take_over: true,
        max_attempts: u32::MAX,
    };
    let Some(run) = db.claim_stepped(&claim).await.unwrap().pop() else {
        return;
    };
    let (run, epoch) = (run.id, run.epoch);
    let park = match choice {
        4 => return,
        5 => {
            assert!(engine::RunStore::release(db, run, epoch).await.unwrap());
            return;
        }
        6 => engine::Park::Waiting { resume_after: None },
        7 => engine::Park::Paused { why: None },
        _ => engine::Park::Stuck {
            known: "nothing".to_owned(),
        },
    };
    assert!(db.park(run, epoch, &park).await.unwrap());
}
