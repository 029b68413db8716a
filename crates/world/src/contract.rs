//! What every adapter behind [`Shell`] owes its callers, as one function that the adapters' tests call. It panics
//! with a sentence when a promise is broken.

mod following;

pub use following::{Followable, check_following};

use crate::{Answer, Limits, Shell, ShellError, Target};
use futures::future::join_all;
use futures::{FutureExt as _, pin_mut};
use model::Reach;
use remote::Op;
use std::sync::Arc;
use std::time::Duration;

/// Where an adapter is tried. What an adapter has no counterpart for is `None`.
#[derive(Debug, Clone)]
pub struct Places {
    /// A server that answers [`Places::op`] with status 0 and at least 64 bytes of standard output.
    pub healthy: Target,
    /// The operation that is asked for.
    pub op: Op,
    /// Limits that a healthy server keeps with ease.
    pub limits: Limits,
    /// A server that takes at least 200 ms for [`Places::op`].
    pub slow: Option<Target>,
    /// A server that nothing leads to.
    pub unreachable: Option<Target>,
    /// A server that does not accept the account.
    pub wrong_login: Option<Target>,
    /// A healthy server behind a jump host.
    pub behind_jump: Option<Target>,
    /// A server behind a jump host that cannot be used.
    pub behind_broken_jump: Option<Target>,
}

/// Tries all promises.
///
/// # Panics
/// When one is broken.
pub async fn check(shell: &dyn Shell, places: &Places) {
    answers_whole(shell, places).await;
    names_its_keys(shell, places).await;
    sends_nothing_to_unconfirmed_servers(shell, places).await;
    tells_a_changed_key(shell, places).await;
    keeps_its_limits(shell, places).await;
    survives_cancelling(shell, places).await;
    serves_many_at_once(shell, places).await;
    fails_with_a_state(shell, places).await;
}

async fn ask(shell: &dyn Shell, target: &Target, places: &Places) -> Result<Answer, ShellError> {
    shell.exec(target, &places.op, places.limits).await
}

async fn answers_whole(shell: &dyn Shell, places: &Places) {
    for target in [Some(&places.healthy), places.behind_jump.as_ref()]
        .into_iter()
        .flatten()
    {
        match ask(shell, target, places).await {
            Ok(answer) => {
                assert_eq!(answer.exit, Some(0), "{} answers with status 0", target.name);
                assert!(
                    answer.stdout.len() >= 64,
                    "{} answers with its output",
                    target.name
                );
                assert!(
                    answer.stderr.len() <= 16 * 1024,
                    "standard error is a tail of 16 KiB"
                );
            }
            Err(error) => panic!("{} answers, but: {error}", target.name),
        }
    }
}

async fn names_its_keys(shell: &dyn Shell, places: &Places) {
    // Neither pins nor a log-in are needed to ask for keys.
    let target = Target {
        pinned: Vec::new(),
        login: None,
        ..places.healthy.clone()
    };
    match shell.offered_keys(&target, places.limits).await {
        Ok(keys) => {
            assert!(!keys.is_empty(), "a server has host keys");
            for (at, key) in keys.iter().enumerate() {
                let parsed = remote::host_key(&key.algorithm, &key.base64);
                assert_eq!(
                    parsed.as_ref(),
                    Ok(key),
                    "an offered key is a key with its fingerprint"
                );
                let twice = keys
                    .iter()
                    .skip(at + 1)
                    .any(|other| other.algorithm == key.algorithm);
                assert!(!twice, "one key per algorithm");
            }
            for pin in &places.healthy.pinned {
                assert!(keys.contains(pin), "the offered keys hold the pinned ones");
            }
        }
        Err(error) => panic!("a healthy server offers its keys, but: {error}"),
    }
}

async fn sends_nothing_to_unconfirmed_servers(shell: &dyn Shell, places: &Places) {
    let target = Target {
        pinned: Vec::new(),
        ..places.healthy.clone()
    };
    expect(
        ask(shell, &target, places).await,
        &[Reach::KeyUnconfirmed],
        "a server without pins",
    );
}

