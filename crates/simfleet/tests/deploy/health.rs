//! Health checks that Drydock itself asks of simulated servers.

use crate::drydock::Drydock;
use crate::options;
use model::options::{Ask, AskedFrom, Care, GroupCare, HealthCheck, Options};
use model::plan::StepKind;
use model::run::{RunOutcome, StepOutcome};
use simfleet::Fault;

/// Security upgrades, with a question by HTTP before and after.
fn asking() -> Options {
    let check = HealthCheck {
        ask: Ask::Http {
            from: AskedFrom::Drydock,
            tls: true,
            host: None,
            port: 8443,
            path: "/up".to_owned(),
            accept: vec![200],
        },
        timeout_secs: 5,
        wait_secs: 2,
    };
    let care = Care {
        health: Some(check),
        ..Care::default()
    };
    Options {
        groups: vec![GroupCare { group: None, care }],
        ..options()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_answers_drydock_before_and_after_is_healthy() {
    let drydock = Drydock::start(&["worker-2"]).await;
    let plan = drydock.plan(&asking()).await;
    let run = drydock.run(&plan).await;
    let told = drydock.told(&run).await;
    assert_eq!(run.outcome, Some(RunOutcome::Succeeded), "{told}");
    let host = &drydock.server("worker-2").1.host;
    for kind in [StepKind::HealthBefore, StepKind::HealthAfter] {
        let step = drydock.step(&run, "worker-2", kind).await;
        assert_eq!(step.outcome, Some(StepOutcome::Changed), "{told}");
        let log = drydock.log(&run, step.id).await;
        assert!(
            log.ends_with(&format!("GET https://{host}:8443/up: 200\n")),
            "{log}"
        );
    }
    drydock.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_does_not_serve_is_not_touched() {
    let drydock = Drydock::start(&["worker-2"]).await;
    let host = drydock.server("worker-2").1.host.clone();
    let plan = drydock.plan(&asking()).await;
    // Its unit fails with the restart, before the run.
    drydock.world.set_fault(&host, Fault::UnitFails, true).unwrap();
    drydock.world.reboot(&host).unwrap();
    let run = drydock.run(&plan).await;
    let told = drydock.told(&run).await;
    assert_eq!(run.outcome, Some(RunOutcome::Failed), "{told}");
    let before = drydock.step(&run, "worker-2", StepKind::HealthBefore).await;
    let log = drydock.log(&run, before.id).await;
    assert!(
        log.contains("502, which does not mean healthy.\n") && log.ends_with("drydock: Not healthy.\n"),
        "{log}"
    );
    assert!(
        before.said.unwrap().contains("not well (asked again for 2 s)"),
        "{told}"
    );
    let install = drydock.step(&run, "worker-2", StepKind::Install).await;
    assert_eq!(install.started_at, None, "{told}");
    drydock.end().await;
}
