//! Servers behind jump hosts.

use crate::setup::{ask, behind, document, eventually, failure, limits, scan, settings, shell, target};
use model::Reach;
use simfleet::sshd::{Behaviour, Fleet};
use std::net::TcpListener;
use std::sync::Arc;
use world::{Limits, Shell, Target};

/// Two jump hosts and some servers.
async fn fleet(servers: usize) -> Fleet {
    let mut settings = settings(&vec![Behaviour::Answer; 2 + servers]);
    settings.hosts[0].forwards = true;
    settings.hosts[1].forwards = true;
    Fleet::start(settings).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_behind_nested_jump_hosts_answer_over_one_connection_each() {
    let fleet = fleet(3).await;
    let [outer, inner, servers @ ..] = fleet.hosts() else {
        unreachable!()
    };
    let shell = shell();
    let jump = behind(target(outer), target(inner));
    let all: Vec<Target> = servers
        .iter()
        .map(|host| behind(jump.clone(), target(host)))
        .collect();
    for _ in 0..2 {
        let answers = futures::future::try_join_all(all.iter().map(|target| ask(&shell, target)))
            .await
            .unwrap();
        assert!(
            answers
                .iter()
                .all(|answer| answer.stdout.len() > document().len())
        );
    }
    assert_eq!((outer.counts().connections, outer.counts().tunnels), (1, 1));
    assert_eq!((inner.counts().connections, inner.counts().tunnels), (1, 3));
    assert!(servers.iter().all(|host| host.counts().connections == 1));
    assert_eq!(outer.counts().commands + inner.counts().commands, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn host_keys_are_gathered_through_a_jump_host() {
    let fleet = fleet(1).await;
    let server = &fleet.hosts()[2];
    let unknown = Target {
        pinned: Vec::new(),
        login: None,
        ..behind(target(&fleet.hosts()[0]), target(server))
    };
    let shell = shell();
    assert_eq!(
        shell.offered_keys(&unknown, limits()).await.unwrap(),
        server.host_keys()
    );
    eventually("the tunnel is closed", || server.counts().open_connections == 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_large_answers_at_once_do_not_hold_each_other_up() {
    const SIZE: u64 = 3_000_000;
    let fleet = fleet(24).await;
    let jump = target(&fleet.hosts()[0]);
    let shell = shell();
    let large = Limits {
        stdout_bytes: 4_000_000,
        ..limits()
    };
    let all: Vec<Target> = fleet.hosts()[2..]
        .iter()
        .map(|host| {
            host.behave(Behaviour::Flood(SIZE));
            behind(jump.clone(), target(host))
        })
        .collect();
    let op = scan();
    let answers =
        futures::future::try_join_all(all.iter().map(|target| shell.exec(target, &op, large))).await;
    assert!(
        answers
            .unwrap()
            .iter()
            .all(|answer| answer.stdout.len() as u64 == SIZE)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_jump_host_that_fails_is_named_with_its_own_reason() {
    let fleet = fleet(1).await;
    let [outer, inner, server] = fleet.hosts() else {
        unreachable!()
    };
    let through = |jump: Target| behind(jump, target(server));

    let unpinned = Target {
        pinned: Vec::new(),
        ..target(outer)
    };
    let (reach, detail) = failure(&shell(), &through(unpinned), limits()).await;
    assert_eq!(reach, Reach::JumpFailed);
    assert!(
        detail.contains("host-0") && detail.contains(Reach::KeyUnconfirmed.sentence()),
        "{detail}"
    );
    assert_eq!(outer.counts().connections, 0);

    outer.behave(Behaviour::RefuseLogin);
    let (reach, detail) = failure(&shell(), &through(target(outer)), limits()).await;
    assert_eq!(reach, Reach::JumpFailed);
    assert!(
        detail.contains("host-0") && detail.contains(Reach::LoginRefused.sentence()),
        "{detail}"
    );

    let nested = behind(target(outer), target(inner));
    let (reach, detail) = failure(&shell(), &through(nested), limits()).await;
    assert_eq!(reach, Reach::JumpFailed);
    assert!(detail.contains("host-1") && detail.contains("host-0"), "{detail}");
    assert_eq!(server.counts().connections, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_jump_host_that_forwards_nothing_has_failed() {
    let fleet = fleet(2).await;
    let [_, _, plain, server] = fleet.hosts() else {
        unreachable!()
    };
    let (reach, detail) = failure(&shell(), &behind(target(plain), target(server)), limits()).await;
    assert_eq!(reach, Reach::JumpFailed);
    assert!(detail.contains("host-2"), "{detail}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_jump_host_cannot_reach_is_the_servers_state() {
    let fleet = fleet(1).await;
    let jump = target(&fleet.hosts()[0]);
    let free = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let shell = shell();
    let expected = [
        ("127.0.0.1", Reach::Refused),
        ("no-such-server.invalid", Reach::NameUnknown),
        ("192.0.2.1", Reach::Unreachable),
    ];
    for (host, want) in expected {
        let server = Target {
            host: host.into(),
            port: free,
            ..target(&fleet.hosts()[2])
        };
        let (reach, detail) = failure(&shell, &behind(jump.clone(), server), limits()).await;
        assert_eq!(reach, want, "{detail}");
        assert!(detail.contains("host-0") && detail.contains(host), "{detail}");
    }
    assert_eq!(fleet.hosts()[0].counts().connections, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_jump_host_is_waited_for_once_and_not_once_per_server() {
    let fleet = fleet(10).await;
    let outer = &fleet.hosts()[0];
    outer.behave(Behaviour::HangBeforeBanner);
    let shell = shell();
    let short = Limits {
        connect: std::time::Duration::from_millis(500),
        ..limits()
    };
    let begun = std::time::Instant::now();
    let all: Vec<Target> = fleet.hosts()[2..]
        .iter()
        .map(|host| behind(target(outer), target(host)))
        .collect();
    let failures = futures::future::join_all(all.iter().map(|target| failure(&shell, target, short))).await;
    assert!(
        failures.iter().all(|(reach, _)| *reach == Reach::JumpFailed),
        "{failures:?}"
    );
    assert!(
        begun.elapsed() < std::time::Duration::from_secs(3),
        "{:?}",
        begun.elapsed()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_jump_host_that_was_cut_off_is_connected_anew() {
    let fleet = fleet(6).await;
    let outer = &fleet.hosts()[0];
    let shell = shell();
    for host in &fleet.hosts()[2..] {
        ask(&shell, &behind(target(outer), target(host))).await.unwrap();
        outer.end_connections();
    }
    for host in &fleet.hosts()[2..] {
        ask(&shell, &behind(target(outer), target(host))).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_jump_hosts_in_a_row_are_refused() {
    let fleet = fleet(1).await;
    let mut chain = target(&fleet.hosts()[2]);
    for _ in 0..5 {
        chain = Target {
            jump: Some(Arc::new(chain.clone())),
            ..chain
        };
    }
    let (reach, _) = failure(&shell(), &chain, limits()).await;
    assert_eq!(reach, Reach::JumpFailed);
    assert_eq!(fleet.hosts()[2].counts().connections, 0);
}
