//! Pinned transactions, unattended upgrades, and services.

use super::worker::{Worker, folder, log, marks, versions};
use crate::lab::lab;
use crate::look::{see, shell};
use model::{Unattended, Upgrade, Work};
use remote::work::exit;
use remote::work::start::Started;

#[tokio::test(flavor = "multi_thread")]
async fn security_updates_are_installed_exactly_as_planned_and_marks_stay() {
    let Some(lab) = lab() else { return };
    let host = lab.spare().await;
    let worker = Worker::of(lab, &host);
    let sight = see(&shell(), &worker.target).await;
    let updates = sight.facts.updates.get().unwrap();
    let security: Vec<&str> = updates
        .pending
        .iter()
        .filter(|update| update.security)
        .map(|update| update.package.as_str())
        .collect();
    let simulated = worker.survey(Upgrade::Security, &security, &[]).await;
    let units: Vec<_> = simulated
        .units
        .iter()
        .map(|one| (one.unit.as_str(), one.package.as_str(), one.ships))
        .collect();
    assert_eq!(
        units,
        [
            ("labweb.service", "liblab", false),
            ("labworker.service", "liblab", false)
        ]
    );
    let transaction = simulated.transactions[0].clone().unwrap();
    let kernel = format!("linux-image-6.1.0-99-lab-{}", sight.facts.machine.architecture);
    let meta = format!("linux-image-lab-{}", sight.facts.machine.architecture);
    let planned: Vec<_> = transaction
        .changes
        .iter()
        .map(|change| {
            (
                change.package.as_str(),
                change.from.as_deref(),
                change.to.as_str(),
            )
        })
        .collect();
    assert_eq!(
        planned,
        [
            ("lab-via-updates", Some("1.0-1"), "1.0-2"),
            ("liblab", Some("1.0-1"), "1.0-1+deb12u1"),
            (kernel.as_str(), None, "6.1.99-1"),
            (meta.as_str(), Some("6.1.98-1"), "6.1.99-1"),
        ]
    );
    assert_eq!(
        transaction.changes[1].origins,
        ["Debian-Security:12/oldstable-security"]
    );
    assert!(transaction.download_bytes.is_some_and(|bytes| bytes > 0));
    assert!(
        transaction
            .changes
            .iter()
            .all(|change| change.download_bytes.is_some())
    );

    // In this mode needrestart would restart every service with old libraries, and the step's own unit.
    host.run(
        "mkdir -p /etc/needrestart/conf.d; echo '$nrconf{restart} = \"a\";' >/etc/needrestart/conf.d/a.conf",
    );
    let pids = "systemctl show -p MainPID --value labweb labworker";
    let (marked, main) = (marks(&host), host.run(pids));
    let before = versions(&host);
    let (code, said) = worker
        .carry_out(
            &host,
            1,
            Work::Install(transaction.install(Upgrade::Security, 60)),
        )
        .await;
    assert_eq!(code, 0, "{said}");
    assert_eq!(marks(&host), marked);
    assert_eq!(host.run(pids), main, "needrestart restarted nothing");
    assert!(host.holds(&format!("test -s {}/marks.before", folder(1))));
    let changed: Vec<String> = versions(&host)
        .lines()
        .filter(|line| !before.contains(&format!("{line}\n")))
        .map(str::to_owned)
        .collect();
    assert_eq!(
        changed,
        [
            "lab-via-updates 1.0-2 installed".to_owned(),
            "liblab 1.0-1+deb12u1 installed".to_owned(),
            format!("{kernel} 6.1.99-1 installed"),
            format!("{meta} 6.1.99-1 installed"),
        ]
    );
    assert!(
        host.holds(&format!("apt-mark showauto | grep -qx {kernel}")),
        "what came along is automatic"
    );
    assert_eq!(host.run("cat /run/reboot-required.pkgs | sort -u").trim(), kernel);

    let (code, said) = worker
        .carry_out(
            &host,
            2,
            Work::RestartServices {
                units: vec![
                    "labworker.service".to_owned(),
                    "no-such.service".to_owned(),
                    "labweb.service".to_owned(),
                ],
            },
        )
        .await;
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("Not running after the restart:"), "{said}");
    let after = host.run(pids);
    assert!(after.lines().all(|pid| pid != "0"), "{after}");
    assert_ne!(after, main);
    assert_eq!(
        host.run("needrestart -b -l 2>/dev/null | grep -c '^NEEDRESTART-SVC: lab' || true"),
        "0\n"
    );

    let rest = worker.simulate(Upgrade::Upgrade, &[], &["labweb"]).await;
    assert!(
        rest.changes.iter().all(|change| change.package != "labweb"),
        "{rest:?}"
    );
    let all = worker.simulate(Upgrade::FullUpgrade, &[], &[]).await;
    let units = worker.survey(Upgrade::FullUpgrade, &["labweb"], &[]).await.units;
    assert!(
        units.iter().any(|one| one.ships && one.unit == "labweb.service"),
        "{units:?}"
    );
    let names: Vec<&str> = all.changes.iter().map(|change| change.package.as_str()).collect();
    assert_eq!(names, ["lab-kept", "lab-kept-data", "labweb"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_has_changed_since_the_plan_is_not_touched() {
    let Some(lab) = lab() else { return };
    let host = lab.spare().await;
    let worker = Worker::of(lab, &host);
    let transaction = worker
        .simulate(Upgrade::Security, &["liblab", "lab-via-updates"], &[])
        .await;
    let mut install = transaction.install(Upgrade::Security, 60);
    let dpkg_log = || host.run("cat /var/log/dpkg.log | wc -l");

    // apt is about to do something else than planned, and only its own last question shows it.
    let (before, lines) = (versions(&host), dpkg_log());
    host.run("printf '%s\\n' '#!/bin/sh' 'sed -i s/deb12u1/deb12u9/ /var/lib/drydock/runs/*/plan' >/usr/local/bin/meddle; chmod 755 /usr/local/bin/meddle
        echo 'DPkg::Pre-Install-Pkgs { \"/usr/local/bin/meddle\"; };' >/etc/apt/apt.conf.d/00meddle");
    let (code, said) = worker.carry_out(&host, 1, Work::Install(install.clone())).await;
    assert_eq!(code, exit::PLAN_DIFFERS, "{said}");
    assert!(
        said.contains("planned and not offered: liblab 1.0-1 → 1.0-1+deb12u9"),
        "{said}"
    );
    assert!(
        said.contains("offered and not planned: liblab 1.0-1 → 1.0-1+deb12u1"),
        "{said}"
    );
    host.run("rm /etc/apt/apt.conf.d/00meddle");
    assert_eq!((versions(&host), dpkg_log()), (before.clone(), lines.clone()));

    // The version has left the archive.
    let newest = install.packages[1].to.clone();
    install.packages[1].to = "1.0-1+deb12u0".to_owned();
    let (code, said) = worker.carry_out(&host, 2, Work::Install(install.clone())).await;
    assert_eq!(code, exit::PLAN_DIFFERS, "{said}");
    assert!(said.contains("was not found"), "{said}");
    assert_eq!((versions(&host), dpkg_log()), (before, lines));

    // Somebody else was quicker.
    install.packages[1].to = newest;
    host.run(
        "DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l apt-get -q -y install liblab >/dev/null 2>&1",
    );
    let (before, lines) = (versions(&host), dpkg_log());
    let (code, said) = worker.carry_out(&host, 3, Work::Install(install.clone())).await;
    assert_eq!(code, exit::PLAN_DIFFERS, "{said}");
    assert!(
        said.contains("planned and not offered: liblab 1.0-1 → 1.0-1+deb12u1"),
        "{said}"
    );
    assert_eq!((versions(&host), dpkg_log()), (before, lines));

    // The rest as it is now planned again.
    let transaction = worker
        .simulate(Upgrade::Security, &["liblab", "lab-via-updates"], &[])
        .await;
    let (code, said) = worker
        .carry_out(
            &host,
            4,
            Work::Install(transaction.install(Upgrade::Security, 60)),
        )
        .await;
    assert_eq!(code, 0, "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn daily_security_upgrades_are_set_up_and_proved() {
    let Some(lab) = lab() else { return };
    let host = lab.spare().await;
    let worker = Worker::of(lab, &host);
    let daily = |daily| {
        Work::Unattended(Unattended {
            install: false,
            daily,
        })
    };
    let (code, said) = worker.carry_out(&host, 1, daily(true)).await;
    assert_eq!(code, 0, "{said}");
    assert!(
        said.contains("apt-daily-upgrade.timer") && said.contains("drydock: Proved."),
        "{said}"
    );
    assert!(host.holds("systemctl is-active --quiet apt-daily.timer"));
    let sight = see(&shell(), &worker.target).await;
    assert!(sight.facts.unattended.get().unwrap().works());
    let dump = host.run("apt-config dump | grep -e Origins -e Automatic-Reboot -e Periodic::Un");
    let lines: Vec<&str> = dump.lines().filter(|line| !line.ends_with("\"\";")).collect();
    assert_eq!(
        lines
            .iter()
            .filter(|line| line.contains("Origins-Pattern::"))
            .count(),
        1,
        "{dump}"
    );
    assert!(lines.contains(&"Unattended-Upgrade::Origins-Pattern:: \"origin=Debian,codename=${distro_codename}-security,label=Debian-Security\";"), "{dump}");
    assert!(
        lines.contains(&"Unattended-Upgrade::Automatic-Reboot \"false\";"),
        "{dump}"
    );
    // What it would install is security only.
    let would =
        host.run("unattended-upgrade --dry-run --verbose 2>&1 | grep -A1 'Packages that will be upgraded'");
    assert!(would.contains("liblab") && !would.contains("labweb"), "{would}");

    host.run("echo 'Unattended-Upgrade::Automatic-Reboot \"true\";' >/etc/apt/apt.conf.d/99mine");
    assert_eq!(worker.start(2, daily(true)).await, Started::Now);
    assert_eq!(worker.ended(2).await.code, exit::NOT_PROVED);
    let said = log(&host, 2);
    assert!(
        said.contains("apt reads Unattended-Upgrade::Automatic-Reboot as 'true' and not as 'false'"),
        "{said}"
    );
    host.run("rm /etc/apt/apt.conf.d/99mine");

    let (code, said) = worker.carry_out(&host, 3, daily(false)).await;
    assert_eq!(code, 0, "{said}");
    let sight = see(&shell(), &worker.target).await;
    assert!(!sight.facts.unattended.get().unwrap().works());
    host.lab_does("timers", &["off"]);
}
