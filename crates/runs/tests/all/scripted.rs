//! One server as a test wants it: it keeps its attempts as a real one does, and says so in real documents.

use async_trait::async_trait;
use model::{HostKey, Reach, Work};
use remote::Op;
use remote::scan::Composer;
use remote::work::follow::{End, FollowOp, Followed};
use remote::work::{Asked, Attempt};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use world::{Answer, Limits, LogStream, Shell, ShellError, Target};

/// What a test wants of the server, and what became of it.
#[derive(Debug, Default)]
pub(crate) struct Machine {
    /// Grows with every boot.
    pub(crate) boot: u32,
    /// Whether it asks for a reboot; a boot takes the flag away.
    pub(crate) asks_for_reboot: bool,
    /// What has failed.
    pub(crate) failed_units: Vec<String>,
    /// What fails with the next boot.
    pub(crate) fails_at_boot: Vec<String>,
    /// What fails with an installation.
    pub(crate) fails_at_install: Vec<String>,
    /// Whether a reboot ends in darkness.
    pub(crate) stays_away: bool,
    /// Whether a reboot ends connections without a word: they are open, and nothing comes over them any more.
    pub(crate) goes_without_a_word: bool,
    /// Whether a reboot is refused after it was announced.
    pub(crate) refuses_reboot: bool,
    /// Whether the connection that is kept is such a one.
    pub(crate) is_deaf: bool,
    /// The status of installations.
    pub(crate) install_exit: u32,
    /// The next log is cut off after so many bytes.
    pub(crate) cut_log_after: Option<usize>,
    /// Every work that was started, in order.
    pub(crate) started: Vec<Work>,
    pub(crate) is_away: bool,
    pub(crate) attempts: BTreeMap<Attempt, Done>,
}

#[derive(Debug, Clone)]
pub(crate) struct Done {
    log: Vec<u8>,
    /// `None`: the machine was restarted under it.
    exit: Option<u32>,
}

/// The way to the machine.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scripted(pub(crate) Arc<Mutex<Machine>>);

fn lost(reach: Reach) -> ShellError {
    ShellError {
        reach,
        detail: "scripted".to_owned(),
        offered: Vec::new(),
    }
}

/// What an installation prints.
pub(crate) const LOG: &str =
    "Setting up one (2) ...\nProgress 50%\rProgress 100%\r\nSetting up two (2) ...\n";

/// What it says of configuration files that were kept.
pub(crate) const KEPT: &str =
    "file\t/etc/one.conf\t/etc/one.conf.dpkg-dist\n --- /etc/one.conf\n -mine\n +theirs\n";

impl Machine {
    fn boot_id(&self) -> String {
        format!("00000000-0000-4000-8000-{:012}", self.boot)
    }

    fn units(&self) -> String {
        let lines = self.failed_units.iter();
        lines
            .map(|unit| format!("{unit} loaded failed failed x\n"))
            .collect()
    }

    fn start(&mut self, attempt: Attempt, work: &Work) -> &'static str {
        if self.attempts.contains_key(&attempt) {
            return "already";
        }
        self.started.push(work.clone());
        let (log, exit) = match work {
            Work::Reboot(_) => {
                let log = format!("drydock: Restarting this server: boot {} ends.\n", self.boot_id());
                if self.refuses_reboot {
                    let exit = Some(1);
                    let log = log.into_bytes();
                    self.attempts.insert(attempt, Done { log, exit });
                    return "started";
                }
                self.boot += 1;
                self.is_deaf = self.goes_without_a_word;
                self.asks_for_reboot = false;
                self.is_away = self.stays_away;
                let failed = std::mem::take(&mut self.fails_at_boot);
                self.failed_units.extend(failed);
                (log.into_bytes(), None)
            }
            Work::Install(_) => {
                let failed = std::mem::take(&mut self.fails_at_install);
                self.failed_units.extend(failed);
                (LOG.as_bytes().to_vec(), Some(self.install_exit))
            }
            _ => (Vec::new(), Some(0)),
        };
        self.attempts.insert(attempt, Done { log, exit });
        "started"
    }

    fn answer(&mut self, op: &Op) -> String {
        match op {
            Op::Scan(scan) => {
                let flag = if self.asks_for_reboot { "yes" } else { "no" };
                document(
                    &scan.nonce,
                    &[
                        ("scan", "script=sent\nuid=0\n"),
                        (
                            "machine",
                            &format!(
                                "hostname=one\nboot_id={}\narchitecture=amd64\ncontainer=lxc\n",
                                self.boot_id()
                            ),
                        ),
                        ("os-release", "ID=debian\nVERSION_ID=\"12\"\n"),
                        ("kernel", "release=6.1.0-1-amd64\n"),
                        ("reboot", &format!("flag={flag}\n")),
                        ("failed-units", &self.units()),
                    ],
                )
            }
            Op::PreCheck(op) => document(
                &op.asked.nonce,
                &[
                    ("disks", "/\t/\t9000000\t9000000\n"),
                    ("boot-files", "bytes=0\n"),
                    ("locks", ""),
                    ("interrupted", ""),
                    ("boot", &format!("id={}\nkernel=6.1.0-1-amd64\n", self.boot_id())),
                    ("running", ""),
                    ("system", "running\n"),
                    ("failed-units", &self.units()),
                ],
            ),
            Op::Start(op) => {
                let outcome = self.start(op.attempt, &op.work);
                document(&op.asked.nonce, &[("start", &format!("outcome={outcome}\n"))])
            }
            Op::Kept(op) => document(&op.asked.nonce, &[("kept", KEPT)]),
            Op::Stop(op) => document(&op.asked.nonce, &[("stop", "outcome=stopped\n")]),
            Op::State(op) => self.state(&op.asked, op.attempt),
            other => panic!("nobody asks for {other:?}"),
        }
    }

    fn state(&self, asked: &Asked, attempt: Attempt) -> String {
        let done = self.attempts.get(&attempt);
        let claimed = if done.is_some() { "yes" } else { "no" };
        let exit = done
            .and_then(|done| done.exit)
            .map_or_else(String::new, |code| code.to_string());
        let about = format!(
            "directory={claimed}\nclaimed={claimed}\nalive=no\nunit_runs=no\nexit={exit}\npid=7\npid_boot=before\n\
             pid_at=1\nboot={}\nnow=2\nlog_bytes=0\nlog_at=1\ndropped=\n",
            self.boot_id()
        );
        document(&asked.nonce, &[("attempt", &about), ("processes", "")])
    }
}

