//! PostgreSQL: a pool, and one connection that listens for what other processes committed.

use super::migrations::{Dialect, explain, migrator};
use crate::live::{self, Feed};
use crate::sql::Conn;
use crate::tx::{After, Tx};
use crate::{OpenError, Sealer, StoreError};
use model::RunId;
use sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions};
use sqlx::{Executor as _, PgPool};
use std::collections::BTreeSet;
use std::str::FromStr as _;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// How long PostgreSQL waits for a process in the middle of a transaction before it undoes what was begun. A process that
/// was stopped there (a suspended machine) would hold its locks for ever, and nobody could take its runs over. Nothing of
/// ours waits for anything but the database inside a transaction.
const IDLE_IN_TRANSACTION: &str = "SET idle_in_transaction_session_timeout = '5s'";

/// An open PostgreSQL database.
#[derive(Debug)]
pub(crate) struct Postgres {
    pool: PgPool,
    stop: CancellationToken,
}

impl Postgres {
    /// Opens a database by its URL and brings it up to date. Two processes that start at once take turns.
    pub(crate) async fn open(url: &str) -> Result<Self, OpenError> {
        let failed = |error: sqlx::Error| OpenError::Database {
            hint: "look at the database's address, account and password, and whether it runs".to_owned(),
            source: error.into(),
        };
        let options = PgConnectOptions::from_str(url)
            .map_err(failed)?
            .application_name("drydock")
            .statement_cache_capacity(256);
        let pool = PgPoolOptions::new()
            .max_connections(16)
            .min_connections(1)
            .acquire_timeout(Duration::from_secs(5))
            .after_connect(|conn, _| {
                Box::pin(async move { conn.execute(IDLE_IN_TRANSACTION).await.map(drop) })
            })
            .connect_with(options)
            .await
            .map_err(failed)?;
        let mut conn = pool.acquire().await.map_err(failed)?;
        migrator(Dialect::Postgres)
            .run_direct(None, &mut *conn, false)
            .await
            .map_err(explain)?;
        drop(conn);
        Ok(Self {
            pool,
            stop: CancellationToken::new(),
        })
    }

    pub(crate) async fn read(&self) -> Result<Conn, StoreError> {
        Ok(Conn::Postgres(self.pool.acquire().await?))
    }

    pub(crate) async fn begin(&self, sealer: Arc<Sealer>) -> Result<Tx, StoreError> {
        Ok(Tx::new(Conn::PostgresTx(self.pool.begin().await?), sealer))
    }

    /// Settles a transaction and commits it.
    pub(crate) async fn commit(&self, mut tx: Tx) -> Result<After, StoreError> {
        let after = tx.take_after();
        tx.notify(&after).await?;
        let seq = tx.settle(&after).await?;
        if let Conn::PostgresTx(transaction) = tx.into_conn() {
            transaction.commit().await?;
        }
        Ok(after.numbered(seq))
    }

    /// Follows what other processes commit: wakes the workers of this one, and feeds its live pages. Looks every
    /// `poll` in case a message got lost.
    pub(crate) fn follow(&self, poll: Duration, wake: Arc<Notify>, feed: Arc<Feed>) {
        let (pool, stop) = (self.pool.clone(), self.stop.clone());
        tokio::spawn(stop.run_until_cancelled_owned(async move {
            loop {
                if let Err(error) = listen(&pool, poll, &wake, &feed).await
                    && !pool.is_closed()
                {
                    tracing::warn!(%error, "no longer listening to the database; trying again");
                }
                tokio::time::sleep(poll).await;
            }
        }));
    }

    pub(crate) async fn close(&self) {
        self.stop.cancel();
        self.pool.close().await;
    }
}

/// Whoever forgets to close the store at least stops listening.
impl Drop for Postgres {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// Reads one message: `wake`, `hint`, or the id of a run that moved.
fn heard(message: &str, woken: &mut bool, runs: &mut BTreeSet<RunId>) {
    *woken |= message == "wake";
    runs.extend(message.parse::<RunId>());
}

async fn listen(pool: &PgPool, poll: Duration, wake: &Notify, feed: &Feed) -> Result<(), StoreError> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen("drydock").await?;
    let mut conn = Conn::Postgres(pool.acquire().await?);
    // Whatever was said before we listened.
    wake.notify_one();
    loop {
        feed.reached(live::newest(&mut conn).await?);
        // Nothing heard for a while is a reason to look, too.
        if let Ok(message) = tokio::time::timeout(poll, listener.try_recv()).await {
            // No message: the connection was lost and made again, and messages may have been missed.
            let mut woken = false;
            let mut runs = BTreeSet::new();
            match message? {
                Some(message) => heard(message.payload(), &mut woken, &mut runs),
                None => {
                    woken = true;
                    feed.progress.tell_all();
                }
            }
            while let Some(more) = listener.next_buffered() {
                heard(more.payload(), &mut woken, &mut runs);
            }
            feed.progress.tell(&runs);
            if woken {
                wake.notify_one();
            }
        }
    }
}
