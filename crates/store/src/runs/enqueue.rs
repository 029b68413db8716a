//! Asking for checks: one open at a time per kind and server.

use crate::sql::{statements, values};
use crate::{Store, StoreError, Tx};
use model::{RunId, ServerId, Timestamp, Topic};

statements! {
    ENQUEUE = "INSERT INTO runs (id, kind, v, light, params, subject, state, wants, epoch, attempt, seq, priority,
            not_before, asked_at, asked_by)
        VALUES ($1, $2, $3, TRUE, $4, $5, 'queued', 'none', 0, 0, 0, $6, COALESCE($7, (SELECT now FROM clock)),
            (SELECT now FROM clock), $8)
        ON CONFLICT (kind, subject) WHERE light AND state <> 'ended' DO NOTHING";
    OPEN = "SELECT id FROM runs WHERE kind = $1 AND subject = $2 AND light AND state <> 'ended'";
    HASTEN = "UPDATE runs SET priority = CASE WHEN priority < $2 THEN $2 ELSE priority END,
            not_before = CASE WHEN not_before > COALESCE($3, (SELECT now FROM clock))
                THEN COALESCE($3, (SELECT now FROM clock)) ELSE not_before END
        WHERE id = $1 AND state = 'queued'";
}

/// A check to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCheck {
    /// The kind's name.
    pub kind: String,
    /// The version of `params`.
    pub v: u32,
    /// The server it is about. Without one any number may be open.
    pub server: Option<ServerId>,
    /// The kind's parameters, versioned JSON.
    pub params: String,
    /// The higher, the sooner.
    pub priority: i64,
    /// Not before this point; `None` is now.
    pub not_before: Option<Timestamp>,
    /// The name of who asked; `None` is the schedule.
    pub asked_by: Option<String>,
}

/// What came of asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enqueued {
    /// It is in the queue.
    New(RunId),
    /// Such a check of that server is open already. If it is still queued it got the higher priority and the earlier
    /// start of the two.
    Already(RunId),
}

impl Enqueued {
    /// The check that will answer.
    pub const fn id(self) -> RunId {
        match self {
            Self::New(id) | Self::Already(id) => id,
        }
    }
}

impl Tx {
    /// Asks for a check.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn enqueue(&mut self, check: &NewCheck) -> Result<Enqueued, StoreError> {
        self.wake();
        self.touch(Topic::Activity);
        if let Some(server) = check.server {
            self.touch(Topic::Server(server));
        }
        // The open one may end between the two statements; then there is room for a new one.
        for _ in 0..3 {
            let id = RunId::from_uuid(uuid::Uuid::now_v7());
            let values = values![
                id,
                &check.kind,
                check.v,
                &check.params,
                check.server,
                check.priority,
                check.not_before,
                check.asked_by.clone(),
            ];
            if self.run(&ENQUEUE, values).await? == 1 {
                return Ok(Enqueued::New(id));
            }
            if let Some(row) = self.first(&OPEN, values![&check.kind, check.server]).await? {
                let open: RunId = row.get("id")?;
                self.run(&HASTEN, values![open, check.priority, check.not_before])
                    .await?;
                return Ok(Enqueued::Already(open));
            }
        }
        Err(StoreError::Unavailable("the queue changes too quickly".into()))
    }
}

impl Store {
    /// Asks for many checks in one transaction. The answers are in the order of `checks`.
    ///
    /// # Errors
    /// [`StoreError`]; then none is in the queue.
    pub async fn enqueue(&self, checks: Vec<NewCheck>) -> Result<Vec<Enqueued>, StoreError> {
        self.write(|tx| {
            Box::pin(async move {
                // Everybody takes the index's entries in the same order, so that no two wait for each other.
                let mut order: Vec<usize> = (0..checks.len()).collect();
                order.sort_by_key(|at| (&checks[*at].kind, checks[*at].server));
                let mut answers = vec![None; checks.len()];
                for at in order {
                    answers[at] = Some(tx.enqueue(&checks[at]).await?);
                }
                Ok(answers.into_iter().flatten().collect())
            })
        })
        .await
    }
}
