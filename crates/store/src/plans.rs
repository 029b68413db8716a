//! Plans: what a run will do, immutable from the moment it was computed.

use crate::sql::{Row, statements, values};
use crate::zipped::{expand, squeeze};
use crate::{Store, StoreError, Tx};
use model::run::PlanState;
use model::{PlanId, StackId, Timestamp};

statements! {
    INSERT = "INSERT INTO plans (id, stack_id, state, hash, generation, v, body, options, created_at, created_by)
        VALUES ($1, $2, 'draft', $3, $4, $5, $6, $7, $8, $9)";
    GET = "SELECT id, stack_id, state, hash, generation, v, body, options, created_at, created_by, approved_at,
            approved_by FROM plans WHERE id = $1";
    APPROVE = "UPDATE plans SET state = 'approved', approved_at = $3, approved_by = $4
        WHERE id = $1 AND hash = $2 AND state = 'draft'";
    VOID = "UPDATE plans SET state = 'void' WHERE id = $1 AND state = 'draft'";
    FORGET = "DELETE FROM plans WHERE id IN (SELECT p.id FROM plans p
        WHERE p.state <> 'approved' AND p.created_at < $1 LIMIT 500)";
}

/// A plan to keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPlan {
    /// Its id, which the steps' ids are made from.
    pub id: PlanId,
    /// The stack it is for, when it is one.
    pub stack: Option<StackId>,
    /// Covers everything that it does; what is approved.
    pub hash: String,
    /// Covers what it was computed from.
    pub generation: String,
    /// The version of `body`.
    pub v: u32,
    /// The plan as JSON.
    pub body: String,
    /// What was ticked, versioned JSON.
    pub options: String,
    /// The name of who asked for it; `None` is the schedule.
    pub created_by: Option<String>,
}

/// A plan as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredPlan {
    /// What was kept.
    pub plan: NewPlan,
    /// Where it is.
    pub state: PlanState,
    /// When it was computed.
    pub created_at: Timestamp,
    /// When it was approved.
    pub approved_at: Option<Timestamp>,
    /// By whom.
    pub approved_by: Option<String>,
}

impl Tx {
    /// Keeps a plan as a draft.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn insert_plan(&mut self, plan: &NewPlan, at: Timestamp) -> Result<(), StoreError> {
        let values = values![
            plan.id,
            plan.stack,
            &plan.hash,
            &plan.generation,
            plan.v,
            squeeze(plan.body.as_bytes())?,
            &plan.options,
            at,
            plan.created_by.clone(),
        ];
        self.run(&INSERT, values).await.map(drop)
    }

    /// Approves the draft with this id and hash. `false`: it is not a draft any more, or not that one.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn approve_plan(
        &mut self,
        id: PlanId,
        hash: &str,
        at: Timestamp,
        by: Option<&str>,
    ) -> Result<bool, StoreError> {
        let by = by.map(str::to_owned);
        Ok(self.run(&APPROVE, values![id, hash, at, by]).await? == 1)
    }

    /// Voids a draft. `false`: it is none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn void_plan(&mut self, id: PlanId) -> Result<bool, StoreError> {
        Ok(self.run(&VOID, values![id]).await? == 1)
    }
}

impl Store {
    /// One plan.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn plan(&self, id: PlanId) -> Result<Option<StoredPlan>, StoreError> {
        let row = self.read().await?.first(&GET, values![id]).await?;
        row.as_ref().map(stored).transpose()
    }

    /// Removes drafts and void plans that were computed before `before`, in small transactions. Returns how many.
    ///
    /// # Errors
    /// [`StoreError`]; what was removed before it stays removed.
    pub async fn forget_plans(&self, before: Timestamp) -> Result<u64, StoreError> {
        let mut removed = 0;
        loop {
            let rows = self
                .write(move |tx| Box::pin(async move { tx.run(&FORGET, values![before]).await }))
                .await?;
            removed += rows;
            if rows == 0 {
                return Ok(removed);
            }
        }
    }
}

fn stored(row: &Row) -> Result<StoredPlan, StoreError> {
    let (state, body): (String, Vec<u8>) = (row.get("state")?, row.get("body")?);
    let body = String::from_utf8(expand(&body)?);
    Ok(StoredPlan {
        plan: NewPlan {
            id: row.get("id")?,
            stack: row.get("stack_id")?,
            hash: row.get("hash")?,
            generation: row.get("generation")?,
            v: row.get("v")?,
            body: body.map_err(|error| StoreError::corrupt(format!("a plan: {error}")))?,
            options: row.get("options")?,
            created_by: row.get("created_by")?,
        },
        state: state
            .parse()
            .map_err(|()| StoreError::corrupt(format!("state is {state:?}")))?,
        created_at: row.get("created_at")?,
        approved_at: row.get("approved_at")?,
        approved_by: row.get("approved_by")?,
    })
}
