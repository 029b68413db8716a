//! Settings: a key and a JSON value each.

use crate::sql::{statements, values};
use crate::{Store, StoreError, Tx};
use model::InstanceId;
use serde::Serialize;
use serde::de::DeserializeOwned;

statements! {
    GET = "SELECT value FROM settings WHERE key = $1";
    SET = "INSERT INTO settings (key, value, changed_at) VALUES ($1, $2, (SELECT now FROM clock))
        ON CONFLICT (key) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at";
    ADD = "INSERT INTO settings (key, value, changed_at) VALUES ($1, $2, (SELECT now FROM clock))
        ON CONFLICT (key) DO NOTHING";
    REMOVE = "DELETE FROM settings WHERE key = $1";
}

/// The key of this instance's id.
pub(crate) const INSTANCE: &str = "instance";
/// The key of the reason why the scheduler is off; absent while it is on.
pub(crate) const SCHEDULER_OFF: &str = "scheduler.off";

impl Store {
    /// A setting, when it is set.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when the stored value is not a `T`.
    pub async fn setting<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, StoreError> {
        let Some(row) = self.read().await?.first(&GET, values![key]).await? else {
            return Ok(None);
        };
        let text: String = row.get("value")?;
        serde_json::from_str(&text)
            .map(Some)
            .map_err(|error| StoreError::corrupt(format!("the setting {key}: {error}")))
    }

    /// This instance's id. A restored backup gets a new one.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn instance(&self) -> Result<InstanceId, StoreError> {
        self.setting(INSTANCE).await?.ok_or(StoreError::NotFound)
    }

    /// Why the scheduler is off; `None` while it is on.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn scheduler_off(&self) -> Result<Option<String>, StoreError> {
        self.setting(SCHEDULER_OFF).await
    }

    /// Gives a new database its id.
    pub(crate) async fn first_start(&self) -> Result<(), StoreError> {
        if self.setting::<InstanceId>(INSTANCE).await?.is_some() {
            return Ok(());
        }
        self.write(|tx| Box::pin(async move { tx.add_setting(INSTANCE, &new_instance()).await.map(drop) }))
            .await
    }
}

pub(crate) fn new_instance() -> InstanceId {
    InstanceId::from_uuid(uuid::Uuid::now_v7())
}

impl Tx {
    /// Sets a setting.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn set_setting<T: Serialize + Sync>(&mut self, key: &str, value: &T) -> Result<(), StoreError> {
        let text = serde_json::to_string(value).map_err(StoreError::internal)?;
        self.run(&SET, values![key, text]).await?;
        self.touch(model::Topic::Settings);
        Ok(())
    }

    /// Sets a setting that is not set yet; `false` when it is.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn add_setting<T: Serialize + Sync>(
        &mut self,
        key: &str,
        value: &T,
    ) -> Result<bool, StoreError> {
        let text = serde_json::to_string(value).map_err(StoreError::internal)?;
        Ok(self.run(&ADD, values![key, text]).await? == 1)
    }

    /// Removes a setting.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn remove_setting(&mut self, key: &str) -> Result<(), StoreError> {
        self.run(&REMOVE, values![key]).await?;
        self.touch(model::Topic::Settings);
        Ok(())
    }

    /// Switches the scheduler off for a reason, or on again.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn set_scheduler_off(&mut self, reason: Option<&str>) -> Result<(), StoreError> {
        match reason {
            Some(reason) => self.set_setting(SCHEDULER_OFF, &reason).await,
            None => self.remove_setting(SCHEDULER_OFF).await,
        }
    }
}
