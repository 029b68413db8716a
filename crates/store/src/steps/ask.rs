//! What people ask of a run: pause, resume, cancel, abandon, and what became of a step that is stuck. Each locks the
//! run's row first, so that its worker and two people decide one after the other.

use super::convert::word;
use crate::sql::{Row, Statement, statements, values};
use crate::{StoreError, Tx};
use engine::{RunState, StepState, Wants};
use model::run::{
    RunEvent, RunOutcome, RunState as Shown, RunWants, Settlement, StepOutcome, StepState as ShownStep,
};
use model::{RunId, StepId, Topic};

statements! {
    LOCK = "UPDATE runs SET seq = seq WHERE id = $1 AND NOT light
        RETURNING state, wants, started_at IS NOT NULL AS begun";
    WANT = "UPDATE runs SET wants = $2 WHERE id = $1";
    PAUSE = "UPDATE runs SET state = 'paused', why = NULL WHERE id = $1";
    QUEUE = "UPDATE runs SET state = 'queued', why = NULL, wants = $2, not_before = CASE
            WHEN not_before > (SELECT now FROM clock) THEN (SELECT now FROM clock) ELSE not_before END WHERE id = $1";
    END = "UPDATE runs SET state = 'ended', outcome = $2, wants = 'none', owner = NULL, lease_until = NULL,
            resume_at = NULL, why = NULL, ended_at = (SELECT now FROM clock) WHERE id = $1";
    NEXT_WAVE = "SELECT MIN(wave) AS wave FROM steps WHERE run_id = $1 AND state = 'pending'";
    STUCK_STEPS = "SELECT COUNT(*) AS stuck FROM steps WHERE run_id = $1 AND state = 'stuck'";
    LOOK_AGAIN = "UPDATE steps SET state = 'started', said = NULL, deadline = (SELECT now FROM clock) + timeout_us
        WHERE id = $1 AND run_id = $2 AND state = 'stuck' RETURNING attempt, lane, role";
    SETTLE = "UPDATE steps SET state = 'ended', outcome = $3, said = $4, ended_at = (SELECT now FROM clock)
        WHERE id = $1 AND run_id = $2 AND state = 'stuck' RETURNING attempt, lane, role";
}

/// What came of asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// It is so.
    Now,
    /// Its worker hears of it within moments, and does it at the next safe point.
    Soon,
    /// The run, or the step, is not where that can be asked of it any more.
    TooLate,
}

/// Where a run is when something is asked of it.
struct Head {
    state: RunState,
    wants: Wants,
    begun: bool,
}

