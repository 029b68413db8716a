//! Trends: one row per day for the fleet and for every stack.

use crate::sql::{Row, statements, values};
use crate::{Store, StoreError, Tx};
use model::StackId;

macro_rules! upsert {
    ($scope:literal, $rest:literal) => {
        concat!(
            "INSERT INTO trends (scope, day, servers, security, other, reboot) SELECT ", $scope,
            ", $1, COUNT(*), CAST(COALESCE(SUM(COALESCE(security, 0) + COALESCE(security_not_ready, 0)), 0) AS BIGINT),
               CAST(COALESCE(SUM(other), 0) AS BIGINT),
               CAST(COALESCE(SUM(CASE WHEN reboot = 'yes' THEN 1 ELSE 0 END), 0) AS BIGINT) FROM servers ", $rest,
            " ON CONFLICT (scope, day) DO UPDATE SET servers = excluded.servers, security = excluded.security,
               other = excluded.other, reboot = excluded.reboot"
        )
    };
}

statements! {
    // SQLite reads ON after a SELECT as a join unless a WHERE stands in between.
    FLEET = upsert!("'fleet'", "WHERE TRUE");
    STACKS = upsert!("stack_id", "WHERE stack_id IS NOT NULL GROUP BY stack_id");
    OF_SCOPE = "SELECT scope, day, servers, security, other, reboot FROM trends WHERE scope = $1 AND day >= $2
        ORDER BY day";
    OF_STACKS = "SELECT scope, day, servers, security, other, reboot FROM trends WHERE scope <> 'fleet' AND day >= $1
        ORDER BY scope, day";
}

/// One day of a trend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trend {
    /// The stack; `None` is the fleet.
    pub stack: Option<StackId>,
    /// `YYYY-MM-DD` in UTC.
    pub day: String,
    /// Number of servers.
    pub servers: u32,
    /// Pending security updates, ready or not.
    pub security: u32,
    /// Other ready updates.
    pub other: u32,
    /// Servers that need a reboot.
    pub reboot: u32,
}

impl Tx {
    /// Makes the rows of `day` (`YYYY-MM-DD`) what the fleet and its stacks are now. Cheap enough for every few
    /// minutes; the last one of a day stays.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn record_trends(&mut self, day: &str) -> Result<(), StoreError> {
        self.run(&FLEET, values![day]).await?;
        self.run(&STACKS, values![day]).await.map(drop)
    }
}

impl Store {
    /// The trend of a stack, or of the fleet, from day `since` (`YYYY-MM-DD`) on, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn trend(&self, stack: Option<StackId>, since: &str) -> Result<Vec<Trend>, StoreError> {
        let scope = stack.map_or_else(|| "fleet".to_owned(), |stack| stack.to_string());
        self.read()
            .await?
            .all(&OF_SCOPE, values![scope, since])
            .await?
            .iter()
            .map(trend)
            .collect()
    }

    /// The trends of all stacks from day `since` on, by stack, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn stack_trends(&self, since: &str) -> Result<Vec<Trend>, StoreError> {
        self.read()
            .await?
            .all(&OF_STACKS, values![since])
            .await?
            .iter()
            .map(trend)
            .collect()
    }
}

fn trend(row: &Row) -> Result<Trend, StoreError> {
    let scope: String = row.get("scope")?;
    Ok(Trend {
        stack: scope.parse().ok(),
        day: row.get("day")?,
        servers: row.get("servers")?,
        security: row.get("security")?,
        other: row.get("other")?,
        reboot: row.get("reboot")?,
    })
}
