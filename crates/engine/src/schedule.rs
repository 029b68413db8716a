//! One scheduler loop over all processes: a tick that only the holder of a lease runs.

use crate::RunStoreError;
use crate::drive::chain;
use async_trait::async_trait;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// Named leases in the database.
#[async_trait]
pub trait LeaseStore: Send + Sync + 'static {
    /// Takes or renews the lease `name` for `owner`. Returns the database's clock in microseconds UTC when `owner`
    /// now holds it, `None` when somebody else does.
    ///
    /// # Errors
    /// [`RunStoreError`].
    async fn take(&self, name: &str, owner: &str, lease: Duration) -> Result<Option<i64>, RunStoreError>;

    /// Gives the lease back, if `owner` holds it.
    ///
    /// # Errors
    /// [`RunStoreError`].
    async fn give_back(&self, name: &str, owner: &str) -> Result<(), RunStoreError>;
}

/// What runs how often.
#[derive(Debug, Clone)]
pub struct ScheduleSettings {
    /// The lease's name.
    pub name: &'static str,
    /// How often the tick runs.
    pub every: Duration,
    /// How long the lease is; it is renewed after a third of it. Longer than `every`.
    pub lease: Duration,
}

impl ScheduleSettings {
    /// A schedule with the usual lease of 30 seconds, or three times `every` when that is longer.
    pub fn new(name: &'static str, every: Duration) -> Self {
        Self {
            name,
            every,
            lease: Duration::from_secs(30).max(every * 3),
        }
    }
}

/// A schedule that is under way. Dropping it asks it to stop without waiting.
#[derive(Debug)]
pub struct Scheduler {
    stop: CancellationToken,
    task: Option<JoinHandle<()>>,
}

impl Scheduler {
    /// Stops after the tick that is under way, gives the lease back, and returns.
    pub async fn shutdown(mut self) {
        self.stop.cancel();
        if let Some(task) = self.task.take()
            && let Err(error) = task.await
            && error.is_panic()
        {
            tracing::error!("the scheduler panicked");
        }
    }
}

impl Drop for Scheduler {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// Runs `tick(now)` every so often while this process holds the lease; `now` is the database's clock in
/// microseconds UTC. A tick that outlives its lease is dropped at its next await, because another process may have
/// begun its own: every write of a tick is a transaction of its own.
pub fn schedule<F, T>(leases: Arc<dyn LeaseStore>, settings: ScheduleSettings, tick: F) -> Scheduler
where
    F: FnMut(i64) -> T + Send + 'static,
    T: Future<Output = ()> + Send + 'static,
{
    let stop = CancellationToken::new();
    let task = tokio::spawn(keep_ticking(leases, settings, tick, stop.clone()));
    Scheduler {
        stop,
        task: Some(task),
    }
}

async fn keep_ticking<F, T>(
    leases: Arc<dyn LeaseStore>,
    settings: ScheduleSettings,
    mut tick: F,
    stop: CancellationToken,
) where
    F: FnMut(i64) -> T + Send + 'static,
    T: Future<Output = ()> + Send + 'static,
{
    let owner = Uuid::now_v7().to_string();
    let mut every = tokio::time::interval(settings.every);
    every.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut holds = false;
    loop {
        tokio::select! {
            () = stop.cancelled() => break,
            _ = every.tick() => {}
        }
        let now = take(leases.as_ref(), &settings, &owner).await;
        if now.is_some() != holds {
            holds = now.is_some();
            tracing::debug!(
                schedule = settings.name,
                holds,
                "the schedule's lease changed hands"
            );
        }
        let Some(now) = now else { continue };
        tokio::select! {
            biased;
            () = tick(now) => {}
            () = keep(leases.as_ref(), &settings, &owner) => {
                tracing::warn!(schedule = settings.name, "the lease was lost in the middle of a tick");
            }
        }
    }
    if let Err(error) = leases.give_back(settings.name, &owner).await {
        tracing::warn!(schedule = settings.name, error = %chain(&error), "the lease could not be given back; it passes by itself");
    }
}

async fn take(leases: &dyn LeaseStore, settings: &ScheduleSettings, owner: &str) -> Option<i64> {
    match tokio::time::timeout(
        settings.lease / 3,
        leases.take(settings.name, owner, settings.lease),
    )
    .await
    {
        Ok(Ok(now)) => now,
        Ok(Err(error)) => {
            tracing::warn!(schedule = settings.name, error = %chain(&error), "the lease could not be taken");
            None
        }
        Err(_) => {
            tracing::warn!(schedule = settings.name, "the database did not answer in time");
            None
        }
    }
}

/// Renews the lease until that fails.
async fn keep(leases: &dyn LeaseStore, settings: &ScheduleSettings, owner: &str) {
    loop {
        tokio::time::sleep(settings.lease / 3).await;
        if take(leases, settings, owner).await.is_none() {
            return;
        }
    }
}
