//! Restarts: once, of the meant boot, and never under a package manager.

use super::worker::{Worker, folder, keep_locked, log, release};
use crate::host::{Host, eventually};
use crate::lab::lab;
use model::{Reboot, Repair, Work};
use remote::work::exit;
use remote::work::start::Started;
use remote::work::state::State;

fn reboot(boot_id: Option<&str>) -> Work {
    Work::Reboot(Reboot {
        boot_id: boot_id.map(str::to_owned),
        lock_wait_secs: 3,
    })
}

async fn up_again(host: &Host, before: &str) -> String {
    eventually("another boot", || {
        host.boot_id().is_some_and(|id| id != before) && host.holds("systemctl is-system-running --quiet")
    })
    .await;
    host.boot_id().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_is_restarted_once_and_only_out_of_the_boot_that_was_meant() {
    let Some(lab) = lab() else { return };
    let host = lab.spare().await;
    let worker = Worker::of(lab, &host);
    let first = host.boot_id().unwrap();

    keep_locked(&host, "/var/lib/dpkg/lock-frontend");
    let (code, said) = worker.carry_out(&host, 1, reboot(Some(&first))).await;
    assert_eq!(code, exit::LOCKED, "{said}");
    assert!(
        said.contains(
            "Waiting for /var/lib/dpkg/lock-frontend, held by “/usr/bin/python3 /usr/local/bin/keeps-lock"
        ),
        "{said}"
    );
    release(&host);
    host.run("systemd-run --quiet --unit=drydock-another sleep 600");
    let (code, said) = worker.carry_out(&host, 2, reboot(Some(&first))).await;
    assert_eq!(code, exit::LOCKED, "{said}");
    assert!(
        said.contains("Still at work here: drydock-another.service"),
        "{said}"
    );
    host.run("systemctl stop drydock-another");
    assert_eq!(host.boot_id().as_deref(), Some(first.as_str()));

    assert_eq!(worker.start(3, reboot(Some(&first))).await, Started::Now);
    let second = up_again(&host, &first).await;
    let state = worker.state(3).await;
    assert!(
        matches!(&state, State::Ended(ended) if ended.code == 0)
            || matches!(&state, State::Gone(gone) if gone.restarted),
        "{state:?}"
    );
    assert!(log(&host, 3).contains(&format!("Restarting this server: boot {first} ends.")));
    assert_eq!(worker.start(3, reboot(Some(&first))).await, Started::Already);
    let (code, said) = worker.carry_out(&host, 4, reboot(Some(&first))).await;
    assert_eq!(code, exit::REFUSED, "{said}");
    assert!(
        said.contains(&format!(
            "This server was restarted meanwhile (boot {second}, not {first})"
        )),
        "{said}"
    );
    assert_eq!(host.boot_id(), Some(second.clone()));

    assert_eq!(worker.start(5, reboot(None)).await, Started::Now);
    up_again(&host, &second).await;
    assert_eq!(host.run(&format!("cat {}/boot.ended", folder(5))).trim(), second);
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_elses_restart_waits_until_dpkg_has_ended() {
    let Some(lab) = lab() else { return };
    let host = lab.spare().await;
    let worker = Worker::of(lab, &host);
    let before = host.boot_id().unwrap();
    let work = worker.install_of("lab-slow", 60).await;
    assert_eq!(worker.start(1, work).await, Started::Now);
    let says = |line: &str| host.holds(&format!("grep -q '{line}' {}/log", folder(1)));
    eventually("it configures", || says("lab-slow is being configured")).await;
    host.run("systemctl --no-block reboot");
    eventually("it has heard of it", || {
        says("This server is being shut down; it waits")
    })
    .await;
    assert_eq!(host.boot_id().as_deref(), Some(before.as_str()));
    host.run("touch /run/lab-go");
    up_again(&host, &before).await;
    let ended = worker.ended(1).await;
    assert_eq!((ended.code, ended.unit), (0, None));
    assert!(log(&host, 1).contains("lab-slow is configured"));
    assert!(!worker.pre_check().await.interrupted.needs_repair());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_power_loss_leaves_a_step_gone_and_what_it_left_can_be_repaired() {
    let Some(lab) = lab() else { return };
    let host = lab.spare().await;
    let worker = Worker::of(lab, &host);
    host.lab_does("timers", &["on"]);
    let before = host.boot_id().unwrap();
    let work = worker.install_of("lab-slow", 60).await;
    assert_eq!(worker.start(1, work.clone()).await, Started::Now);
    eventually("it configures", || {
        host.holds(&format!(
            "grep -q 'lab-slow is being configured' {}/log",
            folder(1)
        ))
    })
    .await;
    let _ = host.try_run("systemctl reboot --force --force");
    up_again(&host, &before).await;
    let State::Gone(gone) = worker
        .until(1, "gone", |state| matches!(state, State::Gone(_)))
        .await
    else {
        panic!()
    };
    assert!(gone.restarted);
    assert_eq!(gone.log.bytes, log(&host, 1).len() as u64);
    assert_eq!(
        worker.start(1, work).await,
        Started::Already,
        "it is not done twice"
    );
    assert!(
        host.holds("systemctl is-active --quiet apt-daily.timer"),
        "a boot puts the timers back"
    );
    host.lab_does("timers", &["off"]);
    let check = worker.pre_check().await;
    assert!(check.interrupted.needs_repair(), "{check:?}");

    host.run("touch /run/lab-go");
    let (code, said) = worker
        .carry_out(&host, 2, Work::Repair(Repair::ConfigurePending))
        .await;
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("lab-slow is configured"), "{said}");
    assert!(!worker.pre_check().await.interrupted.needs_repair());
}
