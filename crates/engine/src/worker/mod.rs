//! The worker: claims runs, keeps their leases, and lets go of what it must.

mod handle;
mod hold;
mod stepped;

pub use handle::WorkerHandle;

use crate::WorkerSettings;
use crate::context::{Leash, Pulse};
use crate::drive::{Signal, chain, drive};
use crate::{Capacity, Claim, Claimed, Registry, RunContext, RunStore, RunStoreError};
use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};
use stepped::Stepped;
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// Works on runs of the kinds it knows.
#[derive(Debug)]
pub struct Worker {
    store: Arc<dyn RunStore>,
    registry: Registry,
    settings: Arc<WorkerSettings>,
    owner: String,
    pulse: Pulse,
    held: HashMap<Uuid, Holding>,
    tasks: JoinSet<()>,
    /// Which attempt (run and epoch) a task works on.
    attempts: HashMap<tokio::task::Id, (Uuid, i64)>,
    /// Since when the database answers; `None` while it does not.
    contact: Option<Instant>,
    /// Whether some kind was at its width after the last claim, so that a free slot is worth another.
    full: bool,
    /// The same of kinds with steps.
    full_stepped: bool,
    stepped: Option<Stepped>,
}

#[derive(Debug)]
struct Holding {
    epoch: i64,
    kind: &'static str,
    signal: watch::Sender<Signal>,
}

impl std::fmt::Debug for dyn RunStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RunStore")
    }
}

impl Worker {
    /// Starts a worker. `wake` is notified when there may be something in the queue; without it, the worker looks
    /// every [`WorkerSettings::poll_every`].
    pub fn start(
        store: Arc<dyn RunStore>,
        registry: Registry,
        wake: Arc<Notify>,
        settings: WorkerSettings,
    ) -> WorkerHandle {
        let owner = Uuid::now_v7().to_string();
        let stop = CancellationToken::new();
        let worker = Self {
            stepped: Stepped::start(&registry, &settings),
            store,
            registry,
            pulse: Pulse::new(settings.stop_acting_after),
            settings: Arc::new(settings),
            owner: owner.clone(),
            held: HashMap::new(),
            tasks: JoinSet::new(),
            attempts: HashMap::new(),
            contact: Some(Instant::now()),
            full: false,
            full_stepped: false,
        };
        let task = tokio::spawn(worker.work(wake, stop.clone()));
        WorkerHandle {
            owner,
            stop,
            task: Some(task),
        }
    }

