//! One step: probe → act → verify, with a transition written before and after, and every doubt settled by asking.

use super::desk::{Desk, Lost};
use super::kind::{Begun, Probe, Settled, StepError, StepKind, Verdict};
use super::lane::Mode;
use super::logs::LogCursor;
use super::performance::{Asked, PANICKED, Performance, Performed, ask, illegal};
use super::plan::{Role, Step, StepOutcome};
use super::port::{Move, Written};
use super::transitions::StepState;
use std::sync::Arc;
use tokio::time::Instant;

/// Brings `step` to its end, or as far as it goes now. `stoppable`: until it has begun, the lane is at a safe point.
pub(super) async fn perform(
    desk: &Arc<Desk>,
    wave: u32,
    lane: &str,
    step: &mut Step,
    stoppable: bool,
) -> Result<Performed, Lost> {
    if step.state == StepState::Stuck {
        return Ok(Performed::Stuck(
            "A step of this run is not settled yet.".to_owned(),
        ));
    }
    let kind = desk.kind.find(&step.kind, step.v).cloned();
    let mut performance = Performance::begin(desk, wave, lane, step, stoppable).await?;
    let Some(kind) = kind else {
        let why = "This Drydock does not know this kind of step; a newer one does.".to_owned();
        return performance.give_up(why).await;
    };
    let performed = performance.play(kind.as_ref()).await?;
    if performed == Performed::Ended && performance.context.log_len().await > 0 {
        performance.pack().await;
    }
    Ok(performed)
}

