//! A disk without room: found before anything is touched, or in the middle of dpkg's work.

use super::drydock::Drydock;
use super::{of_kind, options, versions};
use crate::host::Host;
use crate::lab::lab;
use model::plan::{Plan, StepKind};
use model::run::{RunOutcome, StepOutcome};

/// Puts `/var` on a disk of its own of so many MiB.
fn small_var(host: &Host, mib: u32) {
    host.run(&format!(
        "mount -t tmpfs -o size={mib}m small /mnt
        cp -a /var/. /mnt
        mount --bind /mnt /var"
    ));
}

fn free_on_var(host: &Host) -> u64 {
    let said = host.run("df -kP /var | awk 'NR == 2 { print $4 }'");
    said.trim().parse::<u64>().unwrap() * 1_024
}

/// From now on dpkg finds the disk full when it begins with `action`.
fn fill_before(host: &Host, action: &str) {
    host.run(&format!(
        "cat >/usr/local/bin/fills <<'SH'
#!/bin/sh
[ \"$DPKG_HOOK_ACTION\" != {action} ] || head -c 1G /dev/zero >/var/fill 2>/dev/null || :
SH
        chmod 755 /usr/local/bin/fills
        echo pre-invoke=/usr/local/bin/fills >/etc/dpkg/dpkg.cfg.d/fills"
    ));
}

fn make_room(host: &Host) {
    host.run("rm /etc/dpkg/dpkg.cfg.d/fills /var/fill");
}

fn repairs(plan: &Plan) -> bool {
    let mut steps = plan.servers().flat_map(|server| &server.steps);
    steps.any(|step| step.kind == StepKind::Repair)
}

/// A run whose disk becomes full under it: it fails, and says why.
async fn fails_for_want_of_room(drydock: &Drydock, plan: &Plan) {
    let run = drydock.run(plan).await;
    let told = drydock.told(run.id).await;
    assert_eq!(run.outcome, Some(RunOutcome::Failed), "{told}");
    let lanes = drydock.lanes(run.id).await;
    let install = of_kind(&lanes[0], StepKind::Install);
    assert_eq!(install.outcome, Some(StepOutcome::Failed), "{told}");
    let said = install.said.clone().unwrap();
    assert!(
        said.starts_with("A disk of the server became full") && said.contains("Make room on it"),
        "{said}"
    );
    let log = String::from_utf8(drydock.log(run.id, install.id).await).unwrap();
    assert!(log.contains("No space left on device"), "{log}");
    assert!(log.contains("drydock: A disk of this server is full:"), "{log}");
    assert!(
        log.lines()
            .any(|line| line.contains("100%") && line.ends_with(" /var")),
        "{log}"
    );
    let rescan = of_kind(&lanes[0], StepKind::Rescan);
    assert_eq!(rescan.outcome, Some(StepOutcome::Changed), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_stops_an_upgrade_before_it_begins_or_is_said_to_have_broken_it() {
    let Some(lab) = lab() else { return };
    let host = lab.spare().await;
    small_var(&host, 200);
    let drydock = Drydock::start(lab, &[&host]).await;
    let mut options = options();
    options.reboot = false;

    // There is too little room to begin: nothing is touched, and both numbers are said.
    let plan = drydock.plan(&options).await;
    let before = versions(&host);
    let run = drydock.run(&plan).await;
    let told = drydock.told(run.id).await;
    assert_eq!(run.outcome, Some(RunOutcome::Failed), "{told}");
    let lanes = drydock.lanes(run.id).await;
    let said = of_kind(&lanes[0], StepKind::PreChecks).said.clone().unwrap();
    let has = free_on_var(&host) / 1_000_000;
    assert!(
        said.starts_with("It needs ")
            && said.contains(&format!(" MB of free space on /var and has {has} MB.")),
        "{said}"
    );
    assert!(
        said.ends_with("Nothing was touched; make room and try again."),
        "{said}"
    );
    let install = of_kind(&lanes[0], StepKind::Install);
    assert_eq!(install.outcome, Some(StepOutcome::Skipped), "{told}");
    assert_eq!(versions(&host), before);
    host.run("mount -o remount,size=500m /mnt");

    // The last byte is taken between apt's last question and dpkg's first act.
    fill_before(&host, "unpack");
    let plan = drydock.plan(&options).await;
    fails_for_want_of_room(&drydock, &plan).await;
    make_room(&host);
    assert_eq!(versions(&host), before);

    // Between unpacking and configuring: packages are left half done.
    fill_before(&host, "configure");
    let plan = drydock.plan(&options).await;
    assert!(!repairs(&plan));
    fails_for_want_of_room(&drydock, &plan).await;
    make_room(&host);

    // With room again, the next plan finishes it.
    let plan = drydock.plan(&options).await;
    assert!(repairs(&plan), "{plan:?}");
    let run = drydock.run(&plan).await;
    let told = drydock.told(run.id).await;
    assert_eq!(run.outcome, Some(RunOutcome::Succeeded), "{told}");
    let is = versions(&host);
    assert_eq!(is.get("liblab").map(String::as_str), Some("1.0-1+deb12u1"));
    assert_eq!(is.get("lab-via-updates").map(String::as_str), Some("1.0-2"));
    let unfinished = drydock.facts(plan.servers().next().unwrap().server).await;
    assert_eq!(
        unfinished.unfinished_packages.get().map(Vec::len),
        Some(0),
        "{told}"
    );
    drydock.worker.shutdown().await;
    drydock.store.close().await;
}
