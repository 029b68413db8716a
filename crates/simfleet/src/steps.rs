//! The operations about steps on a simulated server.

use crate::answer;
use crate::command::Deed;
use crate::connect::{Met, failure};
use crate::fault::Fault;
use crate::host::Sight;
use crate::journal::WorldError;
use crate::scan::{garnished, refresh_is_due};
use crate::shell::SimShell;
use crate::work::{Beginning, NewAttempt};
use crate::world::SimWorld;
use model::Reach;
use remote::Op;
use remote::work::{Asked, Attempt};
use world::{Limits, ShellError, Target};

/// How an operation about steps asks; `None` for the others, and for following, which is no exchange.
pub(crate) const fn asked(op: &Op) -> Option<&Asked> {
    match op {
        Op::Start(op) => Some(&op.asked),
        Op::State(op) => Some(&op.asked),
        Op::Kept(op) => Some(&op.asked),
        Op::Stop(op) => Some(&op.asked),
        Op::Tidy(op) => Some(&op.asked),
        Op::Simulate(op) => Some(&op.asked),
        Op::PreCheck(op) => Some(&op.asked),
        Op::Follow(op) => Some(&op.asked),
        Op::Scan(_) | Op::Probe { .. } => None,
    }
}

impl SimShell {
    /// Carries out an operation about steps and returns its document.
    pub(crate) async fn step(
        &self,
        target: &Target,
        op: &Op,
        limits: Limits,
        met: &Met,
    ) -> Result<Vec<u8>, ShellError> {
        let build = met.sight.spec.build(met.sight.seed);
        let refreshes = match op {
            Op::Simulate(op) => refresh_is_due(&met.sight, op.refresh_older_than_secs),
            _ => false,
        };
        let usual = match op {
            Op::Start(_) => 450,
            Op::Simulate(_) => build.scan_ms + if refreshes { build.refresh_ms } else { 0 },
            Op::PreCheck(_) => 420,
            _ => 240,
        };
        if met.sight.has(Fault::Hangs) && matches!(op, Op::Simulate(_)) {
            self.run_out(limits.answer).await;
            return Err(too_late(target));
        }
        if !self.pass(usual * met.slowness(), limits.answer).await {
            return Err(too_late(target));
        }
        let (asked, host) = (op.clone(), target.host.clone());
        let done = self.with_world(target, move |world| {
            let done = world.done(&host, &asked, refreshes)?;
            Ok((done, world.sight(&host)?))
        });
        let (Done::At(beginning), Some((sight, _))) = done.await? else {
            return Err(failure(
                Reach::ConnectionLost,
                target,
                "the server restarted in the middle of the answer",
            ));
        };
        if met.sight.has(Fault::CutOff) {
            return Err(failure(
                Reach::ConnectionLost,
                target,
                "the connection was closed in the middle of the answer",
            ));
        }
        if met.sight.has(Fault::Flood) {
            return Err(failure(
                Reach::TooMuchOutput,
                target,
                &format!("there was no end after {} bytes", limits.stdout_bytes),
            ));
        }
        let text = said(&sight, op, beginning.as_ref(), refreshes);
        Ok(garnished(&sight, &text).into_bytes())
    }
}

fn too_late(target: &Target) -> ShellError {
    failure(
        Reach::ScanTimedOut,
        target,
        "the answer did not end within its limit",
    )
}

/// What an operation did to a server.
enum Done {
    /// It is up; what came of a start.
    At(Option<Beginning>),
    /// It is not there just now, so that nothing was done.
    Away,
}

impl SimWorld {
    /// Does what an operation does to a server.
    fn done(&self, host: &str, op: &Op, refreshes: bool) -> Result<Done, WorldError> {
        let done = self.decide(host, |state| {
            if state.at < state.down_until {
                return (Done::Away, None);
            }
            let host = host.to_owned();
            match op {
                Op::Start(op) => {
                    let beginning = state.asked_to_start(op);
                    let deed = beginning.is_a_change().then(|| Deed::Start {
                        host,
                        new: Box::new(NewAttempt::of(op)),
                    });
                    (Done::At(Some(beginning)), deed)
                }
                Op::Stop(op) => {
                    let job = state.jobs.get(&op.attempt);
                    let deed = job
                        .filter(|job| !job.runs() && !job.is_forgotten)
                        .map(|job| Deed::Forget {
                            host,
                            step: job.attempt.step,
                            attempt: job.attempt.number,
                        });
                    (Done::At(None), deed)
                }
                Op::Tidy(op) => {
                    let is_over = |attempt: &&Attempt| state.jobs.get(attempt).is_some_and(|job| !job.runs());
                    let attempts: Vec<_> = op
                        .attempts
                        .iter()
                        .filter(is_over)
                        .map(|attempt| (attempt.step, attempt.number))
                        .collect();
                    let deed = (!attempts.is_empty()).then_some(Deed::Tidy { host, attempts });
                    (Done::At(None), deed)
                }
                _ => (Done::At(None), None),
            }
        })?;
        if refreshes && matches!(done, Done::At(_)) {
            self.refresh(host)?;
        }
        Ok(done)
    }
}

/// The document that answers an operation.
fn said(sight: &Sight, op: &Op, beginning: Option<&Beginning>, refreshed: bool) -> String {
    match op {
        Op::Start(op) => beginning.map_or_else(String::new, |beginning| {
            answer::start(sight, &op.asked.nonce, beginning)
        }),
        Op::State(op) => answer::state(sight, &op.asked.nonce, op.attempt),
        Op::Kept(op) => answer::kept(sight, &op.asked.nonce, op.attempt),
        Op::Stop(op) => answer::stop(sight, &op.asked.nonce, op.attempt),
        Op::Tidy(op) => answer::tidy(sight, &op.asked.nonce, &op.attempts),
        Op::PreCheck(op) => answer::pre_check(sight, &op.asked.nonce),
        Op::Simulate(op) => answer::survey(sight, op, refreshed),
        Op::Scan(_) | Op::Probe { .. } | Op::Follow(_) => String::new(),
    }
}
