//! One server for one step: everything that is said to it, and what the ways to fail mean for the step.

use super::ended::Report;
use crate::desk::{Desk, reachable};
use crate::look::{self, Look};
use engine::{Begun, Settled, StepContext, StepError};
use model::deploy::{DEPLOY_VERSION, KeptConfig, Seen, SeenMore, StepParams};
use model::facts::{Facts, Known, reboot_need};
use model::{Account, Reach, RunId, ServerId, StepId, Work};
use remote::Op;
use remote::scan::{Document, active_units, installed};
use remote::work::kept::{self, KeptOp};
use remote::work::precheck::{self, PreCheck, PreCheckOp};
use remote::work::start::{self, Fence, StartOp, Started};
use remote::work::state::{self, State, StateOp};
use remote::work::stop::{self, StopOp, Stopped};
use remote::work::{ANSWER_MAX, AnswerError, Attempt};
use std::collections::BTreeMap;
use std::time::Duration;
use store::StoreError;
use world::{Answer, Limits, Target};

pub(super) struct Server<'a> {
    pub(super) desk: &'a Desk,
    pub(super) step: &'a StepContext,
    pub(super) target: Target,
    pub(super) params: StepParams,
    account: Account,
}

impl<'a> Server<'a> {
    /// The server that the step is done to, with everything to reach it.
    pub(super) async fn of(desk: &'a Desk, step: &'a StepContext) -> Result<Self, StepError> {
        let gone = || StepError::Failed("The server was removed from Drydock.".to_owned());
        let server: ServerId = step.lane.parse().map_err(|_| gone())?;
        let params = serde_json::from_str(&step.params).map_err(|_| {
            StepError::Failed("The step cannot be read by this build of Drydock; plan it again.".to_owned())
        })?;
        let stored = desk.store.target(server).await.map_err(no_database)?;
        let stored = stored.ok_or_else(gone)?;
        let target = reachable(&stored);
        if target.pinned.is_empty() {
            let reach = Reach::KeyUnconfirmed;
            return Err(StepError::Failed(format!(
                "{} {}",
                reach.sentence(),
                reach.next()
            )));
        }
        Ok(Self {
            desk,
            step,
            target,
            params,
            account: stored.account,
        })
    }

    pub(super) fn attempt(&self) -> Attempt {
        Attempt {
            step: StepId::from_uuid(self.step.step),
            number: self.step.attempt,
        }
    }

    async fn exec(&self, op: &Op, longest: Duration) -> Result<Answer, StepError> {
        let limits = Limits {
            answer: longest.saturating_add(Duration::from_secs(30)),
            stdout_bytes: ANSWER_MAX,
            ..look::SHORT
        };
        let answer = self.desk.shell.exec(&self.target, op, limits).await;
        let answer = answer.map_err(|error| trouble(error.reach, &error.detail))?;
        self.step.alive();
        Ok(answer)
    }

    /// Starts what the plan says.
    pub(super) async fn start_planned(&self) -> Result<Begun, StepError> {
        let work = self.params.step.work.clone().ok_or_else(|| {
            StepError::Failed("The plan does not say what this step does; plan it again.".to_owned())
        })?;
        self.start(work).await
    }

    pub(super) async fn start(&self, work: Work) -> Result<Begun, StepError> {
        let instance = self.desk.store.instance().await.map_err(no_database)?;
        if !self.step.can_act() {
            return Err(StepError::NotConnected(
                "Drydock is not sure that it still holds this run.".to_owned(),
            ));
        }
        let op = StartOp {
            asked: look::asked(&self.target),
            attempt: self.attempt(),
            fence: Fence {
                instance,
                number: self.step.fence,
                take_over: false,
            },
            work,
        };
        let answer = self.exec(&Op::Start(op.clone()), start::LONGEST).await?;
        let started = Started::read(&op, &answer.stdout, &answer.stderr, answer.exit).map_err(unread)?;
        match (started.refusal(), started) {
            (None, _) => Ok(Begun::Running),
            (Some(why), Started::Busy) => Err(StepError::NotConnected(why)),
            (Some(why), _) => Err(StepError::Failed(why)),
        }
    }

