//! Drydock as a test has it: a store of its own, a worker, and a simulated fleet in a fast world.

use crate::fleet::{Began, add};
use engine::{RunStore, Worker, WorkerHandle, WorkerSettings};
use model::facts::Facts;
use model::options::Options;
use model::plan::{Plan, StepKind};
use model::run::RunState;
use model::{CheckKind, Reach, RunId, ScanParams, ServerId, StackId, StepId, Survey, SurveyParams};
use planner::{Named, Policy, Snapshot, SnapshotServer};
use runs::Desk;
use serde::Serialize;
use serde::de::DeserializeOwned;
use simfleet::{LayoutKind, LayoutServer, SimShell, SimWorld};
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::{LaneRecord, NewCheck, NewPlan, RunRecord, StepRecord, StoreError};
use testdb::TestStore;
use world::Clock;

/// A world in which an upgrade takes less than half a second.
const SPEED: f64 = 40.0;

/// Drydock with a worker, and some servers of the demo.
pub(crate) struct Drydock {
    pub(crate) db: TestStore,
    pub(crate) world: Arc<SimWorld>,
    worker: WorkerHandle,
    clock: Arc<dyn Clock>,
    stack: StackId,
    servers: Vec<(ServerId, LayoutServer)>,
    _folder: tempfile::TempDir,
}

impl Drydock {
    /// `names`: the servers to work on; jump hosts on the way are added as well.
    pub(crate) async fn start(names: &[&str]) -> Self {
        Self::start_at(names, SPEED).await
    }

    /// The same in a world of another speed.
    pub(crate) async fn start_at(names: &[&str], speed: f64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock: Arc<dyn Clock> = Arc::new(Began(Instant::now()));
        let path = folder.path().join("world");
        let world = SimWorld::open(&path, LayoutKind::Demo, 66, speed, Arc::clone(&clock)).unwrap();
        let world = Arc::new(world);
        let db = testdb::sqlite().await;
        let layout = world.layout().servers;
        let is_jump = |server: &LayoutServer| {
            let mut chosen = layout.iter().filter(|one| names.contains(&one.name.as_str()));
            chosen.any(|one| one.jump.as_ref() == Some(&server.name))
        };
        let servers: Vec<LayoutServer> = layout
            .iter()
            .filter(|server| names.contains(&server.name.as_str()) || is_jump(server))
            .cloned()
            .collect();
        let (stack, ids) = add(&db, servers.clone(), clock.now()).await;
        let servers = ids.into_iter().zip(servers);
        let desk = Arc::new(Desk {
            store: db.handle(),
            shell: Arc::new(SimShell::new(Arc::clone(&world))),
            web: Arc::new(SimShell::new(Arc::clone(&world))),
            clock: Arc::clone(&clock),
            scan_every_secs: 3_600,
            refresh_lists_after_secs: 3_600,
            scans_at_once: 4,
        });
        let runs: Arc<dyn RunStore> = Arc::new(db.handle());
        let registry = runs::registry(&desk).unwrap();
        let settings = WorkerSettings {
            retry_first: Duration::from_millis(50),
            retry_most: Duration::from_millis(500),
            poll_every: Duration::from_millis(200),
            ..WorkerSettings::default()
        };
        let worker = Worker::start(runs, registry, db.wake(), settings);
        Self {
            servers: servers
                .filter(|(_, server)| names.contains(&server.name.as_str()))
                .collect(),
            db,
            world,
            worker,
            clock,
            stack,
            _folder: folder,
        }
    }

    pub(crate) fn server(&self, name: &str) -> &(ServerId, LayoutServer) {
        self.servers
            .iter()
            .find(|(_, server)| server.name == name)
            .unwrap()
    }

