//! Numbers for the dashboard.

use super::row::{Server, columns, joins, server};
use super::{status_now, tile, worst_first};
use crate::sql::{statements, values};
use crate::{Store, StoreError};
use model::Timestamp;
use model::view::Tile;

macro_rules! count {
    ($condition:expr, $name:literal) => {
        concat!(
            "CAST(COALESCE(SUM(CASE WHEN ",
            $condition,
            " THEN 1 ELSE 0 END), 0) AS BIGINT) AS ",
            $name
        )
    };
}

macro_rules! most_critical {
    () => {
        "(CASE s.criticality WHEN 'high' THEN 0 WHEN 'normal' THEN 1 ELSE 2 END)"
    };
}
statements! {
    COUNTS = concat!(
        "SELECT COUNT(*) AS servers, ",
        count!(concat!(status_now!(), " = 'healthy'"), "healthy"), ", ",
        count!("s.stack_id IS NULL", "unassigned"), ", ",
        count!(tile!(reboot), "reboot"), ", ",
        count!(tile!(security), "security"), ", ",
        count!(tile!(unreachable), "unreachable"), ", ",
        count!(tile!(never_reported), "never_reported"), ", ",
        count!(tile!(drift), "drift"), ", ",
        count!(tile!(running), "running"), ", ",
        count!(tile!(waiting), "waiting"), ", ",
        count!(tile!(unknown), "unknown"),
        " FROM servers s"
    );
    IN_NEED = concat!(
        "SELECT ", columns!(), " FROM (SELECT s.id FROM servers s WHERE ", status_now!(),
        " IN ('failed', 'waiting') ORDER BY ", worst_first!(), ", ", most_critical!(), ", s.name, s.id LIMIT $2) page
        JOIN servers s ON s.id = page.id ", joins!(), " ORDER BY ", worst_first!(), ", ", most_critical!(),
        ", s.name, s.id"
    );
    IN_NEED_COUNT = concat!("SELECT COUNT(*) AS n FROM servers s WHERE ", status_now!(), " IN ('failed', 'waiting')");
}

/// Servers per tile, and some totals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TileCounts {
    /// Servers per tile, in [`Tile::ALL`]'s order.
    pub tiles: Vec<(Tile, u32)>,
    /// All servers.
    pub servers: u32,
    /// Servers that are healthy now.
    pub healthy: u32,
    /// Servers in no stack.
    pub unassigned: u32,
}

/// Servers that wait for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// Worst first.
    pub servers: Vec<Server>,
    /// How many there are in all.
    pub total: u32,
}

impl Store {
    /// Servers per tile, in one query.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn tile_counts(&self, now: Timestamp) -> Result<TileCounts, StoreError> {
        let row = self.read().await?.one(&COUNTS, values![now]).await?;
        let tiles = Tile::ALL.iter().map(|tile| Ok((*tile, row.get(tile.as_str())?)));
        Ok(TileCounts {
            tiles: tiles.collect::<Result<_, StoreError>>()?,
            servers: row.get("servers")?,
            healthy: row.get("healthy")?,
            unassigned: row.get("unassigned")?,
        })
    }

    /// Servers that failed or wait for a person now, worst and most critical first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn servers_in_need(&self, now: Timestamp, limit: u32) -> Result<Need, StoreError> {
        let mut conn = self.read().await?;
        let rows = conn.all(&IN_NEED, values![now, limit]).await?;
        let servers = rows
            .iter()
            .map(|row| server(row, now))
            .collect::<Result<_, _>>()?;
        let total = conn.one(&IN_NEED_COUNT, values![now]).await?.get("n")?;
        Ok(Need { servers, total })
    }
}
