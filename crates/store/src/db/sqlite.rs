//! SQLite: one connection that writes, a few that read, in one file of a folder that this process owns.

use super::folder::DataFolder;
use super::migrations::{Dialect, explain, migrator};
use super::writer::{self, Commit, Writer};
use crate::sql::Conn;
use crate::{OpenError, Sealer, StoreError};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection as _, SqliteConnection, SqlitePool};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// An open SQLite database.
#[derive(Debug)]
pub(crate) struct Sqlite {
    readers: SqlitePool,
    pub(super) writer: Writer,
    folder: DataFolder,
}

impl Sqlite {
    /// Opens the database of a data folder, made and brought up to date when needed.
    pub(crate) async fn open(path: &Path, sealer: Arc<Sealer>, commit: Commit) -> Result<Self, OpenError> {
        let folder = DataFolder::own(path)?;
        let file = folder.database();
        let mut conn = connect(&file).await?;
        migrator(Dialect::Sqlite)
            .run_direct(None, &mut conn, false)
            .await
            .map_err(explain)?;
        let readers = SqlitePoolOptions::new()
            .max_connections(4)
            .min_connections(1)
            .acquire_timeout(Duration::from_secs(5))
            .test_before_acquire(false)
            .connect_with(options(&file).read_only(true).create_if_missing(false))
            .await
            .map_err(|error| failed(&file, error))?;
        Ok(Self {
            readers,
            writer: writer::start(conn, sealer, commit),
            folder,
        })
    }

    pub(crate) async fn read(&self) -> Result<Conn, StoreError> {
        Ok(Conn::SqliteReader(self.readers.acquire().await?))
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
        self.folder.let_go();
    }
}

/// A connection that may write, for the writer and for restoring.
pub(crate) async fn connect(file: &Path) -> Result<SqliteConnection, OpenError> {
    SqliteConnection::connect_with(&options(file))
        .await
        .map_err(|error| failed(file, error))
}

/// A connection to a file that is moved about as a whole: without a second file beside it.
pub(crate) async fn connect_file(file: &Path) -> Result<SqliteConnection, OpenError> {
    let options = options(file)
        .journal_mode(SqliteJournalMode::Delete)
        .create_if_missing(false);
    SqliteConnection::connect_with(&options)
        .await
        .map_err(|error| failed(file, error))
}

fn options(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        // Without `trusted_schema` a crafted file could run functions from its views and triggers.
        .pragma("trusted_schema", "OFF")
        .pragma("temp_store", "MEMORY")
        // After a burst the write-ahead log shrinks to this size again.
        .pragma("journal_size_limit", "67108864")
        .statement_cache_capacity(256)
}

fn failed(file: &Path, error: sqlx::Error) -> OpenError {
    OpenError::Database {
        hint: format!("look at {} and the space on its disk", file.display()),
        source: error.into(),
    }
}
