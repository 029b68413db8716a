//! The contract that all adapters keep.

use crate::setup::{behind, limits, login, scan, settings, shell, target};
use simfleet::sshd::{Behaviour, Fleet, KeyKind};
use ssh::SshKeys;
use std::net::TcpListener;
use std::time::Duration;
use world::contract::{Places, check};
use world::{KeyAlgorithm, KeyTool, Target};

#[tokio::test(flavor = "multi_thread")]
async fn the_shell_keeps_the_contract() {
    let mut settings = settings(&vec![Behaviour::Answer; 4]);
    settings.hosts[0].keys = vec![KeyKind::Ed25519, KeyKind::EcdsaP256];
    settings.hosts[1].forwards = true;
    settings.hosts[3].behaviour = Behaviour::Slowly(2_000, Duration::from_millis(20));
    let fleet = Fleet::start(settings).await.unwrap();
    let [healthy, jump, behind_it, slow] = fleet.hosts() else {
        unreachable!()
    };
    let free = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let places = Places {
        healthy: target(healthy),
        op: scan(),
        limits: limits(),
        slow: Some(target(slow)),
        unreachable: Some(Target {
            port: free,
            ..target(healthy)
        }),
        wrong_login: Some(Target {
            login: Some(login(&SshKeys.generate(KeyAlgorithm::Ed25519).unwrap())),
            ..target(healthy)
        }),
        behind_jump: Some(behind(target(jump), target(behind_it))),
        behind_broken_jump: Some(behind(
            Target {
                port: free,
                ..target(jump)
            },
            target(behind_it),
        )),
    };
    check(&shell(), &places).await;
}
