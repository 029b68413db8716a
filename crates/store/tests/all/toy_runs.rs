//! Runs to put into the queue, and what to look at afterwards.

use crate::support::*;
use crate::toy_world::{World, hasty, kind_on, work};
use engine::{NewStep, NewWave, Role, StepTimeout};
use model::run::{RunOutcome, RunState, StepOutcome, StepState};
use model::{PlanId, RunId, ServerId};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::{LOG_KEPT, NewPlan, NewRun, RunRecord, Store};
use uuid::Uuid;

/// A name that lives as long as the test.
pub(crate) fn leak(name: String) -> &'static str {
    Box::leak(name.into_boxed_str())
}

pub(crate) fn minute() -> StepTimeout {
    StepTimeout::new(Duration::from_secs(60)).unwrap()
}

pub(crate) fn wave(width: u32) -> NewWave {
    NewWave { width, gate: None }
}

/// The usual way of a server through a run: pre-check, drain, install, health check, restore, rescan.
pub(crate) fn way(lane: &str, wave: u32) -> Vec<NewStep> {
    let step = |kind, params: &str, role| {
        NewStep::new(lane, kind, 1, params, minute())
            .in_wave(wave)
            .with_role(role)
    };
    vec![
        step("quiet", "precheck", Role::Check),
        step("quiet", "drain", Role::TakeOut),
        step("loud", "install", Role::Work),
        step("quiet", "health", Role::Check),
        step("quiet", "restore", Role::PutBack),
        step("quiet", "rescan", Role::Closing),
    ]
}

pub(crate) async fn add_plan(db: &Store) -> PlanId {
    let id = PlanId::from_uuid(Uuid::now_v7());
    let plan = NewPlan {
        id,
        stack: None,
        hash: format!("hash of {id}"),
        generation: "g".to_owned(),
        v: 1,
        body: "{}".to_owned(),
        options: "{}".to_owned(),
        created_by: None,
    };
    db.write(move |tx| Box::pin(async move { tx.insert_plan(&plan, NOW).await }))
        .await
        .map_err(show)
        .unwrap();
    id
}

pub(crate) fn new_run(kind: &str, plan: PlanId, waves: Vec<NewWave>, steps: Vec<NewStep>) -> NewRun {
    NewRun {
        kind: kind.to_owned(),
        v: 1,
        params: "{}".to_owned(),
        plan,
        stacks: vec![],
        resources: vec![],
        failure_budget: 0,
        waves,
        steps,
        not_before: None,
        asked_by: Some("anna".to_owned()),
        parent: None,
    }
}

/// Asks for a run of these steps.
pub(crate) async fn ask(db: &Store, kind: &str, waves: Vec<NewWave>, steps: Vec<NewStep>) -> RunId {
    let plan = add_plan(db).await;
    db.enqueue_run(new_run(kind, plan, waves, steps)).await.unwrap()
}

/// Servers that have answered.
pub(crate) async fn add_reached(db: &Store, names: &[&str]) -> Vec<ServerId> {
    let mut ids = Vec::new();
    for name in names {
        let id = add_named(db, name).await;
        scan(db, id, facts(NOW)).await;
        ids.push(id);
    }
    ids
}

pub(crate) async fn run_of(db: &Store, id: RunId) -> RunRecord {
    db.run(id).await.unwrap().unwrap()
}

pub(crate) async fn until_state(db: &Store, id: RunId, state: RunState) {
    until_one_of(db, id, &[state]).await;
}

pub(crate) async fn until_one_of(db: &Store, id: RunId, states: &[RunState]) {
    // Longer than one thing may take: a run is many.
    let deadline = Instant::now() + Duration::from_secs(90);
    loop {
        let run = run_of(db, id).await;
        if states.contains(&run.state) {
            return;
        }
        assert!(
            Instant::now() < deadline,
            "waited too long until it is one of {states:?}: {run:?}"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// How every step ended, by lane and parameters.
pub(crate) async fn outcomes(db: &Store, id: RunId) -> BTreeMap<(String, String), Option<StepOutcome>> {
    let lanes = db.run_matrix(id, None, 1, 1_000).await.unwrap();
    let cells = lanes.into_iter().flat_map(|lane| {
        let name = lane.lane;
        lane.steps
            .into_iter()
            .map(move |step| ((name.clone(), step.params), step.outcome))
    });
    cells.collect()
}

/// What must hold of every run that has ended, however it came to that.
pub(crate) async fn assert_whole(db: &Store, id: RunId, world: &Arc<World>) {
    let run = run_of(db, id).await;
    assert_eq!(run.state, RunState::Ended);
    let events = db.run_events(id, 0, 10_000).await.unwrap();
    let numbers: Vec<i64> = events.iter().map(|event| event.seq).collect();
    assert_eq!(
        numbers,
        (1..=run.seq).collect::<Vec<_>>(),
        "events are numbered without gaps"
    );
    for lane in db.run_matrix(id, None, 1, 1_000).await.unwrap() {
        assert_eq!(db.holder(&format!("server:{}", lane.lane)).await.unwrap(), None);
        for step in lane.steps {
            let part = db
                .log_part(id, step.id, None, 0, LOG_KEPT)
                .await
                .unwrap()
                .unwrap();
            if step.kind == "loud" && step.log_len > 0 {
                let written = world.log_of(step.id.uuid(), step.attempt).unwrap();
                assert_eq!(part.bytes, written[..part.bytes.len()], "the log is the world's");
                assert!(step.outcome.is_some_and(|it| it == StepOutcome::Abandoned) || part.bytes == written);
            }
            assert_eq!(part.len, part.bytes.len() as u64);
        }
    }
    for ((lane, params), times) in world.lock().acts.clone() {
        assert_eq!(times, 1, "{params} on {lane} was done once");
    }
}

/// A worker that does runs of the kind `toy`.
pub(crate) fn start_toy(db: &Store, world: &Arc<World>) -> engine::WorkerHandle {
    work(db, Arc::new(db.clone()), kind_on("toy", world), hasty())
}

pub(crate) async fn ends(db: &Store, id: RunId) -> RunOutcome {
    until_state(db, id, RunState::Ended).await;
    run_of(db, id).await.outcome.unwrap()
}

pub(crate) async fn step_of(db: &Store, id: RunId, lane: &str, params: &str) -> store::StepRecord {
    let lanes = db.run_matrix(id, None, 1, 1_000).await.unwrap();
    let lane = lanes.into_iter().find(|it| it.lane == lane).unwrap();
    lane.steps.into_iter().find(|step| step.params == params).unwrap()
}

pub(crate) async fn is_at(db: &Store, id: RunId, lane: &str, params: &str, state: StepState) {
    until(&format!("{params} is {state}"), async || {
        step_of(db, id, lane, params).await.state == state
    })
    .await;
}

pub(crate) fn words(outcome: StepOutcome, n: usize) -> Vec<Option<StepOutcome>> {
    vec![Some(outcome); n]
}

/// How the six steps of [`way`] ended on `lane`.
pub(crate) async fn ended(db: &Store, id: RunId, lane: &str) -> Vec<Option<StepOutcome>> {
    let lanes = db.run_matrix(id, None, 1, 1_000).await.unwrap();
    let lane = lanes.into_iter().find(|it| it.lane == lane).unwrap();
    lane.steps.into_iter().map(|step| step.outcome).collect()
}