async fn tells_a_changed_key(shell: &dyn Shell, places: &Places) {
    const OTHER: &str = "AAAAC3NzaC1lZDI1NTE5AAAAIAcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH";
    let Ok(other) = remote::host_key("ssh-ed25519", OTHER) else {
        panic!("the other key is a key");
    };
    let target = Target {
        pinned: vec![other.clone()],
        ..places.healthy.clone()
    };
    let error = expect(
        ask(shell, &target, places).await,
        &[Reach::KeyChanged],
        "a server with another key",
    );
    assert!(!error.offered.is_empty(), "a changed key is shown");
    assert!(
        !error.offered.contains(&other),
        "what is shown is what the server has"
    );
}

async fn keeps_its_limits(shell: &dyn Shell, places: &Places) {
    let small = Limits {
        stdout_bytes: 16,
        ..places.limits
    };
    let answer = shell.exec(&places.healthy, &places.op, small).await;
    expect(answer, &[Reach::TooMuchOutput], "an answer beyond the limit");
    if let Some(slow) = &places.slow {
        let hasty = Limits {
            answer: Duration::from_millis(20),
            ..places.limits
        };
        let answer = shell.exec(slow, &places.op, hasty).await;
        expect(answer, &[Reach::ScanTimedOut], "an answer that takes too long");
    }
}

async fn survives_cancelling(shell: &dyn Shell, places: &Places) {
    for _ in 0..20 {
        let asked = ask(shell, &places.healthy, places);
        pin_mut!(asked);
        // Begun, and dropped in the middle.
        let _ = asked.now_or_never();
    }
    if let Err(error) = ask(shell, &places.healthy, places).await {
        panic!("a server answers after others have given up, but: {error}");
    }
}

async fn serves_many_at_once(shell: &dyn Shell, places: &Places) {
    let answers = join_all((0..24).map(|_| ask(shell, &places.healthy, places))).await;
    for answer in answers {
        match answer {
            Ok(answer) => assert_eq!(answer.exit, Some(0), "each of many answers is whole"),
            Err(error) => panic!("each of many is answered, but: {error}"),
        }
    }
}

async fn fails_with_a_state(shell: &dyn Shell, places: &Places) {
    let network = [
        Reach::NameUnknown,
        Reach::Unreachable,
        Reach::Refused,
        Reach::TimedOut,
    ];
    if let Some(target) = &places.unreachable {
        expect(
            ask(shell, target, places).await,
            &network,
            "a server that nothing leads to",
        );
        let keys = shell.offered_keys(target, places.limits).await;
        expect(keys, &network, "the keys of a server that nothing leads to");
    }
    if let Some(target) = &places.wrong_login {
        expect(
            ask(shell, target, places).await,
            &[Reach::LoginRefused],
            "an account that is not accepted",
        );
    }
    if let Some(target) = &places.behind_broken_jump {
        let error = expect(
            ask(shell, target, places).await,
            &[Reach::JumpFailed],
            "a broken jump host",
        );
        let jump = target.jump.as_deref().map_or("", |jump| jump.name.as_str());
        assert!(
            error.detail.contains(jump),
            "the detail names the jump host: {}",
            error.detail
        );
    }
    if let Some(target) = &places.behind_jump {
        let broken = Target {
            jump: target.jump.as_deref().map(|jump| {
                Arc::new(Target {
                    pinned: Vec::new(),
                    ..jump.clone()
                })
            }),
            ..target.clone()
        };
        let keys = shell.offered_keys(&broken, places.limits).await;
        expect(
            keys,
            &[Reach::JumpFailed],
            "a jump host whose key is not confirmed",
        );
    }
}

fn expect<T: std::fmt::Debug>(result: Result<T, ShellError>, reaches: &[Reach], what: &str) -> ShellError {
    match result {
        Ok(answer) => panic!("{what} fails, but: {answer:?}"),
        Err(error) => {
            assert!(
                reaches.contains(&error.reach),
                "{what} is {reaches:?}, but: {error}"
            );
            assert!(error.detail.len() <= 2048, "{what}: a detail has at most 2 KiB");
            assert!(
                !error.detail.chars().any(char::is_control),
                "{what}: a detail has no control characters"
            );
            error
        }
    }
}
