//! Profiles: options saved under a name, for one stack or for all.

use crate::sql::{Row, statements, values};
use crate::{Store, StoreError, Tx};
use model::{ProfileId, StackId, Timestamp, Topic};

statements! {
    INSERT = "INSERT INTO profiles (id, stack_id, name, options, created_at, created_by) VALUES ($1, $2, $3, $4, $5, $6)";
    CHANGE = "UPDATE profiles SET name = $2, options = $3 WHERE id = $1 RETURNING stack_id";
    REMOVE = "DELETE FROM profiles WHERE id = $1 RETURNING stack_id, name";
    OF_STACK = "SELECT id, stack_id, name, options, created_at, created_by FROM profiles
        WHERE stack_id IS NULL OR stack_id = $1 ORDER BY lower(name), id";
    ONE = "SELECT id, stack_id, name, options, created_at, created_by FROM profiles WHERE id = $1";
}

/// Options saved under a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Its id.
    pub id: ProfileId,
    /// The stack it is for; `None` is every stack.
    pub stack: Option<StackId>,
    /// Its name, unique among those of the same stack, upper and lower case counting as the same.
    pub name: String,
    /// The options, versioned JSON.
    pub options: String,
    /// When it was saved first.
    pub created_at: Timestamp,
    /// By whom.
    pub created_by: Option<String>,
}

impl Tx {
    /// Saves options under a name.
    ///
    /// # Errors
    /// [`crate::Conflict::ProfileName`], [`crate::Conflict::Reference`] when the stack is not there.
    pub async fn insert_profile(
        &mut self,
        stack: Option<StackId>,
        name: &str,
        options: &str,
        at: Timestamp,
        by: Option<&str>,
    ) -> Result<ProfileId, StoreError> {
        let id = ProfileId::from_uuid(uuid::Uuid::now_v7());
        let by = by.map(str::to_owned);
        self.run(&INSERT, values![id, stack, name, options, at, by])
            .await?;
        self.touch_profiles(stack);
        Ok(id)
    }

    /// Gives a profile another name and other options.
    ///
    /// # Errors
    /// [`crate::Conflict::ProfileName`], [`StoreError::NotFound`].
    pub async fn change_profile(
        &mut self,
        id: ProfileId,
        name: &str,
        options: &str,
    ) -> Result<(), StoreError> {
        let row = self.first(&CHANGE, values![id, name, options]).await?;
        let stack = row.ok_or(StoreError::NotFound)?.get("stack_id")?;
        self.touch_profiles(stack);
        Ok(())
    }

    /// Removes a profile. Returns its name.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn remove_profile(&mut self, id: ProfileId) -> Result<String, StoreError> {
        let row = self
            .first(&REMOVE, values![id])
            .await?
            .ok_or(StoreError::NotFound)?;
        self.touch_profiles(row.get("stack_id")?);
        row.get("name")
    }

    fn touch_profiles(&mut self, stack: Option<StackId>) {
        self.touch(stack.map_or(Topic::Settings, Topic::Stack));
    }
}

impl Store {
    /// The profiles of a stack and those of every stack, by name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn profiles_of(&self, stack: StackId) -> Result<Vec<Profile>, StoreError> {
        let rows = self.read().await?.all(&OF_STACK, values![stack]).await?;
        rows.iter().map(profile).collect()
    }

    /// One profile.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn profile(&self, id: ProfileId) -> Result<Option<Profile>, StoreError> {
        let row = self.read().await?.first(&ONE, values![id]).await?;
        row.as_ref().map(profile).transpose()
    }
}

fn profile(row: &Row) -> Result<Profile, StoreError> {
    Ok(Profile {
        id: row.get("id")?,
        stack: row.get("stack_id")?,
        name: row.get("name")?,
        options: row.get("options")?,
        created_at: row.get("created_at")?,
        created_by: row.get("created_by")?,
    })
}
