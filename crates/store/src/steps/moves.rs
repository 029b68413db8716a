//! A step's way through the table of transitions.

use super::convert::{outcome, state};
use super::refused::Refused;
use crate::sql::{Statement, Value, statements, values};
use crate::{Store, StoreError, Tx};
use engine::{Move, StepRef, StepState, Written};
use model::run::RunEvent;
use model::{RunId, StepId};
use std::time::Duration;

statements! {
    ARM = "UPDATE steps SET deadline = COALESCE(deadline, (SELECT now FROM clock) + timeout_us)
        WHERE id = $1 AND attempt = $4
            AND EXISTS (SELECT 1 FROM runs WHERE id = $2 AND epoch = $3 AND state = 'running')
        RETURNING deadline - (SELECT now FROM clock) AS remaining";
    START = "UPDATE steps SET state = 'starting', began = TRUE, said = NULL,
            started_at = COALESCE(started_at, (SELECT now FROM clock))
        WHERE id = $1 AND attempt = $2 AND state = $3 RETURNING lane";
    AGAIN = "UPDATE steps SET state = 'pending', attempt = attempt + 1, began = FALSE, log_len = 0, log_base = 0,
            log_lines = 0, log_cr = FALSE
        WHERE id = $1 AND attempt = $2 AND state = $3 RETURNING lane";
    STARTED = "UPDATE steps SET state = 'started', said = NULL, proof_at = (SELECT now FROM clock)
        WHERE id = $1 AND attempt = $2 AND state = $3 RETURNING lane";
    VERIFY = "UPDATE steps SET state = 'verifying', said = NULL, report = $4, gone = $5,
            proof_at = (SELECT now FROM clock)
        WHERE id = $1 AND attempt = $2 AND state = $3 RETURNING lane";
    END = "UPDATE steps SET state = 'ended', outcome = $4, said = $5, result = $6, ended_at = (SELECT now FROM clock)
        WHERE id = $1 AND attempt = $2 AND state = $3 RETURNING lane";
    STICK = "UPDATE steps SET state = 'stuck', said = $4 WHERE id = $1 AND attempt = $2 AND state = $3 RETURNING lane";
    WHERE_IS = "SELECT state, attempt FROM steps WHERE id = $1";
    NOTE = "UPDATE steps SET said = $3 WHERE id = $1 AND attempt = $2 AND state <> 'ended'";
    ALIVE = "UPDATE steps SET proof_at = (SELECT now FROM clock)
        WHERE id = $1 AND EXISTS (SELECT 1 FROM runs WHERE id = $2 AND epoch = $3 AND state = 'running')";
}

impl Tx {
    async fn move_step(&mut self, at: StepRef, from: StepState, to: &Move) -> Result<Written, Refused> {
        if !from.may_become(to.to()) {
            let why = format!("a step cannot become {} from {from}", to.to());
            return Err(Refused::with(Written::Illegal(why)));
        }
        let (run, step) = (RunId::from_uuid(at.run), StepId::from_uuid(at.step));
        let attempt = at.attempt + u32::from(*to == Move::Again);
        let event = event(to, attempt)?;
        if !self.record_ours(run, at.epoch, Some(step), &event).await? {
            return Ok(Written::Fenced);
        }
        let (statement, values) = update(at, from, to);
        let Some(row) = self.first(statement, values).await? else {
            return Err(Refused::with(self.is_already(step, attempt, to.to()).await?));
        };
        let lane: String = row.get("lane")?;
        match to {
            Move::Start { take_out: true } => {
                if let Some(why) = self.take_out(&lane, run, step).await? {
                    return Err(Refused::with(Written::BelowMinimum(why)));
                }
            }
            Move::Again => self.was_never_out(&lane, step).await?,
            Move::End { put_back: true, .. } => self.put_back(&lane).await?,
            _ => {}
        }
        Ok(Written::Done)
    }

    /// What to say when a transition found nothing to move: the write before it may have done it, and its answer got
    /// lost.
    async fn is_already(&mut self, step: StepId, attempt: u32, to: StepState) -> Result<Written, StoreError> {
        let row = self.one(&WHERE_IS, values![step]).await?;
        let (is, at): (String, u32) = (row.get("state")?, row.get("attempt")?);
        Ok(if is == to.as_str() && at == attempt {
            Written::Done
        } else {
            Written::Illegal(format!("the step is {is} in attempt {at}"))
        })
    }
}

fn update(at: StepRef, from: StepState, to: &Move) -> (&'static Statement, Vec<Value>) {
    let mut values = values![at.step, at.attempt, from.as_str()];
    let statement = match to {
        Move::Start { .. } => &START,
        Move::Again => &AGAIN,
        Move::Started => &STARTED,
        Move::Verify { report, gone } => {
            values.extend(values![report, *gone]);
            &VERIFY
        }
        Move::End { end, .. } => {
            let said = end.said.clone();
            values.extend(values![end.outcome.as_str(), said.sentence, said.result]);
            &END
        }
        Move::Stick { known } => {
            values.extend(values![known]);
            &STICK
        }
    };
    (statement, values)
}

fn event(to: &Move, attempt: u32) -> Result<RunEvent, StoreError> {
    let (ended, said) = match to {
        Move::End { end, .. } => (Some(outcome(end.outcome)?), end.said.sentence.clone()),
        Move::Stick { known } => (None, Some(known.clone())),
        _ => (None, None),
    };
    Ok(RunEvent::Step {
        state: state(to.to())?,
        attempt,
        outcome: ended,
        said,
    })
}

impl Store {
    pub(super) async fn arm_step(&self, at: StepRef) -> Result<Option<Duration>, StoreError> {
        let values = values![at.step, at.run, at.epoch, at.attempt];
        let row = self
            .write(|tx| Box::pin(async move { tx.first(&ARM, values).await }))
            .await?;
        row.map(|row| {
            let remaining: i64 = row.get("remaining")?;
            Ok(Duration::from_micros(u64::try_from(remaining).unwrap_or(0)))
        })
        .transpose()
    }

    pub(super) async fn write_move(
        &self,
        at: StepRef,
        from: StepState,
        to: &Move,
    ) -> Result<Written, StoreError> {
        let to = to.clone();
        Refused::flatten(
            self.write(move |tx| Box::pin(async move { tx.move_step(at, from, &to).await }))
                .await,
        )
    }

    pub(super) async fn write_note(&self, at: StepRef, said: &str) -> Result<bool, StoreError> {
        let said = said.to_owned();
        self.write(move |tx| {
            Box::pin(async move {
                let (run, step) = (RunId::from_uuid(at.run), StepId::from_uuid(at.step));
                let event = RunEvent::Note { said: said.clone() };
                let ours = tx.record_ours(run, at.epoch, Some(step), &event).await?;
                if ours {
                    tx.run(&NOTE, values![step, at.attempt, said]).await?;
                }
                Ok(ours)
            })
        })
        .await
    }

    /// In the order of their ids, as everybody takes more than one step's row.
    pub(super) async fn write_alive(
        &self,
        run: uuid::Uuid,
        epoch: i64,
        mut steps: Vec<uuid::Uuid>,
    ) -> Result<(), StoreError> {
        steps.sort();
        self.write(move |tx| {
            Box::pin(async move {
                for step in steps {
                    tx.run(&ALIVE, values![step, run, epoch]).await?;
                }
                tx.progress(RunId::from_uuid(run));
                Ok(())
            })
        })
        .await
    }
}
