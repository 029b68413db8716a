//! What becomes of a server that is restarted, or is to be.

use crate::deploy::{Drydock, asks};
use crate::scripted::Machine;
use model::plan::StepKind;
use model::run::{RunOutcome, StepOutcome};

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_does_not_ask_for_a_reboot_is_not_rebooted() {
    let drydock = Drydock::deploy(Machine::default()).await;
    assert_eq!(drydock.outcome().await, Some(RunOutcome::Succeeded));
    let (outcome, said) = drydock.said(StepKind::Reboot).await;
    assert_eq!(outcome, Some(StepOutcome::Skipped));
    assert!(said.starts_with("No reboot is required."), "{said}");
    assert_eq!(drydock.started(), 1, "the installation alone");
    drydock.worker.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_that_fails_with_the_boot_is_the_difference() {
    let drydock = Drydock::deploy(Machine {
        failed_units: vec!["old.service".to_owned()],
        fails_at_boot: vec!["web.service".to_owned()],
        ..asks()
    })
    .await;
    assert_eq!(drydock.outcome().await, Some(RunOutcome::Failed));
    let (outcome, said) = drydock.said(StepKind::Reboot).await;
    assert_eq!(outcome, Some(StepOutcome::Failed));
    assert!(said.starts_with("Back degraded:"), "{said}");
    assert!(
        said.contains("web.service") && !said.contains("old.service"),
        "{said}"
    );
    let (outcome, _) = drydock.said(StepKind::Rescan).await;
    assert_eq!(
        outcome,
        Some(StepOutcome::Changed),
        "it is looked at all the same"
    );
    drydock.worker.shutdown().await;
}

/// Nothing here ever ends the connection to a machine that has gone.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_goes_without_a_word_is_asked_over_a_new_connection() {
    let drydock = Drydock::deploy(Machine {
        goes_without_a_word: true,
        ..asks()
    })
    .await;
    let (outcome, said) = drydock.said(StepKind::Reboot).await;
    assert_eq!(outcome, Some(StepOutcome::Changed), "{said}");
    assert!(said.starts_with("Back healthy: "), "{said}");
    assert_eq!(drydock.outcome().await, Some(RunOutcome::Succeeded));
    drydock.worker.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_that_is_refused_at_last_is_no_server_that_stays_away() {
    let drydock = Drydock::deploy(Machine {
        goes_without_a_word: true,
        refuses_reboot: true,
        ..asks()
    })
    .await;
    let (outcome, said) = drydock.said(StepKind::Reboot).await;
    assert_eq!(outcome, Some(StepOutcome::Failed));
    assert!(said.starts_with("The restart ended with status 1"), "{said}");
    drydock.worker.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_does_not_come_back_is_said_to_be_away() {
    let drydock = Drydock::deploy(Machine {
        stays_away: true,
        ..asks()
    })
    .await;
    let (outcome, said) = drydock.said(StepKind::Reboot).await;
    assert_eq!(outcome, Some(StepOutcome::Failed));
    assert!(said.starts_with("Not back: "), "{said}");
    drydock.worker.shutdown().await;
}
