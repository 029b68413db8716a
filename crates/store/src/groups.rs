//! Groups: roles of servers inside a stack.

use crate::sql::{Row, statements, values};
use crate::{Store, StoreError, Tx};
use model::{GroupId, StackId, Topic};

statements! {
    INSERT = "INSERT INTO server_groups (id, stack_id, name, drifts) VALUES ($1, $2, $3, FALSE)";
    BY_NAME = "SELECT id FROM server_groups WHERE stack_id = $1 AND lower(name) = lower($2)";
    RENAME = "UPDATE server_groups SET name = $2 WHERE id = $1 RETURNING stack_id";
    EMPTY = "UPDATE servers SET group_id = NULL WHERE group_id = $1 RETURNING id";
    REMOVE = "DELETE FROM server_groups WHERE id = $1 RETURNING name, stack_id";
    OF_STACK = "SELECT id, stack_id, name, drifts FROM server_groups WHERE stack_id = $1 ORDER BY name, id";
    ALL = "SELECT id, stack_id, name, drifts FROM server_groups ORDER BY stack_id, name, id";
}

/// A group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its id.
    pub id: GroupId,
    /// Its stack.
    pub stack: StackId,
    /// Its name, unique in the stack.
    pub name: String,
    /// Whether its servers run different versions of a component.
    pub drifts: bool,
}

impl Tx {
    /// Adds a group to a stack.
    ///
    /// # Errors
    /// [`crate::Conflict::GroupName`], [`crate::Conflict::Reference`] when the stack is not there.
    pub async fn insert_group(&mut self, stack: StackId, name: &str) -> Result<GroupId, StoreError> {
        let id = GroupId::from_uuid(uuid::Uuid::now_v7());
        self.run(&INSERT, values![id, stack, name]).await?;
        self.touch(Topic::Stack(stack));
        Ok(id)
    }

    /// The stack's group of that name, upper and lower case counting as the same.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn group_named(&mut self, stack: StackId, name: &str) -> Result<Option<GroupId>, StoreError> {
        self.first(&BY_NAME, values![stack, name])
            .await?
            .map(|row| row.get("id"))
            .transpose()
    }

    /// Gives a group another name.
    ///
    /// # Errors
    /// [`crate::Conflict::GroupName`], [`StoreError::NotFound`].
    pub async fn rename_group(&mut self, id: GroupId, name: &str) -> Result<(), StoreError> {
        let row = self
            .first(&RENAME, values![id, name])
            .await?
            .ok_or(StoreError::NotFound)?;
        self.touch(Topic::Stack(row.get("stack_id")?));
        Ok(())
    }

    /// Removes a group. Its servers stay in the stack. Returns its name.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn remove_group(&mut self, id: GroupId) -> Result<String, StoreError> {
        for row in self.all(&EMPTY, values![id]).await? {
            self.touch(Topic::Server(row.get("id")?));
        }
        let row = self
            .first(&REMOVE, values![id])
            .await?
            .ok_or(StoreError::NotFound)?;
        self.touch(Topic::Stack(row.get("stack_id")?));
        row.get("name")
    }
}

impl Store {
    /// A stack's groups, by name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn groups_of(&self, stack: StackId) -> Result<Vec<Group>, StoreError> {
        self.read()
            .await?
            .all(&OF_STACK, values![stack])
            .await?
            .iter()
            .map(group)
            .collect()
    }

    /// All groups of all stacks.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn groups(&self) -> Result<Vec<Group>, StoreError> {
        self.read()
            .await?
            .all(&ALL, vec![])
            .await?
            .iter()
            .map(group)
            .collect()
    }
}

fn group(row: &Row) -> Result<Group, StoreError> {
    Ok(Group {
        id: row.get("id")?,
        stack: row.get("stack_id")?,
        name: row.get("name")?,
        drifts: row.get("drifts")?,
    })
}
