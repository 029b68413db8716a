//! Runs with steps on good and on bad days: what is done, what is left out, and what is found out later.

use crate::gated::{Gated, Side};
use crate::support::*;
use crate::toy_runs::*;
use crate::toy_world::{Does, World, hasty, kind_on, work};
use engine::{NewStep, StepTimeout};
use model::run::{RunOutcome, RunState, StepOutcome, StepState};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

testdb::on_both! {
    async fn a_plan_that_was_done_is_found_done_the_second_time(db: TestStore) {
        let world = World::new();
        let worker = start_toy(&db, &world);
        let first = ask(&db, "toy", vec![wave(1)], way("a", 1)).await;
        assert_eq!(ends(&db, first).await, RunOutcome::Succeeded);
        assert_eq!(ended(&db, first, "a").await, words(StepOutcome::Changed, 6));
        let second = ask(&db, "toy", vec![wave(1)], way("a", 1)).await;
        assert_eq!(ends(&db, second).await, RunOutcome::Succeeded);
        assert_eq!(ended(&db, second, "a").await, words(StepOutcome::FoundDone, 6));
        assert_whole(&db, first, &world).await;
        assert_whole(&db, second, &world).await;
        worker.shutdown().await;
    }

    async fn every_step_can_fail_and_every_way_out_puts_the_server_back(db: TestStore) {
        use StepOutcome::{Changed as C, Failed as F, Skipped as S};
        let world = World::new();
        let worker = start_toy(&db, &world);
        let expected = [
            ("precheck", [F, S, S, S, S, S], false),
            ("drain", [C, F, S, C, C, C], false),
            ("install", [C, C, F, C, C, C], false),
            // Not well: it stays out.
            ("health", [C, C, C, F, S, C], true),
            ("restore", [C, C, C, C, F, C], true),
            // Looked at last, for its own sake: the server has not failed by it.
            ("rescan", [C, C, C, C, C, F], false),
        ];
        let names: Vec<&str> = expected.iter().map(|it| it.0).collect();
        let servers = add_reached(&db, &names).await;
        for ((params, outcomes, out), server) in expected.into_iter().zip(servers) {
            let lane = server.to_string();
            world.script(&lane, params, Does::Fail);
            let id = ask(&db, "toy", vec![wave(1)], way(&lane, 1)).await;
            let expected = if params == "rescan" { RunOutcome::Succeeded } else { RunOutcome::Failed };
            assert_eq!(ends(&db, id).await, expected, "{params}");
            assert_eq!(ended(&db, id, &lane).await, outcomes.map(Some), "{params}");
            let is_out = db.out_of_service().await.unwrap().iter().any(|it| it.server == server && !it.under_way);
            assert_eq!(is_out, out, "{params}");
            assert_whole(&db, id, &world).await;
        }
        worker.shutdown().await;
    }

    async fn refusals_and_panics_end_a_step_before_it_begins_and_stick_it_afterwards(db: TestStore) {
        use StepOutcome::{Changed as C, Failed as F, Skipped as S};
        let world = World::new();
        let worker = start_toy(&db, &world);
        for (lane, does, outcomes) in [
            ("refused", Does::Refuse, [C, C, F, C, C, C]),
            ("skipped", Does::Skip, [C, C, S, C, C, C]),
            ("panicked", Does::PanicInProbe, [C, C, F, C, C, C]),
        ] {
            world.script(lane, "install", does);
            let id = ask(&db, "toy", vec![wave(1)], way(lane, 1)).await;
            ends(&db, id).await;
            assert_eq!(ended(&db, id, lane).await, outcomes.map(Some), "{lane}");
            assert!(!step_of(&db, id, lane, "install").await.said.unwrap().is_empty());
            assert_eq!(world.count(lane, "install"), 0);
        }
        world.script("a", "install", Does::Panic);
        let id = ask(&db, "toy", vec![wave(1)], way("a", 1)).await;
        until_state(&db, id, RunState::Stuck).await;
        assert_eq!(step_of(&db, id, "a", "install").await.state, StepState::Stuck);
        worker.shutdown().await;
    }

    async fn who_cannot_be_reached_is_tried_again_until_the_deadline(db: TestStore) {
        let world = World::new();
        world.script("a", "install", Does::Unreachable(3));
        let id = ask(&db, "toy", vec![wave(1)], way("a", 1)).await;
        let worker = start_toy(&db, &world);
        assert_eq!(ends(&db, id).await, RunOutcome::Succeeded);
        let install = step_of(&db, id, "a", "install").await;
        assert_eq!((install.attempt, install.outcome), (4, Some(StepOutcome::Changed)));
        world.script("b", "install", Does::Unreachable(u32::MAX));
        let short = StepTimeout::new(Duration::from_secs(2)).unwrap();
        let step = NewStep::new("b", "loud", 1, "install", short);
        let id = ask(&db, "toy", vec![wave(1)], vec![step]).await;
        assert_eq!(ends(&db, id).await, RunOutcome::Failed);
        let install = step_of(&db, id, "b", "install").await;
        assert!(install.attempt > 1 && install.said.unwrap().contains("no route to the toy"));
        assert_eq!(world.count("b", "install"), 0);
        worker.shutdown().await;
    }

    async fn a_failed_act_is_never_repeated_by_itself(db: TestStore) {
        let world = World::new();
        world.script("a", "install", Does::Fail);
        let id = ask(&db, "toy", vec![wave(1)], way("a", 1)).await;
        let worker = start_toy(&db, &world);
        assert_eq!(ends(&db, id).await, RunOutcome::Failed);
        assert_eq!((world.count("a", "install"), step_of(&db, id, "a", "install").await.attempt), (1, 1));
        worker.shutdown().await;
    }

    async fn a_wave_keeps_its_width_and_the_next_one_waits_for_it(db: TestStore) {
        let world = World::new();
        let lanes: Vec<String> = (0..7).map(|n| format!("lane {n}")).collect();
        let steps = lanes.iter().map(|lane| {
            let wave = if lane == "lane 0" { 1 } else { 2 };
            NewStep::new(lane.clone(), "loud", 1, "install", minute()).in_wave(wave)
        });
        for lane in &lanes {
            world.script(lane, "install", Does::Hang);
        }
        let id = ask(&db, "toy", vec![wave(1), wave(3)], steps.collect()).await;
        let worker = start_toy(&db, &world);
        until("the canary works", async || world.lock().busy.len() == 1).await;
        assert_eq!(world.lock().order, [("lane 0".to_owned(), "install".to_owned())]);
        world.relent("lane 0", "install");
        until("three work", async || world.lock().busy.len() == 3).await;
        for lane in &lanes {
            world.relent(lane, "install");
        }
        assert_eq!(ends(&db, id).await, RunOutcome::Succeeded);
        assert_eq!(world.lock().most_busy, 3);
        let order: Vec<String> = world.lock().order.iter().map(|it| it.0.clone()).collect();
        assert_eq!(order.len(), 7);
        worker.shutdown().await;
    }

    async fn when_the_failure_budget_is_spent_nothing_new_starts(db: TestStore) {
        let world = World::new();
        let lanes: Vec<String> = (0..5).map(|n| format!("lane {n}")).collect();
        for lane in &lanes[1..3] {
            world.script(lane, "install", Does::Fail);
        }
        let steps: Vec<NewStep> = lanes.iter().flat_map(|lane| way(lane, 1)).collect();
        let plan = add_plan(&db).await;
        let mut new = new_run("toy", plan, vec![wave(1)], steps);
        new.failure_budget = 1;
        let id = db.enqueue_run(new).await.unwrap();
        let worker = start_toy(&db, &world);
        assert_eq!(ends(&db, id).await, RunOutcome::Failed);
        for (lane, ran) in lanes.iter().zip([1, 1, 1, 0, 0]) {
            assert_eq!(world.count(lane, "install"), ran, "{lane}");
        }
        let run = run_of(&db, id).await;
        assert_eq!((run.lanes, run.lanes_ended, run.lanes_failed), (5, 3, 2));
        assert_whole(&db, id, &world).await;
        worker.shutdown().await;
    }

    async fn a_shutdown_gives_the_run_back_and_its_act_goes_on(db: TestStore) {
        let world = World::new();
        world.script("a", "install", Does::Hang);
        let id = ask(&db, "toy", vec![wave(1)], way("a", 1)).await;
        let worker = start_toy(&db, &world);
        is_at(&db, id, "a", "install", StepState::Started).await;
        worker.shutdown().await;
        assert_eq!(run_of(&db, id).await.state, RunState::Queued);
        assert_eq!(step_of(&db, id, "a", "install").await.state, StepState::Started);
        world.relent("a", "install");
        let next = start_toy(&db, &world);
        assert_eq!(ends(&db, id).await, RunOutcome::Succeeded);
        assert_whole(&db, id, &world).await;
        next.shutdown().await;
    }

    async fn a_restart_of_the_database_finds_the_run_where_it_was(db: TestStore) {
        let world = World::new();
        world.script("a", "install", Does::Hang);
        let id = ask(&db, "toy", vec![wave(1)], way("a", 1)).await;
        let worker = start_toy(&db, &world);
        is_at(&db, id, "a", "install", StepState::Started).await;
        worker.abort();
        let db = db.reopen().await;
        world.relent("a", "install");
        let next = start_toy(&db, &world);
        assert_eq!(ends(&db, id).await, RunOutcome::Succeeded);
        assert_whole(&db, id, &world).await;
        next.shutdown().await;
    }

    async fn an_unknown_kind_of_step_fails_before_it_begins(db: TestStore) {
        let world = World::new();
        let step = NewStep::new("a", "novel", 1, "x", minute());
        let id = ask(&db, "toy", vec![wave(1)], vec![step]).await;
        let newer = NewStep::new("a", "loud", 2, "x", minute());
        let worker = start_toy(&db, &world);
        assert_eq!(ends(&db, id).await, RunOutcome::Failed);
        let id = ask(&db, "toy", vec![wave(1)], vec![newer]).await;
        assert_eq!(ends(&db, id).await, RunOutcome::Failed);
        assert!(world.lock().acts.is_empty());
        worker.shutdown().await;
    }

    async fn a_sign_of_life_is_written_while_a_step_works(db: TestStore) {
        let world = World::new();
        world.script("a", "install", Does::Hang);
        let id = ask(&db, "toy", vec![wave(1)], way("a", 1)).await;
        let worker = start_toy(&db, &world);
        is_at(&db, id, "a", "install", StepState::Started).await;
        until("it is written", async || step_of(&db, id, "a", "install").await.proof_at.is_some()).await;
        assert!(db.last_proof(id).await.unwrap().is_some());
        world.relent("a", "install");
        ends(&db, id).await;
        worker.shutdown().await;
    }

    async fn while_the_database_is_away_nothing_is_begun_and_nothing_is_lost(db: TestStore) {
        let world = World::new();
        world.script("a", "install", Does::Hang);
        let id = ask(&db, "toy", vec![wave(1)], way("a", 1)).await;
        let never = Side { write: usize::MAX, before: false };
        let store = Gated::new(&db, never, Box::new(|| Box::pin(async {})));
        let worker = work(&db, Arc::<Gated>::clone(&store), kind_on("toy", &world), hasty());
        is_at(&db, id, "a", "install", StepState::Started).await;
        store.away.store(true, Ordering::SeqCst);
        world.relent("a", "install");
        let before = store.refused();
        until("it has tried to write", async || store.refused() > before + 10).await;
        assert_eq!(world.lock().order.len(), 3, "precheck, drain and install, and nothing after them");
        store.away.store(false, Ordering::SeqCst);
        assert_eq!(ends(&db, id).await, RunOutcome::Succeeded);
        assert_whole(&db, id, &world).await;
        worker.shutdown().await;
    }

    async fn a_worker_keeps_to_its_sessions_over_all_runs(db: TestStore) {
        let world = World::new();
        let settings = engine::WorkerSettings { sessions: 2, ..hasty() };
        let mut ids = Vec::new();
        for run in ["a", "b"] {
            let lanes = (0..3).map(|n| format!("{run}{n}"));
            let steps = lanes.map(|lane| {
                world.script(&lane, "install", Does::Hang);
                NewStep::new(lane, "loud", 1, "install", minute())
            });
            ids.push(ask(&db, "toy", vec![wave(3)], steps.collect()).await);
        }
        let worker = work(&db, Arc::new(db.handle()), kind_on("toy", &world), settings);
        until("two work", async || world.lock().busy.len() == 2).await;
        // Who waits for a session has not begun, and need not begin to stop.
        let second = ids[1];
        let cancel = db.write(move |tx| Box::pin(async move { tx.cancel_run(second, None).await }));
        cancel.await.map_err(show).unwrap();
        for lane in ["a0", "a1", "a2", "b0", "b1", "b2"] {
            world.relent(lane, "install");
        }
        for id in ids {
            ends(&db, id).await;
            assert_whole(&db, id, &world).await;
        }
        assert_eq!(world.lock().most_busy, 2);
        worker.shutdown().await;
    }
}
