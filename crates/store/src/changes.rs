//! A server's timeline: what differs between two scans, and what people did to it.

use crate::sql::{Row, statements, values};
use crate::{Store, StoreError, Tx};
use model::{ChangeId, ServerId, Timestamp, Topic};

statements! {
    INSERT = "INSERT INTO changes (id, server_id, at, what, details, behind_our_back, who)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    OF_SERVER = "SELECT id, at, what, details, behind_our_back, who FROM changes WHERE server_id = $1
        ORDER BY at DESC, id DESC LIMIT $2";
}

/// A line for the timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewChange {
    /// What changed, one sentence.
    pub what: String,
    /// More of it, one line each.
    pub details: Vec<String>,
    /// Whether it happened without Drydock.
    pub behind_our_back: bool,
    /// Who did it, when a person did.
    pub who: Option<String>,
}

/// A line of the timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its id.
    pub id: ChangeId,
    /// When it was noticed.
    pub at: Timestamp,
    /// What it says.
    pub change: NewChange,
}

impl Tx {
    /// Adds a line to a server's timeline.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn add_change(
        &mut self,
        server: ServerId,
        at: Timestamp,
        change: &NewChange,
    ) -> Result<ChangeId, StoreError> {
        let id = ChangeId::from_uuid(uuid::Uuid::now_v7());
        let details = serde_json::to_string(&change.details).map_err(StoreError::internal)?;
        let values = values![
            id,
            server,
            at,
            &change.what,
            details,
            change.behind_our_back,
            change.who.clone()
        ];
        self.run(&INSERT, values).await?;
        self.touch(Topic::Server(server));
        Ok(id)
    }
}

impl Store {
    /// A server's timeline, newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn timeline(&self, server: ServerId, limit: u32) -> Result<Vec<Change>, StoreError> {
        self.read()
            .await?
            .all(&OF_SERVER, values![server, limit])
            .await?
            .iter()
            .map(change)
            .collect()
    }
}

fn change(row: &Row) -> Result<Change, StoreError> {
    let details: String = row.get("details")?;
    Ok(Change {
        id: row.get("id")?,
        at: row.get("at")?,
        change: NewChange {
            what: row.get("what")?,
            details: serde_json::from_str(&details)
                .map_err(|error| StoreError::corrupt(format!("details of a change: {error}")))?,
            behind_our_back: row.get("behind_our_back")?,
            who: row.get("who")?,
        },
    })
}
