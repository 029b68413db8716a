//! Packages that behave badly, and other programs that are at work.

use super::worker::{Worker, folder, keep_locked, log, release, versions};
use crate::host::eventually;
use crate::lab::lab;
use model::{Repair, Work};
use remote::work::exit;
use remote::work::start::Started;

#[tokio::test(flavor = "multi_thread")]
async fn a_package_that_fails_is_seen_and_repaired_and_one_that_asks_gets_no_answer() {
    let Some(lab) = lab() else { return };
    let host = lab.spare().await;
    let worker = Worker::of(lab, &host);
    host.run("touch /run/lab-fails");
    let fails = worker.install_of("lab-fails", 60).await;
    let (code, said) = worker.carry_out(&host, 1, fails).await;
    assert_eq!(code, 100, "{said}");
    assert!(said.contains("lab-fails cannot be configured"), "{said}");
    let check = worker.pre_check().await;
    assert_eq!(
        check.interrupted.packages,
        [("lab-fails".to_owned(), "ok half-configured".to_owned())]
    );
    assert!(
        check
            .disks
            .iter()
            .any(|disk| disk.place == "/" && disk.free_bytes > 0),
        "{check:?}"
    );
    let (code, said) = worker
        .carry_out(&host, 2, Work::Repair(Repair::ConfigurePending))
        .await;
    assert_ne!(code, 0, "{said}");
    host.run("rm /run/lab-fails");
    let (code, said) = worker.carry_out(&host, 3, Work::Repair(Repair::FixBroken)).await;
    assert_eq!(code, 0, "{said}");
    assert!(!worker.pre_check().await.interrupted.needs_repair());

    let asks = worker.install_of("lab-asks", 60).await;
    let (code, said) = worker.carry_out(&host, 4, asks).await;
    assert_eq!(code, 0, "{said}");
    assert!(
        said.contains("Overwrite everything? [y/N] the answer was: nobody"),
        "{said}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_that_another_program_holds_is_waited_for_aloud_and_not_for_ever() {
    let Some(lab) = lab() else { return };
    let host = lab.spare().await;
    let worker = Worker::of(lab, &host);
    let before = versions(&host);
    let hasty = worker.install_of("lab-asks", 2).await;
    let patient = worker.install_of("lab-asks", 120).await;
    keep_locked(&host, "/var/lib/dpkg/lock-frontend");
    let check = worker.pre_check().await;
    assert_eq!(check.locks.len(), 1, "{check:?}");
    assert_eq!(check.locks[0].lock, "/var/lib/dpkg/lock-frontend");
    assert!(check.locks[0].command.contains("keeps-lock") && check.locks[0].since_secs.is_some());
    let (code, said) = worker.carry_out(&host, 1, hasty).await;
    assert_eq!(code, exit::LOCKED, "{said}");
    assert!(said.contains("Gave up waiting: /var/lib/dpkg/lock-frontend is held by “/usr/bin/python3 /usr/local/bin/keeps-lock"), "{said}");
    assert_eq!(versions(&host), before);

    assert_eq!(worker.start(2, patient).await, Started::Now);
    eventually("it says what it waits for", || {
        host.holds(&format!(
            "grep -q 'Waiting for /var/lib/dpkg/lock-frontend, held by' {}/log",
            folder(2)
        ))
    })
    .await;
    release(&host);
    assert_eq!(worker.ended(2).await.code, 0);

    keep_locked(&host, "/var/lib/apt/lists/lock");
    assert_eq!(worker.start(3, Work::Refresh).await, Started::Now);
    eventually("it says what it waits for", || {
        host.holds(&format!(
            "grep -q 'Waiting for /var/lib/apt/lists/lock, held by' {}/log",
            folder(3)
        ))
    })
    .await;
    release(&host);
    assert_eq!(worker.ended(3).await.code, 0, "{}", log(&host, 3));
    host.run("echo 'deb http://127.0.0.1:9/gone gone main' >/etc/apt/sources.list.d/gone.list");
    let (code, said) = worker.carry_out(&host, 4, Work::Refresh).await;
    assert_eq!(code, 100, "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_configuration_file_that_was_changed_by_hand_is_kept() {
    let Some(lab) = lab() else { return };
    let host = lab.spare().await;
    let worker = Worker::of(lab, &host);
    host.run("apt-get -q -y install lab-conf=1.0-1 2>&1; echo 'mine = yes' >/etc/lab.conf");
    let update = worker.install_of("lab-conf", 60).await;
    let (code, said) = worker.carry_out(&host, 1, update).await;
    assert_eq!(code, 0, "{said}");
    assert_eq!(host.run("cat /etc/lab.conf"), "mine = yes\n");
    assert_eq!(host.run("cat /etc/lab.conf.dpkg-dist"), "version = 1.1-1\n");
}
