//! The engine's port to the queue.

use crate::db::dialect::{CLAIM_EXPIRED, CLAIM_QUEUED};
use crate::sql::{Row, statements, values};
use crate::{Store, StoreError, Tx};
use async_trait::async_trait;
use engine::{Capacity, Claim, Claimed, Ended, Held, Overdue, RunStore, RunStoreError, Wants};
use model::{RunId, ServerId, Topic};
use std::time::Duration;
use uuid::Uuid;

statements! {
    RENEW = "UPDATE runs SET lease_until = (SELECT now FROM clock) + $2 WHERE owner = $1 AND state = 'running'
        RETURNING id, epoch, wants";
    WANTED = "SELECT id, epoch, wants FROM runs WHERE owner = $1 AND state = 'running' AND wants <> 'none'";
    FINISH = "UPDATE runs SET state = 'ended', outcome = $3, result = $4, owner = NULL, lease_until = NULL,
            ended_at = (SELECT now FROM clock)
        WHERE id = $1 AND epoch = $2 AND state = 'running' RETURNING subject";
    // A run with steps that is to be cancelled is brought to its end by the next worker.
    RELEASE = "UPDATE runs SET state = CASE WHEN light AND wants = 'cancel' THEN 'ended' ELSE 'queued' END,
            outcome = CASE WHEN light AND wants = 'cancel' THEN 'cancelled' END,
            ended_at = CASE WHEN light AND wants = 'cancel' THEN (SELECT now FROM clock) END,
            owner = NULL, lease_until = NULL, deadline = NULL, attempt = attempt - 1,
            started_at = CASE WHEN light THEN NULL ELSE started_at END
        WHERE id = $1 AND epoch = $2 AND state = 'running' RETURNING subject, light";
    RELEASE_ALL = "UPDATE runs SET state = 'queued', owner = NULL, lease_until = NULL, deadline = NULL,
            started_at = CASE WHEN light THEN NULL ELSE started_at END
        WHERE state = 'running'";
    GIVE_UP = "UPDATE runs SET state = 'ended', outcome = 'gave_up', owner = NULL, lease_until = NULL,
            ended_at = (SELECT now FROM clock)
        WHERE light AND ((state = 'running' AND lease_until < (SELECT now FROM clock) AND attempt >= $1)
            OR (state = 'queued' AND (attempt >= $1 OR not_before < (SELECT now FROM clock) - $2)))
        RETURNING id, subject";
    HOLDS = "SELECT 1 AS holds FROM runs WHERE id = $1 AND epoch = $2 AND state = 'running'";
}

/// A length of time in microseconds.
pub(crate) fn micros(time: Duration) -> i64 {
    i64::try_from(time.as_micros()).unwrap_or(i64::MAX)
}

impl Tx {
    /// Whether `epoch` is still the run's: what a write in the name of a run asks first.
    pub(crate) async fn holds(&mut self, run: RunId, epoch: i64) -> Result<bool, StoreError> {
        Ok(self.first(&HOLDS, values![run, epoch]).await?.is_some())
    }

    async fn claim(&mut self, owner: &str, lease: i64, want: Want) -> Result<Vec<Claimed>, StoreError> {
        let mut claimed = Vec::new();
        let statements = if want.take_over {
            &[CLAIM_EXPIRED, CLAIM_QUEUED][..]
        } else {
            &[CLAIM_QUEUED][..]
        };
        for statement in statements {
            let left = want.free.saturating_sub(claimed.len());
            if left == 0 {
                break;
            }
            let values = values![
                owner,
                lease,
                want.deadline,
                want.kind,
                want.version,
                i64::try_from(left).unwrap_or(i64::MAX),
                want.max_attempts,
            ];
            for row in self.all(statement, values).await? {
                self.touch_subject(&row)?;
                claimed.push(read_claimed(&row)?);
            }
        }
        Ok(claimed)
    }

    /// Pages of the run's server, and of the activity, are to be read again.
    pub(super) fn touch_subject(&mut self, row: &Row) -> Result<(), StoreError> {
        let subject: Option<String> = row.get("subject")?;
        if let Some(server) = subject.and_then(|subject| subject.parse::<ServerId>().ok()) {
            self.touch(Topic::Server(server));
        }
        self.touch(Topic::Activity);
        Ok(())
    }
}

/// One capacity, ready to be bound.
#[derive(Clone, Copy)]
struct Want {
    kind: &'static str,
    version: u32,
    free: usize,
    deadline: i64,
    take_over: bool,
    max_attempts: u32,
}

