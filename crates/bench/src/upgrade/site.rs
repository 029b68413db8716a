//! Drydock as the server is put together, without its pages: a store in a file, a worker, the SSH adapter, and the lab's
//! machines in a stack.

use super::lab::Lab;
use super::timeline::Lane;
use anyhow::{Context as _, ensure};
use engine::{RunStore, Worker, WorkerHandle, WorkerSettings};
use model::options::{Options, Strategy};
use model::plan::Plan;
use model::run::{RunOutcome, RunState};
use model::{
    Account, CheckKind, Criticality, Endpoint, Reach, RunId, ScanParams, ServerId, StackId, StackKind,
    Survey, SurveyParams, Timestamp, Transport,
};
use planner::{Named, Policy, Snapshot, SnapshotServer};
use runs::Desk;
use serde::Serialize;
use ssh::{SshKeys, SshShell};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use store::{NewCheck, NewKey, NewPlan, Place, Sealer, ServerFields, StackFields, Store, StoreError};
use web::{Allowed, Http};
use world::{Clock as _, KeyTool as _, SystemClock};

/// *Apply security upgrades* and *Yes, reboot my servers if required*, all servers at the same time, settle 0.
fn options() -> Options {
    Options {
        security: true,
        reboot: true,
        strategy: Strategy::Parallel,
        settle_secs: 0,
        ..Options::default()
    }
}

/// Drydock and the machines that it knows.
pub(super) struct Site {
    store: Store,
    stack: StackId,
    servers: Vec<(ServerId, String)>,
}

fn worker(store: &Store) -> anyhow::Result<WorkerHandle> {
    let desk = Arc::new(Desk {
        store: store.clone(),
        shell: Arc::new(SshShell::new(ssh::Settings::default())),
        web: Arc::new(Http::new(Allowed {
            listens: ([127, 0, 0, 1], 0).into(),
            private_hosts: false,
        })?),
        clock: Arc::new(SystemClock),
        scan_every_secs: 3_600,
        refresh_lists_after_secs: remote::NEVER_REFRESH,
        scans_at_once: 128,
    });
    let runs: Arc<dyn RunStore> = Arc::new(store.clone());
    let registry = runs::registry(&desk)?;
    Ok(Worker::start(
        runs,
        registry,
        store.wake(),
        WorkerSettings::default(),
    ))
}

impl Site {
    /// A new Drydock in `folder`, which knows the lab's machines.
    pub(super) async fn open(lab: &Lab, folder: &Path) -> anyhow::Result<Self> {
        std::fs::create_dir(folder)?;
        let store = Store::open(&Place::Folder(folder.to_owned()), Sealer::of_folder(folder)?).await?;
        let (stack, servers) = add(&store, lab).await?;
        Ok(Self {
            store,
            stack,
            servers,
        })
    }

    /// Scans and surveys every machine and plans what they say.
    pub(super) async fn plan(&self) -> anyhow::Result<Plan> {
        let worker = worker(&self.store)?;
        let options = options();
        let mut snapshot = Snapshot::default();
        for (server, name) in &self.servers {
            snapshot.servers.push(self.known(*server, name, &options).await?);
        }
        worker.shutdown().await;
        let plan = planner::plan(&snapshot, &options, &Policy::default(), SystemClock.now());
        let plan = plan.map_err(|refusals| anyhow::anyhow!("{refusals:?}"))?;
        let broken = planner::check(&plan, &snapshot, &options, &Policy::default());
        ensure!(broken.is_empty(), "{broken:?}");
        Ok(plan)
    }

    async fn known(&self, server: ServerId, name: &str, options: &Options) -> anyhow::Result<SnapshotServer> {
        let params = ScanParams {
            refresh_older_than_secs: 0,
        };
        let (outcome, said) = self.check(CheckKind::Scan, server, &params).await?;
        ensure!(
            matches!(outcome.as_str(), "seen" | "changed"),
            "{name}: {outcome}: {said}"
        );
        let facts = self
            .store
            .facts(server)
            .await?
            .context("a scan ended without facts")?
            .facts;
        let wanted = planner::wanted(options, &facts).with_context(|| format!("{name} needs nothing"))?;
        let params = SurveyParams {
            refresh_older_than_secs: remote::NEVER_REFRESH,
            upgrade: wanted.upgrade,
            only: wanted.only,
            exclude: wanted.exclude,
            picks: options.picks.clone(),
        };
        let (outcome, said) = self.check(CheckKind::Survey, server, &params).await?;
        ensure!(outcome == "simulated", "{name}: {outcome}: {said}");
        let survey: Survey = serde_json::from_str(&said)?;
        Ok(SnapshotServer {
            id: server,
            name: name.to_owned(),
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
            simulations: vec![survey.simulation],
            kernel_bytes: survey.kernel_bytes,
        })
    }

