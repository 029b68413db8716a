//! A run store in memory.

use async_trait::async_trait;
use engine::{Claim, Claimed, Ended, Held, LeaseStore, Overdue, RunStore, RunStoreError, Wants, outcome};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// A run as it is stored.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) id: Uuid,
    pub(crate) epoch: i64,
    pub(crate) attempt: u32,
    pub(crate) owner: Option<String>,
    lease_until: Option<Instant>,
    pub(crate) wants: Wants,
    pub(crate) ended: Option<Ended>,
}

/// Runs of one kind, and switches for bad days.
#[derive(Default)]
pub(crate) struct Memory {
    rows: Mutex<Vec<Row>>,
    lease: Mutex<Option<(String, Instant)>>,
    /// How often somebody wanted to claim.
    pub(crate) claims: AtomicUsize,
    /// Every call fails.
    pub(crate) away: AtomicBool,
    /// The next claim is made, and its answer gets lost.
    pub(crate) lose_claim: AtomicBool,
    /// Renewals fail, everything else works.
    pub(crate) deaf: AtomicBool,
}

impl Memory {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self::default())
    }

    pub(crate) fn rows(&self) -> MutexGuard<'_, Vec<Row>> {
        self.rows.lock().unwrap()
    }

    /// Puts a run into the queue.
    pub(crate) fn ask(&self) -> Uuid {
        let id = Uuid::now_v7();
        let row = Row {
            id,
            epoch: 0,
            attempt: 0,
            owner: None,
            lease_until: None,
            wants: Wants::None,
            ended: None,
        };
        self.rows().push(row);
        id
    }

    pub(crate) fn row(&self, id: Uuid) -> Row {
        self.rows().iter().find(|row| row.id == id).unwrap().clone()
    }

    pub(crate) fn outcome(&self, id: Uuid) -> Option<String> {
        self.row(id).ended.map(|ended| ended.outcome)
    }

    /// Takes a run from its worker, as another worker would.
    pub(crate) fn steal(&self, id: Uuid, thief: &str) {
        let mut rows = self.rows();
        let row = rows.iter_mut().find(|row| row.id == id).unwrap();
        row.epoch += 1;
        row.owner = Some(thief.to_owned());
        row.lease_until = Some(Instant::now() + Duration::from_secs(600));
    }

    fn up(&self) -> Result<(), RunStoreError> {
        if self.away.load(Ordering::SeqCst) {
            Err(RunStoreError("away".into()))
        } else {
            Ok(())
        }
    }
}

#[async_trait]
impl RunStore for Memory {
    async fn claim(&self, claim: &Claim<'_>) -> Result<Vec<Claimed>, RunStoreError> {
        self.up()?;
        self.claims.fetch_add(1, Ordering::SeqCst);
        // Its rows are all of the toy's kind.
        let capacity = claim.capacities.iter().find(|capacity| capacity.kind == "toy");
        let Some(capacity) = capacity else {
            return Ok(Vec::new());
        };
        let now = Instant::now();
        let mut claimed = Vec::new();
        for row in self.rows().iter_mut() {
            let free = row.owner.is_none();
            let passed = row.lease_until.is_some_and(|until| until < now)
                && claim.take_over
                && row.owner.as_deref() != Some(claim.owner);
            if row.ended.is_some() || !(free || passed) || row.attempt >= claim.max_attempts {
                continue;
            }
            if claimed.len() == capacity.free {
                break;
            }
            row.owner = Some(claim.owner.to_owned());
            row.epoch += 1;
            row.attempt += 1;
            row.lease_until = Some(now + claim.lease);
            claimed.push(Claimed {
                id: row.id,
                kind: capacity.kind.to_owned(),
                v: 1,
                params: "{}".to_owned(),
                subject: None,
                epoch: row.epoch,
                attempt: row.attempt,
                deadline: 0,
                asked_at: 0,
            });
        }
        if !claimed.is_empty() && self.lose_claim.swap(false, Ordering::SeqCst) {
            return Err(RunStoreError("the answer got lost".into()));
        }
        Ok(claimed)
    }

    async fn renew(&self, owner: &str, lease: Duration) -> Result<Vec<Held>, RunStoreError> {
        self.up()?;
        if self.deaf.load(Ordering::SeqCst) {
            return Err(RunStoreError("deaf".into()));
        }
        let mut held = Vec::new();
        for row in self
            .rows()
            .iter_mut()
            .filter(|row| row.owner.as_deref() == Some(owner))
        {
            row.lease_until = Some(Instant::now() + lease);
            held.push(Held {
                id: row.id,
                epoch: row.epoch,
                wants: row.wants,
            });
        }
        Ok(held)
    }

    async fn wanted(&self, owner: &str) -> Result<Vec<Held>, RunStoreError> {
        self.up()?;
        let rows = self.rows();
        let wanted = rows
            .iter()
            .filter(|row| row.owner.as_deref() == Some(owner) && row.wants != Wants::None);
        Ok(wanted
            .map(|row| Held {
                id: row.id,
                epoch: row.epoch,
                wants: row.wants,
            })
            .collect())
    }

    async fn finish(&self, id: Uuid, epoch: i64, ended: &Ended) -> Result<bool, RunStoreError> {
        self.up()?;
        let mut rows = self.rows();
        let row = rows.iter_mut().find(|row| row.id == id).unwrap();
        let ours = row.epoch == epoch && row.owner.is_some();
        if ours {
            (row.ended, row.owner, row.lease_until) = (Some(ended.clone()), None, None);
        }
        Ok(ours)
    }

    async fn release(&self, id: Uuid, epoch: i64) -> Result<bool, RunStoreError> {
        self.up()?;
        let mut rows = self.rows();
        let row = rows.iter_mut().find(|row| row.id == id).unwrap();
        let ours = row.epoch == epoch && row.owner.is_some();
        if ours {
            (row.owner, row.lease_until, row.attempt) = (None, None, row.attempt - 1);
        }
        Ok(ours)
    }

    async fn give_up(&self, overdue: &Overdue) -> Result<Vec<Uuid>, RunStoreError> {
        self.up()?;
        let now = Instant::now();
        let mut given_up = Vec::new();
        for row in self.rows().iter_mut() {
            if row.lease_until.is_some_and(|until| until < now) && row.attempt >= overdue.max_attempts {
                (row.ended, row.owner, row.lease_until) = (Some(Ended::plain(outcome::GAVE_UP)), None, None);
                given_up.push(row.id);
            }
        }
        Ok(given_up)
    }
}

#[async_trait]
impl LeaseStore for Memory {
    async fn take(&self, _: &str, owner: &str, lease: Duration) -> Result<Option<i64>, RunStoreError> {
        self.up()?;
        let now = Instant::now();
        let mut held = self.lease.lock().unwrap();
        if held
            .as_ref()
            .is_some_and(|(holder, until)| holder != owner && *until > now)
        {
            return Ok(None);
        }
        *held = Some((owner.to_owned(), now + lease));
        Ok(Some(1))
    }

    async fn give_back(&self, _: &str, owner: &str) -> Result<(), RunStoreError> {
        let mut held = self.lease.lock().unwrap();
        if held.as_ref().is_some_and(|(holder, _)| holder == owner) {
            *held = None;
        }
        Ok(())
    }
}