    pub(super) async fn state(&self) -> Result<State, StepError> {
        let op = StateOp {
            asked: look::asked(&self.target),
            attempt: self.attempt(),
        };
        let answer = self.exec(&Op::State(op.clone()), state::LONGEST).await?;
        State::read(&op, &answer.stdout, &answer.stderr, answer.exit).map_err(unread)
    }

    pub(super) async fn settle(&self) -> Result<Settled, StepError> {
        Ok(match self.state().await? {
            State::NotStarted => Settled::NotStarted,
            State::Running(_) => Settled::Running,
            State::Ended(_) => Settled::Ended,
            State::Gone(gone) => {
                let report = Report {
                    restarted: gone.restarted,
                    ..Report::default()
                };
                Settled::Gone(report.to_text())
            }
        })
    }

    /// Lets systemd forget the attempt, which has ended. That it did not work is nothing to fail for.
    pub(super) async fn forget(&self) {
        let op = StopOp {
            asked: look::asked(&self.target),
            attempt: self.attempt(),
        };
        let answer = self.exec(&Op::Stop(op.clone()), stop::LONGEST).await;
        let stopped = answer.and_then(|answer| {
            Stopped::read(&op, &answer.stdout, &answer.stderr, answer.exit).map_err(unread)
        });
        if stopped != Ok(Stopped::Gone) {
            tracing::info!(step = %self.step.step, ?stopped, "the unit of a step was not forgotten");
        }
    }

    pub(super) async fn pre_check(&self) -> Result<PreCheck, StepError> {
        let op = PreCheckOp {
            asked: look::asked(&self.target),
        };
        let answer = self.exec(&Op::PreCheck(op.clone()), precheck::LONGEST).await?;
        PreCheck::read(&op, &answer.stdout, &answer.stderr, answer.exit).map_err(unread)
    }

    /// The same of a server that may not be there, over a new connection: one to a machine that is going down may end
    /// without a word, and so may an answer over it.
    pub(super) async fn pre_check_anew(&self, knock: Duration) -> Result<PreCheck, StepError> {
        let shell = &self.desk.shell;
        shell.let_go(&self.target).await;
        let there = shell.knock(&self.target, knock).await;
        there.map_err(|error| trouble(error.reach, &error.detail))?;
        self.pre_check().await
    }

    /// Which configuration files this attempt kept; `None` when the server could not say, which is nothing to fail for.
    pub(super) async fn kept(&self) -> Option<Vec<KeptConfig>> {
        let op = KeptOp {
            asked: look::asked(&self.target),
            attempt: self.attempt(),
        };
        let answer = self.exec(&Op::Kept(op.clone()), kept::LONGEST).await;
        let kept = answer
            .and_then(|answer| kept::read(&op, &answer.stdout, &answer.stderr, answer.exit).map_err(unread));
        kept.inspect_err(
            |error| tracing::info!(step = %self.step.step, ?error, "kept configuration was not read"),
        )
        .ok()
    }

    async fn scan(&self) -> Look {
        // What is pending was read anew when it was surveyed; a step never waits for the archive to say it again.
        let never = remote::NEVER_REFRESH;
        let (shell, clock) = (&*self.desk.shell, &*self.desk.clock);
        look::scan(shell, clock, &self.target, self.account, never).await
    }

    /// Reads every fact, and writes nothing.
    pub(super) async fn look(&self) -> Result<(Document, Box<Facts>), StepError> {
        match self.scan().await {
            Look::Seen { document, facts, .. } => {
                self.step.alive();
                Ok((document, facts))
            }
            Look::Failed { reach, detail, .. } => Err(trouble(reach, &detail)),
        }
    }

    /// Reads every fact and writes them down, as a scan does. Returns what Proof needs of them.
    pub(super) async fn look_and_write(&self) -> Result<Seen, StepError> {
        let looked = self.scan().await;
        let seen = match &looked {
            Look::Seen { document, facts, .. } => Ok(seen_in_full(document, facts, &self.params.packages)),
            Look::Failed { reach, detail, .. } => Err(trouble(*reach, detail)),
        };
        let run = RunId::from_uuid(self.step.run);
        let written = self
            .desk
            .write_look(run, self.step.epoch, self.target.server, looked, false);
        written.await.map_err(no_database)?;
        seen
    }

