//! Hints: numbered in the order of commits, read by whoever serves live pages.

use crate::sql::{Conn, Row, statements, values};
use crate::{Store, StoreError};
use model::{RunId, Timestamp, Topic};
use tokio::sync::watch;

statements! {
    NEWEST = "SELECT value FROM counters WHERE name = 'hints'";
    OLDEST = "SELECT MIN(seq) AS seq FROM hints";
    SINCE = "SELECT seq, at, topics FROM hints WHERE seq > $1 ORDER BY seq LIMIT 1000";
}

/// Everything that one commit touched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// Its number.
    pub seq: i64,
    /// When, by the database's clock.
    pub at: Timestamp,
    /// What is to be read again.
    pub topics: Vec<Topic>,
}

/// What happened since a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hints {
    /// Everything since, oldest first; at most 1,000, ask again from the last number.
    Since(Vec<Hint>),
    /// Some of it is not kept any more, or was too much to name: read everything again and go on from this number.
    TooOld(i64),
}

impl Store {
    /// The number of the newest hint, now and whenever it grows: commits of this process at once, those of others
    /// on PostgreSQL within moments.
    pub fn hints(&self) -> watch::Receiver<i64> {
        self.feed().subscribe()
    }

    /// Changes whenever an event or more log of `run` was committed: by this process at once, by others on PostgreSQL
    /// within moments. What it was is read by [`Store::run_events`] and [`Store::log_part`].
    pub fn run_news(&self, run: RunId) -> watch::Receiver<u64> {
        self.feed().progress.subscribe(run)
    }

    /// What was touched after hint `seq`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn hints_since(&self, seq: i64) -> Result<Hints, StoreError> {
        let mut conn = self.read().await?;
        let newest = newest(&mut conn).await?;
        let oldest: Option<i64> = conn.one(&OLDEST, vec![]).await?.get("seq")?;
        let missed = oldest.is_none_or(|oldest| seq + 1 < oldest) && seq < newest;
        // A number from the future is from before a restored backup.
        if missed || seq > newest {
            return Ok(Hints::TooOld(newest));
        }
        let rows = conn.all(&SINCE, values![seq]).await?;
        let hints = rows.iter().map(hint).collect::<Result<Option<Vec<Hint>>, _>>()?;
        Ok(hints.map_or(Hints::TooOld(newest), Hints::Since))
    }
}

/// The number of the newest hint.
pub(crate) async fn newest(conn: &mut Conn) -> Result<i64, StoreError> {
    conn.one(&NEWEST, vec![]).await?.get("value")
}

/// A hint; `None` is one that names nothing because it would have named too much.
fn hint(row: &Row) -> Result<Option<Hint>, StoreError> {
    let topics: String = row.get("topics")?;
    let topics: Option<Vec<Topic>> =
        serde_json::from_str(&topics).map_err(|error| StoreError::corrupt(format!("a hint: {error}")))?;
    let Some(topics) = topics else { return Ok(None) };
    Ok(Some(Hint {
        seq: row.get("seq")?,
        at: row.get("at")?,
        topics,
    }))
}
