//! Secrets at rest: sealed with a key that is not in the database.

mod key_file;
mod passphrase;
mod sealer;

pub(crate) use key_file::write_text;
pub(crate) use passphrase::{open_with, seal_with};
pub use sealer::{Sealer, Slot};

use std::path::PathBuf;

/// Why a secret cannot be sealed or opened. No sentence holds any part of one.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// There is a database, but not the key that its secrets were sealed with.
    #[error(
        "{} is missing: put the file back that belongs to this database. If it is lost for good, every SSH key in \
         the database is lost with it and must be added again with a new one", .0.display()
    )]
    Missing(PathBuf),
    /// The key file can be read by others.
    #[error("{} can be read by other users: run chmod 600 on it, and consider its keys known to them", .0.display())]
    Exposed(PathBuf),
    /// The key file cannot be read or written.
    #[error("{} cannot be used", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The key file's text is not one.
    #[error("the secret key is not readable: line {line} is not `k1 ` and 32 bytes in base64")]
    Malformed {
        /// The line, from 1; 0 when there is none.
        line: usize,
    },
    /// A secret was sealed with a key that is not in the key file.
    #[error(
        "a secret was sealed with the key {0}, which is not in secret.key: add that key's line to the file"
    )]
    UnknownKey(String),
    /// What is stored is no sealed secret, was changed, or belongs elsewhere.
    #[error("a stored secret was changed or moved, and cannot be opened")]
    Tampered,
    /// The passphrase does not open it.
    #[error("the passphrase does not open the key in this backup")]
    WrongPassphrase,
    /// The system's random source failed.
    #[error("the system's random source failed")]
    Random,
}
