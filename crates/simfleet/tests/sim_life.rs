//! What happens to simulated servers: time, updates, restarts, faults.

#![allow(clippy::unwrap_used)]

mod simulated;

use model::facts::{ChangeKind, Known, RebootNeed, reboot_need};
use model::{Account, Reach};
use remote::Op;
use remote::probe::Probe;
use remote::scan::Seen;
use simfleet::{Fault, Install, LayoutKind};
use simulated::{DAY_SECS, LIMITS, MADE, StandingClock, demo, open, scan_of};
use world::Shell as _;

#[tokio::test]
async fn installing_everything_and_restarting_mends_a_server() {
    let folder = tempfile::tempdir().unwrap();
    let world = demo(&folder.path().join("world"), MADE);
    let host = world.server("data-db-1").host.clone();
    world.world.set_fault(&host, Fault::StaysAway, false).unwrap();
    let before = world.facts("data-db-1").await;
    world.world.install(&host, Install::All).unwrap();
    let installed = world.facts("data-db-1").await;
    let counts = installed.updates.get().unwrap().counts();
    assert_eq!(counts.total(), 0, "{counts:?}");
    let need = |facts: &model::facts::Facts| {
        reboot_need(&facts.reboot, &facts.kernel, false, &facts.old_libraries).0
    };
    assert_eq!(need(&installed), RebootNeed::Yes);
    world.world.reboot(&host).unwrap();
    assert!(matches!(
        world.look(world.server("data-db-1")).await.reach,
        Reach::TimedOut | Reach::Refused
    ));
    world.live(120);
    let after = world.facts("data-db-1").await;
    assert_eq!(need(&after), RebootNeed::No);
    assert_eq!(after.reboot.flag, Known::Known(false));
    assert_ne!(after.machine.boot_id, before.machine.boot_id);
    assert_eq!(after.machine.machine_id, before.machine.machine_id);
    assert_eq!(
        Some(&after.kernel.running),
        installed.kernel.newest_installed.get()
    );
}

#[tokio::test]
async fn a_kernel_that_is_installed_asks_for_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let world = demo(&folder.path().join("world"), MADE);
    world
        .world
        .install(&world.server("web-1").host, Install::Security)
        .unwrap();
    let before = world.facts("worker-2").await;
    assert_eq!(before.reboot.flag, Known::Known(false));
    world
        .world
        .install(&world.server("worker-2").host, Install::Security)
        .unwrap();
    let after = world.facts("worker-2").await;
    // Debian without unattended-upgrades writes no flag: the kernels are the evidence.
    assert_eq!(
        (after.reboot.flag.clone(), after.reboot.flag_is_maintained.clone()),
        (Known::Known(false), Known::Known(false))
    );
    assert_ne!(after.kernel.newest_installed.get(), Some(&after.kernel.running));
    assert_eq!(after.updates.get().unwrap().counts().all_security(), 0);
}

#[tokio::test]
async fn services_go_on_with_old_libraries_until_their_own_package_or_the_server_restarts_them() {
    let folder = tempfile::tempdir().unwrap();
    let world = demo(&folder.path().join("world"), MADE);
    let host = world.server("db-1").host.clone();
    let services = |facts: model::facts::Facts| facts.old_libraries.get().unwrap().services.clone();
    assert!(services(world.facts("db-1").await).is_empty());
    // PostgreSQL is on hold, so that nothing restarts it.
    world.world.install(&host, Install::All).unwrap();
    let old = services(world.facts("db-1").await);
    assert!(old.contains(&"postgresql@15-main.service".to_owned()), "{old:?}");
    world.world.reboot(&host).unwrap();
    world.live(120);
    assert!(services(world.facts("db-1").await).is_empty());
}

#[tokio::test]
async fn time_brings_updates_and_some_servers_take_them_by_themselves() {
    let folder = tempfile::tempdir().unwrap();
    let world = demo(&folder.path().join("world"), MADE);
    let (idle, itself) = (world.facts("db-2").await, world.facts("data-db-1").await);
    world.live(60 * DAY_SECS);
    let (idle_later, itself_later) = (world.facts("db-2").await, world.facts("data-db-1").await);
    let security = |facts: &model::facts::Facts| facts.updates.get().unwrap().counts().all_security();
    assert_eq!(security(&idle), 0);
    assert!(security(&idle_later) > 5, "{}", security(&idle_later));
    assert!(security(&itself_later) <= 3, "it updates itself every day");
    assert_eq!(idle.components, idle_later.components, "nobody touched it");
    assert_ne!(itself.kernel.installed, itself_later.kernel.installed);
    assert_eq!(itself.machine.booted_at, itself_later.machine.booted_at);
    let (restarts, restarted) = (world.facts("api-1").await.machine, itself_later.machine);
    assert!(
        restarts.booted_at.get() > restarted.booted_at.get(),
        "api-1 restarts at night when it has to"
    );
    // What a faster world says of time is the wall's: its servers' clocks are right.
    assert_eq!(idle_later.clock_offset_ms, 0);
}

