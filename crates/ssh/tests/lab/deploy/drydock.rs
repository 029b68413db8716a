//! Drydock as a test has it: a store of its own, a worker, and real machines.

use crate::host::{Host, pin};
use crate::lab::Lab;
use crate::look::shell;
use engine::{RunStore, Worker, WorkerHandle, WorkerSettings};
use model::facts::Facts;
use model::options::Options;
use model::plan::Plan;
use model::run::RunState;
use model::view::ProofPage;
use model::{
    Account, CheckKind, Criticality, Endpoint, Reach, RunId, ScanParams, ServerId, StackId, StackKind,
    StepId, Survey, SurveyParams, Transport,
};
use planner::{Named, Policy, Snapshot, SnapshotServer};
use runs::Desk;
use serde::Serialize;
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::{
    LaneRecord, NewCheck, NewKey, NewPlan, Place, RunRecord, Sealer, ServerFields, StackFields, Store,
    StoreError,
};
use web::{Allowed, Http};
use world::{Clock as _, SystemClock};

/// Drydock with a worker, and two machines that it knows.
pub(crate) struct Drydock {
    pub(crate) store: Store,
    pub(crate) worker: WorkerHandle,
    stack: StackId,
    servers: Vec<(ServerId, String)>,
    _folder: tempfile::TempDir,
}

impl Drydock {
    pub(crate) async fn start(lab: &Lab, hosts: &[&Host]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let sealer = Sealer::of_folder(folder.path()).unwrap();
        let place = Place::Folder(folder.path().to_owned());
        let store = Store::open(&place, sealer).await.unwrap();
        let (stack, servers) = add(&store, lab, hosts).await;
        let desk = Arc::new(Desk {
            store: store.clone(),
            shell: Arc::new(shell()),
            web: Arc::new(
                Http::new(Allowed {
                    listens: ([127, 0, 0, 1], 0).into(),
                    private_hosts: false,
                })
                .unwrap(),
            ),
            clock: Arc::new(SystemClock),
            scan_every_secs: 3_600,
            refresh_lists_after_secs: 3_600,
            scans_at_once: 4,
        });
        let runs: Arc<dyn RunStore> = Arc::new(store.clone());
        let registry = runs::registry(&desk).unwrap();
        let worker = Worker::start(runs, registry, store.wake(), WorkerSettings::default());
        Self {
            store,
            worker,
            stack,
            servers,
            _folder: folder,
        }
    }

