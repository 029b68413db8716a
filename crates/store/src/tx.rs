//! A write: everything in it is committed together, or nothing is.

use crate::sql::{Conn, Row, Statement, Value, statements, values};
use crate::{Sealer, StoreError};
use model::{GroupId, RunId, Topic};
use std::collections::BTreeSet;
use std::sync::Arc;

statements! {
    NEXT_HINT = "UPDATE counters SET value = value + 1 WHERE name = 'hints' RETURNING value";
    INSERT_HINT = "INSERT INTO hints (seq, at, topics) VALUES ($1, (SELECT now FROM clock), $2)";
}

/// How many topics one hint names.
const TOPICS_MAX: usize = 1_000;

/// A transaction, as [`crate::Store::write`] hands it out. Its methods are in the files of what they write.
pub struct Tx {
    conn: Conn,
    sealer: Arc<Sealer>,
    after: After,
}

impl std::fmt::Debug for Tx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tx")
            .field("after", &self.after)
            .finish_non_exhaustive()
    }
}

/// What a commit is followed by.
#[derive(Debug, Default)]
pub(crate) struct After {
    /// What pages are to be read again.
    topics: BTreeSet<Topic>,
    /// Groups of which it is to be found out anew whether their servers drift apart.
    groups: BTreeSet<GroupId>,
    /// Runs of which something was written: events, or log.
    pub(crate) runs: BTreeSet<RunId>,
    /// Whether workers are to look into the queue.
    pub(crate) wake: bool,
    /// The number of the hint that was written.
    pub(crate) seq: Option<i64>,
}

impl After {
    pub(crate) fn join(&mut self, other: Self) {
        self.topics.extend(other.topics);
        self.groups.extend(other.groups);
        self.runs.extend(other.runs);
        self.wake |= other.wake;
    }

    pub(crate) fn numbered(mut self, seq: Option<i64>) -> Self {
        self.seq = seq;
        self
    }
}

impl Tx {
    pub(crate) fn new(conn: Conn, sealer: Arc<Sealer>) -> Self {
        Self {
            conn,
            sealer,
            after: After::default(),
        }
    }

    /// Has open pages that show `topic` read it again once this is committed.
    pub fn touch(&mut self, topic: Topic) {
        self.after.topics.insert(topic);
    }

    /// Has `group` judged anew before this is committed: once, however many of its servers were written.
    pub(crate) fn judge_drift(&mut self, group: GroupId) {
        self.after.groups.insert(group);
    }

    /// Has whoever looks at `run` read on once this is committed.
    pub(crate) fn progress(&mut self, run: RunId) {
        self.after.runs.insert(run);
    }

    /// Has workers look into the queue once this is committed.
    pub(crate) fn wake(&mut self) {
        self.after.wake = true;
    }

    pub(crate) fn sealer(&self) -> &Sealer {
        &self.sealer
    }

    pub(crate) fn conn_mut(&mut self) -> &mut Conn {
        &mut self.conn
    }

    pub(crate) fn into_conn(self) -> Conn {
        self.conn
    }

    pub(crate) fn take_after(&mut self) -> After {
        std::mem::take(&mut self.after)
    }

    pub(crate) async fn run(&mut self, statement: &Statement, values: Vec<Value>) -> Result<u64, StoreError> {
        self.conn.run(statement, values).await
    }

    pub(crate) async fn all(
        &mut self,
        statement: &Statement,
        values: Vec<Value>,
    ) -> Result<Vec<Row>, StoreError> {
        self.conn.all(statement, values).await
    }

    pub(crate) async fn first(
        &mut self,
        statement: &Statement,
        values: Vec<Value>,
    ) -> Result<Option<Row>, StoreError> {
        self.conn.first(statement, values).await
    }

    pub(crate) async fn one(&mut self, statement: &Statement, values: Vec<Value>) -> Result<Row, StoreError> {
        self.conn.one(statement, values).await
    }

    /// Lets one transaction at a time past this point until it ends. Take it before anything is read that the
    /// decision depends on.
    pub(crate) async fn lock(&mut self, name: &str) -> Result<(), StoreError> {
        if self.conn.is_postgres() {
            self.conn.run(&crate::db::dialect::LOCK, values![name]).await?;
        }
        Ok(())
    }

    /// Does what is done once for all that is committed together: judges groups, writes one hint. The counter's row is locked until the commit, so hints are numbered
    /// in the order of commits; therefore this is the last thing that a transaction does.
    pub(crate) async fn settle(&mut self, after: &After) -> Result<Option<i64>, StoreError> {
        for group in &after.groups {
            self.find_drift(*group).await?;
        }
        if after.topics.is_empty() {
            return Ok(None);
        }
        // Beyond this, naming each takes longer than reading everything again. `null` is everything.
        let topics = (after.topics.len() <= TOPICS_MAX).then_some(&after.topics);
        let topics = serde_json::to_string(&topics).map_err(StoreError::internal)?;
        let seq: i64 = self.one(&NEXT_HINT, vec![]).await?.get("value")?;
        self.run(&INSERT_HINT, values![seq, topics]).await?;
        Ok(Some(seq))
    }

    /// Tells other processes what a commit is followed by, when there can be others.
    pub(crate) async fn notify(&mut self, after: &After) -> Result<(), StoreError> {
        if !self.conn.is_postgres() {
            return Ok(());
        }
        for run in &after.runs {
            self.run(&crate::db::dialect::NOTIFY, values![run.to_string()])
                .await?;
        }
        if after.topics.is_empty() && !after.wake {
            return Ok(());
        }
        let what = if after.wake { "wake" } else { "hint" };
        self.run(&crate::db::dialect::NOTIFY, values![what])
            .await
            .map(drop)
    }
}
