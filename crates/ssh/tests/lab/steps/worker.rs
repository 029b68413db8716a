//! A worker of Drydock with one server, and nothing stored but what it was told.

use crate::host::Host;
use crate::lab::Lab;
use crate::look::shell;
use model::{InstanceId, StepId, Upgrade, Work};
use remote::Op;
use remote::work::follow::{FollowOp, Followed};
use remote::work::precheck::{PreCheck, PreCheckOp};
use remote::work::simulate::{SimulateOp, Simulated, Transaction, Wanted};
use remote::work::start::{Fence, StartOp, Started};
use remote::work::state::{Ended, State, StateOp};
use remote::work::{ANSWER_MAX, Asked, Attempt};
use ssh::SshShell;
use std::time::{Duration, Instant};
use uuid::Uuid;
use world::{Answer, Limits, LogStream, Shell as _, ShellError, Target};

pub(crate) const LIMITS: Limits = Limits {
    connect: Duration::from_secs(10),
    answer: Duration::from_secs(120),
    stdout_bytes: ANSWER_MAX,
};

pub(crate) const NONCE: &str = "00112233445566778899aabbccddeeff";

pub(crate) struct Worker {
    pub(crate) shell: SshShell,
    pub(crate) target: Target,
}

pub(crate) fn attempt(number: u32) -> Attempt {
    Attempt {
        step: StepId::from_uuid(Uuid::from_u128(0x1111_2222_3333_5444_8555_6666_7777_8888)),
        number,
    }
}

/// The attempt's directory.
pub(crate) fn folder(number: u32) -> String {
    format!("/var/lib/drydock/runs/{}", attempt(number))
}

/// The attempt's unit.
pub(crate) fn unit(number: u32) -> String {
    format!("drydock-{}.service", attempt(number))
}

pub(crate) fn fence(number: i64) -> Fence {
    Fence {
        instance: InstanceId::from_uuid(Uuid::from_u128(7)),
        number,
        take_over: false,
    }
}

pub(crate) fn command(script: &str) -> Work {
    Work::Command {
        argv: vec!["sh".to_owned(), "-c".to_owned(), script.to_owned()],
    }
}

impl Worker {
    pub(crate) fn of(lab: &Lab, host: &Host) -> Self {
        Self {
            shell: shell(),
            target: host.target(&lab.key("ed25519")),
        }
    }

    pub(crate) fn asked(&self) -> Asked {
        let user = self.target.login.as_ref().map(|login| login.user.as_str());
        Asked {
            is_root: user == Some("root"),
            nonce: NONCE.to_owned(),
        }
    }

    pub(crate) async fn say(&self, op: Op) -> Result<Answer, ShellError> {
        self.shell.exec(&self.target, &op, LIMITS).await
    }

    pub(crate) async fn start_with(&self, op: StartOp) -> Started {
        let answer = self.say(Op::Start(op.clone())).await.unwrap();
        Started::read(&op, &answer.stdout, &answer.stderr, answer.exit).unwrap()
    }

    pub(crate) async fn start(&self, number: u32, work: Work) -> Started {
        let op = StartOp {
            asked: self.asked(),
            attempt: attempt(number),
            fence: fence(1),
            work,
        };
        self.start_with(op).await
    }

    pub(crate) async fn try_state(&self, number: u32) -> Option<State> {
        let op = StateOp {
            asked: self.asked(),
            attempt: attempt(number),
        };
        let answer = self.say(Op::State(op.clone())).await.ok()?;
        State::read(&op, &answer.stdout, &answer.stderr, answer.exit).ok()
    }

    pub(crate) async fn state(&self, number: u32) -> State {
        self.try_state(number).await.unwrap()
    }