fn document(nonce: &str, sections: &[(&str, &str)]) -> String {
    let mut document = Composer::new(nonce, 0);
    for (name, output) in sections {
        document.section(name, output, "", 0, 1);
    }
    document.end(1)
}

#[async_trait]
impl Shell for Scripted {
    async fn exec(&self, _target: &Target, op: &Op, _limits: Limits) -> Result<Answer, ShellError> {
        let answer = {
            let mut machine = self.0.lock().unwrap();
            if machine.is_away {
                return Err(lost(Reach::TimedOut));
            }
            (!machine.is_deaf).then(|| machine.answer(op))
        };
        let Some(answer) = answer else {
            return std::future::pending().await;
        };
        Ok(Answer {
            stdout: answer.into_bytes(),
            stderr: Vec::new(),
            exit: Some(0),
            more_host_keys: Vec::new(),
        })
    }

    async fn follow(
        &self,
        _target: &Target,
        op: &FollowOp,
        _connect: Duration,
    ) -> Result<Box<dyn LogStream>, ShellError> {
        let mut machine = self.0.lock().unwrap();
        if machine.is_away {
            // What was sent before the connection ended had arrived.
            machine.cut_log_after = None;
        }
        let done = machine.attempts.get(&op.attempt).cloned().unwrap();
        let offset = usize::try_from(op.offset).unwrap();
        let mut left = done.log[offset..].to_vec();
        let length = done.log.len() as u64;
        let mut said = VecDeque::from([Ok(Followed::Begun {
            boot_id: machine.boot_id(),
            length,
        })]);
        let cut = machine.cut_log_after.take();
        left.truncate(cut.unwrap_or(usize::MAX));
        if !left.is_empty() {
            said.push_back(Ok(Followed::Bytes(left)));
        }
        if machine.goes_without_a_word && done.log != LOG.as_bytes() {
            machine.goes_without_a_word = false;
            return Ok(Box::new(Said(said)));
        }
        said.push_back(if cut.is_some() || machine.is_away {
            Err(lost(Reach::ConnectionLost))
        } else {
            Ok(Followed::Ended {
                length,
                end: done.exit.map_or(End::Gone, |code| End::Ended { code }),
            })
        });
        Ok(Box::new(Said(said)))
    }

    async fn offered_keys(&self, _target: &Target, _limits: Limits) -> Result<Vec<HostKey>, ShellError> {
        Err(lost(Reach::Unsupported))
    }

    async fn let_go(&self, _target: &Target) {
        self.0.lock().unwrap().is_deaf = false;
    }

    async fn knock(&self, _target: &Target, _within: Duration) -> Result<(), ShellError> {
        if self.0.lock().unwrap().is_away {
            return Err(lost(Reach::TimedOut));
        }
        Ok(())
    }
}

struct Said(VecDeque<Result<Followed, ShellError>>);

#[async_trait]
impl LogStream for Said {
    async fn next(&mut self) -> Result<Followed, ShellError> {
        match self.0.pop_front() {
            Some(next) => next,
            None => std::future::pending().await,
        }
    }
}
