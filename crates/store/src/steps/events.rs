//! What happened to a run, numbered without gaps in the order of commits.

use crate::sql::{Row, statements, values};
use crate::{Store, StoreError, Tx};
use model::run::{RUN_EVENT_VERSION, RunEvent};
use model::{RunId, StepId, Timestamp};

statements! {
    NUMBER = "UPDATE runs SET seq = seq + 1 WHERE id = $1 RETURNING seq";
    NUMBER_OURS = "UPDATE runs SET seq = seq + 1 WHERE id = $1 AND epoch = $2 AND state = 'running' RETURNING seq";
    INSERT = "INSERT INTO events (run_id, seq, at, step_id, v, body)
        VALUES ($1, $2, (SELECT now FROM clock), $3, $4, $5)";
    SINCE = "SELECT seq, at, step_id, v, body FROM events WHERE run_id = $1 AND seq > $2 ORDER BY seq LIMIT $3";
}

/// Something that happened to a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunEventRecord {
    /// Its number in the run, from 1.
    pub seq: i64,
    /// When, by the database's clock.
    pub at: Timestamp,
    /// The step it happened to.
    pub step: Option<StepId>,
    /// What happened; `None` when a newer Drydock wrote it.
    pub event: Option<RunEvent>,
}

impl Tx {
    /// Records something in the name of a claim. `false`: another worker holds the run, nothing was written. The
    /// run's row is locked from here on, so this comes first.
    pub(super) async fn record_ours(
        &mut self,
        run: RunId,
        epoch: i64,
        step: Option<StepId>,
        event: &RunEvent,
    ) -> Result<bool, StoreError> {
        let Some(row) = self.first(&NUMBER_OURS, values![run, epoch]).await? else {
            return Ok(false);
        };
        self.insert_event(run, row.get("seq")?, step, event).await?;
        Ok(true)
    }

    /// Records something whoever holds the run.
    pub(super) async fn record(
        &mut self,
        run: RunId,
        step: Option<StepId>,
        event: &RunEvent,
    ) -> Result<(), StoreError> {
        let row = self.one(&NUMBER, values![run]).await?;
        self.insert_event(run, row.get("seq")?, step, event).await
    }

    /// Records something under a number that was taken already.
    pub(super) async fn insert_event(
        &mut self,
        run: RunId,
        seq: i64,
        step: Option<StepId>,
        event: &RunEvent,
    ) -> Result<(), StoreError> {
        let body = serde_json::to_string(event).map_err(StoreError::internal)?;
        self.run(&INSERT, values![run, seq, step, RUN_EVENT_VERSION, body])
            .await?;
        self.progress(run);
        Ok(())
    }
}

impl Store {
    /// What happened to a run after event `seq`, oldest first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn run_events(
        &self,
        run: RunId,
        seq: i64,
        limit: u32,
    ) -> Result<Vec<RunEventRecord>, StoreError> {
        self.read()
            .await?
            .all(&SINCE, values![run, seq, limit])
            .await?
            .iter()
            .map(record)
            .collect()
    }
}

fn record(row: &Row) -> Result<RunEventRecord, StoreError> {
    let (v, body): (u32, String) = (row.get("v")?, row.get("body")?);
    let event = if v > RUN_EVENT_VERSION {
        None
    } else {
        let event = serde_json::from_str(&body);
        Some(event.map_err(|error| StoreError::corrupt(format!("an event of a run: {error}")))?)
    };
    Ok(RunEventRecord {
        seq: row.get("seq")?,
        at: row.get("at")?,
        step: row.get("step_id")?,
        event,
    })
}
