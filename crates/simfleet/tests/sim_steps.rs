//! Steps on simulated servers: started once, followed from any byte, and true about what they did.

#![allow(clippy::unwrap_used)]

mod simulated;

use model::facts::{RebootNeed, reboot_need};
use model::{Reboot, Repair, Upgrade, Work};
use remote::Op;
use remote::work::exit;
use remote::work::follow::{End, FollowOp};
use remote::work::simulate::Wanted;
use remote::work::start::{Fence, StartOp, Started};
use remote::work::state::State;
use remote::work::stop::Stopped;
use simfleet::{Fault, Install};
use simulated::stepping::{DAILY, Stepping, asked, attempt, fence};
use simulated::{LIMITS, MADE, Simulated, demo};
use world::contract::{Followable, check_following};

fn made() -> (tempfile::TempDir, Simulated) {
    let folder = tempfile::tempdir().unwrap();
    let world = demo(&folder.path().join("world"), MADE);
    (folder, world)
}

const RESTART: Work = Work::Reboot(Reboot {
    boot_id: None,
    lock_wait_secs: 30,
});

#[tokio::test]
async fn a_log_is_followed_as_every_adapter_owes_it() {
    let (_folder, world) = made();
    let server = Stepping {
        world: &world,
        name: "worker-2",
    };
    let install = server.security_install().await;
    let (code, log) = server.carry_out(1, &Work::Install(install)).await;
    assert_eq!(code, 0, "{log}");
    let op = |number| FollowOp {
        asked: asked(),
        attempt: attempt(number),
        offset: 0,
    };
    let place = Followable {
        target: server.target(),
        op: op(1),
        log: log.into_bytes(),
        not_started: op(2),
        limits: LIMITS,
    };
    check_following(&world.shell, &place).await;
}

#[tokio::test]
async fn an_installation_does_what_was_simulated_and_looks_like_apt() {
    let (_folder, world) = made();
    let server = Stepping {
        world: &world,
        name: "worker-2",
    };
    let install = server.security_install().await;
    assert!(
        install
            .packages
            .iter()
            .any(|pinned| pinned.from.is_none() && pinned.package.starts_with("linux-image-6"))
    );
    let (code, log) = server.carry_out(1, &Work::Install(install.clone())).await;
    assert_eq!(code, 0, "{log}");
    for pinned in &install.packages {
        assert!(
            log.contains(&format!(" amd64 {} [", pinned.to)),
            "{} is fetched",
            pinned.package
        );
        assert!(
            log.contains(&format!("({}) ...", pinned.to)),
            "{} is set up",
            pinned.package
        );
    }
    for looks_like in [
        "Get:1 http://",
        "\r(Reading database ... 45%",
        "\u{1b}[",
        "Fetched ",
    ] {
        assert!(log.contains(looks_like), "{looks_like:?}: {log}");
    }
    let facts = world.facts("worker-2").await;
    assert_eq!(facts.updates.get().unwrap().counts().all_security(), 0);
    assert_eq!(
        reboot_need(&facts.reboot, &facts.kernel, false, &facts.old_libraries).0,
        RebootNeed::Yes
    );
}

#[tokio::test]
async fn a_log_grows_while_the_step_works_and_never_changes() {
    let (folder, world) = made();
    let server = Stepping {
        world: &world,
        name: "worker-2",
    };
    let install = Work::Install(server.security_install().await);
    assert_eq!(server.start(1, &install).await, Started::Now);
    let mut seen = Vec::new();
    for _ in 0..8 {
        world.live(1);
        match server.state(1).await {
            State::Running(running) => {
                assert!(!running.processes.is_empty() && running.since_secs.is_some());
                seen.push(running.log.bytes);
            }
            other => panic!("an upgrade takes ten seconds and more: {other:?}"),
        }
    }
    assert!(
        seen.is_sorted() && seen[0] < seen[3] && seen[3] < seen[7],
        "{seen:?}"
    );
    // The process is killed, and another one finds the step where it is by then.
    let path = folder.path().join("world");
    let now = world::Clock::now(&*world.clock);
    drop(world);
    let world = demo(&path, now);
    let server = Stepping {
        world: &world,
        name: "worker-2",
    };
    assert!(matches!(server.state(1).await, State::Running(_)));
    assert_eq!(server.start(1, &install).await, Started::Already);
    world.live(60);
    let first = server.log(1).await;
    assert_eq!(first.len() as u64, server.ended(1).await.log.bytes);
    assert_eq!(first, server.log(1).await);
    world.live(3_600);
    assert_eq!(first, server.log(1).await);
}

