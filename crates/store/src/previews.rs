//! Previews: what a plan was asked for with, the checks that a draft waits for, and the plan that took its place.

use crate::sql::{Row, statements, values};
use crate::{RunState, Store, StoreError, Tx};
use model::{PlanId, RunId, ServerId, Timestamp};

statements! {
    NOTE = "UPDATE plans SET asked = $2, before_id = $3, refused = $4 WHERE id = $1";
    REPLACE = "UPDATE plans SET replaced_by = $2, state = 'void'
        WHERE id = $1 AND replaced_by IS NULL AND state = 'draft'";
    GET = "SELECT asked, before_id, replaced_by, refused FROM plans WHERE id = $1";
    AWAIT = "INSERT INTO plan_checks (plan_id, server_id, check_id, tries) VALUES ($1, $2, $3, 1)";
    AWAIT_NEXT = "UPDATE plan_checks SET check_id = $4, tries = tries + 1
        WHERE plan_id = $1 AND server_id = $2 AND check_id = $3";
    // What a survey found is large, and is read where it is planned from.
    AWAITED = "SELECT p.server_id, s.name, p.check_id, p.tries, r.kind, r.state, r.outcome, r.asked_at, r.started_at,
            r.ended_at, CASE WHEN r.outcome = 'simulated' THEN NULL ELSE r.result END AS said
        FROM plan_checks p LEFT JOIN servers s ON s.id = p.server_id LEFT JOIN runs r ON r.id = p.check_id
        WHERE p.plan_id = $1 ORDER BY s.name, p.server_id";
    // A draft is open while its checks were not all turned into a plan.
    OPEN = "SELECT p.id, p.created_by FROM plans p
        WHERE p.state = 'draft' AND p.replaced_by IS NULL AND p.created_at >= $1
            AND EXISTS (SELECT 1 FROM plan_checks c WHERE c.plan_id = p.id)
        ORDER BY p.created_at DESC, p.id LIMIT $2";
    RUN_OF = "SELECT id FROM runs WHERE plan_id = $1";
}

/// What surrounds a stored plan.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Preview {
    /// What was asked, versioned JSON.
    pub asked: Option<String>,
    /// The plan that it was made from.
    pub before: Option<PlanId>,
    /// The plan that took its place.
    pub replaced_by: Option<PlanId>,
    /// Why there is no plan, JSON.
    pub refused: Option<String>,
}

/// A check that a draft waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Awaited {
    /// The server.
    pub server: ServerId,
    /// Its name, while Drydock has it.
    pub name: Option<String>,
    /// The check.
    pub check: RunId,
    /// How many checks of this server were waited for, this one included.
    pub tries: u32,
    /// Its kind; `None`, here and below: the check was pruned.
    pub kind: Option<String>,
    /// Where it is.
    pub state: Option<RunState>,
    /// How it ended, one word.
    pub outcome: Option<String>,
    /// What it said, unless it found what it was to find.
    pub said: Option<String>,
    /// When it was asked for.
    pub asked_at: Option<Timestamp>,
    /// When it was begun.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

impl Awaited {
    /// Whether nothing more will come of it.
    pub fn is_over(&self) -> bool {
        self.state.is_none_or(|state| state == RunState::Ended)
    }
}

impl Tx {
    /// Notes what surrounds a plan that was kept in this transaction.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn note_preview(&mut self, plan: PlanId, preview: &Preview) -> Result<(), StoreError> {
        let values = values![
            plan,
            preview.asked.clone(),
            preview.before,
            preview.refused.clone()
        ];
        match self.run(&NOTE, values).await? {
            0 => Err(StoreError::NotFound),
            _ => Ok(()),
        }
    }

    /// Voids a draft in favour of another plan. `false`: it is no draft any more, or was replaced already.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn replace_plan(&mut self, draft: PlanId, by: PlanId) -> Result<bool, StoreError> {
        Ok(self.run(&REPLACE, values![draft, by]).await? == 1)
    }

    /// Has a draft wait for a check of a server.
    ///
    /// # Errors
    /// [`StoreError`]; [`crate::Conflict::Rule`] when it waits for one of that server already.
    pub async fn await_check(
        &mut self,
        plan: PlanId,
        server: ServerId,
        check: RunId,
    ) -> Result<(), StoreError> {
        self.run(&AWAIT, values![plan, server, check]).await.map(drop)
    }

    /// Has a draft wait for another check of a server. `false`: it does not wait for `ended` any more.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn await_next_check(
        &mut self,
        plan: PlanId,
        server: ServerId,
        ended: RunId,
        next: RunId,
    ) -> Result<bool, StoreError> {
        let values = values![plan, server, ended, next];
        Ok(self.run(&AWAIT_NEXT, values).await? == 1)
    }
}

impl Store {
    /// What surrounds a plan.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn preview(&self, plan: PlanId) -> Result<Option<Preview>, StoreError> {
        let row = self.read().await?.first(&GET, values![plan]).await?;
        let read = |row: Row| {
            Ok(Preview {
                asked: row.get("asked")?,
                before: row.get("before_id")?,
                replaced_by: row.get("replaced_by")?,
                refused: row.get("refused")?,
            })
        };
        row.map(read).transpose()
    }

    /// The checks that a draft waits for, by the servers' names.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn awaited(&self, plan: PlanId) -> Result<Vec<Awaited>, StoreError> {
        let rows = self.read().await?.all(&AWAITED, values![plan]).await?;
        rows.iter().map(awaited).collect()
    }

    /// Drafts made since then that wait for checks, the newest first, each with who asked for it. The plans themselves,
    /// which may be large, are not read.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn open_drafts(
        &self,
        since: Timestamp,
        limit: u32,
    ) -> Result<Vec<(PlanId, Option<String>)>, StoreError> {
        let rows = self.read().await?.all(&OPEN, values![since, limit]).await?;
        rows.iter()
            .map(|row| Ok((row.get("id")?, row.get("created_by")?)))
            .collect()
    }

    /// The run that does a plan.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn run_of_plan(&self, plan: PlanId) -> Result<Option<RunId>, StoreError> {
        let row = self.read().await?.first(&RUN_OF, values![plan]).await?;
        row.map(|row| row.get("id")).transpose()
    }
}

fn awaited(row: &Row) -> Result<Awaited, StoreError> {
    let state: Option<String> = row.get("state")?;
    let state = state.map(|state| {
        state
            .parse()
            .map_err(|()| StoreError::corrupt(format!("state is {state:?}")))
    });
    Ok(Awaited {
        server: row.get("server_id")?,
        name: row.get("name")?,
        check: row.get("check_id")?,
        tries: row.get("tries")?,
        kind: row.get("kind")?,
        state: state.transpose()?,
        outcome: row.get("outcome")?,
        said: row.get("said")?,
        asked_at: row.get("asked_at")?,
        started_at: row.get("started_at")?,
        ended_at: row.get("ended_at")?,
    })
}