impl Want {
    fn new(capacity: &Capacity, claim: &Claim<'_>) -> Self {
        Self {
            kind: capacity.kind,
            version: capacity.version,
            free: capacity.free,
            deadline: micros(capacity.deadline),
            take_over: claim.take_over,
            max_attempts: claim.max_attempts,
        }
    }
}

fn read_claimed(row: &Row) -> Result<Claimed, StoreError> {
    Ok(Claimed {
        id: row.get("id")?,
        kind: row.get("kind")?,
        v: row.get("v")?,
        params: row.get("params")?,
        subject: row.get("subject")?,
        epoch: row.get("epoch")?,
        attempt: row.get("attempt")?,
        deadline: row.get("deadline")?,
        asked_at: row.get("asked_at")?,
    })
}

fn read_held(row: &Row) -> Result<Held, StoreError> {
    let wants: String = row.get("wants")?;
    let wants: Wants = wants
        .parse()
        .map_err(|()| StoreError::corrupt(format!("wants is {wants:?}")))?;
    Ok(Held {
        id: row.get("id")?,
        epoch: row.get("epoch")?,
        wants,
    })
}

pub(crate) fn failed(error: StoreError) -> RunStoreError {
    RunStoreError(error.into())
}

#[async_trait]
impl RunStore for Store {
    async fn claim(&self, claim: &Claim<'_>) -> Result<Vec<Claimed>, RunStoreError> {
        let owner = claim.owner.to_owned();
        let lease = micros(claim.lease);
        let wants: Vec<Want> = claim
            .capacities
            .iter()
            .map(|capacity| Want::new(capacity, claim))
            .collect();
        self.write(move |tx| {
            Box::pin(async move {
                let mut claimed = Vec::new();
                for want in wants {
                    claimed.extend(tx.claim(&owner, lease, want).await?);
                }
                Ok(claimed)
            })
        })
        .await
        .map_err(failed)
    }

    async fn renew(&self, owner: &str, lease: Duration) -> Result<Vec<Held>, RunStoreError> {
        let values = values![owner, micros(lease)];
        self.write(|tx| {
            Box::pin(async move { tx.all(&RENEW, values).await?.iter().map(read_held).collect() })
        })
        .await
        .map_err(failed)
    }

    async fn wanted(&self, owner: &str) -> Result<Vec<Held>, RunStoreError> {
        let read = async {
            let rows = self.read().await?.all(&WANTED, values![owner]).await?;
            rows.iter().map(read_held).collect::<Result<_, _>>()
        };
        read.await.map_err(failed)
    }

    async fn finish(&self, id: Uuid, epoch: i64, ended: &Ended) -> Result<bool, RunStoreError> {
        let values = values![id, epoch, &ended.outcome, ended.result.clone()];
        self.end(&FINISH, values).await.map_err(failed)
    }

    async fn release(&self, id: Uuid, epoch: i64) -> Result<bool, RunStoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                let Some(row) = tx.first(&RELEASE, values![id, epoch]).await? else {
                    return Ok(false);
                };
                if row.get("light")? {
                    tx.touch_subject(&row)?;
                } else {
                    tx.say_queued(RunId::from_uuid(id)).await?;
                }
                Ok(true)
            })
        })
        .await
        .map_err(failed)
    }

    async fn give_up(&self, overdue: &Overdue) -> Result<Vec<Uuid>, RunStoreError> {
        let values = values![overdue.max_attempts, micros(overdue.queued_longer_than)];
        self.write(move |tx| {
            Box::pin(async move {
                let mut ids = Vec::new();
                for row in tx.all(&GIVE_UP, values).await? {
                    tx.touch_subject(&row)?;
                    ids.push(row.get("id")?);
                }
                Ok(ids)
            })
        })
        .await
        .map_err(failed)
    }
}

impl Store {
    /// Takes a run out of a worker's hands. `false`: the epoch was stale.
    async fn end(
        &self,
        statement: &'static crate::sql::Statement,
        values: Vec<crate::sql::Value>,
    ) -> Result<bool, StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                let Some(row) = tx.first(statement, values).await? else {
                    return Ok(false);
                };
                tx.touch_subject(&row)?;
                Ok(true)
            })
        })
        .await
    }

    /// Puts every run that was being worked on back into the queue. Only for a database that no other process
    /// can be using.
    pub(crate) async fn release_all_runs(&self) -> Result<(), StoreError> {
        self.write(|tx| Box::pin(async move { tx.run(&RELEASE_ALL, vec![]).await.map(drop) }))
            .await
    }
}
