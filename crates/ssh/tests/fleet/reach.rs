//! Each way in which a server is not reached has its own state.

use crate::setup::{KEY, failure, hasty, limits, shell, start, target};
use bytes::Bytes;
use model::Reach;
use simfleet::sshd::{Behaviour, Host};
use ssh::SshKeys;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::{Duration, Instant};
use world::{KeyAlgorithm, KeyTool, Login, Shell, Target};

async fn one(behaviour: Behaviour) -> (simfleet::sshd::Fleet, Arc<Host>) {
    let fleet = start(&[behaviour]).await;
    let host = Arc::clone(&fleet.hosts()[0]);
    (fleet, host)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_that_nobody_listens_on_refuses() {
    let (_fleet, host) = one(Behaviour::Answer).await;
    let free = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let target = Target {
        port: free,
        ..target(&host)
    };
    let (reach, detail) = failure(&shell(), &target, limits()).await;
    assert_eq!(reach, Reach::Refused);
    let knocked = shell().knock(&target, limits().connect).await;
    assert_eq!(knocked.unwrap_err().reach, Reach::Refused);
    assert!(detail.contains(&format!("127.0.0.1:{free}")), "{detail}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_does_not_exist_is_named() {
    let (_fleet, host) = one(Behaviour::Answer).await;
    let target = Target {
        host: "no-such-server.invalid".into(),
        ..target(&host)
    };
    let (reach, detail) = failure(&shell(), &target, limits()).await;
    assert_eq!(reach, Reach::NameUnknown);
    assert!(detail.contains("no-such-server.invalid"), "{detail}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_without_a_route_is_unreachable() {
    let (_fleet, host) = one(Behaviour::Answer).await;
    // A multicast address: no machine has a TCP connection to one.
    let target = Target {
        host: "224.0.0.1".into(),
        ..target(&host)
    };
    let (reach, detail) = failure(&shell(), &target, limits()).await;
    assert_eq!(reach, Reach::Unreachable, "{detail}");
}

#[tokio::test(flavor = "multi_thread")]
async fn silence_is_timed_out_and_says_how_far_it_came() {
    let (_fleet, host) = one(Behaviour::HangBeforeBanner).await;
    let begun = Instant::now();
    let (reach, detail) = failure(&shell(), &target(&host), hasty()).await;
    assert_eq!(reach, Reach::TimedOut);
    assert!(detail.contains("no SSH banner"), "{detail}");
    assert!(begun.elapsed() < Duration::from_secs(3));

    host.behave(Behaviour::HangAfterBanner);
    let (reach, detail) = failure(&shell(), &target(&host), hasty()).await;
    assert_eq!(reach, Reach::TimedOut);
    assert!(detail.contains("key exchange"), "{detail}");

    crate::setup::eventually("given-up connections are closed", || {
        host.counts().open_connections == 0
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_speak_ssh_is_quoted() {
    // One that waits for more, and one that closes after its greeting.
    let (_fleet, host) = one(Behaviour::NotSsh(Bytes::from_static(
        b"220 mail.example ESMTP\r\n",
    )))
    .await;
    let (reach, detail) = failure(&shell(), &target(&host), hasty()).await;
    assert_eq!(
        (reach, detail.as_str()),
        (Reach::NotSsh, "it said: 220 mail.example ESMTP")
    );

    host.behave(Behaviour::NotSsh(Bytes::from(vec![0xff; 4000])));
    let (reach, _) = failure(&shell(), &target(&host), limits()).await;
    assert_eq!(reach, Reach::NotSsh);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_hangs_up_at_once_is_lost_and_the_reason_is_guessed() {
    let (_fleet, host) = one(Behaviour::CloseBeforeBanner).await;
    let (reach, detail) = failure(&shell(), &target(&host), limits()).await;
    assert_eq!(reach, Reach::ConnectionLost);
    assert!(detail.contains("MaxStartups"), "{detail}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_log_in_says_who_and_what_else_the_server_takes() {
    let (_fleet, host) = one(Behaviour::RefuseLogin).await;
    let (reach, detail) = failure(&shell(), &target(&host), limits()).await;
    assert_eq!(reach, Reach::LoginRefused);
    for part in ["drydock", KEY.fingerprint.as_str(), "publickey"] {
        assert!(detail.contains(part), "{part}: {detail}");
    }

    host.behave(Behaviour::WantPasswordToo);
    let (reach, detail) = failure(&shell(), &target(&host), limits()).await;
    assert_eq!(reach, Reach::LoginRefused);
    assert!(detail.contains("also wants: password"), "{detail}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_the_server_does_not_know_is_refused() {
    let (_fleet, host) = one(Behaviour::Answer).await;
    let other = SshKeys.generate(KeyAlgorithm::EcdsaP256).unwrap();
    let target = Target {
        login: Some(Login {
            user: "root".into(),
            private_key: other.private,
        }),
        ..target(&host)
    };
    let (reach, detail) = failure(&shell(), &target, limits()).await;
    assert_eq!(reach, Reach::LoginRefused);
    assert!(detail.contains(&other.fingerprint), "{detail}");

    let nobody = Target {
        login: None,
        ..target
    };
    let (reach, _) = failure(&shell(), &nobody, limits()).await;
    assert_eq!(reach, Reach::LoginRefused);
}

#[tokio::test(flavor = "multi_thread")]
async fn all_addresses_of_a_name_are_tried() {
    // The fleet listens on IPv4 only; `localhost` has an IPv6 address too on most machines.
    let (_fleet, host) = one(Behaviour::Answer).await;
    let target = Target {
        host: "localhost".into(),
        ..target(&host)
    };
    crate::setup::ask(&shell(), &target).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_with_an_ipv6_address_only_is_reached() {
    if TcpListener::bind("[::1]:0").is_err() {
        return crate::openssh::skip("this machine has no IPv6 loopback address");
    }
    let mut settings = crate::setup::settings(&[Behaviour::Answer]);
    settings.hosts[0].listen = "[::1]:0".parse().unwrap();
    let fleet = simfleet::sshd::Fleet::start(settings).await.unwrap();
    let target = target(&fleet.hosts()[0]);
    assert_eq!(target.host, "::1");
    crate::setup::ask(&shell(), &target).await.unwrap();
}
