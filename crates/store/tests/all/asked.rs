//! What a person can ask of a run, and when it heeds that.

use crate::support::*;
use crate::toy_runs::*;
use crate::toy_world::{Does, World};
use engine::{Gate, NewStep, NewWave, StepTimeout};
use model::run::{RunOutcome, RunState, Settlement, StepOutcome, StepState};
use std::time::Duration;
use store::Asked;

macro_rules! command {
    ($db:expr, |$tx:ident| $call:expr) => {
        $db.write(move |$tx| Box::pin(async move { $call.await }))
            .await
            .map_err(show)
            .unwrap()
    };
}

testdb::on_both! {
    async fn a_pause_stops_at_a_safe_point_and_keeps_the_servers(db: TestStore) {
        let world = World::new();
        world.script("a", "install", Does::Hang);
        let id = ask(&db, "toy", vec![wave(1)], [way("a", 1), way("b", 1)].concat()).await;
        let worker = start_toy(&db, &world);
        is_at(&db, id, "a", "install", StepState::Started).await;
        assert_eq!(command!(db, |tx| tx.pause_run(id, Some("ben"))), Asked::Soon);
        assert_eq!(run_of(&db, id).await.state, RunState::Running);
        world.relent("a", "install");
        until_state(&db, id, RunState::Paused).await;
        // It was brought back into service first; the rescan is for later.
        assert_eq!(ended(&db, id, "a").await[..5], words(StepOutcome::Changed, 5));
        assert_eq!(ended(&db, id, "a").await[5], None);
        assert_eq!(ended(&db, id, "b").await, vec![None; 6]);
        assert_eq!(db.holder("server:a").await.unwrap(), Some(id));
        assert_eq!(command!(db, |tx| tx.resume_run(id, Some("ben"))), Asked::Now);
        assert_eq!(ends(&db, id).await, RunOutcome::Succeeded);
        assert_whole(&db, id, &world).await;
        assert_eq!(command!(db, |tx| tx.pause_run(id, None)), Asked::TooLate);
        worker.shutdown().await;
    }

    async fn a_pause_that_is_taken_back_in_time_stops_nothing_for_good(db: TestStore) {
        let world = World::new();
        world.script("a", "install", Does::Hang);
        let id = ask(&db, "toy", vec![wave(1)], [way("a", 1), way("b", 1)].concat()).await;
        let worker = start_toy(&db, &world);
        is_at(&db, id, "a", "install", StepState::Started).await;
        command!(db, |tx| tx.pause_run(id, None));
        assert_eq!(command!(db, |tx| tx.resume_run(id, None)), Asked::Now);
        world.relent("a", "install");
        assert_eq!(ends(&db, id).await, RunOutcome::Succeeded);
        assert_whole(&db, id, &world).await;
        worker.shutdown().await;
    }

    async fn a_cancel_ends_at_a_safe_point_after_a_last_look(db: TestStore) {
        use StepOutcome::{Changed as C, Skipped as S};
        let world = World::new();
        world.script("a", "install", Does::Hang);
        let id = ask(&db, "toy", vec![wave(1)], [way("a", 1), way("b", 1)].concat()).await;
        let worker = start_toy(&db, &world);
        is_at(&db, id, "a", "install", StepState::Started).await;
        assert_eq!(command!(db, |tx| tx.cancel_run(id, Some("ben"))), Asked::Soon);
        world.relent("a", "install");
        assert_eq!(ends(&db, id).await, RunOutcome::Cancelled);
        assert_eq!(ended(&db, id, "a").await, words(C, 6));
        assert_eq!(ended(&db, id, "b").await, words(S, 6));
        assert_whole(&db, id, &world).await;
        worker.shutdown().await;
    }

    async fn what_has_not_begun_is_cancelled_at_once_and_what_is_paused_by_a_worker(db: TestStore) {
        let world = World::new();
        let id = ask(&db, "toy", vec![wave(1)], way("a", 1)).await;
        assert_eq!(command!(db, |tx| tx.cancel_run(id, None)), Asked::Now);
        assert_eq!(ends(&db, id).await, RunOutcome::Cancelled);
        assert_whole(&db, id, &world).await;
        let gated = NewWave { width: 1, gate: Some(Gate::Person) };
        let id = ask(&db, "toy", vec![wave(1), gated], [way("a", 1), way("b", 2)].concat()).await;
        let worker = start_toy(&db, &world);
        until_state(&db, id, RunState::Waiting).await;
        assert_eq!(command!(db, |tx| tx.pause_run(id, None)), Asked::Now);
        assert_eq!(command!(db, |tx| tx.cancel_run(id, None)), Asked::Soon);
        assert_eq!(ends(&db, id).await, RunOutcome::Cancelled);
        assert_eq!(ended(&db, id, "b").await, words(StepOutcome::Skipped, 6));
        assert_whole(&db, id, &world).await;
        worker.shutdown().await;
    }

    async fn abandoning_lets_go_at_once_and_says_so(db: TestStore) {
        use StepOutcome::{Abandoned as A, Changed as C, Skipped as S};
        let world = World::new();
        let servers = add_reached(&db, &["a"]).await;
        let lane = servers[0].to_string();
        world.script(&lane, "install", Does::Hang);
        let id = ask(&db, "toy", vec![wave(1)], way(&lane, 1)).await;
        let worker = start_toy(&db, &world);
        is_at(&db, id, &lane, "install", StepState::Started).await;
        assert_eq!(command!(db, |tx| tx.abandon_run(id, Some("ben"))), Asked::Soon);
        assert_eq!(ends(&db, id).await, RunOutcome::Abandoned);
        assert_eq!(ended(&db, id, &lane).await, [C, C, A, S, S, S].map(Some));
        assert_eq!(db.out_of_service().await.unwrap()[0].server, servers[0], "it stays out, visibly");
        assert_whole(&db, id, &world).await;
        command!(db, |tx| tx.mark_in_service(servers[0]));
        assert!(db.out_of_service().await.unwrap().is_empty());
        // Without a worker it is over at once.
        worker.shutdown().await;
        let id = ask(&db, "toy", vec![wave(1)], way("b", 1)).await;
        assert_eq!(command!(db, |tx| tx.abandon_run(id, None)), Asked::Now);
        assert_eq!(ends(&db, id).await, RunOutcome::Abandoned);
    }

    async fn a_wave_waits_for_a_person_or_a_time_and_gives_up_its_slot(db: TestStore) {
        let world = World::new();
        let gate = |gate| NewWave { width: 1, gate: Some(gate) };
        let waves = vec![wave(1), gate(Gate::Person), gate(Gate::After(Duration::from_millis(50)))];
        let id = ask(&db, "toy", waves, [way("a", 1), way("b", 2), way("c", 3)].concat()).await;
        let worker = start_toy(&db, &world);
        until_state(&db, id, RunState::Waiting).await;
        assert_eq!((world.count("a", "install"), world.count("b", "install")), (1, 0));
        assert_eq!(run_of(&db, id).await.resume_at, None);
        assert_eq!((db.holder("server:a").await.unwrap(), db.holder("server:b").await.unwrap()), (None, Some(id)));
        assert_eq!(command!(db, |tx| tx.resume_run(id, Some("ben"))), Asked::Now);
        assert_eq!(ends(&db, id).await, RunOutcome::Succeeded);
        let waves = db.run_waves(id).await.unwrap();
        assert!(waves[0].opened_at.is_none() && waves[1].opened_at.is_some() && waves[2].opened_at.is_some());
        assert!(run_of(&db, id).await.attempt >= 3, "each wait gave the run up");
        assert_whole(&db, id, &world).await;
        worker.shutdown().await;
    }

    async fn a_deadline_that_passes_ends_in_stuck_and_a_person_settles_it(db: TestStore) {
        let world = World::new();
        let short = StepTimeout::new(Duration::from_secs(2)).unwrap();
        let lanes = ["again", "done", "failed"];
        for (lane, settlement) in lanes.into_iter().zip([Settlement::LookAgain, Settlement::Done, Settlement::Failed]) {
            world.script(lane, "install", Does::Hang);
            let steps = vec![
                NewStep::new(lane, "loud", 1, "install", short),
                NewStep::new(lane, "quiet", 1, "after", minute()),
            ];
            let id = ask(&db, "toy", vec![wave(1)], steps).await;
            let worker = start_toy(&db, &world);
            until_state(&db, id, RunState::Stuck).await;
            let run = run_of(&db, id).await;
            assert!(run.why.unwrap().contains("still works"), "what is known is said");
            assert_eq!(db.holder(&format!("server:{lane}")).await.unwrap(), Some(id), "it keeps its server");
            let step = step_of(&db, id, lane, "install").await;
            assert_eq!(command!(db, |tx| tx.resume_run(id, None)), Asked::TooLate);
            world.relent(lane, "install");
            assert_eq!(command!(db, |tx| tx.settle_step(id, step.id, settlement, Some("ben"))), Asked::Now);
            let expected = if settlement == Settlement::Failed { RunOutcome::Failed } else { RunOutcome::Succeeded };
            assert_eq!(ends(&db, id).await, expected);
            assert_eq!(world.count(lane, "install"), 1, "nothing is begun anew");
            assert_eq!(world.count(lane, "after"), u32::from(settlement != Settlement::Failed));
            assert_eq!(command!(db, |tx| tx.settle_step(id, step.id, settlement, None)), Asked::TooLate);
            worker.shutdown().await;
        }
    }
}