#[tokio::test]
async fn lists_grow_old_until_a_scan_refreshes_them() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world");
    let world = open(
        &path,
        LayoutKind::Demo,
        66,
        StandingClock::at(MADE),
        13.0 * 3_600.0,
    );
    let refreshed = |facts: &model::facts::Facts| facts.sources.get().unwrap().last_success;
    assert_eq!(refreshed(&world.facts("lb-1").await), Some(MADE));
    world.live(6 * 3_600);
    assert_eq!(refreshed(&world.facts("lb-1").await), Some(MADE));
    world.live(7 * 3_600);
    // A speed of 13 hours per second: the server's clock is the one on the wall.
    assert_eq!(refreshed(&world.facts("lb-1").await), Some(MADE.plus_secs(1)));
}

#[tokio::test]
async fn every_fault_has_its_own_state_and_goes_away_again() {
    let meant = |fault| match fault {
        Fault::Down => Reach::TimedOut,
        Fault::NoRoute => Reach::Unreachable,
        Fault::Refused => Reach::Refused,
        Fault::NameUnknown => Reach::NameUnknown,
        Fault::NotSsh => Reach::NotSsh,
        Fault::Slow | Fault::BrokenLists | Fault::Noisy | Fault::WrongClock => Reach::Reached,
        // Only steps meet these.
        Fault::Locked | Fault::PostinstFails | Fault::StaysAway | Fault::UnitFails => Reach::Reached,
        Fault::KeyChanged => Reach::KeyChanged,
        Fault::LoginRefused => Reach::LoginRefused,
        Fault::SudoBroken => Reach::NoSudo,
        // Only an account that looks needs the script.
        Fault::NoScript => Reach::Reached,
        Fault::CutOff => Reach::ConnectionLost,
        Fault::Garbled => Reach::Unreadable,
        Fault::Flood => Reach::TooMuchOutput,
        Fault::Hangs => Reach::ScanTimedOut,
    };
    let folder = tempfile::tempdir().unwrap();
    let world = demo(&folder.path().join("world"), MADE);
    for name in ["db-2", "data-metrics-1"] {
        let server = world.server(name);
        for fault in Fault::ALL {
            world.world.set_fault(&server.host, *fault, true).unwrap();
            let look = world.look(server).await;
            let expected = match (name, *fault) {
                ("data-metrics-1", Fault::NoScript | Fault::SudoBroken) => Reach::NoScript,
                (_, fault) => meant(fault),
            };
            assert_eq!(look.reach, expected, "{name} {fault:?}: {}", look.why);
            world.world.set_fault(&server.host, *fault, false).unwrap();
        }
        assert_eq!(world.look(server).await.reach, Reach::Reached);
    }
}

#[tokio::test]
async fn what_a_server_does_by_itself_shows_between_two_scans() {
    let folder = tempfile::tempdir().unwrap();
    let world = demo(&folder.path().join("world"), MADE);
    let name = "data-db-1";
    let op = scan_of(world.server(name));
    let (before, after) = {
        let before = world.answer(name).await.unwrap();
        world.live(20 * DAY_SECS);
        (before, world.answer(name).await.unwrap())
    };
    let (before, after) = (
        remote::scan::read(&op, &before.stdout, &before.stderr, before.exit).unwrap(),
        remote::scan::read(&op, &after.stdout, &after.stderr, after.exit).unwrap(),
    );
    let (old, new) = (
        remote::scan::facts(&before, MADE, MADE),
        remote::scan::facts(&after, MADE, MADE),
    );
    let (old_packages, new_packages) = (remote::scan::installed(&before), remote::scan::installed(&after));
    let changes = remote::scan::changes(
        Seen {
            facts: &old,
            packages: old_packages.as_ref(),
        },
        Seen {
            facts: &new,
            packages: new_packages.as_ref(),
        },
    );
    let packages = changes.iter().find(|change| change.kind == ChangeKind::Packages);
    assert!(
        packages.is_some_and(|change| change.what.contains("upgraded")),
        "{changes:#?}"
    );
    assert!(
        !changes.iter().any(|change| change.kind == ChangeKind::Boot),
        "{changes:#?}"
    );
}

#[tokio::test]
async fn a_probe_tells_what_the_account_may_do() {
    let folder = tempfile::tempdir().unwrap();
    let world = demo(&folder.path().join("world"), MADE);
    let probe = async |name: &str, account| {
        let op = Op::Probe {
            account,
            is_root: false,
        };
        let target = world.target(world.server(name));
        let answer = world.shell.exec(&target, &op, LIMITS).await.unwrap();
        Probe::read(account, false, &answer.stdout, &answer.stderr, answer.exit)
            .and_then(|probe| probe.verdict(account))
            .map_err(|failure| failure.reach)
    };
    assert_eq!(probe("db-2", Account::Operate).await, Ok(Vec::new()));
    assert_eq!(probe("data-metrics-1", Account::LookOnly).await, Ok(Vec::new()));
    assert_eq!(
        probe("data-metrics-1", Account::Operate).await,
        Err(Reach::NoSudo)
    );
    assert_eq!(probe("db-2", Account::LookOnly).await, Err(Reach::NoScript));
    let host = world.server("db-2").host.clone();
    world.world.set_fault(&host, Fault::SudoBroken, true).unwrap();
    assert_eq!(probe("db-2", Account::Operate).await, Err(Reach::NoSudo));
}
