//! Backup and restore. A backup is one SQLite file, made while Drydock works; on request it carries the secret key,
//! sealed under a passphrase.

mod make;
mod restore;

pub use make::{BackupKey, BackupMade, backup};
pub(crate) use restore::STATEMENTS;
pub use restore::{Restored, RestoredKey, restore};

use std::path::PathBuf;

/// The setting that says when a backup was made, in the backup alone.
const MADE_AT: &str = "backup.made_at";
/// The setting that holds the sealed secret key, in the backup alone.
const KEY: &str = "backup.secret_key";

/// Why there is no backup, or no restored database. Each sentence says what to do.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// PostgreSQL has its own tools, which do this better.
    #[error(
        "this Drydock uses PostgreSQL: back the database up with `pg_dump --format=custom` and restore it with \
         `pg_restore`, and keep a copy of secret.key apart from it"
    )]
    Postgres,
    /// The file is there already.
    #[error("{} is there already: choose another name", .0.display())]
    Exists(PathBuf),
    /// The data folder has a database.
    #[error("{} has a database already: restore into an empty folder", .0.display())]
    NotEmpty(PathBuf),
    /// There is no database to back up.
    #[error("{} has no database", .0.display())]
    NoDatabase(PathBuf),
    /// The file is not a whole backup.
    #[error("{} is not a backup of Drydock, or is damaged", .0.display())]
    NotABackup(PathBuf),
    /// The backup carries no key, but a passphrase was given.
    #[error(
        "this backup carries no secret key: restore it without a passphrase, and put secret.key into the folder"
    )]
    NoKey,
    /// A file or folder cannot be used.
    #[error("{} cannot be used", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The secret key cannot be used.
    #[error("the secret key cannot be used")]
    Seal(#[from] crate::SealError),
    /// The database cannot be opened.
    #[error("the database cannot be opened")]
    Open(#[from] crate::OpenError),
    /// The database refused.
    #[error("the database refused")]
    Store(#[from] crate::StoreError),
}

impl From<sqlx::Error> for BackupError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}
