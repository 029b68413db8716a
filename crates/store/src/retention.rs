//! How long things are kept (H5). Facts, keys, people and the audit trail are kept for good.

use crate::sql::{Statement, statements};
use crate::{Store, StoreError};
use serde::{Deserialize, Serialize};

statements! {
    CHANGES = "DELETE FROM changes WHERE id IN (SELECT id FROM changes
        WHERE at < (SELECT now FROM clock) - $1 LIMIT 500)";
    CHECKS = "DELETE FROM runs WHERE id IN (SELECT id FROM runs
        WHERE light AND state = 'ended' AND ended_at < (SELECT now FROM clock) - $1 LIMIT 500)";
    LOGS = "DELETE FROM log_segments WHERE step_id IN (SELECT DISTINCT g.step_id FROM log_segments g
        JOIN steps s ON s.id = g.step_id WHERE s.ended_at < (SELECT now FROM clock) - $1 LIMIT 50)";
    // Few at a time: each takes its steps and events with it.
    RUNS = "DELETE FROM runs WHERE id IN (SELECT id FROM runs
        WHERE NOT light AND state = 'ended' AND ended_at < (SELECT now FROM clock) - $1 LIMIT 5)";
    PLANS = "DELETE FROM plans WHERE id IN (SELECT p.id FROM plans p
        WHERE p.approved_at < (SELECT now FROM clock) - $1
            AND NOT EXISTS (SELECT 1 FROM runs r WHERE r.plan_id = p.id) LIMIT 50)";
    HINTS = "DELETE FROM hints WHERE seq IN (SELECT seq FROM hints
        WHERE at < (SELECT now FROM clock) - $1 LIMIT 500)";
    TRENDS = "DELETE FROM trends WHERE day IN (SELECT DISTINCT day FROM trends WHERE day < $1 LIMIT 10)";
    SESSIONS = "DELETE FROM sessions WHERE id_hash IN (SELECT id_hash FROM sessions
        WHERE expires_at < (SELECT now FROM clock) - $1 LIMIT 500)";
    INVITATIONS = "DELETE FROM invitations WHERE token_hash IN (SELECT token_hash FROM invitations
        WHERE expires_at < (SELECT now FROM clock) - $1 LIMIT 500)";
}

/// The key under which other times than the defaults are kept.
const SETTING: &str = "retention";
const HOUR: i64 = 3_600_000_000;

/// How long things are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Retention {
    /// Lines of servers' timelines, in days.
    pub changes_days: u32,
    /// Ended checks, in days.
    pub checks_days: u32,
    /// Ended runs with their steps, events and plans, in days.
    pub runs_days: u32,
    /// Steps' logs, in days.
    pub logs_days: u32,
    /// Trends, in days.
    pub trends_days: u32,
    /// Hints for live pages, in hours. A tab that was away longer reads everything again.
    pub hints_hours: u32,
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            changes_days: 365,
            checks_days: 14,
            runs_days: 730,
            logs_days: 180,
            trends_days: 730,
            hints_hours: 1,
        }
    }
}

/// How many rows were removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pruned {
    /// Lines of timelines.
    pub changes: u64,
    /// Ended checks.
    pub checks: u64,
    /// Ended runs.
    pub runs: u64,
    /// Parts of logs.
    pub logs: u64,
    /// Plans whose runs are gone.
    pub plans: u64,
    /// Hints.
    pub hints: u64,
    /// Rows of trends.
    pub trends: u64,
    /// Ended sessions and invitations.
    pub sessions: u64,
}

impl Store {
    /// How long things are kept.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn retention(&self) -> Result<Retention, StoreError> {
        Ok(self.setting(SETTING).await?.unwrap_or_default())
    }

    /// Sets how long things are kept.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn set_retention(&self, retention: Retention) -> Result<(), StoreError> {
        self.write(|tx| Box::pin(async move { tx.set_setting(SETTING, &retention).await }))
            .await
    }

    /// Removes what is older than its time, in small transactions so that nobody waits for it. `oldest_trend` is the
    /// first day of trends to keep (`YYYY-MM-DD`), which the caller counts from [`Retention::trends_days`].
    ///
    /// # Errors
    /// [`StoreError`]; what was removed before it stays removed.
    pub async fn prune(&self, retention: &Retention, oldest_trend: &str) -> Result<Pruned, StoreError> {
        let days = |days: u32| i64::from(days) * 24 * HOUR;
        Ok(Pruned {
            changes: self.remove(&CHANGES, days(retention.changes_days)).await?,
            checks: self.remove(&CHECKS, days(retention.checks_days)).await?,
            logs: self.remove(&LOGS, days(retention.logs_days)).await?,
            runs: self.remove(&RUNS, days(retention.runs_days)).await?,
            plans: self.remove(&PLANS, days(retention.runs_days)).await?,
            hints: self
                .remove(&HINTS, i64::from(retention.hints_hours) * HOUR)
                .await?,
            trends: self.remove(&TRENDS, oldest_trend.to_owned()).await?,
            sessions: self.remove(&SESSIONS, 0i64).await? + self.remove(&INVITATIONS, 0i64).await?,
        })
    }

    async fn remove(
        &self,
        statement: &'static Statement,
        older: impl Into<crate::sql::Value>,
    ) -> Result<u64, StoreError> {
        let older = older.into();
        let mut removed = 0;
        loop {
            let values = vec![older.clone()];
            let rows = self
                .write(move |tx| Box::pin(async move { tx.run(statement, values).await }))
                .await?;
            removed += rows;
            if rows == 0 {
                return Ok(removed);
            }
        }
    }
}
