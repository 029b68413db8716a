//! How much happens at once.

use crate::setup::{ask, behind, eventually, failure, hasty, limits, settings, start, target};
use model::Reach;
use simfleet::sshd::{Behaviour, Fleet};
use ssh::{Settings, SshShell};
use std::time::Duration;
use world::Limits;

#[tokio::test(flavor = "multi_thread")]
async fn no_more_commands_than_allowed_run_at_once() {
    let fleet = start(&vec![Behaviour::Silence; 10]).await;
    let shell = SshShell::new(Settings {
        sessions: 3,
        ..Settings::default()
    });
    let running = || {
        fleet
            .hosts()
            .iter()
            .map(|host| host.counts().open_commands)
            .sum::<usize>()
    };
    let begun = || {
        fleet
            .hosts()
            .iter()
            .map(|host| host.counts().commands)
            .sum::<usize>()
    };
    let asking: Vec<_> = fleet
        .hosts()
        .iter()
        .map(|host| {
            let (shell, target) = (shell.clone(), target(host));
            tokio::spawn(async move { ask(&shell, &target).await })
        })
        .collect();
    eventually("three run", || running() == 3).await;
    assert_eq!(begun(), 3);
    asking.iter().for_each(tokio::task::JoinHandle::abort);
    eventually("none runs", || running() == 0).await;
    assert_eq!(begun(), 3, "those who waited never began");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_more_handshakes_than_allowed_are_under_way() {
    let fleet = start(&vec![Behaviour::HangAfterBanner; 12]).await;
    let shell = SshShell::new(Settings {
        handshakes: 4,
        ..Settings::default()
    });
    let open = || {
        fleet
            .hosts()
            .iter()
            .map(|host| host.counts().open_connections)
            .sum::<usize>()
    };
    let asking: Vec<_> = fleet
        .hosts()
        .iter()
        .map(|host| {
            let (shell, target) = (shell.clone(), target(host));
            tokio::spawn(async move { failure(&shell, &target, hasty()).await })
        })
        .collect();
    let mut most = 0;
    while !asking.iter().all(tokio::task::JoinHandle::is_finished) {
        most = most.max(open());
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    // A connection that was given up may take a moment to be seen closed by the other side.
    assert!((4..=8).contains(&most), "{most}");
    for one in asking {
        // Waiting for a turn is not charged to the server that waits: each has its own time.
        let (reach, detail) = one.await.unwrap();
        assert_eq!(reach, Reach::TimedOut);
        assert!(detail.contains("key exchange"), "{detail}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_more_handshakes_than_allowed_go_through_one_jump_host() {
    let mut settings = settings(&vec![Behaviour::Answer; 25]);
    settings.hosts[0].forwards = true;
    for host in &mut settings.hosts[1..] {
        host.behaviour = Behaviour::HangAfterBanner;
    }
    let fleet = Fleet::start(settings).await.unwrap();
    let shell = SshShell::new(Settings {
        handshakes_per_jump: 3,
        ..Settings::default()
    });
    let jump = target(&fleet.hosts()[0]);
    let open = || {
        fleet.hosts()[1..]
            .iter()
            .map(|host| host.counts().open_connections)
            .sum::<usize>()
    };
    let short = Limits {
        connect: Duration::from_millis(150),
        ..limits()
    };
    ask(&shell, &jump).await.unwrap();
    let asking: Vec<_> = fleet.hosts()[1..]
        .iter()
        .map(|host| {
            let (shell, target) = (shell.clone(), behind(jump.clone(), target(host)));
            tokio::spawn(async move { failure(&shell, &target, short).await })
        })
        .collect();
    let mut most = 0;
    while !asking.iter().all(tokio::task::JoinHandle::is_finished) {
        most = most.max(open());
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    assert!((3..=6).contains(&most), "{most}");
    for one in asking {
        assert_eq!(one.await.unwrap().0, Reach::TimedOut);
    }
    eventually("given-up tunnels are closed", || open() == 0).await;
}
