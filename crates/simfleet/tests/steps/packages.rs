//! Packages: simulated, installed as planned or not at all, and half done when something goes wrong.

use crate::made;
use crate::simulated::stepping::{Stepping, attempt};
use model::facts::{RebootNeed, reboot_need};
use model::{Repair, Upgrade, Work};
use remote::work::exit;
use remote::work::simulate::Wanted;
use remote::work::start::Started;
use remote::work::state::State;
use remote::work::stop::Stopped;
use simfleet::{Fault, Install};

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