    /// Asks for one check and returns its outcome and its result.
    async fn check(
        &self,
        kind: CheckKind,
        server: ServerId,
        params: &(impl Serialize + Sync),
    ) -> anyhow::Result<(String, String)> {
        let check = NewCheck {
            kind: kind.as_str().to_owned(),
            v: kind.version(),
            server: Some(server),
            params: serde_json::to_string(params)?,
            priority: 0,
            not_before: None,
            asked_by: None,
        };
        let asked = self.store.enqueue(vec![check]).await?;
        let asked = asked.first().context("nothing was asked")?.id();
        loop {
            let check = self.store.check(asked).await?.context("a check is gone")?;
            if let Some(outcome) = check.outcome {
                return Ok((outcome, check.result.unwrap_or_default()));
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Approves the plan and has it run, by a worker without a connection to any machine yet. Returns the seconds from
    /// its claim to the last step's end, and how long each step of each machine took.
    pub(super) async fn run(&self, plan: &Plan) -> anyhow::Result<(f64, Vec<Lane>)> {
        let worker = worker(&self.store)?;
        let id = self.approve(plan).await?;
        let run = loop {
            let run = self.store.run(id).await?.context("the run is gone")?;
            if matches!(run.state, RunState::Ended | RunState::Stuck) {
                break run;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        };
        worker.shutdown().await;
        let claimed = run.started_at.context("the run was never claimed")?;
        let lanes = self.store.run_matrix(id, None, 1, 200).await?;
        let told: Vec<_> = lanes
            .iter()
            .flat_map(|lane| &lane.steps)
            .map(|step| (&step.kind, &step.said))
            .collect();
        ensure!(
            run.outcome == Some(RunOutcome::Succeeded),
            "the run did not succeed: {told:?}"
        );
        let (mut last, mut took) = (claimed, Vec::new());
        for lane in &lanes {
            let (mut before, mut steps) = (claimed, Vec::new());
            for step in &lane.steps {
                let ended = step
                    .ended_at
                    .with_context(|| format!("{} has no end", step.kind))?;
                steps.push((step.kind.clone(), seconds(before, ended)));
                before = ended;
            }
            last = last.max(before);
            took.push(steps);
        }
        Ok((seconds(claimed, last), took))
    }

    async fn approve(&self, plan: &Plan) -> anyhow::Result<RunId> {
        let new = NewPlan {
            id: plan.id,
            stack: Some(self.stack),
            hash: planner::hash(plan, &remote::work::text),
            generation: plan.generation.clone(),
            v: u32::from(plan.v),
            body: serde_json::to_string(plan)?,
            options: serde_json::to_string(&plan.options)?,
            created_by: Some("bench".to_owned()),
        };
        let run = usecases::deployment(plan, Some("bench"))?;
        let now = SystemClock.now();
        let asked = self.store.write::<_, StoreError, _>(move |tx| {
            Box::pin(async move {
                tx.insert_plan(&new, now).await?;
                tx.approve_plan(new.id, &new.hash, now, Some("bench")).await?;
                tx.enqueue_run(&run).await
            })
        });
        Ok(asked.await?)
    }

    /// Closes the store.
    pub(super) async fn close(self) {
        self.store.close().await;
    }
}

fn seconds(from: Timestamp, to: Timestamp) -> f64 {
    (to.micros() - from.micros()) as f64 / 1e6
}

async fn add(store: &Store, lab: &Lab) -> anyhow::Result<(StackId, Vec<(ServerId, String)>)> {
    let pair = SshKeys.read(&std::fs::read_to_string(&lab.key)?.into(), None)?;
    let key = NewKey {
        name: "lab".to_owned(),
        algorithm: pair.algorithm,
        public: pair.public,
        fingerprint: pair.fingerprint,
        private: pair.private,
        generated: false,
    };
    let mut machines = Vec::new();
    for machine in &lab.machines {
        let fields = ServerFields {
            name: machine.name.clone(),
            endpoint: Endpoint {
                host: machine.address.clone(),
                port: machine.port,
                user: machine.user.clone(),
                jump: None,
                key: None,
            },
            account: Account::Operate,
            transport: Transport::Ssh,
            stack: None,
            group: None,
            criticality: Criticality::Normal,
        };
        machines.push((fields, machine.pins()?));
    }
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
            for (mut fields, pins) in machines {
                fields.endpoint.key = Some(key);
                fields.stack = Some(stack);
                let name = fields.name.clone();
                let server = tx.insert_server(&fields, now).await?;
                tx.pin_host_keys(server, &pins, "lab", now).await?;
                servers.push((server, name));
            }
            Ok((stack, servers))
        })
    });
    Ok(added.await?)
}
