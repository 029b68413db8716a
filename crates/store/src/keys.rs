//! SSH keys. The private half is sealed before it gets here and opened only for a connection.

use crate::sql::{Row, statements, values};
use crate::{Conflict, Sealer, Slot, Store, StoreError, Tx};
use model::{KeyId, Timestamp, Topic};
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret as _, SecretString};

macro_rules! columns {
    () => {
        "k.id, k.name, k.algorithm, k.public, k.fingerprint, k.generated, k.created_at,
         (SELECT COUNT(*) FROM servers s WHERE s.key_id = k.id) AS servers"
    };
}

statements! {
    INSERT = "INSERT INTO ssh_keys (id, name, algorithm, public, fingerprint, private, generated, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    LIST = concat!("SELECT ", columns!(), " FROM ssh_keys k ORDER BY k.name, k.id");
    ONE = concat!("SELECT ", columns!(), " FROM ssh_keys k WHERE k.id = $1");
    PRIVATE = "SELECT private FROM ssh_keys WHERE id = $1";
    RENAME = "UPDATE ssh_keys SET name = $2 WHERE id = $1";
    REMOVE = "DELETE FROM ssh_keys WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM servers WHERE key_id = $1)
        RETURNING name";
}

/// A key pair to keep.
#[derive(Debug, Clone)]
pub struct NewKey {
    /// Its unique name.
    pub name: String,
    /// Such as `ssh-ed25519`.
    pub algorithm: String,
    /// `algorithm base64`, without a comment.
    pub public: String,
    /// `SHA256:…`.
    pub fingerprint: String,
    /// In OpenSSH's format, without a passphrase.
    pub private: SecretString,
    /// Whether Drydock made it.
    pub generated: bool,
}

/// A key without its private half.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredKey {
    /// Its id.
    pub id: KeyId,
    /// Its name.
    pub name: String,
    /// Such as `ssh-ed25519`.
    pub algorithm: String,
    /// `algorithm base64`, without a comment.
    pub public: String,
    /// `SHA256:…`.
    pub fingerprint: String,
    /// Whether Drydock made it.
    pub generated: bool,
    /// When it was added.
    pub created_at: Timestamp,
    /// Servers that log in with it.
    pub servers: u32,
}

impl Tx {
    /// Keeps a key pair, its private half sealed.
    ///
    /// # Errors
    /// [`Conflict::KeyName`].
    pub async fn insert_key(&mut self, key: &NewKey, now: Timestamp) -> Result<KeyId, StoreError> {
        let id = KeyId::from_uuid(uuid::Uuid::now_v7());
        let row = id.to_string();
        let sealed = self
            .sealer()
            .seal(slot(&row), key.private.expose_secret().as_bytes())?;
        let values = values![
            row,
            &key.name,
            &key.algorithm,
            &key.public,
            &key.fingerprint,
            sealed,
            key.generated,
            now,
        ];
        self.run(&INSERT, values).await?;
        self.touch(Topic::Settings);
        Ok(id)
    }

    /// Gives a key another name.
    ///
    /// # Errors
    /// [`Conflict::KeyName`], [`StoreError::NotFound`].
    pub async fn rename_key(&mut self, id: KeyId, name: &str) -> Result<(), StoreError> {
        self.touch(Topic::Settings);
        match self.run(&RENAME, values![id, name]).await? {
            0 => Err(StoreError::NotFound),
            _ => Ok(()),
        }
    }

    /// Removes a key that no server uses. Returns its name.
    ///
    /// # Errors
    /// [`Conflict::KeyInUse`], [`StoreError::NotFound`].
    pub async fn remove_key(&mut self, id: KeyId) -> Result<String, StoreError> {
        self.touch(Topic::Settings);
        if let Some(row) = self.first(&REMOVE, values![id]).await? {
            return row.get("name");
        }
        match self.first(&ONE, values![id]).await? {
            Some(_) => Err(StoreError::Conflict(Conflict::KeyInUse)),
            None => Err(StoreError::NotFound),
        }
    }
}

impl Store {
    /// All keys by name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn keys(&self) -> Result<Vec<StoredKey>, StoreError> {
        self.read()
            .await?
            .all(&LIST, vec![])
            .await?
            .iter()
            .map(stored)
            .collect()
    }

    /// One key.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn key(&self, id: KeyId) -> Result<Option<StoredKey>, StoreError> {
        self.read()
            .await?
            .first(&ONE, values![id])
            .await?
            .as_ref()
            .map(stored)
            .transpose()
    }

    /// The private half of a key.
    ///
    /// # Errors
    /// [`StoreError::Seal`] when it cannot be opened.
    pub async fn private_key(&self, id: KeyId) -> Result<Option<SecretString>, StoreError> {
        let Some(row) = self.read().await?.first(&PRIVATE, values![id]).await? else {
            return Ok(None);
        };
        open(self.sealer(), id, &row.get::<String>("private")?).map(Some)
    }
}

/// Opens a sealed private key.
pub(crate) fn open(sealer: &Sealer, id: KeyId, sealed: &str) -> Result<SecretString, StoreError> {
    let open = sealer.open(slot(&id.to_string()), sealed)?;
    let text = Zeroizing::new(open.expose_secret().to_vec());
    let text = std::str::from_utf8(&text).map_err(|_| StoreError::corrupt("a private key is not text"))?;
    Ok(SecretString::from(text))
}

fn slot(row: &str) -> Slot<'_> {
    Slot {
        table: "ssh_keys",
        row,
        column: "private",
    }
}

fn stored(row: &Row) -> Result<StoredKey, StoreError> {
    Ok(StoredKey {
        id: row.get("id")?,
        name: row.get("name")?,
        algorithm: row.get("algorithm")?,
        public: row.get("public")?,
        fingerprint: row.get("fingerprint")?,
        generated: row.get("generated")?,
        created_at: row.get("created_at")?,
        servers: row.get("servers")?,
    })
}
