//! Claiming runs with steps: a run gets everything that it needs for itself alone, or nothing.

use super::convert::word;
use crate::runs::micros;
use crate::sql::{Row, statements, values};
use crate::{Store, StoreError, Tx};
use engine::{Claim, ClaimedRun, RunState};
use model::run::{RunEvent, RunState as Shown};
use model::{RunId, Topic};

macro_rules! due {
    () => {
        "((r.state = 'queued' AND r.not_before <= (SELECT now FROM clock))
            OR (r.state = 'waiting' AND r.resume_at <= (SELECT now FROM clock)))"
    };
}

/// Something that run `r` needs is another's.
macro_rules! held_by_another {
    () => {
        "EXISTS (SELECT 1 FROM run_resources n JOIN holds h ON h.resource = n.resource
            WHERE n.run_id = r.id AND h.run_id <> r.id)"
    };
}

/// Run `r` holds nothing yet, and an older queued run needs something of what it needs.
macro_rules! older_goes_first {
    () => {
        "(NOT EXISTS (SELECT 1 FROM holds h WHERE h.run_id = r.id)
            AND EXISTS (SELECT 1 FROM run_resources n JOIN run_resources m ON m.resource = n.resource
                JOIN runs o ON o.id = m.run_id
                WHERE n.run_id = r.id AND o.id <> r.id AND o.state = 'queued'
                    AND o.not_before <= (SELECT now FROM clock)
                    AND (o.asked_at < r.asked_at OR (o.asked_at = r.asked_at AND o.id < r.id))))"
    };
}

statements! {
    ABANDONED = "SELECT r.id, r.state FROM runs r WHERE NOT r.light AND r.state = 'running' AND r.kind = $1
            AND r.v <= $2 AND r.lease_until < (SELECT now FROM clock) AND r.owner <> $3
        ORDER BY r.lease_until, r.id LIMIT $4";
    DUE = concat!("SELECT r.id, r.state FROM runs r WHERE NOT r.light AND r.state IN ('queued', 'waiting')
            AND r.kind = $1 AND r.v <= $2 AND ", due!(), " AND NOT ", held_by_another!(), " AND NOT ",
        older_goes_first!(), " ORDER BY r.asked_at, r.id LIMIT $3");
    FENCE = "UPDATE counters SET value = value + 1 WHERE name = 'fence' RETURNING value";
    HOLD = "INSERT INTO holds (resource, run_id, fence)
        SELECT n.resource, n.run_id, $2 FROM run_resources n WHERE n.run_id = $1
        ON CONFLICT (resource) DO UPDATE SET fence = excluded.fence WHERE holds.run_id = excluded.run_id";
    NEEDS = "SELECT COUNT(*) AS needs FROM run_resources WHERE run_id = $1";
    TAKE = "UPDATE runs SET state = 'running', owner = $2, epoch = epoch + 1, attempt = attempt + 1, fence = $4,
            lease_until = (SELECT now FROM clock) + $3, deadline = NULL, why = NULL, seq = seq + 1,
            started_at = COALESCE(started_at, (SELECT now FROM clock))
        WHERE id = $1 AND state = $5 RETURNING id, kind, v, params, epoch, fence, attempt, seq";
    // What has not begun has its whole time again, however long nobody worked on it.
    REARM = "UPDATE steps SET deadline = NULL WHERE run_id = $1 AND state = 'pending' AND deadline IS NOT NULL";
    BEHIND_HOLDER = "SELECT DISTINCT h.run_id, h.resource FROM run_resources n JOIN holds h ON h.resource = n.resource
        WHERE n.run_id = $1 AND h.run_id <> $1 ORDER BY h.resource LIMIT 20";
    BEHIND_OLDER = "SELECT DISTINCT o.id AS run_id, m.resource, o.asked_at FROM runs r
        JOIN run_resources n ON n.run_id = r.id JOIN run_resources m ON m.resource = n.resource
        JOIN runs o ON o.id = m.run_id
        WHERE r.id = $1 AND o.id <> r.id AND o.state = 'queued' AND o.not_before <= (SELECT now FROM clock)
            AND NOT EXISTS (SELECT 1 FROM holds h WHERE h.run_id = r.id)
            AND (o.asked_at < r.asked_at OR (o.asked_at = r.asked_at AND o.id < r.id))
        ORDER BY o.asked_at, o.id, m.resource LIMIT 20";
    HOLDER = "SELECT run_id FROM holds WHERE resource = $1";
}

/// What a queued run waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Behind {
    /// The run that has it, or will have it first.
    pub run: RunId,
    /// What it is, such as `server:…`.
    pub resource: String,
    /// Whether that run has it already; else it is older and goes first.
    pub held: bool,
}

/// The name under which a server is held.
pub(crate) fn server_resource(lane: &str) -> String {
    format!("server:{lane}")
}

