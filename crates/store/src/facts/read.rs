//! Reading facts and the answers they came from.

use super::pack::unpack;
use crate::sql::{Row, statements, values};
use crate::zipped::expand;
use crate::{Store, StoreError};
use model::facts::{Component, Facts};
use model::{ServerId, StackId, Timestamp};
use std::collections::HashSet;

statements! {
    FACTS = "SELECT v, hash, body, moment, changed_at FROM facts WHERE server_id = $1";
    OF_STACK = "SELECT f.server_id, f.v, f.hash, f.body, f.moment, f.changed_at FROM facts f
        WHERE f.server_id IN (SELECT id FROM servers WHERE stack_id = $1)";
    HASH = "SELECT hash FROM facts WHERE server_id = $1";
    DOCUMENT = "SELECT document FROM facts WHERE server_id = $1";
    FAILED = "SELECT at, document FROM failed_answers WHERE server_id = $1";
    COMPONENTS = "SELECT name, version FROM components WHERE server_id = $1 ORDER BY name, version";
}

/// The last facts of a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFacts {
    /// The facts, as the last scan saw them.
    pub facts: Facts,
    /// A digest of everything in them that lasts; the same digest is the same facts.
    pub hash: String,
    /// Since when they are like this.
    pub changed_at: Timestamp,
}

impl Store {
    /// The last facts of a server.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when they cannot be read.
    pub async fn facts(&self, server: ServerId) -> Result<Option<StoredFacts>, StoreError> {
        let Some(row) = self.read().await?.first(&FACTS, values![server]).await? else {
            return Ok(None);
        };
        stored(&row).map(Some)
    }

    /// The last facts of those of a stack's servers that are among `wanted`.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when they cannot be read.
    pub async fn facts_of_stack(
        &self,
        stack: StackId,
        wanted: &HashSet<ServerId>,
    ) -> Result<Vec<(ServerId, StoredFacts)>, StoreError> {
        let mut found = Vec::new();
        for row in self.read().await?.all(&OF_STACK, values![stack]).await? {
            let server = row.get("server_id")?;
            if wanted.contains(&server) {
                found.push((server, stored(&row)?));
            }
        }
        Ok(found)
    }

    /// The digest of the last facts.
    pub(super) async fn facts_hash(&self, server: ServerId) -> Result<Option<String>, StoreError> {
        let row = self.read().await?.first(&HASH, values![server]).await?;
        row.map(|row| row.get("hash")).transpose()
    }

    /// The answer that the last facts were read from, as the server gave it.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when it cannot be opened.
    pub async fn scan_document(&self, server: ServerId) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(row) = self.read().await?.first(&DOCUMENT, values![server]).await? else {
            return Ok(None);
        };
        expand(&row.get::<Vec<u8>>("document")?).map(Some)
    }

    /// The last answer that could not be read, with its time, if no other could be read since.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when it cannot be opened.
    pub async fn failed_answer(&self, server: ServerId) -> Result<Option<(Timestamp, Vec<u8>)>, StoreError> {
        let Some(row) = self.read().await?.first(&FAILED, values![server]).await? else {
            return Ok(None);
        };
        Ok(Some((row.get("at")?, expand(&row.get::<Vec<u8>>("document")?)?)))
    }

    /// The components of a server.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn components(&self, server: ServerId) -> Result<Vec<Component>, StoreError> {
        let rows = self.read().await?.all(&COMPONENTS, values![server]).await?;
        rows.iter()
            .map(|row| {
                Ok(Component {
                    name: row.get("name")?,
                    version: row.get("version")?,
                })
            })
            .collect()
    }
}

fn stored(row: &Row) -> Result<StoredFacts, StoreError> {
    let (body, moment): (Vec<u8>, String) = (row.get("body")?, row.get("moment")?);
    Ok(StoredFacts {
        facts: unpack(row.get("v")?, &body, &moment)?,
        hash: row.get("hash")?,
        changed_at: row.get("changed_at")?,
    })
}
