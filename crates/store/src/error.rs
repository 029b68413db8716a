//! What the store fails with. `Display` never prints the source: whoever logs prints the chain.

use std::error::Error as StdError;
use std::path::PathBuf;

/// What collides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conflict {
    /// Another server has that name.
    ServerName,
    /// Another stack has that name.
    StackName,
    /// Another group of the stack has that name.
    GroupName,
    /// Another SSH key has that name.
    KeyName,
    /// Another person has that name.
    PersonName,
    /// Another profile of the stack has that name.
    ProfileName,
    /// There is an admin already.
    NotFirst,
    /// The server carries other servers' connections.
    JumpInUse,
    /// A server would be reached through itself, or through more than eight others.
    JumpLoop,
    /// Servers log in with the key.
    KeyInUse,
    /// Nobody would be left who can manage people.
    LastAdmin,
    /// The keys are not those that the person saw.
    OtherKeys,
    /// Something refers to it, or what it refers to is gone.
    Reference,
    /// Another rule of the database.
    Rule,
}

/// A failed use of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be used right now. Trying again later may work; nothing was changed.
    #[error("the database cannot be used right now")]
    Unavailable(#[source] Box<dyn StdError + Send + Sync>),
    /// It collides with what is there.
    #[error("it conflicts with what is there: {0:?}")]
    Conflict(Conflict),
    /// It is not there (any more).
    #[error("it is not there")]
    NotFound,
    /// What is stored cannot be read.
    #[error("what is stored cannot be read: {what}")]
    Corrupt {
        /// Where, and what is wrong, without secrets.
        what: String,
    },
    /// A secret cannot be opened or sealed.
    #[error("a secret cannot be used")]
    Seal(#[from] crate::SealError),
    /// Something that should not happen.
    #[error("the database refused a statement")]
    Internal(#[source] Box<dyn StdError + Send + Sync>),
}

impl StoreError {
    pub(crate) fn corrupt(what: impl Into<String>) -> Self {
        Self::Corrupt { what: what.into() }
    }

    pub(crate) fn internal(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::Internal(source.into())
    }

    /// Whether trying again later may work.
    pub const fn is_unavailable(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}

/// Why a store cannot be opened. Each sentence says what to do.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process owns the data folder.
    #[error("another Drydock uses the data folder {}: stop it first, or choose another folder", .0.display())]
    Locked(PathBuf),
    /// Others could read what is in the data folder.
    #[error("the data folder {} can be read by other users: run chmod 700 on it", .0.display())]
    Exposed(PathBuf),
    /// A newer Drydock has been here.
    #[error("this database was written by a newer Drydock: install that version or a later one")]
    Newer,
    /// A migration failed.
    #[error("the database could not be brought up to date; nothing was changed by the step that failed")]
    Migration(#[source] Box<dyn StdError + Send + Sync>),
    /// The database does not answer.
    #[error("the database cannot be opened: {hint}")]
    Database {
        /// What to look at.
        hint: String,
        /// What it said.
        #[source]
        source: Box<dyn StdError + Send + Sync>,
    },
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
}

/// Sorts an error of the driver.
impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(database) => match crate::db::dialect::judge(database.as_ref()) {
                crate::db::dialect::Judged::Conflict(conflict) => Self::Conflict(conflict),
                crate::db::dialect::Judged::Unavailable => Self::Unavailable(error.into()),
                crate::db::dialect::Judged::Other => Self::Internal(error.into()),
            },
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::Protocol(_) => Self::Unavailable(error.into()),
            sqlx::Error::RowNotFound => Self::NotFound,
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => {
                Self::corrupt(format!("a column has an unexpected type: {error}"))
            }
            _ => Self::Internal(error.into()),
        }
    }
}

/// An error with its sources, on one line, for the log.
pub(crate) fn chain(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        text.push_str(": ");
        text.push_str(&source.to_string());
        next = source.source();
    }
    text
}