impl Tx {
    /// Pauses a run at its next safe point.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn pause_run(&mut self, run: RunId, by: Option<&str>) -> Result<Asked, StoreError> {
        let Some(head) = self.lock_run(run).await? else {
            return Ok(Asked::TooLate);
        };
        match (head.state, head.wants) {
            (RunState::Running, Wants::None) => self.want(run, Wants::Pause, by).await,
            (RunState::Running, Wants::Pause) => Ok(Asked::Soon),
            (RunState::Queued | RunState::Waiting, Wants::None) => {
                self.asked(run, RunWants::Pause, by).await?;
                self.shift(run, &PAUSE, vec![], head.state, RunState::Paused, None)
                    .await?;
                Ok(Asked::Now)
            }
            _ => Ok(Asked::TooLate),
        }
    }

    /// Lets a run go on that is paused, or waits before a wave, or is to be paused; or is stuck with no step left to
    /// be settled.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn resume_run(&mut self, run: RunId, by: Option<&str>) -> Result<Asked, StoreError> {
        let Some(head) = self.lock_run(run).await? else {
            return Ok(Asked::TooLate);
        };
        match (head.state, head.wants) {
            (RunState::Running, Wants::Pause) => {
                self.want(run, Wants::None, by).await?;
                return Ok(Asked::Now);
            }
            (RunState::Waiting, _) => {
                let wave: Option<u32> = self.one(&NEXT_WAVE, values![run]).await?.get("wave")?;
                if let Some(wave) = wave {
                    self.open(run, wave).await?;
                    self.record(run, None, &RunEvent::Wave { wave }).await?;
                }
            }
            (RunState::Paused, _) => {}
            (RunState::Stuck, _) if self.stuck_steps(run).await? == 0 => {}
            _ => return Ok(Asked::TooLate),
        }
        self.asked(run, RunWants::None, by).await?;
        self.queue(run, head.state, head.wants).await?;
        Ok(Asked::Now)
    }

    /// Ends a run at its next safe point; at once when nothing of it has begun.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn cancel_run(&mut self, run: RunId, by: Option<&str>) -> Result<Asked, StoreError> {
        let Some(head) = self.lock_run(run).await? else {
            return Ok(Asked::TooLate);
        };
        match (head.state, head.wants) {
            (RunState::Ended, _) | (_, Wants::Abandon) => Ok(Asked::TooLate),
            (_, Wants::Cancel) => Ok(Asked::Soon),
            (RunState::Queued | RunState::Paused, _) if !head.begun => {
                self.asked(run, RunWants::Cancel, by).await?;
                self.end_now(run, head.state, RunOutcome::Cancelled).await?;
                Ok(Asked::Now)
            }
            (RunState::Running | RunState::Stuck, _) => self.want(run, Wants::Cancel, by).await,
            (RunState::Queued | RunState::Waiting | RunState::Paused, _) => {
                // A worker brings it to its end: some of its servers may have to be looked at again.
                self.asked(run, RunWants::Cancel, by).await?;
                if head.state == RunState::Queued {
                    self.run(&QUEUE, values![run, Wants::Cancel.as_str()]).await?;
                    self.wake();
                } else {
                    self.queue(run, head.state, Wants::Cancel).await?;
                }
                Ok(Asked::Soon)
            }
        }
    }

    /// Lets go of a run wherever it is. What is under way on its servers goes on without anybody watching; they need
    /// to be looked at.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn abandon_run(&mut self, run: RunId, by: Option<&str>) -> Result<Asked, StoreError> {
        let Some(head) = self.lock_run(run).await? else {
            return Ok(Asked::TooLate);
        };
        match (head.state, head.wants) {
            (RunState::Ended, _) => Ok(Asked::TooLate),
            (RunState::Running, Wants::Abandon) => Ok(Asked::Soon),
            (RunState::Running, _) => self.want(run, Wants::Abandon, by).await,
            (state, _) => {
                self.asked(run, RunWants::Abandon, by).await?;
                self.end_now(run, state, RunOutcome::Abandoned).await?;
                Ok(Asked::Now)
            }
        }
    }

    /// Settles a stuck step of a stuck run. With its last one the run goes on.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn settle_step(
        &mut self,
        run: RunId,
        step: StepId,
        settlement: Settlement,
        by: Option<&str>,
    ) -> Result<Asked, StoreError> {
        let Some(head) = self.lock_run(run).await? else {
            return Ok(Asked::TooLate);
        };
        if head.state != RunState::Stuck {
            return Ok(Asked::TooLate);
        }
        let (to, outcome) = match settlement {
            Settlement::LookAgain => (StepState::Started, None),
            Settlement::Done => (StepState::Ended, Some(StepOutcome::Changed)),
            Settlement::Failed => (StepState::Ended, Some(StepOutcome::Failed)),
        };
        if !StepState::Stuck.may_become(to) {
            return Err(StoreError::internal(format!(
                "a step cannot become {to} from stuck"
            )));
        }
        let who = by.unwrap_or("Drydock");
        let said = outcome.map(|outcome| match outcome {
            StepOutcome::Failed => format!("{who} said that it failed."),
            _ => format!("{who} said that it is done."),
        });
        let row = match outcome {
            None => self.first(&LOOK_AGAIN, values![step, run]).await?,
            Some(outcome) => {
                self.first(&SETTLE, values![step, run, outcome.as_str(), said.clone()])
                    .await?
            }
        };
        let Some(row) = row else { return Ok(Asked::TooLate) };
        self.settled(run, step, &row, outcome, said).await?;
        if self.stuck_steps(run).await? == 0 {
            self.queue(run, head.state, head.wants).await?;
        }
        Ok(Asked::Now)
    }

    async fn settled(
        &mut self,
        run: RunId,
        step: StepId,
        row: &Row,
        outcome: Option<StepOutcome>,
        said: Option<String>,
    ) -> Result<(), StoreError> {
        let event = RunEvent::Step {
            state: if outcome.is_some() {
                ShownStep::Ended
            } else {
                ShownStep::Started
            },
            attempt: row.get("attempt")?,
            outcome,
            said,
        };
        self.record(run, Some(step), &event).await?;
        let role: String = row.get("role")?;
        if outcome == Some(StepOutcome::Changed) && role == engine::Role::PutBack.as_str() {
            let lane: String = row.get("lane")?;
            self.put_back(&lane).await?;
        }
        Ok(())
    }

    async fn lock_run(&mut self, run: RunId) -> Result<Option<Head>, StoreError> {
        let Some(row) = self.first(&LOCK, values![run]).await? else {
            return Ok(None);
        };
        Ok(Some(Head {
            state: word(&row, "state")?,
            wants: word(&row, "wants")?,
            begun: row.get("begun")?,
        }))
    }

    async fn stuck_steps(&mut self, run: RunId) -> Result<i64, StoreError> {
        self.one(&STUCK_STEPS, values![run]).await?.get("stuck")
    }

    async fn asked(&mut self, run: RunId, wants: RunWants, by: Option<&str>) -> Result<(), StoreError> {
        let by = by.map(str::to_owned);
        self.record(run, None, &RunEvent::Asked { wants, by }).await
    }

    /// Asks its worker.
    async fn want(&mut self, run: RunId, wants: Wants, by: Option<&str>) -> Result<Asked, StoreError> {
        let shown = wants.as_str().parse();
        let shown = shown.map_err(|()| StoreError::internal("a wish that pages do not know"))?;
        self.asked(run, shown, by).await?;
        self.run(&WANT, values![run, wants.as_str()]).await?;
        self.touch(Topic::Runs);
        self.wake();
        Ok(Asked::Soon)
    }

    async fn queue(&mut self, run: RunId, from: RunState, wants: Wants) -> Result<(), StoreError> {
        // A pause is over when it goes on; what was asked beyond that is not.
        let wants = if wants == Wants::Pause { Wants::None } else { wants };
        self.shift(run, &QUEUE, values![wants.as_str()], from, RunState::Queued, None)
            .await?;
        self.wake();
        Ok(())
    }

    async fn end_now(&mut self, run: RunId, from: RunState, outcome: RunOutcome) -> Result<(), StoreError> {
        self.shift(
            run,
            &END,
            values![outcome.as_str()],
            from,
            RunState::Ended,
            Some(outcome),
        )
        .await?;
        self.clear_run(run).await
    }

    /// Moves a run whose row is locked, by the table.
    async fn shift(
        &mut self,
        run: RunId,
        statement: &Statement,
        more: Vec<crate::sql::Value>,
        from: RunState,
        to: RunState,
        outcome: Option<RunOutcome>,
    ) -> Result<(), StoreError> {
        if !from.may_become(to) {
            return Err(StoreError::internal(format!(
                "a run cannot become {to} from {from}"
            )));
        }
        let mut values = values![run];
        values.extend(more);
        self.run(statement, values).await?;
        let state: Shown = super::convert::run_state(to)?;
        self.record(
            run,
            None,
            &RunEvent::Run {
                state,
                outcome,
                why: None,
            },
        )
        .await?;
        self.touch(Topic::Runs);
        Ok(())
    }
}
