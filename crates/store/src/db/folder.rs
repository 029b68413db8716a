//! The data folder: nobody else reads it, and one process at a time owns it.

use crate::OpenError;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

/// The database's file in the data folder.
pub(crate) const DATABASE: &str = "drydock.db";
/// The secret key's file in the data folder.
pub(crate) const SECRET_KEY: &str = "secret.key";
const LOCK: &str = "drydock.lock";

/// A data folder that this process owns until it is dropped.
#[derive(Debug)]
pub(crate) struct DataFolder {
    path: PathBuf,
    /// Holding the file open holds the lock; the operating system lets go of it when the process dies.
    lock: File,
}

impl DataFolder {
    /// Makes the folder when it is not there, for its owner's eyes only, and takes its lock.
    pub(crate) fn own(path: &Path) -> Result<Self, OpenError> {
        let failed = |source| OpenError::File {
            path: path.to_owned(),
            source,
        };
        make_private_if_fresh(path).map_err(failed)?;
        refuse_exposed(path)?;
        let lock_path = path.join(LOCK);
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&lock_path)
            .map_err(|source| OpenError::File {
                path: lock_path.clone(),
                source,
            })?;
        match lock.try_lock() {
            Ok(()) => Ok(Self {
                path: path.to_owned(),
                lock,
            }),
            Err(TryLockError::WouldBlock) => Err(OpenError::Locked(path.to_owned())),
            Err(TryLockError::Error(source)) => Err(OpenError::File {
                path: lock_path,
                source,
            }),
        }
    }

    /// Lets go of the folder. Closing the file alone would not, while a child process that is just being started
    /// still has it open.
    pub(crate) fn let_go(&self) {
        if let Err(error) = self.lock.unlock() {
            tracing::warn!(%error, "the data folder's lock could not be let go of");
        }
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.path.join(DATABASE)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

/// Makes the folder when it is not there. An empty one that somebody just made has nothing to hide yet, and becomes
/// private, too.
pub(crate) fn make_private_if_fresh(path: &Path) -> std::io::Result<()> {
    if path.exists() && fs::read_dir(path)?.next().is_some() {
        Ok(())
    } else {
        make_private(path)
    }
}

impl Drop for DataFolder {
    fn drop(&mut self) {
        self.let_go();
    }
}

#[cfg(unix)]
fn make_private(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    // The umask may have taken bits away, never added any; parents that were made on the way are as private.
    fs::set_permissions(path, fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn make_private(path: &Path) -> std::io::Result<()> {
    fs::create_dir_all(path)
}

#[cfg(unix)]
fn refuse_exposed(path: &Path) -> Result<(), OpenError> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = fs::metadata(path)
        .map_err(|source| OpenError::File {
            path: path.to_owned(),
            source,
        })?
        .permissions()
        .mode();
    if mode & 0o077 == 0 {
        Ok(())
    } else {
        Err(OpenError::Exposed(path.to_owned()))
    }
}

#[cfg(not(unix))]
fn refuse_exposed(_: &Path) -> Result<(), OpenError> {
    Ok(())
}
