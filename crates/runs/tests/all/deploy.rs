//! What a deployment does with one server, and what it says of it.

use crate::scripted::{LOG, Machine, Scripted};
use engine::{NewStep, NewWave, Role, RunStore, StepTimeout, Worker, WorkerHandle, WorkerSettings, step_id};
use model::deploy::{DEPLOY, DEPLOY_VERSION, Installed, Seen, StepParams};
use model::options::HealthCheck;
use model::plan::{Step, StepKind, When};
use model::run::{RunOutcome, RunState, StepOutcome};
use model::{
    Account, Criticality, Endpoint, Install, Pinned, PlanId, Reboot, RunId, StepId, Transport, Upgrade, Work,
};
use runs::Desk;
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::{NewPlan, NewRun, ServerFields, StepRecord, StoreError};
use testdb::TestStore;
use uuid::Uuid;
use web::{Allowed, Http};
use world::{Clock as _, SystemClock};

pub(crate) struct Drydock {
    db: TestStore,
    pub(crate) worker: WorkerHandle,
    machine: Scripted,
    run: RunId,
    desk: Arc<Desk>,
}

const PLAN: Uuid = Uuid::from_u128(0x1234_5678_9abc_4def_8123_4567_89ab_cdef);

fn worker(db: &TestStore, desk: &Arc<Desk>) -> WorkerHandle {
    let runs: Arc<dyn RunStore> = Arc::new(db.handle());
    let settings = WorkerSettings {
        retry_first: Duration::from_millis(10),
        retry_most: Duration::from_millis(50),
        ..WorkerSettings::default()
    };
    Worker::start(runs, runs::registry(desk).unwrap(), db.wake(), settings)
}

fn works() -> Vec<(StepKind, Option<Work>)> {
    let install = Install {
        upgrade: Upgrade::Security,
        packages: vec![Pinned {
            package: "one".to_owned(),
            from: Some("1".to_owned()),
            to: "2".to_owned(),
        }],
        removals: Vec::new(),
        lock_wait_secs: 1,
    };
    let reboot = Reboot {
        boot_id: None,
        lock_wait_secs: 1,
    };
    vec![
        (StepKind::HealthBefore, None),
        (StepKind::PreChecks, None),
        (StepKind::Install, Some(Work::Install(install))),
        (StepKind::Reboot, Some(Work::Reboot(reboot))),
        (StepKind::HealthAfter, None),
        (StepKind::Rescan, None),
    ]
}

fn steps(lane: &str, check: Option<&HealthCheck>) -> Vec<NewStep> {
    let plan = |(position, (kind, work)): (u32, (StepKind, Option<Work>))| {
        let params = StepParams {
            step: Step {
                id: StepId::from_uuid(step_id(PLAN, position)),
                position,
                kind,
                work,
                check: check.filter(|_| asks_health(kind)).cloned(),
                when: When::IfRequired,
                deadline_secs: 60,
                what: String::new(),
            },
            settle_secs: 0,
            reboot_wait_secs: 1,
            before: (position > 0).then(|| StepId::from_uuid(step_id(PLAN, 0))),
            repairs: false,
            needs_bytes: 1,
            download_bytes: 0,
            new_kernels: 0,
            packages: Vec::new(),
        };
        let role = match kind {
            StepKind::HealthAfter => Role::Check,
            StepKind::Rescan => Role::Closing,
            _ => Role::Work,
        };
        // A server that stays away is not waited for.
        let secs = if kind == StepKind::Rescan { 5 } else { 60 };
        let timeout = StepTimeout::new(Duration::from_secs(secs)).unwrap();
        let params = serde_json::to_string(&params).unwrap();
        NewStep::new(lane, kind.as_str(), DEPLOY_VERSION, params, timeout).with_role(role)
    };
    (0..).zip(works()).map(plan).collect()
}

fn asks_health(kind: StepKind) -> bool {
    matches!(kind, StepKind::HealthBefore | StepKind::HealthAfter)
}

impl Drydock {
    /// Does the whole plan on one server.
    pub(crate) async fn deploy(machine: Machine) -> Self {
        let drydock = Self::begin(machine, None).await;
        drydock.until_the_end().await;
        drydock
    }

    /// Begins the plan on one server, with a health check before and after.
    pub(crate) async fn begin(machine: Machine, check: Option<&HealthCheck>) -> Self {
        let db = testdb::sqlite().await;
        let machine = Scripted(Arc::new(machine.into()));
        let allowed = Allowed {
            listens: ([127, 0, 0, 1], 9).into(),
            private_hosts: false,
        };
        let desk = Arc::new(Desk {
            store: db.handle(),
            shell: Arc::new(machine.clone()),
            web: Arc::new(Http::new(allowed).unwrap()),
            clock: Arc::new(SystemClock),
            scan_every_secs: 3_600,
            refresh_lists_after_secs: 3_600,
            scans_at_once: 1,
        });
        let run = enqueue(&db, check).await;
        let worker = worker(&db, &desk);
        Self {
            db,
            worker,
            machine,
            run,
            desk,
        }
    }

    /// Stops the worker in the middle of what it does, and lets another go on.
    pub(crate) async fn another_worker(&mut self) {
        let next = worker(&self.db, &self.desk);
        std::mem::replace(&mut self.worker, next).shutdown().await;
    }