    async fn check(&self, kind: CheckKind, server: ServerId, params: &(impl Serialize + Sync)) -> String {
        let check = NewCheck {
            kind: kind.as_str().to_owned(),
            v: kind.version(),
            server: Some(server),
            params: serde_json::to_string(params).unwrap(),
            priority: 0,
            not_before: None,
            asked_by: None,
        };
        let asked = self.db.enqueue(vec![check]).await.unwrap()[0].id();
        let begun = Instant::now();
        loop {
            let check = self.db.check(asked).await.unwrap().unwrap();
            if let Some(outcome) = check.outcome {
                let result = check.result.unwrap_or_default();
                assert!(
                    matches!(outcome.as_str(), "seen" | "changed" | "simulated"),
                    "{kind} {outcome}: {result}"
                );
                return result;
            }
            assert!(begun.elapsed() < Duration::from_secs(60), "{kind} never ended");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    pub(crate) async fn facts(&self, name: &str) -> Facts {
        let (server, _) = self.server(name);
        self.db.facts(*server).await.unwrap().unwrap().facts
    }

    /// Scans and surveys all servers.
    async fn snapshot(&self, options: &Options) -> Snapshot {
        let mut snapshot = Snapshot::default();
        for (server, told) in &self.servers {
            let params = ScanParams {
                refresh_older_than_secs: 0,
            };
            self.check(CheckKind::Scan, *server, &params).await;
            let facts = self.facts(&told.name).await;
            let wanted = planner::wanted(options, &facts).unwrap();
            let params = SurveyParams {
                refresh_older_than_secs: remote::NEVER_REFRESH,
                upgrade: wanted.upgrade,
                only: wanted.only,
                exclude: wanted.exclude,
                picks: options.picks.clone(),
            };
            let result = self.check(CheckKind::Survey, *server, &params).await;
            let survey: Survey = serde_json::from_str(&result).unwrap();
            snapshot.servers.push(SnapshotServer {
                id: *server,
                name: told.name.clone(),
                chosen: true,
                stack: Some(Named {
                    id: self.stack,
                    name: "all".to_owned(),
                }),
                group: None,
                criticality: told.criticality,
                account: told.account,
                reach: Reach::Reached,
                own: None,
                jump: None,
                out_of_service: false,
                held_by: None,
                facts: Some(facts),
                simulations: vec![survey.simulation],
                kernel_bytes: survey.kernel_bytes,
            });
        }
        snapshot
    }

    /// The plan for all servers.
    pub(crate) async fn plan(&self, options: &Options) -> Plan {
        let snapshot = self.snapshot(options).await;
        let policy = Policy::default();
        let plan = planner::plan(&snapshot, options, &policy, self.clock.now()).unwrap();
        assert_eq!(planner::check(&plan, &snapshot, options, &policy), []);
        plan
    }

    /// Why there is no plan.
    pub(crate) async fn refused(&self, options: &Options) -> String {
        let snapshot = self.snapshot(options).await;
        let plan = planner::plan(&snapshot, options, &Policy::default(), self.clock.now());
        plan.unwrap_err()
            .iter()
            .map(|refusal| format!("{refusal:?}"))
            .collect()
    }

    /// Keeps and approves the plan, lets the worker do it, and waits for its end.
    pub(crate) async fn run(&self, plan: &Plan) -> RunRecord {
        let run = self.begin(plan).await;
        self.until(run, |run, _| {
            matches!(run.state, RunState::Ended | RunState::Stuck)
        })
        .await
    }

    /// Keeps and approves the plan and lets the worker do it.
    pub(crate) async fn begin(&self, plan: &Plan) -> RunId {
        let new = NewPlan {
            id: plan.id,
            stack: Some(self.stack),
            hash: planner::hash(plan, &remote::work::text),
            generation: plan.generation.clone(),
            v: u32::from(plan.v),
            body: serde_json::to_string(plan).unwrap(),
            options: serde_json::to_string(&plan.options).unwrap(),
            created_by: Some("ada".to_owned()),
        };
        let run = usecases::deployment(plan, Some("ada")).unwrap();
        let now = self.clock.now();
        let asked = self.db.write::<_, StoreError, _>(move |tx| {
            Box::pin(async move {
                tx.insert_plan(&new, now).await?;
                assert!(tx.approve_plan(new.id, &new.hash, now, Some("ada")).await?);
                tx.enqueue_run(&run).await
            })
        });
        asked.await.unwrap()
    }

    /// Waits until a run is as wanted.
    pub(crate) async fn until(
        &self,
        run: RunId,
        is_it: impl Fn(&RunRecord, &[LaneRecord]) -> bool,
    ) -> RunRecord {
        let begun = Instant::now();
        loop {
            let run = self.db.run(run).await.unwrap().unwrap();
            let lanes = self.lanes(&run).await;
            if is_it(&run, &lanes) {
                return run;
            }
            if begun.elapsed() > Duration::from_secs(120) {
                panic!("never ended: {run:?}\n{}", self.told(&run).await);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// The steps of each server, in the order of the plan.
    pub(crate) async fn lanes(&self, run: &RunRecord) -> Vec<LaneRecord> {
        self.db.run_matrix(run.id, None, 1, 50).await.unwrap()
    }

    /// One step of one server.
    pub(crate) async fn step(&self, run: &RunRecord, name: &str, kind: StepKind) -> StepRecord {
        let lane = self.server(name).0.to_string();
        let lanes = self.lanes(run).await;
        let lane = lanes.into_iter().find(|one| one.lane == lane).unwrap();
        let mut steps = lane.steps.into_iter();
        steps.find(|step| step.kind == kind.as_str()).unwrap()
    }

    /// What a step left for Proof.
    pub(crate) async fn result<T: DeserializeOwned>(&self, run: &RunRecord, name: &str, kind: StepKind) -> T {
        let step = self.step(run, name, kind).await;
        let (_, _, result) = self.db.step(step.id).await.unwrap().unwrap();
        serde_json::from_str(&result.unwrap()).unwrap()
    }

    pub(crate) async fn log(&self, run: &RunRecord, step: StepId) -> String {
        let part = self.db.log_part(run.id, step, None, 0, 1 << 26).await;
        String::from_utf8(part.unwrap().unwrap().bytes).unwrap()
    }

    /// Every step with its end and its log, for a test that failed.
    pub(crate) async fn told(&self, run: &RunRecord) -> String {
        let mut told = String::new();
        for step in self.lanes(run).await.iter().flat_map(|lane| &lane.steps) {
            let log = self.log(run, step.id).await;
            told.push_str(&format!(
                "{} {} {:?} {:?} {:?}\n{log}\n",
                step.ord, step.kind, step.state, step.outcome, step.said
            ));
        }
        told
    }

    pub(crate) async fn end(self) {
        self.worker.shutdown().await;
    }
}
