//! A run as its driver loads it.

use super::claim::server_resource;
use super::convert::{word, word_or_none};
use crate::sql::{Row, statements, values};
use crate::{Store, StoreError};
use engine::{Gate, Lane, LogCursor, RunPlan, Step, StepOutcome, StepState, Wave};
use std::collections::{HashMap, HashSet};
use std::time::Duration;
use uuid::Uuid;

statements! {
    HEAD = "SELECT wants, failure_budget, COALESCE(resume_at <= (SELECT now FROM clock), FALSE) AS resume_due
        FROM runs WHERE id = $1 AND epoch = $2 AND state = 'running'";
    WAVES = "SELECT wave, width, gate, gate_us, opened_at FROM waves WHERE run_id = $1 ORDER BY wave";
    STEPS = "SELECT id, wave, lane, kind, v, params, role, state, attempt, began, outcome, deadline, report, gone,
            log_len, log_base, log_lines, log_cr
        FROM steps WHERE run_id = $1 ORDER BY wave, ord";
    HELD = "SELECT resource FROM holds WHERE run_id = $1";
}

impl Store {
    pub(super) async fn load_run(&self, run: Uuid, epoch: i64) -> Result<Option<RunPlan>, StoreError> {
        let mut conn = self.read().await?;
        // What moves steps is the driver alone, and it asks here before it moves any.
        let Some(head) = conn.first(&HEAD, values![run, epoch]).await? else {
            return Ok(None);
        };
        let held = conn.all(&HELD, values![run]).await?;
        let held = held
            .iter()
            .map(|row| row.get("resource"))
            .collect::<Result<HashSet<String>, _>>()?;
        let mut waves = Vec::new();
        for row in conn.all(&WAVES, values![run]).await? {
            waves.push(wave(&row)?);
        }
        let mut lanes: HashMap<(u32, String), (usize, usize)> = HashMap::new();
        for row in conn.all(&STEPS, values![run]).await? {
            let (number, name): (u32, String) = (row.get("wave")?, row.get("lane")?);
            let step = step(&row)?;
            if let Some(&(wave, lane)) = lanes.get(&(number, name.clone())) {
                waves[wave].lanes[lane].steps.push(step);
                continue;
            }
            let at = waves.iter().position(|wave: &Wave| wave.number == number);
            let at = at.ok_or_else(|| {
                StoreError::corrupt(format!("a step is in wave {number}, which is not there"))
            })?;
            lanes.insert((number, name.clone()), (at, waves[at].lanes.len()));
            waves[at].lanes.push(Lane {
                held: held.contains(&server_resource(&name)),
                name,
                steps: vec![step],
            });
        }
        Ok(Some(RunPlan {
            wants: word(&head, "wants")?,
            resume_due: head.get("resume_due")?,
            failure_budget: head.get("failure_budget")?,
            waves,
        }))
    }
}

fn wave(row: &Row) -> Result<Wave, StoreError> {
    let (word, opened): (String, Option<i64>) = (row.get("gate")?, row.get("opened_at")?);
    let gate = match (word.as_str(), opened) {
        (_, Some(_)) | ("none", None) => None,
        ("person", None) => Some(Gate::Person),
        ("after", None) => Some(Gate::After(Duration::from_micros(row.get("gate_us")?))),
        (other, None) => return Err(StoreError::corrupt(format!("gate is {other:?}"))),
    };
    Ok(Wave {
        number: row.get("wave")?,
        width: row.get("width")?,
        gate,
        lanes: Vec::new(),
    })
}

fn step(row: &Row) -> Result<Step, StoreError> {
    let (state, outcome) = (word(row, "state")?, word_or_none(row, "outcome")?);
    let armed = row.get::<Option<i64>>("deadline")?.is_some();
    Ok(Step {
        id: row.get("id")?,
        kind: row.get("kind")?,
        v: row.get("v")?,
        params: row.get("params")?,
        role: word(row, "role")?,
        state,
        attempt: row.get("attempt")?,
        began: row.get("began")?,
        outcome,
        left_out: state == StepState::Ended && outcome == Some(StepOutcome::Skipped) && !armed,
        report: row.get("report")?,
        gone: row.get("gone")?,
        log: cursor(row)?,
    })
}

/// How much of a step's log is stored.
pub(super) fn cursor(row: &Row) -> Result<LogCursor, StoreError> {
    Ok(LogCursor {
        len: row.get("log_len")?,
        base: row.get("log_base")?,
        lines: row.get("log_lines")?,
        after_cr: row.get("log_cr")?,
    })
}
