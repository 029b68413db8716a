//! The server × step matrix of a run, by pages of lanes.

use super::convert::{word, word_or_none};
use crate::sql::{Row, statements, values};
use crate::{Store, StoreError};
use model::run::{StepOutcome, StepRole, StepState};
use model::{RunId, StepId, Timestamp};

/// Runs with more lanes than this are paged with what needs a look first; others keep the plan's order.
const IN_ORDER: u32 = 100;

macro_rules! lanes {
    () => {
        // 0 failed or stuck, 1 under way, 2 not begun, 3 done.
        "SELECT wave, lane, MIN(ord) AS first_ord, CAST(CASE
                WHEN MAX(CASE WHEN state = 'stuck' OR outcome IN ('failed', 'abandoned') THEN 1 ELSE 0 END) = 1 THEN 0
                WHEN MIN(CASE WHEN state = 'ended' THEN 1 ELSE 0 END) = 1 THEN 3
                WHEN MAX(CASE WHEN state = 'pending' THEN 0 ELSE 1 END) = 0 THEN 2
                ELSE 1 END AS BIGINT) AS rank
            FROM steps WHERE run_id = $1 GROUP BY wave, lane"
    };
}
macro_rules! columns {
    () => {
        "s.id, s.wave, s.lane, s.ord, s.kind, s.v, s.params, s.role, s.state, s.attempt, s.outcome, s.said, s.deadline,
            s.started_at, s.ended_at, s.proof_at, s.log_len, s.log_lines"
    };
}

statements! {
    PAGE = concat!("WITH lanes AS (", lanes!(), "), page AS (SELECT wave, lane, first_ord, rank FROM lanes
            WHERE CAST($5 AS BIGINT) IS NULL OR wave = $5
            ORDER BY CASE WHEN $2 THEN rank ELSE 0 END, wave, first_ord LIMIT $3 OFFSET $4)
        SELECT ", columns!(), ", v.name AS server_name, p.rank FROM page p
        JOIN steps s ON s.run_id = $1 AND s.wave = p.wave AND s.lane = p.lane LEFT JOIN servers v ON v.id = s.lane
        ORDER BY CASE WHEN $2 THEN p.rank ELSE 0 END, p.wave, p.first_ord, s.ord");
    WAVES = concat!("WITH lanes AS (", lanes!(), ")
        SELECT w.wave, w.width, w.gate, w.gate_us, w.opened_at, COUNT(l.lane) AS lanes,
            CAST(COALESCE(SUM(CASE l.rank WHEN 0 THEN 1 ELSE 0 END), 0) AS BIGINT) AS failed,
            CAST(COALESCE(SUM(CASE l.rank WHEN 1 THEN 1 ELSE 0 END), 0) AS BIGINT) AS under_way,
            CAST(COALESCE(SUM(CASE l.rank WHEN 2 THEN 1 ELSE 0 END), 0) AS BIGINT) AS pending,
            CAST(COALESCE(SUM(CASE l.rank WHEN 3 THEN 1 ELSE 0 END), 0) AS BIGINT) AS done
        FROM waves w LEFT JOIN lanes l ON l.wave = w.wave WHERE w.run_id = $1
        GROUP BY w.wave, w.width, w.gate, w.gate_us, w.opened_at ORDER BY w.wave");
    ONE = concat!("SELECT ", columns!(), ", s.run_id, s.result FROM steps s WHERE s.id = $1");
}

/// A cell of the matrix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepRecord {
    /// Its id.
    pub id: StepId,
    /// Its position in the plan, from 0.
    pub ord: u32,
    /// Its kind.
    pub kind: String,
    /// The version of `params`.
    pub v: u32,
    /// Its parameters, versioned JSON.
    pub params: String,
    /// What it is for.
    pub role: StepRole,
    /// Where it is.
    pub state: StepState,
    /// Its attempt, from 1.
    pub attempt: u32,
    /// How it ended.
    pub outcome: Option<StepOutcome>,
    /// What is to be said about it, one sentence.
    pub said: Option<String>,
    /// When it must be over.
    pub deadline: Option<Timestamp>,
    /// When its act was first begun.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// When the server last gave a sign of life.
    pub proof_at: Option<Timestamp>,
    /// How long its log is, in bytes.
    pub log_len: u64,
    /// How many ends of lines its log has.
    pub log_lines: u64,
}

/// How a lane stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// A step failed, is stuck, or was abandoned.
    Failed,
    /// Something was begun.
    UnderWay,
    /// Nothing was.
    Pending,
    /// Everything ended well, or was left out.
    Done,
}

