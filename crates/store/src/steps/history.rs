//! Runs as people see them: the list with its filters, and the head of one.

use super::convert::{word, word_or_none};
use crate::sql::{Conn, Row, statements, values};
use crate::{Store, StoreError};
use model::run::{RunOutcome, RunState, RunWants};
use model::{PlanId, RunId, ServerId, StackId, Timestamp};

macro_rules! columns {
    () => {
        "SELECT r.id, r.kind, r.plan_id, r.parent_id, r.state, r.outcome, r.wants, r.why, r.asked_at, r.asked_by,
            r.not_before, r.resume_at, r.started_at, r.ended_at, r.seq, r.failure_budget, r.lanes, r.lanes_ended,
            r.lanes_failed, r.attempt FROM runs r "
    };
}
macro_rules! matching {
    () => {
        "WHERE NOT r.light
            AND (CAST($1 AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM run_stacks k WHERE k.run_id = r.id AND k.stack_id = $1))
            AND (CAST($2 AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM steps s WHERE s.run_id = r.id AND s.lane = $2))
            AND (CAST($3 AS TEXT) IS NULL OR r.state = $3) AND (CAST($4 AS TEXT) IS NULL OR r.outcome = $4)
            AND (CAST($5 AS BIGINT) IS NULL OR r.asked_at >= $5) AND (NOT $6 OR r.state <> 'ended') "
    };
}

statements! {
    PAGE = concat!(columns!(), matching!(), "ORDER BY r.asked_at DESC, r.id DESC LIMIT $7 OFFSET $8");
    COUNT = concat!("SELECT COUNT(*) AS runs FROM runs r ", matching!());
    ONE = concat!(columns!(), "WHERE r.id = $1 AND NOT r.light");
    STACKS = "SELECT k.stack_id, s.name FROM run_stacks k JOIN stacks s ON s.id = k.stack_id
        WHERE k.run_id = $1 ORDER BY s.name, s.id";
    PROOF = "SELECT MAX(proof_at) AS proof_at FROM steps WHERE run_id = $1";
    CHILDREN = concat!(columns!(), "WHERE r.parent_id = $1 AND NOT r.light ORDER BY r.asked_at, r.id");
}

/// Which runs to list. Everything that is said must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunFilter {
    /// Of this stack.
    pub stack: Option<StackId>,
    /// With steps on this server.
    pub server: Option<ServerId>,
    /// In this state.
    pub state: Option<RunState>,
    /// With this outcome.
    pub outcome: Option<RunOutcome>,
    /// Asked for at this point or later.
    pub since: Option<Timestamp>,
    /// Not ended.
    pub open: bool,
}

/// A run without its steps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunRecord {
    /// Its id.
    pub id: RunId,
    /// Its kind.
    pub kind: String,
    /// The plan that it does.
    pub plan: Option<PlanId>,
    /// The run of which it does again what failed.
    pub parent: Option<RunId>,
    /// The stacks it is about, by name.
    pub stacks: Vec<(StackId, String)>,
    /// Where it is.
    pub state: RunState,
    /// How it ended.
    pub outcome: Option<RunOutcome>,
    /// What somebody wants of it.
    pub wants: RunWants,
    /// Why it is where it is, one sentence.
    pub why: Option<String>,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// By whom; `None` is the schedule.
    pub asked_by: Option<String>,
    /// Not to begin before.
    pub not_before: Timestamp,
    /// When a waiting run goes on by itself.
    pub resume_at: Option<Timestamp>,
    /// When it was first taken by a worker.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// The number of its newest event; what a page that shows this goes on from.
    pub seq: i64,
    /// How many servers may fail before nothing new is started.
    pub failure_budget: u32,
    /// Its servers.
    pub lanes: u32,
    /// Of those, the ones that are done with.
    pub lanes_ended: u32,
    /// Of those, the ones that failed.
    pub lanes_failed: u32,
    /// How often a worker took it.
    pub attempt: u32,
}

/// One page of a list of runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunPage {
    /// The runs, newest first.
    pub runs: Vec<RunRecord>,
    /// How many there are on all pages.
    pub total: u64,
}

impl Store {
    /// One page of runs, newest first. `page` is from 1.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn runs_page(
        &self,
        filter: &RunFilter,
        page: u32,
        per_page: u32,
    ) -> Result<RunPage, StoreError> {
        let offset = i64::from(page.max(1) - 1) * i64::from(per_page);
        let mut conn = self.read().await?;
        let wanted = || {
            values![
                filter.stack,
                filter.server,
                filter.state.map(RunState::as_str),
                filter.outcome.map(RunOutcome::as_str),
                filter.since,
                filter.open,
            ]
        };
        let total = conn.one(&COUNT, wanted()).await?.get("runs")?;
        let mut values = wanted();
        values.extend(values![per_page, offset]);
        let rows = conn.all(&PAGE, values).await?;
        let runs = records(&mut conn, rows).await?;
        Ok(RunPage { runs, total })
    }

    /// One run.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn run(&self, id: RunId) -> Result<Option<RunRecord>, StoreError> {
        let mut conn = self.read().await?;
        let rows = conn.all(&ONE, values![id]).await?;
        Ok(records(&mut conn, rows).await?.pop())
    }

    /// The runs that do again what failed in this one, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn runs_after(&self, parent: RunId) -> Result<Vec<RunRecord>, StoreError> {
        let mut conn = self.read().await?;
        let rows = conn.all(&CHILDREN, values![parent]).await?;
        records(&mut conn, rows).await
    }

    /// When a server of the run last gave a sign of life.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn last_proof(&self, id: RunId) -> Result<Option<Timestamp>, StoreError> {
        self.read().await?.one(&PROOF, values![id]).await?.get("proof_at")
    }
}

async fn records(conn: &mut Conn, rows: Vec<Row>) -> Result<Vec<RunRecord>, StoreError> {
    let mut records = Vec::with_capacity(rows.len());
    for row in rows {
        let mut record = record(&row)?;
        for stack in conn.all(&STACKS, values![record.id]).await? {
            record.stacks.push((stack.get("stack_id")?, stack.get("name")?));
        }
        records.push(record);
    }
    Ok(records)
}

fn record(row: &Row) -> Result<RunRecord, StoreError> {
    Ok(RunRecord {
        id: row.get("id")?,
        kind: row.get("kind")?,
        plan: row.get("plan_id")?,
        parent: row.get("parent_id")?,
        stacks: Vec::new(),
        state: word(row, "state")?,
        outcome: word_or_none(row, "outcome")?,
        wants: word(row, "wants")?,
        why: row.get("why")?,
        asked_at: row.get("asked_at")?,
        asked_by: row.get("asked_by")?,
        not_before: row.get("not_before")?,
        resume_at: row.get("resume_at")?,
        started_at: row.get("started_at")?,
        ended_at: row.get("ended_at")?,
        seq: row.get("seq")?,
        failure_budget: row.get("failure_budget")?,
        lanes: row.get("lanes")?,
        lanes_ended: row.get("lanes_ended")?,
        lanes_failed: row.get("lanes_failed")?,
        attempt: row.get("attempt")?,
    })
}