    /// Asks for one check and returns its outcome and its result.
    async fn check(
        &self,
        kind: CheckKind,
        server: ServerId,
        params: &(impl Serialize + Sync),
    ) -> (String, String) {
        let check = NewCheck {
            kind: kind.as_str().to_owned(),
            v: kind.version(),
            server: Some(server),
            params: serde_json::to_string(params).unwrap(),
            priority: 0,
            not_before: None,
            asked_by: None,
        };
        let asked = self.store.enqueue(vec![check]).await.unwrap()[0].id();
        let begun = Instant::now();
        loop {
            let check = self.store.check(asked).await.unwrap().unwrap();
            if let Some(outcome) = check.outcome {
                return (outcome, check.result.unwrap_or_default());
            }
            assert!(begun.elapsed() < Duration::from_secs(180), "{kind} never ended");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    pub(crate) async fn facts(&self, server: ServerId) -> Facts {
        self.store.facts(server).await.unwrap().unwrap().facts
    }

    /// What the planner knows after a scan and a survey of each server.
    async fn snapshot(&self, options: &Options) -> Snapshot {
        let mut snapshot = Snapshot::default();
        for (server, name) in &self.servers {
            let params = ScanParams {
                refresh_older_than_secs: 0,
            };
            let (outcome, said) = self.check(CheckKind::Scan, *server, &params).await;
            assert!(
                matches!(outcome.as_str(), "seen" | "changed"),
                "{outcome}: {said}"
            );
            let facts = self.facts(*server).await;
            let survey = self.survey(options, *server, &facts).await;
            snapshot.servers.push(SnapshotServer {
                id: *server,
                name: name.clone(),
                chosen: true,
                stack: Some(Named {
                    id: self.stack,
                    name: "lab".to_owned(),
                }),
                group: None,
                criticality: Criticality::Normal,
                account: Account::Operate,
                reach: Reach::Reached,
                own: None,
                jump: None,
                out_of_service: false,
                held_by: None,
                facts: Some(facts),
                kernel_bytes: survey.as_ref().and_then(|survey| survey.kernel_bytes),
                simulations: survey.into_iter().map(|survey| survey.simulation).collect(),
            });
        }
        snapshot
    }

    /// The survey that these options ask for; `None` when they install nothing.
    async fn survey(&self, options: &Options, server: ServerId, facts: &Facts) -> Option<Survey> {
        let wanted = planner::wanted(options, facts)?;
        let params = SurveyParams {
            refresh_older_than_secs: remote::NEVER_REFRESH,
            upgrade: wanted.upgrade,
            only: wanted.only,
            exclude: wanted.exclude,
            picks: options.picks.clone(),
        };
        let (outcome, result) = self.check(CheckKind::Survey, server, &params).await;
        assert_eq!(outcome, "simulated", "{result}");
        Some(serde_json::from_str(&result).unwrap())
    }

    pub(crate) async fn plan(&self, options: &Options) -> Plan {
        let snapshot = self.snapshot(options).await;
        let policy = Policy::default();
        let plan = planner::plan(&snapshot, options, &policy, SystemClock.now()).unwrap();
        assert_eq!(planner::check(&plan, &snapshot, options, &policy), []);
        plan
    }

    /// Keeps and approves the plan and lets the worker do it.
    pub(crate) async fn run(&self, plan: &Plan) -> RunRecord {
        self.ended(self.begin(plan).await).await
    }

    /// Keeps and approves the plan; the worker takes it.
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
        let now = SystemClock.now();
        let asked = self.store.write::<_, StoreError, _>(move |tx| {
            Box::pin(async move {
                tx.insert_plan(&new, now).await?;
                assert!(tx.approve_plan(new.id, &new.hash, now, Some("ada")).await?);
                tx.enqueue_run(&run).await
            })
        });
        asked.await.unwrap()
    }

    /// The run when it has ended, or stuck.
    pub(crate) async fn ended(&self, asked: RunId) -> RunRecord {
        let begun = Instant::now();
        loop {
            let run = self.store.run(asked).await.unwrap().unwrap();
            if matches!(run.state, RunState::Ended | RunState::Stuck) {
                return run;
            }
            if begun.elapsed() > Duration::from_secs(400) {
                panic!("never ended: {run:?}\n{}", self.told(asked).await);
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    pub(crate) async fn lanes(&self, run: RunId) -> Vec<LaneRecord> {
        self.store.run_matrix(run, None, 1, 10).await.unwrap()
    }

    pub(crate) async fn log(&self, run: RunId, step: StepId) -> Vec<u8> {
        let part = self.store.log_part(run, step, None, 0, 1 << 26).await;
        part.unwrap().unwrap().bytes
    }

    /// What the page *Proof* shows.
    pub(crate) async fn proof(&self, run: RunId) -> ProofPage {
        let settings = usecases::Settings {
            demo: false,
            version: "test".to_owned(),
            scan_every_secs: 3_600,
            refresh_lists_after_secs: 43_200,
        };
        let (clock, keys) = (Arc::new(SystemClock), Arc::new(ssh::SshKeys));
        let usecases = usecases::Usecases::new(self.store.clone(), clock, keys, settings).unwrap();
        usecases
            .proof(&usecases::Actor::terminal(), run, 1)
            .await
            .unwrap()
    }

    /// Every step with its end and its log, for a test that failed.
    pub(crate) async fn told(&self, run: RunId) -> String {
        let mut told = String::new();
        for step in self.lanes(run).await.iter().flat_map(|lane| &lane.steps) {
            let log = self.log(run, step.id).await;
            told.push_str(&format!(
                "{} {} {:?} {:?} {:?}\n{}\n",
                step.ord,
                step.kind,
                step.state,
                step.outcome,
                step.said,
                String::from_utf8_lossy(&log)
            ));
        }
        told
    }
}

async fn add(store: &Store, lab: &Lab, hosts: &[&Host]) -> (StackId, Vec<(ServerId, String)>) {
    let pair = lab.key("ed25519");
    let key = NewKey {
        name: "lab".to_owned(),
        algorithm: pair.algorithm,
        public: pair.public,
        fingerprint: pair.fingerprint,
        private: pair.private,
        generated: false,
    };
    let described: Vec<_> = hosts.iter().map(|host| host.described().clone()).collect();
    let now = SystemClock.now();
    let added = store.write::<_, StoreError, _>(move |tx| {
        Box::pin(async move {
            let key = tx.insert_key(&key, now).await?;
            let stack = StackFields {
                name: "lab".to_owned(),
                environment: "production".to_owned(),
                kind: StackKind::Servers,
                owner: None,
                criticality: Criticality::Normal,
            };
            let stack = tx.insert_stack(&stack, now).await?;
            let mut servers = Vec::new();
            for host in described {
                let fields = ServerFields {
                    name: host.name.clone(),
                    endpoint: Endpoint {
                        host: host.address.clone(),
                        port: host.port,
                        user: host.user.clone(),
                        jump: None,
                        key: Some(key),
                    },
                    account: Account::Operate,
                    transport: Transport::Ssh,
                    stack: Some(stack),
                    group: None,
                    criticality: Criticality::Normal,
                };
                let server = tx.insert_server(&fields, now).await?;
                let keys: Vec<_> = host.host_keys.iter().map(|line| pin(line)).collect();
                tx.pin_host_keys(server, &keys, "lab", now).await?;
                servers.push((server, host.name));
            }
            Ok((stack, servers))
        })
    });
    added.await.unwrap()
}
