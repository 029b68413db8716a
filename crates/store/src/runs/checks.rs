//! Checks as people see them, and cancelling one.

use crate::sql::{Row, statements, values};
use crate::{Store, StoreError, Tx};
use model::{RunId, ServerId, Timestamp, Topic};

macro_rules! columns {
    () => {
        "SELECT r.id, r.kind, r.subject, s.name AS server_name, r.state, r.outcome, r.result, r.wants, r.attempt,
            r.priority, r.not_before, r.asked_at, r.asked_by, r.started_at, r.ended_at
         FROM runs r LEFT JOIN servers s ON s.id = r.subject "
    };
}

statements! {
    PAGE = concat!(columns!(), "WHERE r.light ORDER BY r.asked_at DESC, r.id DESC LIMIT $1 OFFSET $2");
    ONE = concat!(columns!(), "WHERE r.id = $1 AND r.light");
    OPEN_OF = concat!(columns!(), "WHERE r.subject = $1 AND r.light AND r.state <> 'ended' ORDER BY r.asked_at, r.id");
    LAST_OF = concat!(columns!(), "WHERE r.subject = $1 AND r.light ORDER BY r.asked_at DESC, r.id DESC LIMIT $2");
    CANCEL_QUEUED = "UPDATE runs SET state = 'ended', outcome = 'cancelled', ended_at = (SELECT now FROM clock)
        WHERE id = $1 AND state = 'queued' AND light RETURNING subject";
    CANCEL_RUNNING = "UPDATE runs SET wants = 'cancel' WHERE id = $1 AND state = 'running' AND light RETURNING subject";
}

model::words! {
    /// Where a run is.
    pub enum RunState {
        /// Nobody has taken it yet.
        Queued = "queued",
        /// A worker holds it.
        Running = "running",
        /// It is over.
        Ended = "ended",
    }
}

/// A check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckRecord {
    /// Its id.
    pub id: RunId,
    /// Its kind.
    pub kind: String,
    /// The server it is about, with its name, while Drydock has it.
    pub server: Option<(ServerId, String)>,
    /// Where it is.
    pub state: RunState,
    /// How it ended, one word.
    pub outcome: Option<String>,
    /// The kind's own result.
    pub result: Option<String>,
    /// Whether somebody asked for it to be cancelled.
    pub cancelling: bool,
    /// Attempts so far.
    pub attempt: u32,
    /// The higher, the sooner.
    pub priority: i64,
    /// Not to begin before.
    pub not_before: Timestamp,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// By whom; `None` is the schedule.
    pub asked_by: Option<String>,
    /// When the last attempt began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

/// What came of cancelling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cancelled {
    /// Nobody had begun it: it is over.
    Now,
    /// Its worker hears of it within moments.
    Asked,
    /// It had ended already, or never was.
    TooLate,
}

impl Store {
    /// One page of all checks, newest first. `page` is from 1.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn checks_page(&self, page: u32, per_page: u32) -> Result<Vec<CheckRecord>, StoreError> {
        let offset = i64::from(page.max(1) - 1) * i64::from(per_page);
        self.read()
            .await?
            .all(&PAGE, values![per_page, offset])
            .await?
            .iter()
            .map(record)
            .collect()
    }

    /// One check.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn check(&self, id: RunId) -> Result<Option<CheckRecord>, StoreError> {
        self.read()
            .await?
            .first(&ONE, values![id])
            .await?
            .as_ref()
            .map(record)
            .transpose()
    }

    /// The open checks of a server, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn open_checks(&self, server: ServerId) -> Result<Vec<CheckRecord>, StoreError> {
        self.read()
            .await?
            .all(&OPEN_OF, values![server])
            .await?
            .iter()
            .map(record)
            .collect()
    }

    /// The last checks of a server, newest first, open ones included.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn last_checks(&self, server: ServerId, limit: u32) -> Result<Vec<CheckRecord>, StoreError> {
        self.read()
            .await?
            .all(&LAST_OF, values![server, limit])
            .await?
            .iter()
            .map(record)
            .collect()
    }
}

impl Tx {
    /// Cancels a check: at once while it is queued, else as soon as its worker hears of it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn cancel_check(&mut self, id: RunId) -> Result<Cancelled, StoreError> {
        for (statement, came) in [
            (&CANCEL_QUEUED, Cancelled::Now),
            (&CANCEL_RUNNING, Cancelled::Asked),
        ] {
            if let Some(row) = self.first(statement, values![id]).await? {
                self.touch_subject(&row)?;
                self.touch(Topic::Activity);
                self.wake();
                return Ok(came);
            }
        }
        Ok(Cancelled::TooLate)
    }
}

fn record(row: &Row) -> Result<CheckRecord, StoreError> {
    let subject: Option<String> = row.get("subject")?;
    let name: Option<String> = row.get("server_name")?;
    let state: String = row.get("state")?;
    let wants: String = row.get("wants")?;
    Ok(CheckRecord {
        id: row.get("id")?,
        kind: row.get("kind")?,
        server: subject.and_then(|id| id.parse().ok()).zip(name),
        state: state
            .parse()
            .map_err(|()| StoreError::corrupt(format!("state is {state:?}")))?,
        outcome: row.get("outcome")?,
        result: row.get("result")?,
        cancelling: wants == "cancel",
        attempt: row.get("attempt")?,
        priority: row.get("priority")?,
        not_before: row.get("not_before")?,
        asked_at: row.get("asked_at")?,
        asked_by: row.get("asked_by")?,
        started_at: row.get("started_at")?,
        ended_at: row.get("ended_at")?,
    })
}