impl Performance<'_> {
    async fn play(&mut self, kind: &dyn StepKind) -> Result<Performed, Lost> {
        loop {
            let done = match self.step.state {
                StepState::Pending => self.probe(kind).await?,
                StepState::Starting if self.known == Some(Settled::NotStarted) => self.start(kind).await?,
                StepState::Starting | StepState::Started => match self.known.take() {
                    Some(Settled::Running) => self.follow(kind, self.deadline).await?,
                    Some(Settled::Ended) => {
                        let until = self.deadline.max(Instant::now() + self.desk.settings.last_look);
                        self.follow(kind, until).await?
                    }
                    _ => self.settle(kind).await?,
                },
                StepState::Verifying => self.verify(kind).await?,
                StepState::Ended => Some(Performed::Ended),
                StepState::Stuck => Some(Performed::Stuck(self.trouble.clone().unwrap_or_default())),
            };
            if let Some(done) = done {
                return Ok(done);
            }
        }
    }

    async fn probe(&mut self, kind: &dyn StepKind) -> Result<Option<Performed>, Lost> {
        if self.stoppable && self.desk.mode() != Mode::Go {
            return Ok(Some(Performed::Halted));
        }
        let found = match ask(self.deadline, kind.probe(&self.context)).await {
            Asked::Answer(found) => found,
            Asked::Error(StepError::Failed(why)) => return self.end_failed(why).await,
            Asked::Error(StepError::NotConnected(why) | StepError::Lost(why)) => {
                if self.is_late_after_waiting(why).await {
                    return self.end_failed(self.too_late()).await;
                }
                return Ok(None);
            }
            Asked::Late => return self.end_failed(self.too_late()).await,
            Asked::Panicked => return self.end_failed(PANICKED.to_owned()).await,
        };
        // That it can be looked at does not end the trouble with starting it.
        match found {
            Probe::Go => self.enter().await,
            Probe::Done(said) => self.end(StepOutcome::FoundDone, said).await,
            Probe::Skip(said) => self.end(StepOutcome::Skipped, said).await,
            Probe::Refuse(said) => self.end(StepOutcome::Failed, said).await,
        }
    }

    /// Pending → starting, written before anything is done.
    async fn enter(&mut self) -> Result<Option<Performed>, Lost> {
        self.desk.until_fresh().await;
        if self.stoppable && self.desk.mode() != Mode::Go {
            return Ok(Some(Performed::Halted));
        }
        if Instant::now() >= self.deadline {
            return self.end_failed(self.too_late()).await;
        }
        let take_out = self.step.role == Role::TakeOut;
        match self.write(Move::Start { take_out }).await? {
            None => {
                self.step.began = true;
                self.known = Some(Settled::NotStarted);
                Ok(None)
            }
            Some(Written::BelowMinimum(why)) if self.stoppable => {
                self.desk.halt.send_modify(|halt| halt.below_minimum = Some(why));
                Ok(Some(Performed::Halted))
            }
            Some(Written::BelowMinimum(why)) => self.end_failed(why).await,
            Some(other) => Ok(Some(illegal(&other))),
        }
    }

    /// Starts the act, which is known not to have been started.
    async fn start(&mut self, kind: &dyn StepKind) -> Result<Option<Performed>, Lost> {
        self.desk.until_fresh().await;
        if Instant::now() >= self.deadline {
            return self.end_failed(self.too_late()).await;
        }
        self.known = None;
        match ask(self.deadline, kind.start(&self.context)).await {
            Asked::Answer(Begun::Running) => {
                self.known = Some(Settled::Running);
                self.go(Move::Started).await
            }
            Asked::Answer(Begun::Over(report)) => self.go(Move::Verify { report, gone: false }).await,
            Asked::Error(StepError::NotConnected(why)) => {
                if self.is_late_after_waiting(why).await {
                    return self.end_failed(self.too_late()).await;
                }
                let moved = self.go(Move::Again).await?;
                if moved.is_none() {
                    self.step.attempt += 1;
                    self.step.began = false;
                    self.step.log = LogCursor::default();
                    self.renew_context();
                }
                Ok(moved)
            }
            Asked::Error(StepError::Lost(why)) => {
                self.is_late_after_waiting(why).await;
                Ok(None)
            }
            Asked::Error(StepError::Failed(why)) => self.end_failed(why).await,
            Asked::Late => Ok(None),
            Asked::Panicked => self.stick(PANICKED.to_owned()).await,
        }
    }

    /// Asks what became of an act that may have been started.
    async fn settle(&mut self, kind: &dyn StepKind) -> Result<Option<Performed>, Lost> {
        let last = Instant::now() >= self.deadline;
        let until = if last {
            Instant::now() + self.desk.settings.last_look
        } else {
            self.deadline
        };
        let starting = self.step.state == StepState::Starting;
        let settled = match ask(until, kind.settle(&self.context)).await {
            Asked::Answer(settled) => settled,
            Asked::Error(StepError::NotConnected(why) | StepError::Lost(why)) if last => {
                return self
                    .stick(format!(
                        "Its time is over, and the server could not be asked: {why}"
                    ))
                    .await;
            }
            Asked::Error(StepError::NotConnected(why) | StepError::Lost(why)) => {
                self.is_late_after_waiting(why).await;
                return Ok(None);
            }
            Asked::Error(StepError::Failed(why)) => return self.stick(why).await,
            Asked::Late if last => {
                return self
                    .stick("Its time is over, and the server did not answer.".to_owned())
                    .await;
            }
            Asked::Late => return Ok(None),
            Asked::Panicked => return self.stick(PANICKED.to_owned()).await,
        };
        self.settled_down();
        match settled {
            Settled::NotStarted if !starting => {
                self.end_failed(
                    "It had been started, and the server knows nothing of it any more.".to_owned(),
                )
                .await
            }
            Settled::NotStarted if last => self.end_failed(self.too_late()).await,
            Settled::Running if last => {
                self.stick("It still works, and its time is over.".to_owned())
                    .await
            }
            Settled::Gone(report) => self.go(Move::Verify { report, gone: true }).await,
            Settled::NotStarted => {
                self.known = Some(Settled::NotStarted);
                Ok(None)
            }
            Settled::Running | Settled::Ended => {
                let moved = if starting {
                    self.go(Move::Started).await?
                } else {
                    None
                };
                self.known = Some(settled);
                Ok(moved)
            }
        }
    }

    async fn follow(&mut self, kind: &dyn StepKind, until: Instant) -> Result<Option<Performed>, Lost> {
        let late = Instant::now() >= self.deadline;
        match ask(until, kind.follow(&self.context)).await {
            Asked::Answer(report) => {
                self.settled_down();
                self.go(Move::Verify { report, gone: false }).await
            }
            Asked::Error(StepError::Failed(why)) => self.end_failed(why).await,
            Asked::Error(StepError::NotConnected(why) | StepError::Lost(why)) if late => {
                self.stick(why).await
            }
            Asked::Error(StepError::NotConnected(why) | StepError::Lost(why)) => {
                self.is_late_after_waiting(why).await;
                Ok(None)
            }
            Asked::Late if late => {
                self.stick("It has ended, and the rest of its log could not be read in time.".to_owned())
                    .await
            }
            Asked::Late => Ok(None),
            Asked::Panicked => self.stick(PANICKED.to_owned()).await,
        }
    }

    async fn verify(&mut self, kind: &dyn StepKind) -> Result<Option<Performed>, Lost> {
        // An act that ended at the last moment is still looked at.
        let until = self.deadline.max(Instant::now() + self.desk.settings.last_look);
        let report = self.step.report.clone().unwrap_or_default();
        loop {
            return match ask(until, kind.verify(&self.context, &report, self.step.gone)).await {
                Asked::Answer(Verdict::Done(said)) if self.step.gone => {
                    self.end(StepOutcome::TookOver, said).await
                }
                Asked::Answer(Verdict::Done(said)) => self.end(StepOutcome::Changed, said).await,
                Asked::Answer(Verdict::Warned(said)) => self.end(StepOutcome::Warned, said).await,
                Asked::Answer(Verdict::Failed(said)) => self.end(StepOutcome::Failed, said).await,
                Asked::Error(StepError::Failed(why)) => self.end_failed(why).await,
                Asked::Error(StepError::NotConnected(why) | StepError::Lost(why)) => {
                    self.is_late_after_waiting(why).await;
                    if Instant::now() < until {
                        continue;
                    }
                    self.stick(self.too_late()).await
                }
                Asked::Late => self.stick(self.too_late()).await,
                Asked::Panicked => self.stick(PANICKED.to_owned()).await,
            };
        }
    }

    /// Ends or sticks a step that this build cannot do anything about.
    async fn give_up(&mut self, why: String) -> Result<Performed, Lost> {
        let done = match self.step.state {
            StepState::Pending => self.end_failed(why).await?,
            _ => self.stick(why).await?,
        };
        Ok(done.unwrap_or(Performed::Ended))
    }
}
