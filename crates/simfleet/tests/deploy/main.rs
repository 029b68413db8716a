//! Whole deployments on simulated servers: planned from what they say, approved, run by a worker on a database of its
//! own, and looked at afterwards.

#![allow(clippy::unwrap_used)]

mod drydock;
mod fleet;
mod health;

use drydock::Drydock;
use model::deploy::{Installed, KeptConfig, Seen};
use model::facts::UpdateKind;
use model::options::{AllUpgrades, Options, Strategy};
use model::plan::{RestartCause, StepKind};
use model::run::{RunOutcome, StepOutcome};
use simfleet::Fault;
use std::collections::{BTreeMap, BTreeSet};
use store::LaneRecord;

fn options() -> Options {
    Options {
        security: true,
        reboot: true,
        strategy: Strategy::Parallel,
        settle_secs: 0,
        lock_wait_secs: 60,
        reboot_wait_secs: 60,
        ..Options::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn security_upgrades_and_a_reboot_end_well_and_are_proved() {
    let names = ["worker-2", "web-3", "db-1", "lb-2"];
    let drydock = Drydock::start(&names).await;
    let plan = drydock.plan(&options()).await;
    assert_eq!(plan.servers().count(), names.len(), "{:?}", plan.left_out);
    let mut boots = Vec::new();
    for name in names {
        boots.push(drydock.facts(name).await.machine.boot_id.get().cloned());
    }
    let run = drydock.run(&plan).await;
    let told = drydock.told(&run).await;
    assert_eq!(run.outcome, Some(RunOutcome::Succeeded), "{told}");
    for (name, before) in names.iter().zip(boots) {
        let facts = drydock.facts(name).await;
        let pending = &facts.updates.get().unwrap().pending;
        let ready = pending
            .iter()
            .filter(|update| update.security && update.kind != UpdateKind::Held);
        assert_eq!(ready.count(), 0, "{name}: {pending:?}");
        let reboot = drydock.step(&run, name, StepKind::Reboot).await;
        let boot = facts.machine.boot_id.get().cloned();
        if *name == "db-1" {
            assert_eq!(reboot.outcome, Some(StepOutcome::Skipped), "{told}");
            assert_eq!(boot, before, "{name} needs none");
        } else {
            assert_eq!(reboot.outcome, Some(StepOutcome::Changed), "{told}");
            let said = reboot.said.unwrap();
            let once = format!(
                "Back healthy: boot {} ended, boot {} runs",
                before.unwrap(),
                boot.unwrap()
            );
            assert!(said.starts_with(&once), "{name}: {said}");
        }
        let unattended = facts.unattended.get().unwrap();
        assert!(unattended.works() && unattended.security_only, "{unattended:?}");
    }
    let install = drydock.step(&run, "worker-2", StepKind::Install).await;
    let log = drydock.log(&run, install.id).await;
    assert!(log.contains("Setting up linux-image-6"), "{log}");
    // Nothing is left to do: whoever asks again is told so.
    let again = drydock.refused(&options()).await;
    assert!(again.contains("nothing"), "{again}");
    drydock.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_the_demos_first_stack_one_upgrade_fails_and_everything_else_ends_well() {
    let names = [
        "lb-1", "lb-2", "web-1", "web-2", "web-3", "web-4", "worker-1", "worker-2", "db-1", "db-2",
    ];
    let drydock = Drydock::start(&names).await;
    let options = Options {
        failure_budget: 2,
        all: Some(AllUpgrades::Upgrade),
        ..options()
    };
    let plan = drydock.plan(&options).await;
    assert_eq!(plan.servers().count(), names.len(), "{:?}", plan.left_out);
    let run = drydock.run(&plan).await;
    let told = drydock.told(&run).await;
    assert_eq!(run.outcome, Some(RunOutcome::PartlyFailed), "{told}");
    for lane in drydock.lanes(&run).await {
        let failed: Vec<&str> = lane
            .steps
            .iter()
            .filter(|step| step.outcome.is_some_and(|outcome| outcome.is_failure()))
            .map(|step| step.kind.as_str())
            .collect();
        let is_the_one = lane.lane == drydock.server("web-4").0.to_string();
        let expected: &[&str] = if is_the_one { &["install"] } else { &[] };
        assert_eq!(failed, expected, "{told}");
    }
    // Where somebody had changed a file, it stays, and how the package's own differs is there to read.
    let mut kept: Vec<KeptConfig> = Vec::new();
    let installs = |name: &str| {
        let server = plan.servers().find(|server| server.name == name).unwrap();
        server.steps.iter().any(|step| step.kind == StepKind::Install)
    };
    for name in names.into_iter().filter(|name| installs(name)) {
        let installed: Installed = drydock.result(&run, name, StepKind::Install).await;
        let step = drydock.step(&run, name, StepKind::Install).await;
        let log = drydock.log(&run, step.id).await;
        let said = log.matches("\nConfiguration file '").count();
        assert_eq!(said, installed.kept.len(), "{name}: {log}");
        kept.extend(installed.kept);
    }
    let shown = kept.iter().find_map(|file| file.difference.get()).unwrap();
    assert!(
        shown.contains("\n-\tworker_connections 8192;\n") && shown.contains("\n+\tworker_connections 768;\n"),
        "{shown}"
    );
    for name in names.iter().filter(|name| **name != "web-4") {
        let updates = drydock.facts(name).await.updates;
        let ready = updates.get().unwrap().pending.iter();
        let ready = ready.filter(|update| matches!(update.kind, UpdateKind::Ready | UpdateKind::KeptBack));
        assert_eq!(ready.count(), 0, "{name}: {updates:?}");
    }
    drydock.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upgrade_that_fails_is_said_to_and_the_next_plan_repairs_it() {
    let drydock = Drydock::start(&["web-4"]).await;
    let plan = drydock.plan(&options()).await;
    let run = drydock.run(&plan).await;
    let told = drydock.told(&run).await;
    assert_eq!(run.outcome, Some(RunOutcome::Failed), "{told}");
    let install = drydock.step(&run, "web-4", StepKind::Install).await;
    assert_eq!(install.outcome, Some(StepOutcome::Failed), "{told}");
    let said = install.said.unwrap();
    assert!(
        said.starts_with("The installation ended with status 100 and left ") && said.contains(" half done;"),
        "{said}"
    );
    assert!(
        said.ends_with("preview again: the plan finishes it first."),
        "{said}"
    );
    let reboot = drydock.step(&run, "web-4", StepKind::Reboot).await;
    assert_eq!(reboot.outcome, Some(StepOutcome::Skipped), "{told}");
    let facts = drydock.facts("web-4").await;
    assert_eq!(facts.unfinished_packages.get().unwrap().len(), 1, "{told}");
    assert!(
        facts
            .failed_units
            .get()
            .unwrap()
            .contains(&"nginx.service".to_owned())
    );

    let plan = drydock.plan(&options()).await;
    let run = drydock.run(&plan).await;
    let told = drydock.told(&run).await;
    assert_eq!(run.outcome, Some(RunOutcome::Succeeded), "{told}");
    let repair = drydock.step(&run, "web-4", StepKind::Repair).await;
    assert_eq!(repair.outcome, Some(StepOutcome::Changed), "{told}");
    let facts = drydock.facts("web-4").await;
    assert_eq!(facts.updates.get().unwrap().counts().all_security(), 0);
    assert_eq!(facts.failed_units.get().unwrap().len(), 0);
    drydock.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_does_not_come_back_is_said_to_be_away() {
    // Slow enough for its last words to arrive before it goes, also where much else runs.
    let drydock = Drydock::start_at(&["data-db-1"], 2.0).await;
    let options = Options {
        reboot_wait_secs: 30,
        ..options()
    };
    let plan = drydock.plan(&options).await;
    let run = drydock.begin(&plan).await;
    let is_given_up = |lanes: &[LaneRecord]| {
        let mut steps = lanes.iter().flat_map(|lane| &lane.steps);
        steps.any(|step| step.kind == StepKind::Reboot.as_str() && step.outcome.is_some())
    };
    let record = drydock.until(run, |_, lanes| is_given_up(lanes)).await;
    let reboot = drydock.step(&record, "data-db-1", StepKind::Reboot).await;
    assert_eq!(reboot.outcome, Some(StepOutcome::Failed), "{reboot:?}");
    let said = reboot.said.unwrap();
    assert!(said.starts_with("Not back: "), "{said}");
    // Somebody goes to its console, and the closing look finds it.
    let host = &drydock.server("data-db-1").1.host;
    drydock.world.set_fault(host, Fault::StaysAway, false).unwrap();
    let run = drydock.until(run, |run, _| run.outcome.is_some()).await;
    let told = drydock.told(&run).await;
    assert_eq!(run.outcome, Some(RunOutcome::Failed), "{told}");
    let rescan = drydock.step(&run, "data-db-1", StepKind::Rescan).await;
    assert_eq!(rescan.outcome, Some(StepOutcome::Changed), "{told}");
    drydock.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_that_fails_after_the_reboot_makes_it_back_degraded() {
    let drydock = Drydock::start(&["web-3"]).await;
    let plan = drydock.plan(&options()).await;
    let host = &drydock.server("web-3").1.host;
    drydock.world.set_fault(host, Fault::UnitFails, true).unwrap();
    let run = drydock.run(&plan).await;
    let told = drydock.told(&run).await;
    assert_eq!(run.outcome, Some(RunOutcome::Failed), "{told}");
    let reboot = drydock.step(&run, "web-3", StepKind::Reboot).await;
    let said = reboot.said.unwrap();
    assert!(
        said.starts_with("Back degraded: ") && said.contains("nginx.service"),
        "{said}"
    );
    drydock.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_reboot_what_was_restarted_is_what_the_packages_ship() {
    let drydock = Drydock::start(&["lb-2", "worker-1", "web-1"]).await;
    let options = Options {
        all: Some(AllUpgrades::Upgrade),
        reboot: false,
        ..options()
    };
    let plan = drydock.plan(&options).await;
    let run = drydock.run(&plan).await;
    let told = drydock.told(&run).await;
    assert_eq!(run.outcome, Some(RunOutcome::Succeeded), "{told}");
    let runs_of = |seen: Seen| -> BTreeMap<String, String> {
        let units = seen.more.unwrap().units.get().cloned().unwrap();
        units
            .into_iter()
            .map(|unit| (unit.unit, unit.invocation))
            .collect()
    };
    let mut number = 0;
    for server in plan.servers() {
        let name = &server.name;
        let before = runs_of(drydock.result(&run, name, StepKind::HealthBefore).await);
        let after = runs_of(drydock.result(&run, name, StepKind::Rescan).await);
        let restarted: BTreeSet<&str> = before
            .iter()
            .filter(|(unit, run)| after.get(*unit).is_some_and(|now| now != *run))
            .map(|(unit, _)| unit.as_str())
            .collect();
        let ships = server
            .restarts
            .iter()
            .filter(|restart| restart.cause == RestartCause::Ships);
        let predicted: BTreeSet<&str> = ships.map(|restart| restart.unit.as_str()).collect();
        assert_eq!(restarted, predicted, "{name}");
        number += restarted.len();
    }
    assert!(number > 0, "{told}");
    drydock.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_that_is_kept_too_long_fails_the_server_untouched_and_says_what_to_do() {
    let drydock = Drydock::start(&["worker-2"]).await;
    let plan = drydock.plan(&options()).await;
    let host = &drydock.server("worker-2").1.host;
    drydock.world.set_fault(host, Fault::Locked, true).unwrap();
    let run = drydock.run(&plan).await;
    let told = drydock.told(&run).await;
    assert_eq!(run.outcome, Some(RunOutcome::Failed), "{told}");
    let checks = drydock.step(&run, "worker-2", StepKind::PreChecks).await;
    let waits = checks.said.unwrap();
    assert!(
        waits.contains("unattended-upgrade") && waits.ends_with("it is waited for."),
        "{waits}"
    );
    let install = drydock.step(&run, "worker-2", StepKind::Install).await;
    let said = install.said.unwrap();
    assert!(
        said.starts_with("Another program kept its lock for too long. Nothing was changed;")
            && said.ends_with("Try again when it has ended."),
        "{said}"
    );
    let log = drydock.log(&run, install.id).await;
    assert!(
        log.contains("drydock: Waiting for /var/lib/dpkg/lock-frontend, held by"),
        "{log}"
    );
    drydock.end().await;
}
