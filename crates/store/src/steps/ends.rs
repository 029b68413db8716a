//! Where lanes and runs end, stop, and are let go on.

use super::claim::server_resource;
use super::convert::{run_outcome, run_state, word};
use super::refused::Refused;
use crate::runs::micros;
use crate::sql::{statements, values};
use crate::{Store, StoreError, Tx};
use engine::{Park, RunOutcome, RunState, Written};
use model::run::{RunEvent, RunState as Shown};
use model::{RunId, Topic};

statements! {
    LEAVE_OUT_LANE = "UPDATE steps SET state = 'ended', outcome = 'skipped', deadline = NULL,
            ended_at = (SELECT now FROM clock)
        WHERE run_id = $1 AND lane = $2 AND state = 'pending'";
    LEAVE_OUT = "UPDATE steps SET state = 'ended', outcome = 'skipped', deadline = NULL,
            ended_at = (SELECT now FROM clock)
        WHERE run_id = $1 AND state = 'pending'";
    LET_GO = "UPDATE steps SET state = 'ended', outcome = 'abandoned', ended_at = (SELECT now FROM clock)
        WHERE run_id = $1 AND state IN ('starting', 'started', 'verifying', 'stuck')";
    NEED_NO_MORE = "DELETE FROM run_resources WHERE run_id = $1 AND resource = $2";
    GIVE_BACK = "DELETE FROM holds WHERE run_id = $1 AND resource = $2";
    NEED_NOTHING = "DELETE FROM run_resources WHERE run_id = $1";
    GIVE_ALL_BACK = "DELETE FROM holds WHERE run_id = $1";
    COUNT_LANE = "UPDATE runs SET lanes_ended = lanes_ended + 1,
            lanes_failed = lanes_failed + CASE WHEN $2 THEN 1 ELSE 0 END WHERE id = $1";
    END = "UPDATE runs SET state = 'ended', outcome = $3, wants = 'none', owner = NULL, lease_until = NULL,
            resume_at = NULL, why = NULL, seq = seq + 1, ended_at = (SELECT now FROM clock)
        WHERE id = $1 AND epoch = $2 AND state = 'running' RETURNING seq";
    // What was wanted meanwhile is heeded by the next claim.
    PARK = "UPDATE runs SET
            state = CASE WHEN $3 <> 'stuck' AND wants IN ('cancel', 'abandon') THEN 'queued'
                WHEN $5 AND wants <> 'pause' THEN 'queued'
                WHEN $3 = 'waiting' AND wants = 'pause' THEN 'paused' ELSE $3 END,
            wants = CASE wants WHEN 'pause' THEN 'none' ELSE wants END,
            why = $4, owner = NULL, lease_until = NULL, seq = seq + 1,
            resume_at = (SELECT now FROM clock) + $6
        WHERE id = $1 AND epoch = $2 AND state = 'running' RETURNING seq, state";
    WHERE_IS = "SELECT state, epoch FROM runs WHERE id = $1";
    OPEN = "UPDATE waves SET opened_at = COALESCE(opened_at, (SELECT now FROM clock)) WHERE run_id = $1 AND wave = $2";
    NO_LONGER_WAITING = "UPDATE runs SET resume_at = NULL WHERE id = $1";
}

impl Tx {
    async fn end_lane(
        &mut self,
        run: RunId,
        epoch: i64,
        lane: &str,
        failed: bool,
        out: bool,
    ) -> Result<Written, Refused> {
        let event = RunEvent::Lane {
            lane: lane.to_owned(),
            failed,
            out,
        };
        if !self.record_ours(run, epoch, None, &event).await? {
            return Ok(Written::Fenced);
        }
        let resource = server_resource(lane);
        if self.run(&NEED_NO_MORE, values![run, &resource]).await? == 0 {
            // It was ended before, and the answer got lost.
            return Err(Refused::with(Written::Done));
        }
        self.run(&GIVE_BACK, values![run, resource]).await?;
        self.run(&LEAVE_OUT_LANE, values![run, lane]).await?;
        self.run(&COUNT_LANE, values![run, failed]).await?;
        self.wake();
        Ok(Written::Done)
    }

    /// What is left of a run's steps and holds when it ends, however it ends.
    pub(super) async fn clear_run(&mut self, run: RunId) -> Result<(), StoreError> {
        for statement in [&LEAVE_OUT, &LET_GO, &NEED_NOTHING, &GIVE_ALL_BACK] {
            self.run(statement, values![run]).await?;
        }
        self.touch(Topic::Runs);
        self.wake();
        Ok(())
    }

