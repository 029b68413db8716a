//! The one writer of SQLite: concurrent writes are committed together. Each is a savepoint of the batch, so that one
//! that fails takes nothing else with it; nobody hears of success before the batch is on disk.

use crate::StoreError;
use crate::sql::Conn;
use crate::tx::{After, Tx};
use futures::future::BoxFuture;
use sqlx::SqliteConnection;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// A batch is committed after this long, even if more writes wait.
const BATCH_TIME: Duration = Duration::from_millis(5);
/// And after this many writes.
const BATCH_WRITES: usize = 256;
/// One write may take this long. Writes touch the database alone, so a longer one hangs, and would hang everything.
const WRITE_TIME: Duration = Duration::from_secs(10);
/// Writes that may wait before their callers do.
const QUEUE: usize = 1_024;

/// Called after each commit with what it touched.
pub(crate) type Commit = Arc<dyn Fn(After) + Send + Sync>;

/// A write: runs on the transaction, and later hears whether it was committed.
pub(crate) trait Job: Send {
    /// Runs inside the batch. Errors are kept inside; `false` undoes what was done.
    fn run<'t>(&'t mut self, tx: &'t mut Tx) -> BoxFuture<'t, bool>;
    /// Hears how the batch ended.
    fn end(self: Box<Self>, committed: Result<(), StoreError>);
}

/// A handle to the writer's task.
#[derive(Debug)]
pub(crate) struct Writer {
    jobs: mpsc::Sender<Box<dyn Job>>,
    stop: tokio_util::sync::CancellationToken,
    task: tokio::sync::Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    pub(crate) async fn send(&self, job: Box<dyn Job>) -> Result<(), StoreError> {
        self.jobs
            .send(job)
            .await
            .map_err(|_| StoreError::Unavailable("the store is closed".into()))
    }

    /// Lets writes that wait be committed, then closes the connection.
    pub(crate) async fn close(&self) {
        self.stop.cancel();
        if let Some(task) = self.task.lock().await.take()
            && task.await.is_err()
        {
            tracing::error!("the database's writer ended unexpectedly");
        }
    }
}

pub(crate) fn start(conn: SqliteConnection, sealer: Arc<crate::Sealer>, commit: Commit) -> Writer {
    let (sender, receiver) = mpsc::channel(QUEUE);
    let stop = tokio_util::sync::CancellationToken::new();
    let tx = Tx::new(Conn::Sqlite(conn), sealer);
    let task = tokio::spawn(write(tx, receiver, commit, stop.clone()));
    Writer {
        jobs: sender,
        stop,
        task: tokio::sync::Mutex::new(Some(task)),
    }
}

async fn write(
    mut tx: Tx,
    mut jobs: mpsc::Receiver<Box<dyn Job>>,
    commit: Commit,
    stop: tokio_util::sync::CancellationToken,
) {
    loop {
        let first = tokio::select! {
            biased;
            job = jobs.recv() => job,
            () = stop.cancelled() => {
                // Nothing new comes in; what is in already is still done.
                jobs.close();
                jobs.recv().await
            }
        };
        let Some(first) = first else { break };
        batch(&mut tx, first, &mut jobs, &commit).await;
    }
    if let Conn::Sqlite(conn) = tx.into_conn()
        && let Err(error) = sqlx::Connection::close(conn).await
    {
        tracing::warn!(%error, "the database's writer could not close its connection");
    }
}

/// Runs `first` and what else waits, and commits it all.
async fn batch(tx: &mut Tx, first: Box<dyn Job>, jobs: &mut mpsc::Receiver<Box<dyn Job>>, commit: &Commit) {
    if let Err(error) = control(tx, "BEGIN IMMEDIATE").await {
        first.end(Err(error));
        return;
    }
    let began = Instant::now();
    let mut done: Vec<Box<dyn Job>> = Vec::new();
    let mut after = After::default();
    let mut broken = None;
    let mut next = Some(first);
    while let Some(mut job) = next.take() {
        match savepoint(tx, job.as_mut()).await {
            Ok(Some(touched)) => {
                after.join(touched);
                done.push(job);
            }
            Ok(None) => job.end(Ok(())),
            Err(error) => {
                broken = Some((job, error));
                break;
            }
        }
        if began.elapsed() < BATCH_TIME && done.len() < BATCH_WRITES {
            next = jobs.try_recv().ok();
        }
    }
    let ended = match &broken {
        None => finish(tx, &after).await,
        Some(_) => Err(StoreError::Unavailable(
            "another write of the same batch broke the transaction".into(),
        )),
    };
    match ended {
        Ok(seq) => {
            commit(after.numbered(seq));
            done.into_iter().for_each(|job| job.end(Ok(())));
        }
        Err(error) => {
            if let Err(error) = control(tx, "ROLLBACK").await {
                // A full disk makes SQLite roll back by itself.
                tracing::debug!(%error, "nothing was left to roll back");
            }
            let text: Arc<str> = crate::error::chain(&error).into();
            let unavailable = error.is_unavailable();
            for job in done {
                job.end(Err(if unavailable {
                    StoreError::Unavailable(text.to_string().into())
                } else {
                    StoreError::internal(text.to_string())
                }));
            }
        }
    }
    if let Some((job, error)) = broken {
        job.end(Err(error));
    }
}

/// Runs one write. `Ok(None)`: it failed by itself and was undone. `Err`: the transaction cannot go on.
async fn savepoint(tx: &mut Tx, job: &mut dyn Job) -> Result<Option<After>, StoreError> {
    control(tx, "SAVEPOINT one").await?;
    let ran = tokio::time::timeout(WRITE_TIME, job.run(tx)).await;
    let touched = tx.take_after();
    let Ok(kept) = ran else {
        tracing::error!("a write took longer than {WRITE_TIME:?} and is undone");
        return Err(StoreError::internal("a write took too long"));
    };
    if kept {
        control(tx, "RELEASE one").await?;
        Ok(Some(touched))
    } else {
        control(tx, "ROLLBACK TO one").await?;
        control(tx, "RELEASE one").await?;
        Ok(None)
    }
}

async fn finish(tx: &mut Tx, after: &After) -> Result<Option<i64>, StoreError> {
    let seq = tx.settle(after).await?;
    control(tx, "COMMIT").await?;
    Ok(seq)
}

async fn control(tx: &mut Tx, sql: &'static str) -> Result<(), StoreError> {
    match tx.conn_mut() {
        Conn::Sqlite(conn) => Ok(sqlx::query(sql).execute(conn).await.map(drop)?),
        _ => Err(StoreError::internal("the writer's connection is not SQLite's")),
    }
}
