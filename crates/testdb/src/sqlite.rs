//! SQLite: a copy of one migrated file per test.

use std::sync::OnceLock;
use store::{Place, Store};
use tempfile::TempDir;

const DATABASE: &str = "drydock.db";

/// A data folder with a migrated database in it.
pub(crate) fn folder() -> TempDir {
    static MIGRATED: OnceLock<Vec<u8>> = OnceLock::new();
    let migrated = MIGRATED.get_or_init(|| {
        let folder = new_folder();
        let place = Place::Folder(folder.path().to_owned());
        crate::aside(async move {
            let store = Store::open(&place, crate::sealer())
                .await
                .expect("a new database can be made");
            // Closing folds the write-ahead log into the one file.
            store.close().await;
        });
        std::fs::read(folder.path().join(DATABASE)).expect("the migrated file can be read")
    });
    let folder = new_folder();
    std::fs::write(folder.path().join(DATABASE), migrated).expect("the migrated file can be copied");
    folder
}

fn new_folder() -> TempDir {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    builder
        .prefix("drydock-test-")
        .tempdir()
        .expect("a temporary folder can be made")
}
