//! What moved in a run, and what its steps have to show for it.

use super::matrix::{StepRecord, step};
use crate::sql::{Row, statements, values};
use crate::{Store, StoreError};
use model::{RunId, StepId};

macro_rules! columns {
    () => {
        "s.id, s.wave, s.lane, s.ord, s.kind, s.v, s.params, s.role, s.state, s.attempt, s.outcome, s.said, s.deadline,
            s.started_at, s.ended_at, s.proof_at, s.log_len, s.log_lines"
    };
}

statements! {
    MOVED = concat!("SELECT ", columns!(), " FROM steps s WHERE s.run_id = $1
            AND (s.state IN ('starting', 'started', 'verifying', 'stuck') OR s.id IN (
                SELECT e.step_id FROM events e WHERE e.run_id = $1 AND e.seq > $2 AND e.step_id IS NOT NULL))
        ORDER BY s.ord LIMIT $3");
    LANE_NAMES = "SELECT DISTINCT s.lane, v.name FROM steps s LEFT JOIN servers v ON v.id = s.lane WHERE s.run_id = $1";
    KINDS = "SELECT kind, MIN(ord) AS first_ord FROM steps WHERE run_id = $1 GROUP BY kind ORDER BY first_ord";
    RESULTS = concat!("SELECT ", columns!(), ", CASE WHEN s.kind IN ('health_before', 'install', 'rescan') THEN s.result END AS result
        FROM steps s WHERE s.run_id = $1 ORDER BY s.ord");
    LANE_OF = "SELECT s.run_id, s.lane, s.kind, v.name FROM steps s LEFT JOIN servers v ON v.id = s.lane WHERE s.id = $1";
    OPEN_RUNS = "SELECT COUNT(*) AS n FROM runs r WHERE NOT r.light AND r.state <> 'ended'";
}

/// A step with the server that it is on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaneStep {
    /// The server's id.
    pub lane: String,
    /// The step.
    pub step: StepRecord,
    /// What it has to show for it, where that was asked for.
    pub result: Option<String>,
}

impl Store {
    /// Steps that moved after event `seq`, and those that are under way or stuck, in the plan's order.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn steps_moved(&self, run: RunId, seq: i64, limit: u32) -> Result<Vec<LaneStep>, StoreError> {
        let rows = self.read().await?.all(&MOVED, values![run, seq, limit]).await?;
        rows.iter().map(|row| lane_step(row, None)).collect()
    }

    /// Every step of a run in the plan's order; those that Proof reads have their result.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn step_results(&self, run: RunId) -> Result<Vec<LaneStep>, StoreError> {
        let rows = self.read().await?.all(&RESULTS, values![run]).await?;
        rows.iter()
            .map(|row| lane_step(row, row.get("result")?))
            .collect()
    }

    /// The run's servers, id and name; no name: Drydock does not have it any more.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn lane_names(&self, run: RunId) -> Result<Vec<(String, Option<String>)>, StoreError> {
        let rows = self.read().await?.all(&LANE_NAMES, values![run]).await?;
        rows.iter()
            .map(|row| Ok((row.get("lane")?, row.get("name")?)))
            .collect()
    }

    /// The kinds of steps that occur in a run.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn step_kinds(&self, run: RunId) -> Result<Vec<String>, StoreError> {
        let rows = self.read().await?.all(&KINDS, values![run]).await?;
        rows.iter().map(|row| row.get("kind")).collect()
    }

    /// The run and the kind of a step, and the name, or else the id, of the server that it is on.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn lane_of(&self, step: StepId) -> Result<Option<(RunId, String, String)>, StoreError> {
        let Some(row) = self.read().await?.first(&LANE_OF, values![step]).await? else {
            return Ok(None);
        };
        let name: Option<String> = row.get("name")?;
        Ok(Some((
            row.get("run_id")?,
            row.get("kind")?,
            name.map_or_else(|| row.get("lane"), Ok)?,
        )))
    }

    /// How many runs have not ended.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn open_runs(&self) -> Result<u32, StoreError> {
        self.read().await?.one(&OPEN_RUNS, vec![]).await?.get("n")
    }
}

fn lane_step(row: &Row, result: Option<String>) -> Result<LaneStep, StoreError> {
    Ok(LaneStep {
        lane: row.get("lane")?,
        step: step(row)?,
        result,
    })
}
