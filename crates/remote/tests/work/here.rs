//! This machine as a server without systemd, with a folder of its own for Drydock.

use model::{InstanceId, StepId, Work};
use remote::work::follow::{FollowOp, FollowReader, Followed};
use remote::work::start::{Fence, StartOp, Started};
use remote::work::state::{State, StateOp};
use remote::work::{Asked, Attempt};
use remote::{Op, render};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

pub(crate) const NONCE: &str = "0123456789abcdef0123456789abcdef";

pub(crate) fn asked() -> Asked {
    Asked {
        is_root: true,
        nonce: NONCE.to_owned(),
    }
}

pub(crate) fn attempt(number: u32) -> Attempt {
    Attempt {
        step: "6f2a0d1e-8f3b-5d4c-9a7e-0123456789ab".parse::<StepId>().unwrap(),
        number,
    }
}

pub(crate) fn fence(number: i64) -> Fence {
    Fence {
        instance: "01890000-0000-7000-8000-000000000001"
            .parse::<InstanceId>()
            .unwrap(),
        number,
        take_over: false,
    }
}

pub(crate) fn command(argv: &[&str]) -> Work {
    Work::Command {
        argv: argv.iter().map(|word| (*word).to_owned()).collect(),
    }
}

pub(crate) fn shell_command(script: &str) -> Work {
    command(&["sh", "-c", script])
}

/// Shell text that waits for a file, or for the end of the test whose folder it is in.
pub(crate) fn wait_for(gate: &Path) -> String {
    let folder = gate.parent().unwrap();
    format!(
        "until [ -e {} ] || [ ! -d {} ]; do sleep 0.02; done",
        gate.display(),
        folder.display()
    )
}

pub(crate) struct Here {
    home: TempDir,
}

impl Here {
    pub(crate) fn new() -> Self {
        Self {
            home: tempfile::tempdir().unwrap(),
        }
    }

    /// The operation's text for this folder, and as if there were no systemd.
    pub(crate) fn text(&self, op: &Op) -> String {
        let text = String::from_utf8(render(op).stdin).unwrap();
        text.replace(
            "home='/var/lib/drydock'",
            &format!("home='{}'", self.home.path().display()),
        )
        .replace("/run/systemd/system", "/nonexistent")
    }

    pub(crate) fn say(&self, op: &Op) -> Output {
        sh(&self.text(op))
    }

    pub(crate) fn folder(&self, number: u32) -> PathBuf {
        self.home.path().join("runs").join(attempt(number).to_string())
    }

    pub(crate) fn home(&self) -> PathBuf {
        self.home.path().to_owned()
    }

    pub(crate) fn start_with(&self, op: StartOp) -> Started {
        let output = self.say(&Op::Start(op.clone()));
        Started::read(&op, &output.stdout, &output.stderr, Some(0)).unwrap()
    }

    pub(crate) fn start(&self, number: u32, work: Work) -> Started {
        self.start_with(StartOp {
            asked: asked(),
            attempt: attempt(number),
            fence: fence(1),
            work,
        })
    }

    pub(crate) fn state(&self, number: u32) -> State {
        let op = StateOp {
            asked: asked(),
            attempt: attempt(number),
        };
        let output = self.say(&Op::State(op.clone()));
        State::read(&op, &output.stdout, &output.stderr, Some(0)).unwrap()
    }

    pub(crate) fn ended(&self, number: u32) -> remote::work::state::Ended {
        let mut ended = None;
        eventually("the attempt ended", || match self.state(number) {
            State::Ended(end) => {
                ended = Some(end);
                true
            }
            State::Running(_) => false,
            other => panic!("{other:?}"),
        });
        ended.unwrap()
    }

    /// The log so far. An attempt has none for a moment after it was started.
    pub(crate) fn log(&self, number: u32) -> String {
        match std::fs::read(self.folder(number).join("log")) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => panic!("{error}"),
        }
    }

    /// Follows to the end.
    pub(crate) fn follow(&self, number: u32, offset: u64) -> Vec<Followed> {
        let op = FollowOp {
            asked: asked(),
            attempt: attempt(number),
            offset,
        };
        let output = self.say(&Op::Follow(op.clone()));
        let mut reader = FollowReader::new(&op);
        let said = reader.push(&output.stdout).unwrap();
        assert!(reader.is_over());
        said
    }
}

pub(crate) fn sh(text: &str) -> Output {
    feed(Command::new("/bin/sh").arg("-s"), text)
}

pub(crate) fn feed(command: &mut Command, text: &str) -> Output {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let bytes = text.as_bytes().to_vec();
    let writer = std::thread::spawn(move || {
        // A script that ends early closes its end of the pipe.
        let _ = input.write_all(&bytes);
    });
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

pub(crate) fn eventually(what: &str, mut is_true: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_true() {
        assert!(begun.elapsed() < Duration::from_secs(60), "never true: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
