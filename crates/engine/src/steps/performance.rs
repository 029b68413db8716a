//! What is kept while a step is performed: its place in the table, its deadline, and the trouble it has.

use super::context::StepContext;
use super::desk::{Desk, Lost};
use super::kind::{Said, Settled, StepEnd, StepError};
use super::lane::Mode;
use super::plan::{Role, Step, StepOutcome};
use super::port::{Move, Written};
use super::transitions::StepState;
use futures::FutureExt as _;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// What people read when a kind panics.
pub(super) const PANICKED: &str = "Something went wrong inside Drydock; its log has the details.";

/// What became of a step for now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Performed {
    /// It has ended.
    Ended,
    /// It has not begun, and is not to begin now.
    Halted,
    /// It is stuck, and this is known.
    Stuck(String),
}

/// What came of asking the world.
pub(super) enum Asked<T> {
    Answer(T),
    Error(StepError),
    Late,
    Panicked,
}

/// One step under way.
pub(super) struct Performance<'s> {
    pub(super) desk: &'s Arc<Desk>,
    pub(super) wave: u32,
    pub(super) lane: &'s str,
    pub(super) step: &'s mut Step,
    pub(super) stoppable: bool,
    pub(super) context: StepContext,
    pub(super) deadline: Instant,
    /// What the world said about the act, when it was just asked.
    pub(super) known: Option<Settled>,
    pub(super) tries: u32,
    pub(super) trouble: Option<String>,
}

impl<'s> Performance<'s> {
    /// Gets ready, and sets the step's deadline unless it has one.
    pub(super) async fn begin(
        desk: &'s Arc<Desk>,
        wave: u32,
        lane: &'s str,
        step: &'s mut Step,
        stoppable: bool,
    ) -> Result<Self, Lost> {
        let now = Instant::now();
        let mut context = StepContext::new(Arc::clone(desk), wave, lane, step, now.into_std());
        let reference = context.reference();
        let left = desk
            .persist("deadline", || desk.store.arm(reference))
            .await
            .ok_or(Lost)?;
        let deadline = Instant::now() + left;
        context.deadline = deadline.into_std();
        Ok(Self {
            desk,
            wave,
            lane,
            step,
            stoppable,
            context,
            deadline,
            known: None,
            tries: 0,
            trouble: None,
        })
    }
}

impl Performance<'_> {
    /// Writes a transition. `None`: it is written, and the step is there.
    pub(super) async fn write(&mut self, to: Move) -> Result<Option<Written>, Lost> {
        let from = self.step.state;
        match self.desk.move_step(self.context.reference(), from, &to).await? {
            Written::Done => {
                self.step.state = to.to();
                Ok(None)
            }
            other => Ok(Some(other)),
        }
    }

    /// Writes a transition that nothing but a mistake refuses.
    pub(super) async fn go(&mut self, to: Move) -> Result<Option<Performed>, Lost> {
        let left = match &to {
            Move::Verify { report, gone } => Some((report.clone(), *gone)),
            _ => None,
        };
        if let Some(refused) = self.write(to).await? {
            return Ok(Some(illegal(&refused)));
        }
        if let Some((report, gone)) = left {
            (self.step.report, self.step.gone) = (Some(report), gone);
        }
        Ok(None)
    }

    pub(super) async fn end(&mut self, outcome: StepOutcome, said: Said) -> Result<Option<Performed>, Lost> {
        let put_back = self.step.role == Role::PutBack && !outcome.is_failure();
        let put_back = put_back && outcome != StepOutcome::Skipped;
        let end = StepEnd { outcome, said };
        let refused = self.go(Move::End { end, put_back }).await?;
        if refused.is_none() {
            self.step.outcome = Some(outcome);
        }
        Ok(refused)
    }

    pub(super) async fn end_failed(&mut self, why: String) -> Result<Option<Performed>, Lost> {
        self.end(StepOutcome::Failed, Said::so(why)).await
    }

    pub(super) async fn stick(&mut self, known: String) -> Result<Option<Performed>, Lost> {
        self.trouble = Some(known.clone());
        self.go(Move::Stick { known }).await
    }

    /// Notes a trouble and waits a little. Whether the deadline has passed then.
    pub(super) async fn is_late_after_waiting(&mut self, why: String) -> bool {
        if self.trouble.as_ref() != Some(&why) {
            self.desk.note(self.context.reference(), &why).await;
            self.trouble = Some(why);
        }
        let settings = &self.desk.settings;
        let wait = settings
            .retry_first
            .saturating_mul(2u32.saturating_pow(self.tries))
            .min(settings.retry_most);
        self.tries = self.tries.saturating_add(1);
        let until = (Instant::now() + wait).min(self.deadline.max(Instant::now() + Duration::from_millis(1)));
        if self.stoppable && self.step.state == StepState::Pending {
            // A lane that waits at a safe point need not wait to stop.
            let mut halt = self.desk.halt.subscribe();
            drop(tokio::time::timeout_at(until, halt.wait_for(|halt| halt.mode() != Mode::Go)).await);
        } else {
            tokio::time::sleep_until(until).await;
        }
        Instant::now() >= self.deadline
    }

    pub(super) fn settled_down(&mut self) {
        (self.tries, self.trouble) = (0, None);
    }

    pub(super) fn too_late(&self) -> String {
        match &self.trouble {
            Some(why) => format!("It was not done in time: {why}"),
            None => "It was not done in time.".to_owned(),
        }
    }

    pub(super) fn renew_context(&mut self) {
        let deadline = self.context.deadline;
        self.context = StepContext::new(Arc::clone(self.desk), self.wave, self.lane, self.step, deadline);
    }

    pub(super) async fn pack(&self) {
        let pack = self.desk.store.pack_log(self.step.id);
        if !matches!(
            tokio::time::timeout(self.desk.settings.store_timeout * 4, pack).await,
            Ok(Ok(()))
        ) {
            tracing::debug!(step = %self.step.id, "a log could not be packed now; it will be later");
        }
    }
}

/// Asks the world within its time. A kind's panic is an answer, too.
pub(super) async fn ask<T>(until: Instant, call: impl Future<Output = Result<T, StepError>>) -> Asked<T> {
    match tokio::time::timeout_at(until, AssertUnwindSafe(call).catch_unwind()).await {
        Ok(Ok(Ok(answer))) => Asked::Answer(answer),
        Ok(Ok(Err(error))) => Asked::Error(error),
        Ok(Err(_)) => Asked::Panicked,
        Err(_) => Asked::Late,
    }
}

pub(super) fn illegal(refused: &Written) -> Performed {
    tracing::error!(?refused, "a transition was refused");
    Performed::Stuck(PANICKED.to_owned())
}