#[tokio::test]
async fn an_attempt_is_started_once_and_by_the_newest_worker_of_one_instance_only() {
    let (_folder, world) = made();
    let server = Stepping {
        world: &world,
        name: "db-2",
    };
    let work = Work::Command {
        argv: vec!["/bin/true".to_owned()],
    };
    assert_eq!(server.start_as(1, fence(5), &work).await, Started::Now);
    assert_eq!(server.start_as(1, fence(5), &work).await, Started::Already);
    assert_eq!(
        server.start_as(2, fence(4), &work).await,
        Started::Overtaken { number: 5 }
    );
    let other = |take_over| Fence {
        instance: "00000000-0000-7000-8000-0000000000bb".parse().unwrap(),
        number: 1,
        take_over,
    };
    let refused = server.start_as(2, other(false), &work).await;
    assert!(
        matches!(&refused, Started::OtherInstance { holder, since: Some(_) } if holder.ends_with("aa")),
        "{refused:?}"
    );
    assert_eq!(server.state(2).await, State::NotStarted);
    // Who takes a server over must be newer all the same.
    assert!(matches!(
        server.start_as(2, other(true), &work).await,
        Started::Overtaken { .. }
    ));
    let newer = Fence {
        number: 6,
        ..other(true)
    };
    assert_eq!(server.start_as(2, newer, &work).await, Started::Now);
    assert!(matches!(
        server.start_as(3, fence(9), &work).await,
        Started::OtherInstance { .. }
    ));
}

#[tokio::test]
async fn an_answer_that_is_lost_leaves_the_step_working() {
    let (_folder, world) = made();
    let server = Stepping {
        world: &world,
        name: "db-2",
    };
    world.world.set_fault(server.host(), Fault::CutOff, true).unwrap();
    let op = StartOp {
        asked: asked(),
        attempt: attempt(1),
        fence: fence(1),
        work: DAILY,
    };
    assert!(server.say(&Op::Start(op)).await.is_err());
    world
        .world
        .set_fault(server.host(), Fault::CutOff, false)
        .unwrap();
    assert!(matches!(server.state(1).await, State::Running(_)));
    assert_eq!(server.start(1, &DAILY).await, Started::Already);
}

#[tokio::test]
async fn what_differs_from_the_plan_is_not_touched() {
    let (_folder, world) = made();
    let server = Stepping {
        world: &world,
        name: "worker-2",
    };
    let install = server.security_install().await;
    world
        .world
        .install(server.host(), Install::Named(vec!["curl".to_owned()]))
        .unwrap();
    let before = world.facts("worker-2").await;
    let (code, log) = server.carry_out(1, &Work::Install(install)).await;
    assert_eq!(code, exit::PLAN_DIFFERS, "{log}");
    assert!(log.contains("planned and not offered: curl "), "{log}");
    let after = world.facts("worker-2").await;
    assert_eq!(before.installed_digest, after.installed_digest);
}

#[tokio::test]
async fn a_restart_ends_one_boot_and_begins_another_with_the_new_kernel() {
    let (_folder, world) = made();
    let server = Stepping {
        world: &world,
        name: "web-3",
    };
    let before = world.facts("web-3").await;
    let boot = before.machine.boot_id.get().unwrap();
    let wrong = Work::Reboot(Reboot {
        boot_id: Some("00000000-0000-4000-8000-000000000000".to_owned()),
        lock_wait_secs: 30,
    });
    let (code, log) = server.carry_out(1, &wrong).await;
    assert_eq!(code, exit::REFUSED, "{log}");
    assert_eq!(server.start(2, &RESTART).await, Started::Now);
    world.live(1);
    let ended = server.ended(2).await;
    assert_eq!(ended.code, 0);
    let log = String::from_utf8(server.log(2).await).unwrap();
    assert_eq!(
        log,
        format!("drydock: Restarting this server: boot {boot} ends.\n")
    );
    world.live(3);
    assert!(
        world.look(world.server("web-3")).await.facts.is_none(),
        "it is away"
    );
    world.live(20);
    let after = world.facts("web-3").await;
    assert_ne!(after.machine.boot_id, before.machine.boot_id);
    assert_eq!(Some(&after.kernel.running), before.kernel.newest_installed.get());
    assert_eq!(
        reboot_need(&after.reboot, &after.kernel, false, &after.old_libraries).0,
        RebootNeed::No
    );
    assert_eq!(server.ended(2).await.unit, None, "systemd has forgotten it");
    assert_eq!(server.start(2, &RESTART).await, Started::Already);
    assert_eq!(server.pre_check().await.system.as_deref(), Some("running"));
}

