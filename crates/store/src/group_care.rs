//! What a stack's settings say about the work on a group's servers.

use crate::sql::{Row, statements, values};
use crate::{Store, StoreError, Tx};
use model::options::Care;
use model::{GroupId, StackId, Topic};

statements! {
    SET = "UPDATE server_groups SET care = $2 WHERE id = $1 RETURNING stack_id";
    OF_STACK = "SELECT g.id, g.name, g.min_in_service, g.care,
            (SELECT COUNT(*) FROM servers s WHERE s.group_id = g.id) AS servers
        FROM server_groups g WHERE g.stack_id = $1 ORDER BY g.name, g.id";
    ONE = "SELECT g.name, g.stack_id FROM server_groups g WHERE g.id = $1";
}

/// One group with its settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupSettings {
    /// The group.
    pub group: GroupId,
    /// Its name.
    pub name: String,
    /// How many servers it has.
    pub servers: u32,
    /// How many must be in service at any time; `None` is any number.
    pub min_in_service: Option<u32>,
    /// Drain, restore, health check and settle time.
    pub care: Care,
}

impl Tx {
    /// Sets what is done around the work on a group's servers.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn set_group_care(&mut self, group: GroupId, care: &Care) -> Result<(), StoreError> {
        let json = serde_json::to_string(care).map_err(StoreError::internal)?;
        let row = self.first(&SET, values![group, json]).await?;
        let row = row.ok_or(StoreError::NotFound)?;
        self.touch(Topic::Stack(row.get("stack_id")?));
        Ok(())
    }
}

impl Store {
    /// The settings of a stack's groups, by name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn group_settings(&self, stack: StackId) -> Result<Vec<GroupSettings>, StoreError> {
        let rows = self.read().await?.all(&OF_STACK, values![stack]).await?;
        rows.iter().map(settings).collect()
    }

    /// A group's name and stack.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn group_named_by_id(&self, group: GroupId) -> Result<Option<(String, StackId)>, StoreError> {
        let row = self.read().await?.first(&ONE, values![group]).await?;
        row.map(|row| Ok((row.get("name")?, row.get("stack_id")?)))
            .transpose()
    }
}

fn settings(row: &Row) -> Result<GroupSettings, StoreError> {
    let care: Option<String> = row.get("care")?;
    let care = care.map(|care| {
        serde_json::from_str(&care).map_err(|error| StoreError::corrupt(format!("a group's care: {error}")))
    });
    Ok(GroupSettings {
        group: row.get("id")?,
        name: row.get("name")?,
        servers: row.get("servers")?,
        min_in_service: row.get("min_in_service")?,
        care: care.transpose()?.unwrap_or_default(),
    })
}
