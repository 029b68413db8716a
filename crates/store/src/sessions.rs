//! Sessions of the browser. A session's id is a key to an account, so only its hash is kept.

use crate::sql::{Row, statements, values};
use crate::{Store, StoreError, Tx};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::{Timestamp, UserId};
use sha2::{Digest as _, Sha256};

statements! {
    INSERT = "INSERT INTO sessions (id_hash, user_id, data, created_at, expires_at)
        VALUES ($1, $2, $3, (SELECT now FROM clock), $4) ON CONFLICT (id_hash) DO NOTHING";
    SAVE = "INSERT INTO sessions (id_hash, user_id, data, created_at, expires_at)
        VALUES ($1, $2, $3, (SELECT now FROM clock), $4)
        ON CONFLICT (id_hash) DO UPDATE SET user_id = excluded.user_id, data = excluded.data,
            expires_at = excluded.expires_at";
    LOAD = "SELECT id_hash, user_id, data, created_at, expires_at FROM sessions WHERE id_hash = $1 AND expires_at > $2";
    OF_USER = "SELECT id_hash, user_id, data, created_at, expires_at FROM sessions WHERE user_id = $1
        AND expires_at > $2 ORDER BY created_at DESC, id_hash";
    END = "DELETE FROM sessions WHERE id_hash = $1";
    END_OF_USER = "DELETE FROM sessions WHERE user_id = $1";
}

/// A session.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredSession {
    /// The hash of its id, which names it without being a key.
    pub id_hash: String,
    /// Whose it is; `None` before a log-in.
    pub user: Option<UserId>,
    /// What it holds, as the server wrote it.
    pub data: String,
    /// When it was begun, by the database's clock.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// Without what it holds.
impl std::fmt::Debug for StoredSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StoredSession")
            .field("user", &self.user)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// What is kept of a session's id. A plain digest is enough: the id itself is 128 random bits.
fn hashed(id: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(id.as_bytes()))
}

impl Store {
    /// Begins a session. `false`: there is one of that id already.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn create_session(
        &self,
        id: &str,
        user: Option<UserId>,
        data: String,
        expires_at: Timestamp,
    ) -> Result<bool, StoreError> {
        let values = values![hashed(id), user, data, expires_at];
        self.write(|tx| Box::pin(async move { Ok(tx.run(&INSERT, values).await? == 1) }))
            .await
    }

    /// Writes a session, begun or not.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn save_session(
        &self,
        id: &str,
        user: Option<UserId>,
        data: String,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        let values = values![hashed(id), user, data, expires_at];
        self.write(|tx| Box::pin(async move { tx.run(&SAVE, values).await.map(drop) }))
            .await
    }

    /// A session that has not ended.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn load_session(&self, id: &str, now: Timestamp) -> Result<Option<StoredSession>, StoreError> {
        let row = self.read().await?.first(&LOAD, values![hashed(id), now]).await?;
        row.as_ref().map(session).transpose()
    }

    /// Ends a session.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn delete_session(&self, id: &str) -> Result<(), StoreError> {
        let values = values![hashed(id)];
        self.write(|tx| Box::pin(async move { tx.run(&END, values).await.map(drop) }))
            .await
    }

    /// A person's sessions that have not ended, newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn sessions_of(&self, user: UserId, now: Timestamp) -> Result<Vec<StoredSession>, StoreError> {
        self.read()
            .await?
            .all(&OF_USER, values![user, now])
            .await?
            .iter()
            .map(session)
            .collect()
    }
}

impl Tx {
    /// Ends all sessions of a person.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn end_sessions_of(&mut self, user: UserId) -> Result<u64, StoreError> {
        self.run(&END_OF_USER, values![user]).await
    }

    /// Ends the session of that id hash. `false` when there is none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn end_session(&mut self, id_hash: &str) -> Result<bool, StoreError> {
        Ok(self.run(&END, values![id_hash]).await? == 1)
    }
}

fn session(row: &Row) -> Result<StoredSession, StoreError> {
    Ok(StoredSession {
        id_hash: row.get("id_hash")?,
        user: row.get("user_id")?,
        data: row.get("data")?,
        created_at: row.get("created_at")?,
        expires_at: row.get("expires_at")?,
    })
}
