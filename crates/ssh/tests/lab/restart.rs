//! A kernel upgrade behind Drydock's back, and the restart after it.

use crate::agreement::agrees;
use crate::host::eventually;
use crate::lab::lab;
use crate::look::{see, shell};
use model::Status;
use model::facts::{Known, RebootNeed};

#[tokio::test(flavor = "multi_thread")]
async fn a_kernel_upgrade_leaves_evidence_until_the_server_is_restarted() {
    let Some(lab) = lab() else { return };
    let host = lab.spare().await;
    let target = host.target(&lab.key("ed25519"));
    let shell = shell();
    let before = see(&shell, &target).await;
    assert_eq!(before.restart().0, RebootNeed::No, "{:?}", before.restart());
    let arch = before.facts.machine.architecture.clone();
    let kernel = format!("linux-image-6.1.0-99-lab-{arch}");

    host.run("DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l apt-get -y -q dist-upgrade 2>&1");
    host.run("systemd-run --quiet --unit=lab-fails false");
    eventually("the unit failed", || {
        host.holds("systemctl is-failed --quiet lab-fails")
    })
    .await;
    host.lab_does("timers", &["on"]);
    let upgraded = see(&shell, &target).await;
    agrees(&host, &upgraded);
    let evidence = &upgraded.facts.reboot;
    assert_eq!(evidence.flag, Known::Known(true));
    assert_eq!(evidence.packages, std::slice::from_ref(&kernel));
    assert_eq!(evidence.flag_is_maintained, Known::Known(true));
    let (begun, ended) = (before.facts.seen_at, upgraded.facts.seen_at);
    let since = evidence.flag_since.unwrap();
    assert!(begun.plus_secs(-1) <= since && since <= ended, "{since:?}");
    let (need, said) = upgraded.restart();
    assert_eq!(need, RebootNeed::Yes);
    assert_eq!(
        said[0],
        format!("The server asks for a restart because of {kernel}.")
    );
    assert_eq!(
        upgraded.status(),
        (Status::Attention, "Needs a reboot, 1 failed unit.".to_owned())
    );
    let old = upgraded.facts.old_libraries.get().unwrap();
    assert_eq!(old.services, ["labworker.service"]);
    assert!(upgraded.facts.unattended.get().unwrap().works());
    let meta = format!("linux-image-lab-{arch}");
    let timeline = upgraded.changes_since(&before);
    for line in [
        "packages: 5 packages upgraded",
        "    liblab 1.0-1 → 1.0-1+deb12u1",
        &format!("    {meta} 6.1.98-1 → 6.1.99-1"),
        "packages: 2 packages installed",
        &format!("    {kernel} 6.1.99-1"),
        "updates: Pending security updates 3 → 0",
        "updates: Pending other updates 4 → 2",
        "unattended: The server's own automatic updates are set otherwise",
        "    works by itself: no → yes",
        "reboot: The server needs a restart",
        &format!("    The server asks for a restart because of {kernel}."),
        "old_libraries: labworker.service runs old libraries",
        "units: Unit lab-fails.service failed",
    ] {
        assert!(
            timeline.iter().any(|told| told == line),
            "{line} in {timeline:#?}"
        );
    }

    host.lab_does("timers", &["off"]);
    let booted = host.boot_id().unwrap();
    host.run("systemctl reboot");
    // `is-system-running` fails where a unit has failed; here none may have.
    let is_up = "systemctl is-system-running --quiet && curl -s http://127.0.0.1:8080";
    eventually("another boot", || {
        host.boot_id().is_some_and(|id| id != booted) && host.holds(is_up)
    })
    .await;
    // The shell still has a connection to the boot before, which is of no use any more.
    let restarted = see(&shell, &target).await;
    agrees(&host, &restarted);
    assert_ne!(restarted.facts.machine.boot_id.get(), Some(&booted));
    assert_eq!(restarted.facts.reboot.flag, Known::Known(false));
    assert_eq!(restarted.facts.reboot.flag_since, None);
    assert_eq!(restarted.facts.reboot.packages, Vec::<String>::new());
    assert_eq!(restarted.restart().0, RebootNeed::No);
    assert_eq!(restarted.status(), (Status::Healthy, "Up to date.".to_owned()));
    let timeline = restarted.changes_since(&upgraded);
    for line in [
        "boot: The server was restarted",
        "reboot: The server needs no restart any more",
        "old_libraries: No service runs old libraries any more",
        "units: Unit lab-fails.service no longer failed",
    ] {
        assert!(
            timeline.iter().any(|told| told == line),
            "{line} in {timeline:#?}"
        );
    }
    let same = see(&shell, &target).await;
    assert_eq!(same.changes_since(&restarted), Vec::<String>::new());
}
