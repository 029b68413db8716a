//! The audit trail: rows are added, and the database refuses everything else.

use crate::sql::{Row, statements, values};
use crate::{Store, StoreError, Tx};
use model::{AuditId, Timestamp, Topic, UserId};

macro_rules! columns {
    () => {
        "id, at, user_id, who, action, what, subject, from_address, done"
    };
}

statements! {
    INSERT = "INSERT INTO audit (id, at, user_id, who, action, what, subject, from_address, done)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    PAGE = concat!("SELECT ", columns!(), " FROM audit ORDER BY at DESC, id DESC LIMIT $1 OFFSET $2");
    OF_SUBJECT = concat!("SELECT ", columns!(), " FROM audit WHERE subject = $1 ORDER BY at DESC, id DESC LIMIT $2");
}

/// Something that was done, or was tried and refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAudit {
    /// When.
    pub at: Timestamp,
    /// The person, when it was one.
    pub user: Option<UserId>,
    /// Their name at that time; `drydock` for the schedule.
    pub who: String,
    /// One word for machines, such as `server.add`.
    pub action: String,
    /// One sentence for people, without secrets.
    pub what: String,
    /// The id of the server, stack, person or key it is about.
    pub subject: Option<String>,
    /// From which address.
    pub from: Option<String>,
    /// Whether it was allowed and done.
    pub done: bool,
}

/// A row of the trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRecord {
    /// Its id.
    pub id: AuditId,
    /// What it says.
    pub entry: NewAudit,
}

impl Tx {
    /// Adds a row.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn audit(&mut self, entry: &NewAudit) -> Result<AuditId, StoreError> {
        let id = AuditId::from_uuid(uuid::Uuid::now_v7());
        let values = values![
            id,
            entry.at,
            entry.user,
            &entry.who,
            &entry.action,
            &entry.what,
            entry.subject.clone(),
            entry.from.clone(),
            entry.done,
        ];
        self.run(&INSERT, values).await?;
        self.touch(Topic::Activity);
        Ok(id)
    }
}

impl Store {
    /// One page of the trail, newest first. `page` is from 1.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn audit_page(&self, page: u32, per_page: u32) -> Result<Vec<AuditRecord>, StoreError> {
        let offset = i64::from(page.max(1) - 1) * i64::from(per_page);
        self.read()
            .await?
            .all(&PAGE, values![per_page, offset])
            .await?
            .iter()
            .map(record)
            .collect()
    }

    /// What was done to one server, stack, person or key, newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn audit_of(&self, subject: &str, limit: u32) -> Result<Vec<AuditRecord>, StoreError> {
        self.read()
            .await?
            .all(&OF_SUBJECT, values![subject, limit])
            .await?
            .iter()
            .map(record)
            .collect()
    }
}

fn record(row: &Row) -> Result<AuditRecord, StoreError> {
    Ok(AuditRecord {
        id: row.get("id")?,
        entry: NewAudit {
            at: row.get("at")?,
            user: row.get("user_id")?,
            who: row.get("who")?,
            action: row.get("action")?,
            what: row.get("what")?,
            subject: row.get("subject")?,
            from: row.get("from_address")?,
            done: row.get("done")?,
        },
    })
}
