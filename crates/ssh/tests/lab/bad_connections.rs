//! Bad days between Drydock and a server: each has a state of its own.

use crate::another_program::hold_the_lists;
use crate::host::{Host, eventually, pin};
use crate::lab::lab;
use crate::look::{SHORT, fail_to_see, see, shell};
use model::{HostKey, Reach};
use ssh::{Settings, SshShell};
use std::time::Duration;
use world::Shell as _;

#[tokio::test(flavor = "multi_thread")]
async fn other_host_keys_stop_everything_and_are_shown() {
    let Some(lab) = lab() else { return };
    let host = lab.spare().await;
    let target = host.target(&lab.key("ed25519"));
    see(&shell(), &target).await;
    host.run("rm /etc/ssh/ssh_host_*; ssh-keygen -q -A; systemctl restart ssh");
    let log_ins = log_ins(&host);

    let blind = fail_to_see(&shell(), &target).await;
    assert_eq!(blind.reach, Reach::KeyChanged);
    let mut new: Vec<HostKey> = host
        .run("cat /etc/ssh/ssh_host_*.pub")
        .lines()
        .map(|line| pin(&format!("{} {line}", host.name)))
        .collect();
    new.sort();
    let mut offered = blind.offered;
    offered.sort();
    assert_eq!(offered, new, "{}", blind.detail);
    assert_eq!(
        log_ins,
        self::log_ins(&host),
        "nobody logs in at a server with other keys"
    );

    // A lead accepts them.
    let accepted = world::Target {
        pinned: offered,
        ..target
    };
    see(&shell(), &accepted).await;
}

fn log_ins(host: &Host) -> usize {
    let journal = host.run("journalctl -q -u ssh");
    journal.lines().filter(|line| line.contains("ublickey")).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_not_accepted_and_a_daemon_that_is_stopped_are_told_apart() {
    let Some(lab) = lab() else { return };
    let host = lab.spare().await;
    let target = host.target(&lab.key("ed25519"));
    host.run("mv /root/.ssh/authorized_keys /root/.ssh/kept");
    let blind = fail_to_see(&shell(), &target).await;
    assert_eq!(blind.reach, Reach::LoginRefused, "{blind:?}");
    host.run("mv /root/.ssh/kept /root/.ssh/authorized_keys");
    let shell = shell();
    see(&shell, &target).await;

    // A connection that is there outlives its daemon; nothing new comes in.
    host.run("systemctl stop ssh");
    see(&shell, &target).await;
    host.run("pkill -KILL -x sshd");
    let blind = fail_to_see(&shell, &target).await;
    assert_eq!(blind.reach, Reach::Refused, "{blind:?}");
    let error = shell.offered_keys(&target, SHORT).await.unwrap_err();
    assert_eq!(error.reach, Reach::Refused, "{error}");
    host.run("systemctl start ssh");
    see(&shell, &target).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_off_the_network_is_unreachable_also_in_the_middle_of_a_scan() {
    let Some(lab) = lab() else { return };
    let host = lab.spare().await;
    let target = host.target(&lab.key("ed25519"));
    // As the product's, but it asks a silent server sooner whether it is still there.
    let shell = SshShell::new(Settings {
        keepalive: Duration::from_secs(1),
        keepalive_max: 2,
        ..Settings::default()
    });
    // The scan waits for the lists, so that it is surely under way.
    hold_the_lists(&host);
    let scanning = tokio::spawn({
        let (shell, target) = (shell.clone(), target.clone());
        async move { fail_to_see(&shell, &target).await }
    });
    eventually("the scan runs", || host.holds("pgrep -fx '/bin/sh -s'")).await;
    host.lab_does("cut", &[]);
    let blind = scanning.await.unwrap();
    assert_eq!(blind.reach, Reach::ConnectionLost, "{blind:?}");

    for shell in [shell.clone(), crate::look::shell()] {
        let blind = fail_to_see(&shell, &target).await;
        assert!(
            matches!(blind.reach, Reach::TimedOut | Reach::Unreachable),
            "{blind:?}"
        );
    }
    host.lab_does("join", &[]);
    host.run("systemctl stop keeps-lists");
    see(&shell, &target).await;
}
