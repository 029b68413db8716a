//! The worker's part in runs with steps: claiming them and starting their drivers.

use super::Worker;
use crate::context::Leash;
use crate::steps::{ClaimedRun, Desk, Logs, StepStore, SteppedKind, drive_steps};
use crate::{Capacity, Claim, Registry, WorkerSettings};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;

/// What all runs with steps of one worker share.
#[derive(Clone)]
pub(super) struct Stepped {
    store: Arc<dyn StepStore>,
    kinds: Vec<SteppedKind>,
    sessions: Arc<Semaphore>,
    logs: Logs,
}

impl std::fmt::Debug for Stepped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stepped")
            .field("kinds", &self.kinds)
            .finish_non_exhaustive()
    }
}

impl Stepped {
    pub(super) fn start(registry: &Registry, settings: &WorkerSettings) -> Option<Self> {
        let (store, kinds) = registry.stepped()?;
        Some(Self {
            store: Arc::clone(store),
            kinds: kinds.to_vec(),
            sessions: Arc::new(Semaphore::new(settings.sessions.max(1))),
            logs: Logs::start(Arc::clone(store), settings.store_timeout),
        })
    }

    /// What there is room for. Steps have deadlines of their own, so the attempt as a whole has none.
    fn capacities(&self, busy: impl Fn(&'static str) -> usize) -> Vec<Capacity> {
        let room = self.kinds.iter().map(|kind| Capacity {
            kind: kind.name,
            version: kind.version,
            free: kind.width.saturating_sub(busy(kind.name)),
            deadline: Duration::MAX,
        });
        room.filter(|capacity| capacity.free > 0).collect()
    }
}

impl Worker {
    /// Takes runs with steps.
    pub(super) async fn claim_stepped(&mut self) {
        let Some(stepped) = self.stepped.clone() else {
            return;
        };
        let capacities = self.stepped_capacities(&stepped);
        self.full_stepped = capacities.len() < stepped.kinds.len();
        if capacities.is_empty() {
            return;
        }
        let owner = self.owner.clone();
        let claim = Claim {
            owner: &owner,
            lease: self.settings.lease,
            capacities: &capacities,
            take_over: self.is_settled(),
            max_attempts: u32::MAX,
        };
        let began = Instant::now();
        let Some(claimed) = self.ask("claim", stepped.store.claim_stepped(&claim)).await else {
            return;
        };
        for run in claimed {
            self.begin_stepped(&stepped, run, began);
        }
        self.full_stepped = self.stepped_capacities(&stepped).len() < stepped.kinds.len();
    }

    fn stepped_capacities(&self, stepped: &Stepped) -> Vec<Capacity> {
        stepped.capacities(|kind| self.held.values().filter(|holding| holding.kind == kind).count())
    }

    fn begin_stepped(&mut self, stepped: &Stepped, run: ClaimedRun, claimed: Instant) {
        let Some(kind) = stepped.kinds.iter().find(|kind| kind.name == run.kind).cloned() else {
            tracing::error!(run.id = %run.id, run.kind = %run.kind, "claimed a run of an unknown kind");
            return;
        };
        let attempt = (run.id, run.epoch);
        let receiver = self.hold(run.id, run.epoch, kind.name);
        let desk = Desk::new(
            run,
            kind,
            Arc::clone(&stepped.store),
            Arc::clone(&self.settings),
            Leash::new(claimed, self.pulse.clone()),
            Arc::clone(&stepped.sessions),
            stepped.logs.clone(),
        );
        let task = self
            .tasks
            .spawn(drive_steps(desk, Arc::clone(&self.store), receiver));
        self.attempts.insert(task.id(), attempt);
    }
}
