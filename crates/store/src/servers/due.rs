//! When servers are scanned next.

use crate::sql::{statements, values};
use crate::{Store, StoreError, Tx};
use model::{ServerId, Timestamp};

statements! {
    DUE = "SELECT s.id FROM servers s WHERE s.next_scan_at <= $1
            AND NOT EXISTS (SELECT 1 FROM runs r
                WHERE r.subject = s.id AND r.kind = $2 AND r.light AND r.state <> 'ended')
        ORDER BY s.next_scan_at, s.id LIMIT $3";
    SET_NEXT = "UPDATE servers SET next_scan_at = $2 WHERE id = $1";
}

impl Store {
    /// Servers whose scheduled scan is due and of which no check of `kind` is open, longest due first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn due_servers(
        &self,
        kind: &str,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<ServerId>, StoreError> {
        let rows = self.read().await?.all(&DUE, values![now, kind, limit]).await?;
        rows.iter().map(|row| row.get("id")).collect()
    }
}

impl Tx {
    /// Says when a server is scanned next by the schedule; `None` is never.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn set_next_scan(&mut self, server: ServerId, at: Option<Timestamp>) -> Result<(), StoreError> {
        match self.run(&SET_NEXT, values![server, at]).await? {
            0 => Err(StoreError::NotFound),
            _ => Ok(()),
        }
    }
}
