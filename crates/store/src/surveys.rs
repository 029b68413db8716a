//! What surveys found: what a planner's snapshot needs beside the facts.

use crate::sql::{Row, statements, values};
use crate::{Store, StoreError};
use model::{ServerId, StackId, Timestamp};

/// The newest ended survey of each kind of parameters, of the servers that match.
macro_rules! newest {
    ($servers:literal) => {
        concat!(
            "SELECT subject, v, params, outcome, result, ended_at FROM (
                SELECT r.subject, r.v, r.params, r.outcome, r.result, r.ended_at, ROW_NUMBER() OVER (
                    PARTITION BY r.subject, r.params ORDER BY r.ended_at DESC, r.id DESC) AS place
                FROM runs r WHERE r.light AND r.kind = 'survey' AND r.state = 'ended' AND r.ended_at >= $2 AND ",
            $servers,
            ") newest WHERE place = 1 ORDER BY subject, ended_at, params"
        )
    };
}

statements! {
    OF_STACK = newest!("r.subject IN (SELECT id FROM servers WHERE stack_id = $1)");
    OF_SERVER = newest!("r.subject = $1");
}

/// An ended survey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SurveyRecord {
    /// The server.
    pub server: ServerId,
    /// The version of its parameters.
    pub v: u32,
    /// What was asked, `model::SurveyParams` as JSON.
    pub params: String,
    /// How it ended, one word; `simulated` has a result.
    pub outcome: String,
    /// `model::Survey` as JSON when it is `simulated`, else what was said.
    pub result: Option<String>,
    /// When it ended.
    pub ended_at: Timestamp,
}

impl Store {
    /// Of every server of a stack the newest survey with each set of parameters, ended at `since` or later.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn surveys_of_stack(
        &self,
        stack: StackId,
        since: Timestamp,
    ) -> Result<Vec<SurveyRecord>, StoreError> {
        let rows = self.read().await?.all(&OF_STACK, values![stack, since]).await?;
        rows.iter().map(survey).collect()
    }

    /// Of one server the newest survey with each set of parameters, ended at `since` or later.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn surveys_of(
        &self,
        server: ServerId,
        since: Timestamp,
    ) -> Result<Vec<SurveyRecord>, StoreError> {
        let rows = self.read().await?.all(&OF_SERVER, values![server, since]).await?;
        rows.iter().map(survey).collect()
    }
}

fn survey(row: &Row) -> Result<SurveyRecord, StoreError> {
    Ok(SurveyRecord {
        server: row.get("subject")?,
        v: row.get("v")?,
        params: row.get("params")?,
        outcome: row.get("outcome")?,
        result: row.get("result")?,
        ended_at: row.get("ended_at")?,
    })
}