#[tokio::test]
async fn a_machine_that_is_restarted_under_an_installation_leaves_it_half_done() {
    let (_folder, world) = made();
    let server = Stepping {
        world: &world,
        name: "worker-2",
    };
    let install = Work::Install(server.security_install().await);
    assert_eq!(server.start(1, &install).await, Started::Now);
    world.live(10);
    assert_eq!(server.pre_check().await.running.len(), 1);
    world.world.reboot(server.host()).unwrap();
    world.live(60);
    let State::Gone(gone) = server.state(1).await else {
        panic!("it is gone")
    };
    assert!(gone.restarted && gone.log.bytes > 0);
    let (log, end) = server.log_and_end(1).await;
    assert_eq!((log.len() as u64, end), (gone.log.bytes, End::Gone));
    let checked = server.pre_check().await;
    assert!(checked.interrupted.needs_repair(), "{checked:?}");
    assert!(checked.running.is_empty());
    let (code, log) = server.carry_out(2, &Work::Repair(Repair::ConfigurePending)).await;
    assert_eq!(code, 0, "{log}");
    assert!(!server.pre_check().await.interrupted.needs_repair());
    // What was left to do is another transaction, which is simulated and done anew.
    let rest = server.security_install().await;
    let (code, log) = server.carry_out(3, &Work::Install(rest)).await;
    assert_eq!(code, 0, "{log}");
    assert_eq!(server.security().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_lock_is_waited_for_aloud_and_not_for_ever() {
    let (_folder, world) = made();
    let server = Stepping {
        world: &world,
        name: "worker-2",
    };
    let install = Work::Install(server.security_install().await);
    let lock = |on| world.world.set_fault(server.host(), Fault::Locked, on).unwrap();
    lock(true);
    let checked = server.pre_check().await;
    assert!(
        checked.locks[0].command.contains("unattended-upgrade"),
        "{checked:?}"
    );
    let before = world.facts("worker-2").await;
    let (code, log) = server.carry_out(1, &install).await;
    assert_eq!(code, exit::LOCKED, "{log}");
    assert!(
        log.contains("Waiting for /var/lib/dpkg/lock-frontend, held by"),
        "{log}"
    );
    assert!(log.ends_with("Nothing was changed.\n"), "{log}");
    assert_eq!(
        world.facts("worker-2").await.installed_digest,
        before.installed_digest
    );
    assert_eq!(server.start(2, &install).await, Started::Now);
    world.live(20);
    assert!(matches!(server.state(2).await, State::Running(_)));
    lock(false);
    world.live(60);
    assert_eq!(server.ended(2).await.code, 0);
    assert!(server.pre_check().await.locks.is_empty());
}

#[tokio::test]
async fn a_script_that_fails_leaves_its_package_for_a_repair() {
    let (_folder, world) = made();
    let server = Stepping {
        world: &world,
        name: "web-1",
    };
    world
        .world
        .set_fault(server.host(), Fault::PostinstFails, true)
        .unwrap();
    let install = server.security_install().await;
    let (code, log) = server.carry_out(1, &Work::Install(install)).await;
    assert_eq!(code, 100, "{log}");
    assert!(
        log.contains("installed nginx package post-installation script subprocess returned error"),
        "{log}"
    );
    let facts = world.facts("web-1").await;
    let failed = facts.failed_units.get().unwrap();
    assert!(failed.contains(&"nginx.service".to_owned()), "{failed:?}");
    let unit = format!("drydock-{}.service", attempt(1));
    assert!(
        failed.contains(&unit),
        "until systemd is told to forget it: {failed:?}"
    );
    assert_eq!(server.stop(1).await, Stopped::Gone);
    let failed = world.facts("web-1").await.failed_units;
    assert!(!failed.get().unwrap().contains(&unit), "{failed:?}");
    let checked = server.pre_check().await;
    assert_eq!(checked.interrupted.packages[0].0, "nginx");
    assert_eq!(checked.system.as_deref(), Some("degraded"));
    let (code, _) = server.carry_out(2, &Work::Repair(Repair::ConfigurePending)).await;
    assert_eq!(code, 0);
    let facts = world.facts("web-1").await;
    assert_eq!(facts.failed_units.get().unwrap(), &Vec::<String>::new());
    assert_eq!(facts.unfinished_packages.get().unwrap().len(), 0);
    assert_eq!(facts.updates.get().unwrap().counts().all_security(), 0);
}

#[tokio::test]
async fn a_server_may_stay_away_or_come_back_with_a_failed_unit() {
    let (_folder, world) = made();
    let fault = |name: &str, fault, on| {
        let host = &world.server(name).host;
        world.world.set_fault(host, fault, on).unwrap();
    };
    let server = Stepping {
        world: &world,
        name: "lb-1",
    };
    fault("lb-1", Fault::StaysAway, true);
    assert_eq!(server.start(1, &RESTART).await, Started::Now);
    world.live(1_000);
    assert!(world.look(world.server("lb-1")).await.facts.is_none());
    fault("lb-1", Fault::StaysAway, false);
    world.live(30);
    assert!(
        world.look(world.server("lb-1")).await.facts.is_some(),
        "it was switched on"
    );

    let server = Stepping {
        world: &world,
        name: "web-2",
    };
    fault("web-2", Fault::UnitFails, true);
    assert_eq!(server.start(1, &RESTART).await, Started::Now);
    world.live(60);
    let units = world.facts("web-2").await.failed_units;
    assert_eq!(units.get().unwrap(), &["nginx.service"]);
    let restart = Work::RestartServices {
        units: vec!["nginx.service".to_owned()],
    };
    assert_eq!(server.carry_out(2, &restart).await.0, 1, "it fails again");
    fault("web-2", Fault::UnitFails, false);
    assert_eq!(server.carry_out(3, &restart).await.0, 0);
}

#[tokio::test]
async fn services_are_restarted_one_by_one_and_daily_upgrades_set_up() {
    let (_folder, world) = made();
    let server = Stepping {
        world: &world,
        name: "worker-1",
    };
    let old = world.facts("worker-1").await.old_libraries;
    let units = old.get().unwrap().services.clone();
    assert!(!units.is_empty());
    let (code, log) = server
        .carry_out(1, &Work::RestartServices { units: units.clone() })
        .await;
    assert_eq!(code, 0, "{log}");
    assert_eq!(log.lines().count(), units.len());
    let old = world.facts("worker-1").await.old_libraries;
    assert_eq!(old.get().unwrap().services, Vec::<String>::new());
    let unknown = Work::RestartServices {
        units: vec!["nothing.service".to_owned()],
    };
    assert_eq!(server.carry_out(2, &unknown).await.0, 1);

    assert!(!world.facts("worker-1").await.unattended.get().unwrap().works());
    let (code, log) = server.carry_out(3, &DAILY).await;
    assert_eq!(code, 0, "{log}");
    assert!(log.ends_with("drydock: Proved.\n"), "{log}");
    for name in ["worker-1", "web-1", "data-db-1"] {
        let server = Stepping { world: &world, name };
        if name != "worker-1" {
            assert_eq!(server.carry_out(1, &DAILY).await.0, 0);
        }
        let unattended = world.facts(name).await.unattended.get().unwrap().clone();
        assert!(
            unattended.works() && unattended.security_only,
            "{name}: {unattended:?}"
        );
    }
}

#[tokio::test]
async fn picks_and_exclusions_are_package_by_package() {
    let (_folder, world) = made();
    let server = Stepping {
        world: &world,
        name: "worker-2",
    };
    // A scan reads the lists anew.
    world.facts("worker-2").await;
    let one = server.transaction(Upgrade::Upgrade, &["curl"], &[]).await;
    assert_eq!(one.changes.len(), 1);
    let all = server.transaction(Upgrade::Upgrade, &[], &[]).await;
    let without = server.transaction(Upgrade::Upgrade, &[], &["curl"]).await;
    assert_eq!(without.changes.len() + 1, all.changes.len());
    assert_eq!(all, server.transaction(Upgrade::FullUpgrade, &[], &[]).await);
    let sum: u64 = all
        .changes
        .iter()
        .filter_map(|change| change.download_bytes)
        .sum();
    assert_eq!(all.download_bytes, Some(sum));
    assert!(all.changes.iter().all(|change| !change.origins.is_empty()));
    let without_kernel = server
        .transaction(Upgrade::Upgrade, &[], &["linux-image-amd64"])
        .await;
    assert!(
        without_kernel
            .changes
            .iter()
            .all(|change| !change.package.starts_with("linux-image"))
    );

    let install = Work::Install(without.install(Upgrade::Upgrade, 60));
    assert_eq!(server.carry_out(1, &install).await.0, 0);
    let pending = world.facts("worker-2").await.updates;
    let left: Vec<&str> = pending
        .get()
        .unwrap()
        .pending
        .iter()
        .map(|update| update.package.as_str())
        .collect();
    assert_eq!(left, ["curl"]);
    let rest = server.transaction(Upgrade::Upgrade, &[], &[]).await;
    assert_eq!(
        server
            .carry_out(2, &Work::Install(rest.install(Upgrade::Upgrade, 60)))
            .await
            .0,
        0
    );
    let updates = world.facts("worker-2").await.updates;
    assert_eq!(updates.get().unwrap().counts().total(), 0);
}

#[tokio::test]
async fn a_survey_says_what_apt_says_of_names_and_which_units_are_concerned() {
    let (_folder, world) = made();
    let server = Stepping {
        world: &world,
        name: "db-1",
    };
    // A scan reads the lists anew.
    world.facts("db-1").await;
    let survey = async |only: &[&str]| {
        server
            .survey(Wanted {
                upgrade: Upgrade::Upgrade,
                only: only.iter().map(|name| (*name).to_owned()).collect(),
                exclude: Vec::new(),
            })
            .await
    };
    let unknown = survey(&["no-such-package"]).await.transactions;
    assert!(unknown[0].as_ref().unwrap_err().contains("Unable to locate"));
    let held = survey(&["postgresql-15"]).await.transactions;
    assert!(held[0].as_ref().unwrap_err().contains("Held packages"));
    let up_to_date = survey(&["tzdata"]).await.transactions;
    assert!(up_to_date[0].as_ref().unwrap().changes.is_empty());
    let units = survey(&["libssl3"]).await.units;
    assert!(
        units
            .iter()
            .any(|one| one.unit == "postgresql@15-main.service" && one.package == "libssl3" && !one.ships),
        "{units:?}"
    );
    let nothing = server.transaction(Upgrade::Security, &[], &[]).await;
    assert!(nothing.changes.is_empty());
    let library = server.transaction(Upgrade::Upgrade, &["libssl3"], &[]).await;
    let install = Work::Install(library.install(Upgrade::Upgrade, 60));
    let (code, log) = server.carry_out(1, &install).await;
    assert_eq!(code, 0, "{log}");
    assert!(
        log.contains("systemctl restart postgresql@15-main.service"),
        "{log}"
    );
    let old = world.facts("db-1").await.old_libraries;
    assert!(
        old.get()
            .unwrap()
            .services
            .contains(&"postgresql@15-main.service".to_owned()),
        "{old:?}"
    );
}

#[tokio::test]
async fn a_health_check_is_healthy_as_long_as_every_unit_is() {
    let (_folder, world) = made();
    let ask = |url: &str| Work::Command {
        argv: [
            "/bin/sh",
            "-c",
            "…",
            "drydock-health",
            "5",
            "4",
            "/bin/sh",
            "-c",
            "…",
            "drydock-get",
            url,
            "200 204",
        ]
        .map(str::to_owned)
        .to_vec(),
    };
    let well = Stepping {
        world: &world,
        name: "web-1",
    };
    let (code, log) = well.carry_out(1, &ask("http://localhost:80/up")).await;
    assert_eq!((code, log.as_str()), (0, "GET http://localhost:80/up: 200\n"));
    let ill = Stepping {
        world: &world,
        name: "api-build-1",
    };
    let (code, log) = ill.carry_out(1, &ask("http://localhost:80/up")).await;
    assert_eq!(code, 1);
    assert!(
        log.contains("asking again") && log.ends_with("drydock: Not healthy (status 1).\n"),
        "{log}"
    );
}

#[tokio::test]
async fn what_is_tidied_is_gone_and_what_runs_is_left_alone() {
    let (_folder, world) = made();
    let server = Stepping {
        world: &world,
        name: "db-2",
    };
    assert_eq!(server.carry_out(1, &DAILY).await.0, 0);
    assert_eq!(server.start(2, &DAILY).await, Started::Now);
    assert_eq!(server.stop(2).await, Stopped::Running);
    let tidied = server.tidy(&[1, 2, 3]).await;
    assert_eq!(tidied.removed, [attempt(1), attempt(3)]);
    assert_eq!(tidied.running, [attempt(2)]);
    assert_eq!(server.state(1).await, State::NotStarted);
    assert!(matches!(server.state(2).await, State::Running(_)));
}