    pub(crate) async fn until_the_end(&self) {
        let begun = Instant::now();
        loop {
            let record = self.db.run(self.run).await.unwrap().unwrap();
            if matches!(record.state, RunState::Ended | RunState::Stuck) {
                return;
            }
            assert!(
                begun.elapsed() < Duration::from_secs(50),
                "never ended: {record:?}"
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    pub(crate) async fn outcome(&self) -> Option<RunOutcome> {
        self.db.run(self.run).await.unwrap().unwrap().outcome
    }

    async fn step(&self, kind: StepKind) -> (StepRecord, Option<String>) {
        let position = works().iter().position(|(one, _)| *one == kind).unwrap();
        let id = step_id(PLAN, u32::try_from(position).unwrap());
        let (_, record, result) = self.db.step(StepId::from_uuid(id)).await.unwrap().unwrap();
        (record, result)
    }

    pub(crate) async fn said(&self, kind: StepKind) -> (Option<StepOutcome>, String) {
        let (record, _) = self.step(kind).await;
        (record.outcome, record.said.unwrap_or_default())
    }

    pub(crate) async fn log(&self, kind: StepKind) -> String {
        let (record, _) = self.step(kind).await;
        let part = self.db.log_part(self.run, record.id, None, 0, 100_000).await;
        String::from_utf8(part.unwrap().unwrap().bytes).unwrap()
    }

    pub(crate) fn started(&self) -> usize {
        self.machine.0.lock().unwrap().started.len()
    }
}

async fn enqueue(db: &TestStore, check: Option<&HealthCheck>) -> RunId {
    let now = SystemClock.now();
    let fields = ServerFields {
        name: "one".to_owned(),
        endpoint: Endpoint {
            host: "127.0.0.1".to_owned(),
            port: 22,
            user: "root".to_owned(),
            jump: None,
            key: None,
        },
        account: Account::Operate,
        transport: Transport::Sim,
        stack: None,
        group: None,
        criticality: Criticality::Normal,
    };
    let check = check.cloned();
    let plan = NewPlan {
        id: PlanId::from_uuid(PLAN),
        stack: None,
        hash: "h".to_owned(),
        generation: "g".to_owned(),
        v: 1,
        body: "{}".to_owned(),
        options: "{}".to_owned(),
        created_by: None,
    };
    let key = remote::host_key(
        "ssh-ed25519",
        "AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f",
    );
    let key = key.unwrap();
    let added = db.write::<_, StoreError, _>(move |tx| {
        Box::pin(async move {
            let server = tx.insert_server(&fields, now).await?;
            tx.pin_host_keys(server, &[key], "ada", now).await?;
            tx.insert_plan(&plan, now).await?;
            let run = NewRun {
                kind: DEPLOY.to_owned(),
                v: DEPLOY_VERSION,
                params: "{}".to_owned(),
                plan: plan.id,
                stacks: Vec::new(),
                resources: Vec::new(),
                failure_budget: 0,
                waves: vec![NewWave { width: 1, gate: None }],
                steps: steps(&server.to_string(), check.as_ref()),
                not_before: None,
                asked_by: None,
                parent: None,
            };
            tx.enqueue_run(&run).await
        })
    });
    added.await.unwrap()
}

pub(crate) fn asks() -> Machine {
    Machine {
        asks_for_reboot: true,
        ..Machine::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_was_cut_off_arrives_in_full_and_nothing_is_done_twice() {
    let drydock = Drydock::deploy(Machine {
        cut_log_after: Some(30),
        failed_units: vec!["old.service".to_owned()],
        ..asks()
    })
    .await;
    assert_eq!(drydock.outcome().await, Some(RunOutcome::Succeeded));
    assert_eq!(drydock.started(), 2, "one installation and one reboot");
    let (install, result) = drydock.step(StepKind::Install).await;
    assert_eq!(install.outcome, Some(StepOutcome::Changed));
    let installed: Installed = serde_json::from_str(&result.unwrap()).unwrap();
    assert_eq!(installed.kept[0].path, "/etc/one.conf");
    let difference = installed.kept[0].difference.get().unwrap();
    assert_eq!(difference, "--- /etc/one.conf\n-mine\n+theirs\n");
    let log = drydock.db.log_part(drydock.run, install.id, None, 0, 1_000).await;
    assert_eq!(log.unwrap().unwrap().bytes, LOG.as_bytes());
    let (_, before) = drydock.step(StepKind::HealthBefore).await;
    let before: Seen = serde_json::from_str(&before.unwrap()).unwrap();
    assert_eq!(before.failed_units, Some(vec!["old.service".to_owned()]));
    let (outcome, said) = drydock.said(StepKind::Reboot).await;
    assert!(
        said.starts_with("Back healthy: boot 00000000-0000-4000-8000-000000000000 ended"),
        "{said}"
    );
    assert!(!outcome.unwrap().is_failure());
    drydock.worker.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_that_fails_with_the_installation_is_found_without_a_reboot() {
    let drydock = Drydock::deploy(Machine {
        failed_units: vec!["old.service".to_owned()],
        fails_at_install: vec!["web.service".to_owned()],
        ..Machine::default()
    })
    .await;
    let (outcome, said) = drydock.said(StepKind::HealthAfter).await;
    assert_eq!(outcome, Some(StepOutcome::Failed));
    assert!(
        said.contains("web.service") && !said.contains("old.service"),
        "{said}"
    );
    drydock.worker.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_has_changed_is_not_touched_and_not_rebooted() {
    let drydock = Drydock::deploy(Machine {
        install_exit: remote::work::exit::PLAN_DIFFERS,
        ..asks()
    })
    .await;
    assert_eq!(drydock.outcome().await, Some(RunOutcome::Failed));
    let (outcome, said) = drydock.said(StepKind::Install).await;
    assert_eq!(outcome, Some(StepOutcome::Failed));
    assert!(said.contains("changed since the plan was made"), "{said}");
    let (outcome, _) = drydock.said(StepKind::Reboot).await;
    assert_eq!(outcome, Some(StepOutcome::Skipped));
    assert_eq!(drydock.started(), 1, "the installation alone");
    drydock.worker.shutdown().await;
}
