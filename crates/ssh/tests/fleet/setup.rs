//! A fleet, a key and targets for it.

use model::{Account, Reach, ServerId, Transport};
use remote::{Op, ScanOp};
use simfleet::sshd::{Accepted, Addresses, Behaviour, Document, Fleet, FleetSettings, Host, HostSettings};
use ssh::{Settings, SshKeys, SshShell};
use std::collections::HashSet;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};
use world::{Answer, KeyAlgorithm, KeyPair, KeyTool, Limits, Login, Shell, ShellError, Target};

pub(crate) const NONCE: &str = "0123456789abcdef0123456789abcdef";

/// The key that every fleet accepts.
pub(crate) static KEY: LazyLock<KeyPair> = LazyLock::new(|| SshKeys.generate(KeyAlgorithm::Ed25519).unwrap());

pub(crate) fn document() -> Vec<u8> {
    format!(
        "begin @@\n{}end @@\n",
        "a line of the recorded document\n".repeat(1500)
    )
    .into_bytes()
}

/// Settings for hosts that behave like this, all with one Ed25519 key.
pub(crate) fn settings(behaviours: &[Behaviour]) -> FleetSettings {
    let mut settings = FleetSettings::of(0, Addresses::Ports, Document::recorded(&document(), b"@@"));
    settings.accepted = Accepted::Keys(HashSet::from([KEY.public.clone()]));
    for (at, behaviour) in behaviours.iter().enumerate() {
        settings.hosts.push(HostSettings {
            behaviour: behaviour.clone(),
            ..HostSettings::new(format!("host-{at}"), Addresses::Ports.of(0))
        });
    }
    settings
}

pub(crate) async fn start(behaviours: &[Behaviour]) -> Fleet {
    Fleet::start(settings(behaviours)).await.unwrap()
}

pub(crate) fn shell() -> SshShell {
    SshShell::new(Settings::default())
}

pub(crate) fn login(key: &KeyPair) -> Login {
    Login {
        user: "drydock".into(),
        private_key: key.private.clone(),
    }
}

pub(crate) fn target(host: &Host) -> Target {
    Target {
        server: ServerId::from_uuid(uuid::Uuid::from_u128(u128::from(host.address().port()))),
        name: host.name().into(),
        transport: Transport::Ssh,
        host: host.address().ip().to_string(),
        port: host.address().port(),
        login: Some(login(&KEY)),
        pinned: host.host_keys(),
        jump: None,
    }
}

pub(crate) fn behind(jump: Target, target: Target) -> Target {
    Target {
        jump: Some(Arc::new(jump)),
        ..target
    }
}

pub(crate) fn scan() -> Op {
    Op::Scan(ScanOp {
        account: Account::Operate,
        is_root: true,
        refresh_older_than_secs: 0,
        nonce: NONCE.into(),
    })
}

pub(crate) fn limits() -> Limits {
    Limits {
        connect: Duration::from_secs(20),
        answer: Duration::from_secs(60),
        stdout_bytes: 1024 * 1024,
    }
}

/// Limits for servers that do not answer.
pub(crate) fn hasty() -> Limits {
    Limits {
        connect: Duration::from_millis(400),
        answer: Duration::from_millis(400),
        ..limits()
    }
}

pub(crate) async fn ask(shell: &SshShell, target: &Target) -> Result<Answer, ShellError> {
    shell.exec(target, &scan(), limits()).await
}

/// Asks a server of whom a failure is expected.
pub(crate) async fn failure(shell: &SshShell, target: &Target, limits: Limits) -> (Reach, String) {
    let error = shell.exec(target, &scan(), limits).await.unwrap_err();
    assert!(!error.detail.is_empty() && error.detail.len() <= 2048, "{error}");
    assert!(!error.detail.chars().any(char::is_control), "{error}");
    (error.reach, error.detail)
}

/// Waits until something is true.
pub(crate) async fn eventually(what: &str, is_true: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_true() {
        assert!(begun.elapsed() < Duration::from_secs(20), "never true: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