    async fn work(mut self, wake: Arc<Notify>, stop: CancellationToken) {
        let mut poll = tokio::time::interval(self.settings.poll_every);
        poll.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut renew = tokio::time::interval(self.settings.renew_every);
        renew.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => break,
                _ = renew.tick() => {
                    self.renew().await;
                    self.give_up().await;
                }
                Some(done) = self.tasks.join_next_with_id(), if !self.tasks.is_empty() => {
                    self.let_go(done);
                    while let Some(done) = self.tasks.try_join_next_with_id() {
                        self.let_go(done);
                    }
                    if self.full {
                        self.claim_light().await;
                    }
                    if self.full_stepped {
                        self.claim_stepped().await;
                    }
                }
                () = wake.notified() => {
                    self.heed().await;
                    self.claim().await;
                }
                _ = poll.tick() => {
                    self.heed().await;
                    self.claim().await;
                }
            }
        }
        self.wind_up().await;
    }

    fn let_go(&mut self, done: Result<(tokio::task::Id, ()), tokio::task::JoinError>) {
        let task = match done {
            Ok((task, ())) => task,
            Err(error) => {
                // `drive` catches the kind's panics; this one is a mistake in the engine. Without its holding the
                // run is given back at the next renewal.
                tracing::error!(%error, "a run's task ended unexpectedly");
                error.id()
            }
        };
        if let Some((id, epoch)) = self.attempts.remove(&task)
            && self.held.get(&id).is_some_and(|holding| holding.epoch == epoch)
        {
            self.held.remove(&id);
        }
    }

    fn capacities(&self) -> Vec<Capacity> {
        let mut busy: HashMap<&'static str, usize> = HashMap::new();
        for holding in self.held.values() {
            *busy.entry(holding.kind).or_default() += 1;
        }
        let kinds = self.registry.kinds().iter();
        kinds
            .map(|kind| Capacity {
                kind: kind.name(),
                version: kind.version(),
                free: kind
                    .width()
                    .max(1)
                    .saturating_sub(busy.get(kind.name()).copied().unwrap_or(0)),
                deadline: kind.deadline(),
            })
            .filter(|capacity| capacity.free > 0)
            .collect()
    }

    async fn claim(&mut self) {
        self.claim_light().await;
        self.claim_stepped().await;
    }

    async fn claim_light(&mut self) {
        let capacities = self.capacities();
        if capacities.is_empty() {
            self.full = true;
            return;
        }
        let store = Arc::clone(&self.store);
        let owner = self.owner.clone();
        let claim = Claim {
            owner: &owner,
            lease: self.settings.lease,
            capacities: &capacities,
            take_over: self.is_settled(),
            max_attempts: self.settings.max_attempts,
        };
        let began = Instant::now();
        let Some(claimed) = self.ask("claim", store.claim(&claim)).await else {
            return;
        };
        for run in claimed {
            self.begin(run, began);
        }
        self.full = self.capacities().len() < self.registry.kinds().len();
    }

    fn begin(&mut self, run: Claimed, claimed: Instant) {
        let Some(kind) = self.registry.find(&run.kind).cloned() else {
            tracing::error!(run.id = %run.id, run.kind = %run.kind, "claimed a run of an unknown kind");
            return;
        };
        let receiver = self.hold(run.id, run.epoch, kind.name());
        let leash = Leash::new(claimed, self.pulse.clone());
        let context = RunContext::new(&run, leash, CancellationToken::new());
        let attempt = (run.id, run.epoch);
        let work = drive(
            kind,
            run,
            context,
            receiver,
            Arc::clone(&self.store),
            Arc::clone(&self.settings),
        );
        let task = self.tasks.spawn(work);
        self.attempts.insert(task.id(), attempt);
    }

    /// Notes that a run is held, and returns how its driver hears of what happens to it.
    fn hold(&mut self, run: Uuid, epoch: i64, kind: &'static str) -> watch::Receiver<Signal> {
        let (signal, receiver) = watch::channel(Signal::None);
        if let Some(old) = self.held.insert(run, Holding { epoch, kind, signal }) {
            // Another worker took the run and gave it back before we noticed: our old attempt must not go on.
            old.signal.send_replace(Signal::Lost);
        }
        receiver
    }

    /// Whether the database has answered for long enough that other workers had time to renew their leases.
    fn is_settled(&self) -> bool {
        self.contact
            .is_some_and(|since| since.elapsed() >= self.settings.settle_after_contact)
    }

    /// Asks the store, within its time, and notes whether it answers.
    async fn ask<T>(
        &mut self,
        what: &'static str,
        call: impl Future<Output = Result<T, RunStoreError>>,
    ) -> Option<T> {
        let why = match tokio::time::timeout(self.settings.store_timeout, call).await {
            Ok(Ok(answer)) => {
                if self.contact.is_none() {
                    tracing::info!(worker = %self.owner, "the database answers again");
                    self.contact = Some(Instant::now());
                }
                return Some(answer);
            }
            Ok(Err(error)) => chain(&error),
            Err(_) => "no answer in time".to_owned(),
        };
        if self.contact.take().is_some() {
            tracing::error!(worker = %self.owner, during = what, error = %why, "the database does not answer; nothing new is started");
        }
        None
    }

    /// Lets runs end by themselves for a while, then gives the others back.
    async fn wind_up(mut self) {
        let grace = tokio::time::sleep(self.settings.grace);
        let mut renew = tokio::time::interval(self.settings.renew_every);
        tokio::pin!(grace);
        while !self.tasks.is_empty() {
            tokio::select! {
                () = &mut grace => break,
                _ = renew.tick() => self.renew().await,
                Some(done) = self.tasks.join_next_with_id() => self.let_go(done),
            }
        }
        for holding in self.held.values() {
            holding.signal.send_replace(Signal::Release);
        }
        // What still runs has been told; it needs its notice and one write.
        let limit = Duration::from_secs(3) + self.settings.store_timeout;
        let all = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(limit, all).await.is_err() {
            tracing::warn!(worker = %self.owner, "some runs could not be given back; their leases pass by themselves");
        }
    }
}
