//! Databases for tests, and for nothing else: a migrated store of its own for every test, on SQLite and on a
//! PostgreSQL that the tests start themselves from the machine's binaries.
//!
//! ```ignore
//! testdb::on_both! {
//!     async fn a_server_has_a_name(db: TestStore) {
//!         …
//!     }
//! }
//! ```

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests end at what they did not expect"
)]

mod binaries;
mod cluster;
mod guard;
mod outage;
mod sqlite;
mod stale;

pub use outage::{Away, Locked, Outage};
use std::ops::Deref;
use std::sync::atomic::{AtomicU64, Ordering};
use store::{Place, Sealer, Store};

/// Which database a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// SQLite.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

/// An open, migrated, empty store that nothing else uses. It is removed when it is dropped.
#[derive(Debug)]
pub struct TestStore {
    store: Store,
    place: Place,
    kind: Kind,
    _keep: Keep,
}

/// What is removed with the store.
#[derive(Debug)]
enum Keep {
    Folder { _folder: tempfile::TempDir },
    Database { _database: cluster::Database },
}

impl Deref for TestStore {
    type Target = Store;
    fn deref(&self) -> &Store {
        &self.store
    }
}

impl TestStore {
    /// Which database it is on.
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// Where it is.
    pub const fn place(&self) -> &Place {
        &self.place
    }

    /// A handle to the store, for code that takes one.
    pub fn handle(&self) -> Store {
        self.store.clone()
    }

    /// The store as another process would open it: on PostgreSQL beside this one, on SQLite, where one process owns
    /// the folder, only after [`Store::close`] and [`TestStore::reopen`].
    ///
    /// # Panics
    /// On SQLite, and when it cannot be opened.
    pub async fn another_process(&self) -> Store {
        assert_eq!(
            self.kind,
            Kind::Postgres,
            "one process at a time owns a data folder"
        );
        Store::open(&self.place, sealer())
            .await
            .expect("another process can open the database")
    }

    /// The store after a restart: this handle is closed, and the database opened again.
    ///
    /// # Panics
    /// When it cannot be opened.
    pub async fn reopen(self) -> Self {
        let Self {
            store,
            place,
            kind,
            _keep,
        } = self;
        store.close().await;
        drop(store);
        let store = Store::open(&place, sealer())
            .await
            .expect("the database can be opened again");
        Self {
            store,
            place,
            kind,
            _keep,
        }
    }
}

/// The text of the secret key of every test store, as a `secret.key` has it.
pub const SECRET_KEY: &str = "k1 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

/// The secret key of every test store.
pub fn sealer() -> Sealer {
    Sealer::from_text(&SECRET_KEY.into()).expect("the test's key is one")
}

/// A migrated database on PostgreSQL that is open nowhere, for processes which a test starts; dropped with this value.
#[derive(Debug)]
pub struct PostgresDatabase(cluster::Database);

impl PostgresDatabase {
    /// An empty one; `None` when this machine has no PostgreSQL, which one loud line says. Takes a while: call it off
    /// the async threads.
    ///
    /// # Panics
    /// When there is no PostgreSQL and `DRYDOCK_REQUIRE=all`, or when it does not work.
    pub fn new() -> Option<Self> {
        Some(Self(cluster::get()?.new_database(&next_name())))
    }

    /// A copy of this one, in which nobody may be at work.
    ///
    /// # Panics
    /// When somebody does not leave it, or PostgreSQL does not work.
    pub fn copy(&self) -> Self {
        Self(self.0.copy(&next_name()))
    }

    /// Its address, as `database_url` takes it.
    pub fn url(&self) -> String {
        self.0.url()
    }
}

/// A store on SQLite.
///
/// # Panics
/// When it cannot be made.
pub async fn sqlite() -> TestStore {
    let folder = sqlite::folder();
    let place = Place::Folder(folder.path().to_owned());
    let store = Store::open(&place, sealer())
        .await
        .expect("a copy of the migrated file can be opened");
    TestStore {
        store,
        place,
        kind: Kind::Sqlite,
        _keep: Keep::Folder { _folder: folder },
    }
}

/// A store on PostgreSQL; `None` when this machine has none, which one loud line says.
///
/// # Panics
/// When there is no PostgreSQL and `DRYDOCK_REQUIRE=all`, or when it does not work.
pub async fn postgres() -> Option<TestStore> {
    let database = tokio::task::spawn_blocking(|| Some(cluster::get()?.new_database(&next_name()))).await;
    let database = database.expect("the database was made")?;
    let place = Place::Postgres(database.url());
    let store = Store::open(&place, sealer())
        .await
        .expect("a copy of the migrated template can be opened");
    Some(TestStore {
        store,
        place,
        kind: Kind::Postgres,
        _keep: Keep::Database { _database: database },
    })
}

/// An empty PostgreSQL database, for what a program of its own makes in it. It is removed when it is dropped.
#[derive(Debug)]
pub struct EmptyDatabase(cluster::Database);

/// An empty database on PostgreSQL; `None` when this machine has none, which one loud line says.
///
/// # Panics
/// As [`postgres`].
pub fn empty_postgres() -> Option<EmptyDatabase> {
    Some(EmptyDatabase(cluster::get()?.empty_database(&next_name())))
}

impl EmptyDatabase {
    /// Its address.
    pub fn url(&self) -> String {
        self.0.url()
    }

    /// Runs a dump as [`EmptyDatabase::dump`] gives it.
    ///
    /// # Panics
    /// When the dump does not run to its end.
    pub fn load(&self, sql: &[u8]) {
        self.0.load(sql);
    }

    /// All that is in it, as SQL.
    ///
    /// # Panics
    /// When it cannot be read.
    pub fn dump(&self) -> Vec<u8> {
        self.0.dump()
    }
}

fn next_name() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    format!("test_{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Runs a future to its end on a thread and a runtime of its own, so that nothing it opened outlives it.
fn aside<T: Send + 'static>(future: impl Future<Output = T> + Send + 'static) -> T {
    let thread = std::thread::spawn(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime can be built").block_on(future)
    });
    thread.join().expect("the thread came to its end")
}

/// Declares tests that run on both databases: each becomes a module with the tests `sqlite` and `postgres`.
#[macro_export]
macro_rules! on_both {
    ($($(#[$meta:meta])* async fn $name:ident($db:ident: TestStore) $body:block)*) => {$(
        mod $name {
            #[allow(unused_imports, reason = "not every test needs what its file imports")]
            use super::*;

            async fn test($db: $crate::TestStore) $body

            $(#[$meta])*
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                test($crate::sqlite().await).await;
            }

            $(#[$meta])*
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                if let Some(db) = $crate::postgres().await {
                    test(db).await;
                }
            }
        }
    )*};
}