    /// How the server was before anything was done to it, as far as this run saw it.
    pub(super) async fn before(&self) -> Result<Option<Seen>, StepError> {
        let Some(step) = self.params.before else {
            return Ok(None);
        };
        let stored = self.desk.store.step(step).await.map_err(no_database)?;
        let result = stored.and_then(|(_, _, result)| result);
        Ok(result.and_then(|result| serde_json::from_str(&result).ok()))
    }
}

/// What later steps need to know of these facts.
pub(super) fn seen(facts: &Facts) -> Seen {
    Seen {
        v: DEPLOY_VERSION,
        boot_id: facts.machine.boot_id.get().cloned(),
        kernel: facts.kernel.running.clone(),
        failed_units: facts.failed_units.get().cloned(),
        more: None,
    }
}

/// The same out of the short look, which simulates nothing and so burdens no server that has just started.
pub(super) fn seen_shortly(checked: &PreCheck) -> Seen {
    Seen {
        v: DEPLOY_VERSION,
        boot_id: checked.boot_id.clone(),
        kernel: checked.kernel.clone(),
        failed_units: checked.failed_units.get().cloned(),
        more: None,
    }
}

/// The same with what Proof sets beside each other.
pub(super) fn seen_in_full(document: &Document, facts: &Facts, packages: &[String]) -> Seen {
    let (reboot, reboot_said) = reboot_need(
        &facts.reboot,
        &facts.kernel,
        facts.machine.is_container,
        &facts.old_libraries,
    );
    let native = &facts.machine.architecture;
    let versions = installed(document).map(|installed| {
        let version = |name: &String| version(&installed, name, native).map(str::to_owned);
        packages
            .iter()
            .map(|name| (name.clone(), version(name)))
            .collect()
    });
    Seen {
        more: Some(Box::new(SeenMore {
            at: facts.seen_at,
            packages: versions.map_or_else(|| Known::unknown("dpkg could not be asked"), Known::Known),
            security: match &facts.updates {
                Known::Known(updates) => Known::Known(updates.counts().all_security()),
                Known::Unknown(why) => Known::Unknown(why.clone()),
            },
            ports: facts.open_ports.clone(),
            containers: facts.containers.clone(),
            unattended: facts.unattended.clone(),
            reboot,
            reboot_said,
            units: active_units(document),
        })),
        ..seen(facts)
    }
}

/// The installed version of a package, by its name or with an architecture.
pub(super) fn version<'a>(packages: &BTreeMap<&str, &'a str>, name: &str, native: &str) -> Option<&'a str> {
    let with_native = format!("{name}:{native}");
    packages
        .get(name)
        .or_else(|| packages.get(with_native.as_str()))
        .copied()
}

/// What a call that came to nothing means for a step. Where it is not certain that nothing was sent, the server is
/// asked; what only a person can mend ends the waiting.
pub(super) fn trouble(reach: Reach, detail: &str) -> StepError {
    let sentence = format!("{} {detail}", reach.sentence());
    match reach {
        Reach::KeyUnconfirmed | Reach::KeyChanged | Reach::NoSudo | Reach::NoScript => {
            StepError::Failed(sentence)
        }
        // A server that is shutting down or starting refuses log-ins, too.
        Reach::NameUnknown
        | Reach::Unreachable
        | Reach::Refused
        | Reach::NotSsh
        | Reach::LoginRefused
        | Reach::JumpFailed => StepError::NotConnected(sentence),
        _ => StepError::Lost(sentence),
    }
}

fn unread(error: AnswerError) -> StepError {
    trouble(error.reach, &error.detail)
}

pub(super) fn no_database(error: StoreError) -> StepError {
    tracing::warn!(%error, "a step could not use the database");
    StepError::NotConnected("Drydock's database could not be used.".to_owned())
}
