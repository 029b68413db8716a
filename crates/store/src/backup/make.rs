//! Making a backup.

use super::{BackupError, KEY, MADE_AT};
use crate::db::folder::DATABASE;
use crate::db::sqlite;
use crate::sql::{Conn, values};
use crate::{Place, seal, settings};
use secrecy::SecretString;
use secrecy::zeroize::Zeroizing;
use sqlx::Connection as _;
use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};

/// Whether a backup carries the secret key.
#[derive(Debug, Clone)]
pub enum BackupKey {
    /// It does not. Without the key the SSH keys in it cannot be opened.
    LeftOut,
    /// It does, sealed under a passphrase.
    Sealed {
        /// The key file.
        file: PathBuf,
        /// The passphrase.
        passphrase: SecretString,
    },
}

/// A backup that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupMade {
    /// The file.
    pub file: PathBuf,
    /// Its size.
    pub bytes: u64,
    /// Whether it carries the secret key.
    pub with_key: bool,
}

/// Writes a backup of the database at `place` to `file`, for its owner's eyes only. A Drydock that uses the database
/// may go on working: the backup is what was committed when it began.
///
/// # Errors
/// [`BackupError`]; then `file` is not there.
pub async fn backup(place: &Place, file: &Path, key: &BackupKey) -> Result<BackupMade, BackupError> {
    let Place::Folder(folder) = place else {
        return Err(BackupError::Postgres);
    };
    let database = folder.join(DATABASE);
    if !database.is_file() {
        return Err(BackupError::NoDatabase(folder.clone()));
    }
    if file.exists() {
        return Err(BackupError::Exists(file.to_owned()));
    }
    let sealed = match key {
        BackupKey::LeftOut => None,
        BackupKey::Sealed { file, passphrase } => Some(sealed_key(file.clone(), passphrase.clone()).await?),
    };
    let draft = draft_of(file);
    let made = write(&database, &draft, sealed)
        .await
        .and_then(|()| put(&draft, file));
    if made.is_err() {
        // The draft is worth nothing; that it may not be there is no news.
        drop(fs::remove_file(&draft));
    }
    let bytes = made?;
    Ok(BackupMade {
        file: file.to_owned(),
        bytes,
        with_key: matches!(key, BackupKey::Sealed { .. }),
    })
}

async fn sealed_key(file: PathBuf, passphrase: SecretString) -> Result<String, BackupError> {
    // Refuses a key file that others can read, or that is none.
    crate::Sealer::from_file(&file)?;
    let text = fs::read_to_string(&file).map_err(|source| BackupError::File { path: file, source })?;
    let text = Zeroizing::new(text);
    let sealing = tokio::task::spawn_blocking(move || seal::seal_with(&passphrase, &text));
    sealing
        .await
        .map_err(crate::StoreError::internal)?
        .map_err(BackupError::from)
}

async fn write(database: &Path, draft: &Path, sealed: Option<String>) -> Result<(), BackupError> {
    make_private(draft).map_err(|source| BackupError::File {
        path: draft.to_owned(),
        source,
    })?;
    let target = draft.to_str().ok_or_else(|| BackupError::File {
        path: draft.to_owned(),
        source: std::io::ErrorKind::InvalidInput.into(),
    })?;
    let mut live = sqlite::connect(database).await?;
    sqlx::query("VACUUM INTO $1")
        .bind(target)
        .execute(&mut live)
        .await?;
    live.close().await?;
    let mut copy = Conn::Sqlite(sqlite::connect_file(draft).await?);
    let now: i64 = copy.one(&crate::store::NOW, vec![]).await?.get("now")?;
    copy.run(&settings::SET, values![MADE_AT, now.to_string()])
        .await?;
    if let Some(sealed) = sealed {
        copy.run(&settings::SET, values![KEY, sealed]).await?;
    }
    if let Conn::Sqlite(copy) = copy {
        copy.close().await?;
    }
    Ok(())
}

/// Gives the finished draft its name, without replacing anything, and returns its size.
fn put(draft: &Path, file: &Path) -> Result<u64, BackupError> {
    let failed = |source| BackupError::File {
        path: file.to_owned(),
        source,
    };
    let bytes = fs::File::open(draft)
        .and_then(|draft| {
            draft.sync_all()?;
            draft.metadata()
        })
        .map_err(failed)?
        .len();
    fs::hard_link(draft, file).map_err(failed)?;
    fs::remove_file(draft).map_err(failed)?;
    Ok(bytes)
}

pub(super) fn draft_of(file: &Path) -> PathBuf {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    file.with_file_name(name)
}

/// An empty file that nobody else can read.
pub(super) fn make_private(file: &Path) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file).map(drop)
}