    async fn end_run(&mut self, run: RunId, epoch: i64, outcome: RunOutcome) -> Result<bool, StoreError> {
        let Some(row) = self.first(&END, values![run, epoch, outcome.as_str()]).await? else {
            return self.is_at(run, epoch, &[RunState::Ended]).await;
        };
        let event = RunEvent::Run {
            state: Shown::Ended,
            outcome: Some(run_outcome(outcome)?),
            why: None,
        };
        self.insert_event(run, row.get("seq")?, None, &event).await?;
        self.clear_run(run).await?;
        Ok(true)
    }

    async fn park(&mut self, run: RunId, epoch: i64, park: &Park) -> Result<bool, StoreError> {
        let (to, why, after) = match park {
            Park::Paused { why } => (RunState::Paused, why.clone(), None),
            Park::Waiting { resume_after } => (RunState::Waiting, None, *resume_after),
            Park::Stuck { known } => (RunState::Stuck, Some(known.clone()), None),
        };
        let asked = *park == Park::Paused { why: None };
        let values = values![run, epoch, to.as_str(), why.clone(), asked, after.map(micros)];
        let Some(row) = self.first(&PARK, values).await? else {
            return self
                .is_at(run, epoch, &[to, RunState::Queued, RunState::Paused])
                .await;
        };
        let state: RunState = word(&row, "state")?;
        if !RunState::Running.may_become(state) {
            return Err(StoreError::internal(format!(
                "a run cannot become {state} from running"
            )));
        }
        let event = RunEvent::Run {
            state: run_state(state)?,
            outcome: None,
            why,
        };
        self.insert_event(run, row.get("seq")?, None, &event).await?;
        self.touch(Topic::Runs);
        self.wake();
        Ok(true)
    }

    /// Whether a write that found nothing to do had been done before: the claim is ours, and the run is there.
    async fn is_at(&mut self, run: RunId, epoch: i64, states: &[RunState]) -> Result<bool, StoreError> {
        let Some(row) = self.first(&WHERE_IS, values![run]).await? else {
            return Ok(false);
        };
        let (state, claim): (RunState, i64) = (word(&row, "state")?, row.get("epoch")?);
        Ok(claim == epoch && states.contains(&state))
    }

    /// Says that a run with steps was given back to the queue.
    pub(crate) async fn say_queued(&mut self, run: RunId) -> Result<(), StoreError> {
        let event = RunEvent::Run {
            state: Shown::Queued,
            outcome: None,
            why: None,
        };
        self.record(run, None, &event).await?;
        self.touch(Topic::Runs);
        self.wake();
        Ok(())
    }

    /// Opens the gate before a wave.
    pub(super) async fn open(&mut self, run: RunId, wave: u32) -> Result<(), StoreError> {
        self.run(&OPEN, values![run, wave]).await?;
        self.run(&NO_LONGER_WAITING, values![run]).await?;
        Ok(())
    }
}

impl Store {
    pub(super) async fn write_lane_end(
        &self,
        run: RunId,
        epoch: i64,
        lane: &str,
        failed: bool,
        out: bool,
    ) -> Result<bool, StoreError> {
        let lane = lane.to_owned();
        let written = self
            .write(move |tx| Box::pin(async move { tx.end_lane(run, epoch, &lane, failed, out).await }))
            .await;
        Ok(Refused::flatten(written)? == Written::Done)
    }

    pub(super) async fn write_run_end(
        &self,
        run: RunId,
        epoch: i64,
        outcome: RunOutcome,
    ) -> Result<bool, StoreError> {
        self.write(move |tx| Box::pin(async move { tx.end_run(run, epoch, outcome).await }))
            .await
    }

    pub(super) async fn write_park(&self, run: RunId, epoch: i64, park: &Park) -> Result<bool, StoreError> {
        let park = park.clone();
        self.write(move |tx| Box::pin(async move { tx.park(run, epoch, &park).await }))
            .await
    }

    pub(super) async fn write_open(&self, run: RunId, epoch: i64, wave: u32) -> Result<bool, StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                let ours = tx.record_ours(run, epoch, None, &RunEvent::Wave { wave }).await?;
                if ours {
                    tx.open(run, wave).await?;
                }
                Ok(ours)
            })
        })
        .await
    }
}
