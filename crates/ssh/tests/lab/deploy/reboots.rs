//! Reboots that do not end well, on a real machine.

use super::drydock::Drydock;
use super::{of_kind, options};
use crate::host::eventually;
use crate::lab::lab;
use model::options::Options;
use model::plan::StepKind;
use model::run::{RunOutcome, StepOutcome};
use std::time::{Duration, Instant};

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_that_fails_after_the_reboot_and_a_server_that_does_not_come_back_are_said_to() {
    let Some(lab) = lab() else { return };
    let host = lab.spare().await;
    let drydock = Drydock::start(lab, &[&host]).await;
    let options = Options {
        security: false,
        reboot_wait_secs: 30,
        ..options()
    };
    host.run(
        "printf '%s\\n' '[Service]' 'Type=oneshot' 'ExecStart=/bin/false' '[Install]' 'WantedBy=multi-user.target' \
            >/etc/systemd/system/lab-broken.service
        systemctl enable lab-broken 2>/dev/null
        touch /run/reboot-required",
    );
    let plan = drydock.plan(&options).await;
    let run = drydock.run(&plan).await;
    let told = drydock.told(run.id).await;
    assert_eq!(run.outcome, Some(RunOutcome::Failed), "{told}");
    let lanes = drydock.lanes(run.id).await;
    let said = of_kind(&lanes[0], StepKind::Reboot).said.clone().unwrap();
    assert!(
        said.starts_with("Back degraded: ") && said.contains("lab-broken.service"),
        "{said}"
    );
    let proof = drydock.proof(run.id).await;
    assert!(proof.servers[0].said.contains("lab-broken.service"), "{proof:?}");

    // Its network goes away with the boot.
    host.run(
        "systemctl disable lab-broken 2>/dev/null; systemctl reset-failed lab-broken
        mkdir /root/network; mv /etc/systemd/network/* /root/network; touch /run/reboot-required",
    );
    let plan = drydock.plan(&options).await;
    let run = drydock.begin(&plan).await;
    let begun = Instant::now();
    let said = loop {
        let lanes = drydock.lanes(run).await;
        let reboot = of_kind(&lanes[0], StepKind::Reboot);
        if let Some(outcome) = reboot.outcome {
            assert_eq!(outcome, StepOutcome::Failed);
            break reboot.said.clone().unwrap();
        }
        assert!(begun.elapsed() < Duration::from_secs(180), "{reboot:?}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    };
    assert!(said.starts_with("Not back: "), "{said}");
    // Somebody goes to its console, and the closing look finds it.
    host.run("mv /root/network/* /etc/systemd/network/; systemctl restart systemd-networkd");
    eventually("it has its address again", || {
        host.holds(&format!(
            "ip -4 address show | grep -q {}",
            host.described().address
        ))
    })
    .await;
    let run = drydock.ended(run).await;
    let told = drydock.told(run.id).await;
    assert_eq!(run.outcome, Some(RunOutcome::Failed), "{told}");
    let lanes = drydock.lanes(run.id).await;
    let rescan = of_kind(&lanes[0], StepKind::Rescan);
    assert_eq!(rescan.outcome, Some(StepOutcome::Changed), "{told}");
    drydock.worker.shutdown().await;
    drydock.store.close().await;
}