/// A row of the matrix: one server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaneRecord {
    /// Its wave, from 1.
    pub wave: u32,
    /// The server's id.
    pub lane: String,
    /// The server's name, while Drydock has it.
    pub name: Option<String>,
    /// How it stands.
    pub standing: Standing,
    /// Its steps in order.
    pub steps: Vec<StepRecord>,
}

/// A wave, and how its lanes stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaveRecord {
    /// From 1.
    pub wave: u32,
    /// How many lanes at the same time.
    pub width: u32,
    /// `none`, `person`, or `after`.
    pub gate: String,
    /// With `after`: how long, in microseconds.
    pub gate_us: Option<i64>,
    /// When its gate was opened.
    pub opened_at: Option<Timestamp>,
    /// All its lanes.
    pub lanes: u32,
    /// As [`Standing::Failed`].
    pub failed: u32,
    /// As [`Standing::UnderWay`].
    pub under_way: u32,
    /// As [`Standing::Pending`].
    pub pending: u32,
    /// As [`Standing::Done`].
    pub done: u32,
}

impl Store {
    /// One page of a run's lanes with their steps: in the plan's order up to 100 lanes, else the failed and the
    /// running first. `wave`: of this wave alone. `page` is from 1.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn run_matrix(
        &self,
        run: RunId,
        wave: Option<u32>,
        page: u32,
        per_page: u32,
    ) -> Result<Vec<LaneRecord>, StoreError> {
        let lanes: u32 = self.run_waves(run).await?.iter().map(|wave| wave.lanes).sum();
        let offset = i64::from(page.max(1) - 1) * i64::from(per_page);
        let values = values![run, lanes > IN_ORDER, per_page, offset, wave];
        let mut found: Vec<LaneRecord> = Vec::new();
        for row in self.read().await?.all(&PAGE, values).await? {
            let (wave, lane): (u32, String) = (row.get("wave")?, row.get("lane")?);
            let step = step(&row)?;
            match found.last_mut() {
                Some(last) if last.wave == wave && last.lane == lane => last.steps.push(step),
                _ => found.push(LaneRecord {
                    wave,
                    lane,
                    name: row.get("server_name")?,
                    standing: standing(&row)?,
                    steps: vec![step],
                }),
            }
        }
        Ok(found)
    }

    /// A run's waves in order, and how their lanes stand.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn run_waves(&self, run: RunId) -> Result<Vec<WaveRecord>, StoreError> {
        let rows = self.read().await?.all(&WAVES, values![run]).await?;
        let read = |row: &Row| {
            Ok(WaveRecord {
                wave: row.get("wave")?,
                width: row.get("width")?,
                gate: row.get("gate")?,
                gate_us: row.get("gate_us")?,
                opened_at: row.get("opened_at")?,
                lanes: row.get("lanes")?,
                failed: row.get("failed")?,
                under_way: row.get("under_way")?,
                pending: row.get("pending")?,
                done: row.get("done")?,
            })
        };
        rows.iter().map(read).collect()
    }

    /// One step, with the run it is of and what its kind has to show for it, versioned JSON.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn step(&self, id: StepId) -> Result<Option<(RunId, StepRecord, Option<String>)>, StoreError> {
        let row = self.read().await?.first(&ONE, values![id]).await?;
        row.map(|row| Ok((row.get("run_id")?, step(&row)?, row.get("result")?)))
            .transpose()
    }
}

pub(super) fn step(row: &Row) -> Result<StepRecord, StoreError> {
    Ok(StepRecord {
        id: row.get("id")?,
        ord: row.get("ord")?,
        kind: row.get("kind")?,
        v: row.get("v")?,
        params: row.get("params")?,
        role: word(row, "role")?,
        state: word(row, "state")?,
        attempt: row.get("attempt")?,
        outcome: word_or_none(row, "outcome")?,
        said: row.get("said")?,
        deadline: row.get("deadline")?,
        started_at: row.get("started_at")?,
        ended_at: row.get("ended_at")?,
        proof_at: row.get("proof_at")?,
        log_len: row.get("log_len")?,
        log_lines: row.get("log_lines")?,
    })
}

fn standing(row: &Row) -> Result<Standing, StoreError> {
    Ok(match row.get::<i64>("rank")? {
        0 => Standing::Failed,
        1 => Standing::UnderWay,
        2 => Standing::Pending,
        _ => Standing::Done,
    })
}
