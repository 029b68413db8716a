//! The machine: restarts, services, daily upgrades, health.

use crate::made;
use crate::simulated::stepping::{DAILY, Stepping};
use model::facts::{RebootNeed, reboot_need};
use model::{Reboot, Repair, Work};
use remote::work::exit;
use remote::work::follow::End;
use remote::work::start::Started;
use remote::work::state::State;
use simfleet::Fault;

const RESTART: Work = Work::Reboot(Reboot {
    boot_id: None,
    lock_wait_secs: 30,
});

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
async fn at_its_usual_speed_an_upgrade_takes_ten_to_twenty_seconds_and_a_restart_about_fifteen() {
    let (_folder, world) = made();
    for name in ["worker-2", "web-1", "db-1"] {
        let server = Stepping { world: &world, name };
        let install = Work::Install(server.security_install().await);
        assert_eq!(server.start(1, &install).await, Started::Now);
        world.live(9);
        assert!(matches!(server.state(1).await, State::Running(_)), "{name}");
        world.live(12);
        assert_eq!(server.ended(1).await.code, 0, "{name}");
        let before = world.facts(name).await.machine.boot_id;
        assert_eq!(server.start(2, &RESTART).await, Started::Now);
        world.live(12);
        assert!(world.look(world.server(name)).await.facts.is_none(), "{name}");
        world.live(8);
        assert_ne!(world.facts(name).await.machine.boot_id, before, "{name}");
    }
}

#[tokio::test]
async fn where_something_writes_the_restart_flag_a_kernel_raises_it_until_the_restart() {
    let (_folder, world) = made();
    let server = Stepping {
        world: &world,
        name: "worker-2",
    };
    assert_eq!(server.carry_out(1, &DAILY).await.0, 0);
    let install = Work::Install(server.security_install().await);
    assert_eq!(server.carry_out(2, &install).await.0, 0);
    let flag = world.facts("worker-2").await.reboot;
    assert_eq!(flag.flag.get(), Some(&true));
    assert!(
        flag.packages
            .iter()
            .any(|package| package.starts_with("linux-image-6")),
        "{flag:?}"
    );
    assert_eq!(server.start(3, &RESTART).await, Started::Now);
    world.live(30);
    assert_eq!(world.facts("worker-2").await.reboot.flag.get(), Some(&false));
}

#[tokio::test]
async fn what_is_not_sound_is_refused_before_anything_is_done() {
    let (_folder, world) = made();
    let server = Stepping {
        world: &world,
        name: "db-2",
    };
    let (code, log) = server
        .carry_out(1, &Work::RestartServices { units: Vec::new() })
        .await;
    assert_eq!(code, exit::UNSOUND);
    assert_eq!(log, "drydock: No service is named. Nothing was done.\n");
}
