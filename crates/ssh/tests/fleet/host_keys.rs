//! Nobody is spoken to but a server that proves a pinned key.

use crate::setup::{ask, failure, hasty, limits, settings, shell, start, target};
use model::Reach;
use simfleet::sshd::{Behaviour, Fleet, KeyKind};
use world::{Shell, Target};

async fn with_keys(keys: &[KeyKind]) -> Fleet {
    let mut settings = settings(&[Behaviour::Answer]);
    settings.hosts[0].keys = keys.to_vec();
    Fleet::start(settings).await.unwrap()
}

const ALL: [KeyKind; 3] = [KeyKind::Rsa2048, KeyKind::EcdsaP256, KeyKind::Ed25519];

#[tokio::test(flavor = "multi_thread")]
async fn all_keys_are_gathered_with_one_handshake_each_and_no_log_in() {
    let fleet = with_keys(&ALL).await;
    let host = &fleet.hosts()[0];
    let target = Target {
        pinned: Vec::new(),
        login: None,
        ..target(host)
    };
    let keys = shell().offered_keys(&target, limits()).await.unwrap();
    let algorithms: Vec<&str> = keys.iter().map(|key| key.algorithm.as_str()).collect();
    assert_eq!(algorithms, ["ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa"]);
    assert!(keys.iter().all(|key| host.host_keys().contains(key)));
    assert_eq!((host.counts().connections, host.counts().logins), (3, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_of_pin_connects_with_its_own_kind_of_key() {
    let fleet = with_keys(&ALL).await;
    let whole = target(&fleet.hosts()[0]);
    for pin in &whole.pinned {
        let target = Target {
            pinned: vec![pin.clone()],
            ..whole.clone()
        };
        ask(&shell(), &target)
            .await
            .unwrap_or_else(|error| panic!("{}: {error}", pin.algorithm));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_key_stops_everything_and_is_shown() {
    let fleet = with_keys(&[KeyKind::Ed25519, KeyKind::EcdsaP256]).await;
    let host = &fleet.hosts()[0];
    let before = target(host);
    ask(&shell(), &before).await.unwrap();
    host.change_keys();
    let logins = host.counts().logins;
    let error = ask(&shell(), &before).await.unwrap_err();
    assert_eq!(error.reach, Reach::KeyChanged);
    assert_eq!(error.offered, host.host_keys());
    assert!(
        error.detail.contains(&host.host_keys()[0].fingerprint),
        "{}",
        error.detail
    );
    assert_eq!(host.counts().logins, logins, "nobody logged in");
    ask(&shell(), &target(host)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pinned_kind_of_key_that_is_lost_is_a_change_too() {
    let fleet = with_keys(&ALL).await;
    let other = with_keys(&[KeyKind::Ed25519]).await;
    let rsa = target(&fleet.hosts()[0])
        .pinned
        .into_iter()
        .filter(|pin| pin.algorithm == "ssh-rsa");
    let target = Target {
        pinned: rsa.collect(),
        ..target(&other.hosts()[0])
    };
    let error = ask(&shell(), &target).await.unwrap_err();
    assert_eq!(error.reach, Reach::KeyChanged);
    assert_eq!(error.offered, other.hosts()[0].host_keys());
    assert!(error.detail.contains("ssh-ed25519"), "{}", error.detail);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_sent_to_a_server_without_pins() {
    let fleet = start(&[Behaviour::Answer]).await;
    let host = &fleet.hosts()[0];
    let mut target = target(host);
    target.pinned.clear();
    let (reach, _) = failure(&shell(), &target, limits()).await;
    assert_eq!(reach, Reach::KeyUnconfirmed);

    // A pin that is no key of its algorithm is none.
    target.pinned = host.host_keys();
    target.pinned[0].algorithm = "ssh-dss".into();
    let (reach, _) = failure(&shell(), &target, limits()).await;
    assert_eq!(reach, Reach::KeyUnconfirmed);
    assert_eq!(host.counts().connections, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_of_a_silent_server_are_timed_out() {
    let fleet = start(&[Behaviour::HangAfterBanner]).await;
    let error = shell()
        .offered_keys(&target(&fleet.hosts()[0]), hasty())
        .await
        .unwrap_err();
    assert_eq!(error.reach, Reach::TimedOut);
}