    /// Asks until the state is as wanted.
    pub(crate) async fn until(&self, number: u32, what: &str, is_it: impl Fn(&State) -> bool) -> State {
        let begun = Instant::now();
        loop {
            let state = self.try_state(number).await;
            if let Some(state) = state.clone().filter(|state| is_it(state)) {
                return state;
            }
            assert!(
                begun.elapsed() < Duration::from_secs(180),
                "never {what}: {state:?}"
            );
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    pub(crate) async fn ended(&self, number: u32) -> Ended {
        let state = self
            .until(number, "ended", |state| !matches!(state, State::Running(_)))
            .await;
        match state {
            State::Ended(ended) => ended,
            other => panic!("{other:?}"),
        }
    }

    /// Starts it, waits for its end and returns its status and its log.
    pub(crate) async fn carry_out(&self, host: &Host, number: u32, work: Work) -> (u32, String) {
        assert_eq!(self.start(number, work).await, Started::Now);
        let ended = self.ended(number).await;
        (ended.code, log(host, number))
    }

    pub(crate) async fn follow(&self, number: u32, offset: u64) -> Result<Box<dyn LogStream>, ShellError> {
        let op = FollowOp {
            asked: self.asked(),
            attempt: attempt(number),
            offset,
        };
        self.shell.follow(&self.target, &op, LIMITS.connect).await
    }

    /// Follows as the product does: after whatever happens to the connection, again from the first byte that is not
    /// stored, until the log has ended. `seen` is told of every byte.
    pub(crate) async fn store(&self, number: u32, mut seen: impl FnMut(&[u8])) -> Vec<u8> {
        let begun = Instant::now();
        let mut stored = Vec::new();
        loop {
            assert!(begun.elapsed() < Duration::from_secs(180), "the log never ended");
            let Ok(mut stream) = self.follow(number, stored.len() as u64).await else {
                tokio::time::sleep(Duration::from_millis(200)).await;
                continue;
            };
            loop {
                match stream.next().await {
                    Ok(Followed::Begun { .. }) => {}
                    Ok(Followed::Bytes(bytes)) => {
                        stored.extend_from_slice(&bytes);
                        seen(&stored);
                    }
                    Ok(Followed::Ended { .. }) => return stored,
                    Err(_) => break,
                }
            }
        }
    }

    pub(crate) async fn pre_check(&self) -> PreCheck {
        let op = PreCheckOp { asked: self.asked() };
        let answer = self.say(Op::PreCheck(op.clone())).await.unwrap();
        PreCheck::read(&op, &answer.stdout, &answer.stderr, answer.exit).unwrap()
    }

    pub(crate) async fn simulate(&self, upgrade: Upgrade, only: &[&str], exclude: &[&str]) -> Transaction {
        let mut simulated = self.survey(upgrade, only, exclude).await;
        simulated.transactions.remove(0).unwrap()
    }

    pub(crate) async fn survey(&self, upgrade: Upgrade, only: &[&str], exclude: &[&str]) -> Simulated {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let op = SimulateOp {
            asked: self.asked(),
            refresh_older_than_secs: 0,
            wanted: vec![Wanted {
                upgrade,
                only: names(only),
                exclude: names(exclude),
            }],
        };
        let answer = self.say(Op::Simulate(op.clone())).await.unwrap();
        let simulated = Simulated::read(&op, &answer.stdout, &answer.stderr, answer.exit).unwrap();
        assert_eq!(simulated.refresh_failed, None);
        simulated
    }

    /// The step that installs one new package of the lab.
    pub(crate) async fn install_of(&self, package: &str, lock_wait_secs: u32) -> Work {
        let transaction = self.simulate(Upgrade::FullUpgrade, &[package], &[]).await;
        assert_eq!(transaction.changes.len(), 1, "{transaction:?}");
        Work::Install(transaction.install(Upgrade::FullUpgrade, lock_wait_secs))
    }
}

pub(crate) fn log(host: &Host, number: u32) -> String {
    let output = host.try_run(&format!("cat {}/log", folder(number)));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Versions of packages, as dpkg has them.
pub(crate) fn versions(host: &Host) -> String {
    host.run("dpkg-query -W -f '${Package} ${Version} ${db:Status-Status}\\n' | sort")
}

pub(crate) fn marks(host: &Host) -> String {
    host.run("apt-mark showmanual | sort")
}

/// Lets another program keep a file locked as apt does, until [`release`].
pub(crate) fn keep_locked(host: &Host, file: &str) {
    host.run(&format!(
        "cat >/usr/local/bin/keeps-lock <<'PYTHON'
import fcntl, signal, sys
lock = open(sys.argv[1], 'a')
fcntl.lockf(lock, fcntl.LOCK_EX)
open('/run/lock-is-kept', 'w')
signal.pause()
PYTHON
        rm -f /run/lock-is-kept
        systemd-run --quiet --unit=keeps-lock python3 /usr/local/bin/keeps-lock {file}
        until test -e /run/lock-is-kept; do sleep 0.1; done"
    ));
}

pub(crate) fn release(host: &Host) {
    host.run("systemctl stop keeps-lock");
}
