//! One connection per server, for as long as it is the right one.

use crate::setup::{ask, eventually, failure, limits, login, scan, settings, shell, start, target};
use model::Reach;
use simfleet::sshd::{Accepted, Behaviour, Fleet};
use ssh::{Settings, SshKeys, SshShell};
use std::time::Duration;
use world::{KeyAlgorithm, KeyTool, Limits, Shell, Target};

#[tokio::test(flavor = "multi_thread")]
async fn many_commands_share_one_connection() {
    let fleet = start(&[Behaviour::Answer]).await;
    let (host, shell) = (&fleet.hosts()[0], shell());
    let target = target(host);
    futures::future::try_join_all((0..40).map(|_| ask(&shell, &target)))
        .await
        .unwrap();
    let counts = host.counts();
    assert_eq!((counts.connections, counts.logins, counts.commands), (1, 1, 40));
    assert!(counts.most_commands <= 8, "{counts:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unused_connection_is_closed_after_its_time() {
    let fleet = start(&[Behaviour::Answer]).await;
    let host = &fleet.hosts()[0];
    let shell = SshShell::new(Settings {
        idle: Duration::from_millis(100),
        ..Settings::default()
    });
    ask(&shell, &target(host)).await.unwrap();
    eventually("the connection is closed", || host.counts().open_connections == 0).await;
    ask(&shell, &target(host)).await.unwrap();
    assert_eq!(host.counts().connections, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_so_many_unused_connections_are_kept() {
    let fleet = start(&vec![Behaviour::Answer; 12]).await;
    let shell = SshShell::new(Settings {
        idle_connections: 4,
        ..Settings::default()
    });
    for host in fleet.hosts() {
        ask(&shell, &target(host)).await.unwrap();
    }
    let open = || {
        fleet
            .hosts()
            .iter()
            .map(|host| host.counts().open_connections)
            .sum::<usize>()
    };
    eventually("four are left", || open() == 4).await;
    // The last used ones are the ones that are kept.
    let last = fleet.hosts().last().unwrap();
    ask(&shell, &target(last)).await.unwrap();
    assert_eq!(last.counts().connections, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_died_unused_is_replaced() {
    let fleet = start(&[Behaviour::CutWhenDone]).await;
    let (host, shell) = (&fleet.hosts()[0], shell());
    for round in 1..=4 {
        ask(&shell, &target(host)).await.unwrap();
        assert_eq!(host.counts().connections, round);
        eventually("the connection is cut", || host.counts().open_connections == 0).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_was_let_go_is_not_used_again() {
    let fleet = start(&[Behaviour::Answer]).await;
    let (host, shell) = (&fleet.hosts()[0], shell());
    let target = target(host);
    shell.let_go(&target).await;
    for round in 1..=3 {
        ask(&shell, &target).await.unwrap();
        ask(&shell, &target).await.unwrap();
        assert_eq!(host.counts().connections, round);
        shell.let_go(&target).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_way_that_was_opened_by_knocking_is_the_next_connections() {
    let fleet = start(&[Behaviour::Answer]).await;
    let (host, shell) = (&fleet.hosts()[0], shell());
    let target = target(host);
    for round in 1..=3 {
        shell.let_go(&target).await;
        shell.knock(&target, limits().connect).await.unwrap();
        ask(&shell, &target).await.unwrap();
        ask(&shell, &target).await.unwrap();
        assert_eq!(host.counts().connections, round);
    }
    // One that nobody used is closed when it is let go.
    shell.let_go(&target).await;
    shell.knock(&target, limits().connect).await.unwrap();
    eventually("it is open", || host.counts().open_connections == 1).await;
    shell.let_go(&target).await;
    eventually("it is closed", || host.counts().open_connections == 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_was_cut_off_is_connected_anew_at_once() {
    let fleet = start(&[Behaviour::Answer]).await;
    let (host, shell) = (&fleet.hosts()[0], shell());
    // Whether or not the client has noticed yet: each command is answered.
    for _ in 0..20 {
        ask(&shell, &target(host)).await.unwrap();
        host.end_connections();
    }
    assert_eq!(host.counts().commands, 20, "no command was sent twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edited_server_gets_another_connection() {
    let mut settings = settings(&[Behaviour::Answer]);
    settings.accepted = Accepted::Everybody;
    let fleet = Fleet::start(settings).await.unwrap();
    let (host, shell) = (&fleet.hosts()[0], shell());
    let first = target(host);
    ask(&shell, &first).await.unwrap();
    let mut other_user = first.clone();
    other_user.login.as_mut().unwrap().user = "root".into();
    ask(&shell, &other_user).await.unwrap();
    let other_key = Target {
        login: Some(login(&SshKeys.generate(KeyAlgorithm::Ed25519).unwrap())),
        ..first.clone()
    };
    ask(&shell, &other_key).await.unwrap();
    let other_name = Target {
        host: "localhost".into(),
        ..first.clone()
    };
    ask(&shell, &other_name).await.unwrap();
    assert_eq!(host.counts().connections, 4);
    ask(&shell, &first).await.unwrap();
    assert_eq!(host.counts().connections, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_of_one_shell_do_not_share_connections() {
    let fleet = start(&[Behaviour::Answer, Behaviour::Answer]).await;
    let shell = shell();
    for host in fleet.hosts() {
        shell.exec(&target(host), &scan(), limits()).await.unwrap();
        assert_eq!(host.counts().connections, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_closed_with_the_shell() {
    let fleet = start(&[Behaviour::Answer]).await;
    let (host, shell) = (&fleet.hosts()[0], shell());
    ask(&shell, &target(host)).await.unwrap();
    drop(shell);
    eventually("the connection is closed", || host.counts().open_connections == 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_fell_silent_is_replaced_within_its_time() {
    let fleet = start(&[Behaviour::Answer]).await;
    let (host, shell) = (&fleet.hosts()[0], shell());
    ask(&shell, &target(host)).await.unwrap();
    host.freeze_connections();
    let short = Limits {
        connect: Duration::from_secs(1),
        ..limits()
    };
    shell.exec(&target(host), &scan(), short).await.unwrap();
    assert_eq!((host.counts().connections, host.counts().commands), (2, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_falls_silent_in_the_middle_is_given_up_by_keepalive() {
    let fleet = start(&[Behaviour::Silence]).await;
    let host = std::sync::Arc::clone(&fleet.hosts()[0]);
    let shell = SshShell::new(Settings {
        keepalive: Duration::from_millis(50),
        ..Settings::default()
    });
    let asking = tokio::spawn({
        let (shell, target) = (shell.clone(), target(&host));
        async move { failure(&shell, &target, limits()).await }
    });
    eventually("the command runs", || host.counts().open_commands == 1).await;
    host.freeze_connections();
    let (reach, detail) = asking.await.unwrap();
    assert_eq!(reach, Reach::ConnectionLost);
    assert!(detail.contains("stopped answering"), "{detail}");
}
