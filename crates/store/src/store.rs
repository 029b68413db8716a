//! The store: one handle for both databases.

use crate::db::{Postgres, Sqlite};
use crate::live::Feed;
use crate::place::Place;
use crate::sql::{Conn, statements};
use crate::tx::{After, Tx};
use crate::{OpenError, Sealer, StoreError};
use futures::future::BoxFuture;
use model::Timestamp;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, oneshot};

statements! {
    NOW = "SELECT now FROM clock";
}

/// How often what other processes committed is looked for when nothing is heard of it.
const FOLLOW_POLL: Duration = Duration::from_secs(2);

/// A cheap handle to an open database.
#[derive(Debug, Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    database: Database,
    sealer: Arc<Sealer>,
    wake: Arc<Notify>,
    feed: Arc<Feed>,
}

#[derive(Debug)]
enum Database {
    Sqlite(Sqlite),
    Postgres(Postgres),
}

impl Store {
    /// Opens the database at `place`, made and brought up to date when needed. Secrets are sealed with `sealer`.
    ///
    /// On SQLite this process then owns the data folder, so no other worker can be alive: runs that were being
    /// worked on go back to the queue at once.
    ///
    /// # Errors
    /// [`OpenError`]; each says what to do.
    pub async fn open(place: &Place, sealer: Sealer) -> Result<Self, OpenError> {
        let sealer = Arc::new(sealer);
        let wake = Arc::new(Notify::new());
        let feed = Arc::new(Feed::default());
        let database = match place {
            Place::Folder(path) => {
                let (feed, wake) = (Arc::clone(&feed), Arc::clone(&wake));
                let commit = Arc::new(move |after: After| follow_up(&feed, &wake, &after));
                Database::Sqlite(Sqlite::open(path, Arc::clone(&sealer), commit).await?)
            }
            Place::Postgres(url) => Database::Postgres(Postgres::open(url).await?),
        };
        let store = Self {
            inner: Arc::new(Inner {
                database,
                sealer,
                wake,
                feed,
            }),
        };
        store.start().await.map_err(|error| OpenError::Database {
            hint: "its contents could not be read".to_owned(),
            source: error.into(),
        })?;
        Ok(store)
    }

    async fn start(&self) -> Result<(), StoreError> {
        self.first_start().await?;
        let newest = crate::live::newest(&mut self.read().await?).await?;
        self.inner.feed.reached(newest);
        match &self.inner.database {
            Database::Sqlite(_) => self.release_all_runs().await?,
            Database::Postgres(postgres) => {
                postgres.follow(
                    FOLLOW_POLL,
                    Arc::clone(&self.inner.wake),
                    Arc::clone(&self.inner.feed),
                );
            }
        }
        Ok(())
    }

    /// Commits what `work` did, all of it or, when it fails, nothing. `work` touches the database alone and is quick:
    /// on SQLite all other writes wait for it. Pages that show what was touched are told, and workers woken, after
    /// the commit.
    ///
    /// # Errors
    /// What `work` returned, or a [`StoreError`] of the commit.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
    {
        match &self.inner.database {
            Database::Sqlite(sqlite) => {
                let (answer, heard) = oneshot::channel();
                sqlite.write(work, answer).await?;
                heard
                    .await
                    .map_err(|_| StoreError::Unavailable("the store is closed".into()))?
            }
            Database::Postgres(postgres) => {
                let mut tx = postgres.begin(Arc::clone(&self.inner.sealer)).await?;
                let done = work(&mut tx).await?;
                let after = postgres.commit(tx).await?;
                follow_up(&self.inner.feed, &self.inner.wake, &after);
                Ok(done)
            }
        }
    }

    pub(crate) async fn read(&self) -> Result<Conn, StoreError> {
        match &self.inner.database {
            Database::Sqlite(sqlite) => sqlite.read().await,
            Database::Postgres(postgres) => postgres.read().await,
        }
    }

    /// Notified when there may be something in the queue of runs; what [`engine::Worker::start`] takes.
    pub fn wake(&self) -> Arc<Notify> {
        Arc::clone(&self.inner.wake)
    }

    pub(crate) fn feed(&self) -> &Feed {
        &self.inner.feed
    }

    pub(crate) fn sealer(&self) -> &Sealer {
        &self.inner.sealer
    }

    /// The data folder, when the database is a file in one.
    pub fn folder(&self) -> Option<&Path> {
        match &self.inner.database {
            Database::Sqlite(sqlite) => Some(sqlite.folder()),
            Database::Postgres(_) => None,
        }
    }

    /// The database's own clock.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`]: this is also the shortest way to ask whether the database answers.
    pub async fn now(&self) -> Result<Timestamp, StoreError> {
        self.read().await?.one(&NOW, vec![]).await?.get("now")
    }

    /// Lets writes that are under way end, then closes every connection. Further use is [`StoreError::Unavailable`].
    pub async fn close(&self) {
        match &self.inner.database {
            Database::Sqlite(sqlite) => sqlite.close().await,
            Database::Postgres(postgres) => postgres.close().await,
        }
    }
}

fn follow_up(feed: &Feed, wake: &Notify, after: &After) {
    if let Some(seq) = after.seq {
        feed.reached(seq);
    }
    feed.progress.tell(&after.runs);
    if after.wake {
        wake.notify_one();
    }
}