/// One kind that is asked for.
struct Want {
    kind: &'static str,
    version: u32,
    free: i64,
}

impl Tx {
    async fn claim_runs(
        &mut self,
        owner: &str,
        lease: i64,
        want: &Want,
        take_over: bool,
    ) -> Result<Vec<ClaimedRun>, StoreError> {
        let mut candidates = Vec::new();
        if take_over {
            let values = values![want.kind, want.version, owner, want.free];
            candidates.extend(self.all(&ABANDONED, values).await?);
        }
        let left = want.free - i64::try_from(candidates.len()).unwrap_or(i64::MAX);
        if left > 0 {
            candidates.extend(self.all(&DUE, values![want.kind, want.version, left]).await?);
        }
        let mut claimed = Vec::new();
        for row in &candidates {
            if let Some(run) = self.claim_run(row, owner, lease).await? {
                claimed.push(run);
            }
        }
        Ok(claimed)
    }

    async fn claim_run(
        &mut self,
        candidate: &Row,
        owner: &str,
        lease: i64,
    ) -> Result<Option<ClaimedRun>, StoreError> {
        let (id, from): (RunId, RunState) = (candidate.get("id")?, word(candidate, "state")?);
        if !from.may_become(RunState::Running) {
            return Ok(None);
        }
        let fence: i64 = self.one(&FENCE, vec![]).await?.get("value")?;
        let held = self.run(&HOLD, values![id, fence]).await?;
        let needs: i64 = self.one(&NEEDS, values![id]).await?.get("needs")?;
        // Nobody else claims meanwhile, so this is a mistake in the statements above; nothing is claimed then.
        if i64::try_from(held) != Ok(needs) {
            return Err(StoreError::internal(
                "a run that could be claimed could not get what it needs",
            ));
        }
        let Some(row) = self
            .first(&TAKE, values![id, owner, lease, fence, from.as_str()])
            .await?
        else {
            return Ok(None);
        };
        let event = RunEvent::Run {
            state: Shown::Running,
            outcome: None,
            why: None,
        };
        self.insert_event(id, row.get("seq")?, None, &event).await?;
        self.run(&REARM, values![id]).await?;
        self.touch(Topic::Runs);
        Ok(Some(ClaimedRun {
            id: row.get("id")?,
            kind: row.get("kind")?,
            v: row.get("v")?,
            params: row.get("params")?,
            epoch: row.get("epoch")?,
            fence: row.get("fence")?,
            attempt: row.get("attempt")?,
        }))
    }
}

impl Store {
    pub(super) async fn claim_with_steps(&self, claim: &Claim<'_>) -> Result<Vec<ClaimedRun>, StoreError> {
        let (owner, lease, take_over) = (claim.owner.to_owned(), micros(claim.lease), claim.take_over);
        let wants: Vec<Want> = claim
            .capacities
            .iter()
            .map(|capacity| Want {
                kind: capacity.kind,
                version: capacity.version,
                free: i64::try_from(capacity.free).unwrap_or(i64::MAX),
            })
            .collect();
        if !self.is_something_due(&wants, &owner, take_over).await? {
            return Ok(Vec::new());
        }
        self.write(move |tx| {
            Box::pin(async move {
                // One claim at a time in all processes: what is free is decided over all runs.
                tx.lock("claims").await?;
                let mut claimed = Vec::new();
                for want in &wants {
                    claimed.extend(tx.claim_runs(&owner, lease, want, take_over).await?);
                }
                Ok(claimed)
            })
        })
        .await
    }

    /// Looks without writing, because most looks find nothing.
    async fn is_something_due(
        &self,
        wants: &[Want],
        owner: &str,
        take_over: bool,
    ) -> Result<bool, StoreError> {
        let mut conn = self.read().await?;
        for want in wants {
            if take_over {
                let values = values![want.kind, want.version, owner, 1i64];
                if conn.first(&ABANDONED, values).await?.is_some() {
                    return Ok(true);
                }
            }
            if conn
                .first(&DUE, values![want.kind, want.version, 1i64])
                .await?
                .is_some()
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// What a queued run waits behind: first what others hold, then what older queued runs will get first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn behind(&self, run: RunId) -> Result<Vec<Behind>, StoreError> {
        let mut conn = self.read().await?;
        let mut behind = Vec::new();
        for (statement, held) in [(&BEHIND_HOLDER, true), (&BEHIND_OLDER, false)] {
            for row in conn.all(statement, values![run]).await? {
                behind.push(Behind {
                    run: row.get("run_id")?,
                    resource: row.get("resource")?,
                    held,
                });
            }
        }
        Ok(behind)
    }

    /// The run that holds a resource, such as `server:…`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn holder(&self, resource: &str) -> Result<Option<RunId>, StoreError> {
        let row = self.read().await?.first(&HOLDER, values![resource]).await?;
        row.map(|row| row.get("run_id")).transpose()
    }
}
