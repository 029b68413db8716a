//! The whole sentence: *security upgrades* and *reboot if required*, planned from what two real machines say, approved,
//! run by a worker on a database of its own, and looked at afterwards from beside.

mod drydock;
mod full_disk;
mod health;
mod proof;
mod reboots;

use crate::host::Host;
use crate::lab::lab;
use drydock::Drydock;
use model::RunId;
use model::facts::Known;
use model::options::Options;
use model::plan::{ServerPlan, StepKind};
use model::run::{RunOutcome, StepOutcome};
use std::collections::BTreeMap;
use store::{LaneRecord, StepRecord};

fn versions(host: &Host) -> BTreeMap<String, String> {
    let said = host.run("dpkg-query -W -f '${Package} ${Version}\\n'");
    let pairs = said.lines().filter_map(|line| line.split_once(' '));
    pairs
        .map(|(name, version)| (name.to_owned(), version.to_owned()))
        .collect()
}

fn marks(host: &Host) -> String {
    host.run("apt-mark showmanual | sort")
}

fn of_kind(lane: &LaneRecord, kind: StepKind) -> &StepRecord {
    lane.steps.iter().find(|step| step.kind == kind.as_str()).unwrap()
}

fn options() -> Options {
    Options {
        security: true,
        reboot: true,
        // A lab machine is quiet at once.
        settle_secs: 2,
        lock_wait_secs: 60,
        reboot_wait_secs: 120,
        ..Options::default()
    }
}

/// What one machine was like before the run.
struct Before {
    boot: String,
    marks: String,
}

impl Before {
    fn of(host: &Host) -> Self {
        Self {
            boot: host.boot_id().unwrap(),
            marks: marks(host),
        }
    }
}

/// Looks at one machine, beside what Drydock says of it.
async fn proved(
    drydock: &Drydock,
    run: RunId,
    lane: &LaneRecord,
    planned: &ServerPlan,
    before: &Before,
    host: &Host,
) {
    let is = versions(host);
    assert!(!planned.packages.is_empty());
    for package in &planned.packages {
        assert_eq!(is.get(&package.package), Some(&package.to), "{}", package.package);
    }
    assert_eq!(marks(host), before.marks);

    let reboot = of_kind(lane, StepKind::Reboot);
    assert_eq!(reboot.outcome, Some(StepOutcome::Changed), "{:?}", reboot.said);
    let boot = host.boot_id().unwrap();
    let said = reboot.said.clone().unwrap();
    let once = format!("Back healthy: boot {} ended, boot {boot} runs", before.boot);
    assert!(said.starts_with(&once), "{said} is not {once}");

    let facts = drydock.facts(planned.server).await;
    let pending = &facts.updates.get().unwrap().pending;
    assert!(!pending.is_empty(), "what was not asked for stays pending");
    assert!(pending.iter().all(|update| !update.security), "{pending:?}");
    assert_eq!(facts.machine.boot_id.get(), Some(&boot));
    let unattended = facts.unattended.get().unwrap();
    assert!(
        unattended.works() && unattended.security_only && !unattended.automatic_reboot,
        "{unattended:?}"
    );

    let mut logs = 0;
    for step in lane.steps.iter().filter(|step| step.log_len > 0) {
        let file = format!("/var/lib/drydock/runs/{}.{}/log", step.id, step.attempt);
        let stored = drydock.log(run, step.id).await;
        assert_eq!(
            String::from_utf8(stored).unwrap(),
            host.run(&format!("cat {file}"))
        );
        logs += 1;
    }
    assert_eq!(
        logs, 3,
        "installing, setting up the daily upgrades and restarting have a log"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn security_upgrades_and_a_reboot_are_planned_run_and_proved() {
    let Some(lab) = lab() else { return };
    let (first, second) = (lab.take("h1").await, lab.take("h2").await);
    let hosts = [&first, &second];
    let drydock = Drydock::start(lab, &hosts).await;

    // Somebody upgrades a planned package between the preview and the run.
    let plan = drydock.plan(&options()).await;
    first.run("DEBIAN_FRONTEND=noninteractive apt-get -y -q install liblab");
    let untouched = hosts.map(|host| (versions(host), host.boot_id()));
    let run = drydock.run(&plan).await;
    let told = drydock.told(run.id).await;
    assert_eq!(run.outcome, Some(RunOutcome::Failed), "{told}");
    let lanes = drydock.lanes(run.id).await;
    let install = of_kind(&lanes[0], StepKind::Install);
    assert_eq!(install.outcome, Some(StepOutcome::Failed), "{told}");
    let said = install.said.clone().unwrap();
    assert!(said.contains("has changed since the plan was made"), "{said}");
    assert!(told.contains("planned and not offered: liblab"), "{told}");
    assert_eq!(hosts.map(|host| (versions(host), host.boot_id())), untouched);
    assert!(
        lanes[1].steps.iter().all(|step| step.started_at.is_none()),
        "the second server was not begun: {told}"
    );

    let plan = drydock.plan(&options()).await;
    assert_eq!(plan.waves.len(), 2, "one server after the other");
    let before = hosts.map(Before::of);
    let run = drydock.run(&plan).await;
    let told = drydock.told(run.id).await;
    assert_eq!(run.outcome, Some(RunOutcome::Succeeded), "{told}");
    let lanes = drydock.lanes(run.id).await;
    for (number, planned) in plan.servers().enumerate() {
        let (lane, before) = (&lanes[number], &before[number]);
        assert_eq!(lane.lane, planned.server.to_string());
        proved(&drydock, run.id, lane, planned, before, hosts[number]).await;
    }
    let proof = drydock.proof(run.id).await;
    for server in &proof.servers {
        assert_eq!(proof::missed(server), Vec::<String>::new(), "{server:?}");
        assert_eq!(server.reboot.happened, Known::Known(true));
    }
    drydock.worker.shutdown().await;
    drydock.store.close().await;
}
