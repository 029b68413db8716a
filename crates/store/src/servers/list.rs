//! Lists of servers: filtered, ordered and paged by the database.

use super::row::{Server, columns, joins, server};
use super::{status_now, tile, worst_first};
use crate::sql::{Statement, Value, statements, values};
use crate::{Store, StoreError};
use model::view::{ServersQuery, Sort, Tile};
use model::{ServerId, StackId, Timestamp};

/// The filters: $1 now, $2 text, $3 tile, $4 status, $5 stack, $6 group.
macro_rules! filters {
    () => {
        concat!(
            " WHERE (CAST($2 AS TEXT) IS NULL OR lower(s.name) LIKE $2 ESCAPE '\\' OR lower(s.host) LIKE $2 ESCAPE '\\')
              AND (CAST($3 AS TEXT) IS NULL OR CASE $3",
            " WHEN 'reboot' THEN ", tile!(reboot),
            " WHEN 'security' THEN ", tile!(security),
            " WHEN 'unreachable' THEN ", tile!(unreachable),
            " WHEN 'never_reported' THEN ", tile!(never_reported),
            " WHEN 'drift' THEN ", tile!(drift),
            " WHEN 'running' THEN ", tile!(running),
            " WHEN 'waiting' THEN ", tile!(waiting),
            " WHEN 'unknown' THEN ", tile!(unknown),
            " ELSE FALSE END)
              AND (CAST($4 AS TEXT) IS NULL OR ", status_now!(), " = $4)
              AND (CAST($5 AS TEXT) IS NULL OR s.stack_id = $5)
              AND (CAST($6 AS TEXT) IS NULL
                   OR s.group_id IN (SELECT id FROM server_groups WHERE lower(name) = lower($6)))"
        )
    };
}

/// One page: the ids first, so that only its rows are joined; $7 limit, $8 offset.
macro_rules! page {
    ($order:expr) => {
        concat!(
            "SELECT ",
            columns!(),
            " FROM (SELECT s.id FROM servers s",
            filters!(),
            " ORDER BY ",
            $order,
            " LIMIT $7 OFFSET $8) page JOIN servers s ON s.id = page.id ",
            joins!(),
            " ORDER BY ",
            $order
        )
    };
}

statements! {
    BY_STATUS = page!(concat!(worst_first!(), ", s.name, s.id"));
    BY_NAME = page!("s.name, s.id");
    BY_SECURITY =
        page!("COALESCE(s.security, 0) + COALESCE(s.security_not_ready, 0) DESC, s.name, s.id");
    BY_SEEN = page!("COALESCE(s.seen_at, 0), s.name, s.id");
    MATCHING = concat!("SELECT COUNT(*) AS n FROM servers s", filters!());
    TOTAL = "SELECT COUNT(*) AS n FROM servers";
    ONE = concat!("SELECT ", columns!(), " FROM servers s ", joins!(), " WHERE s.id = $1");
    OF_STACK = concat!("SELECT ", columns!(), " FROM servers s ", joins!(), " WHERE s.stack_id = $1 ORDER BY s.name, s.id");
    NAMES = "SELECT id, name FROM servers ORDER BY CASE WHEN id IN (SELECT jump_id FROM servers
        WHERE jump_id IS NOT NULL) THEN 0 ELSE 1 END, name LIMIT $1";
}

/// One page of servers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServersFound {
    /// The rows of this page.
    pub rows: Vec<Server>,
    /// Number of servers that match.
    pub matching: u32,
    /// Number of all servers.
    pub total: u32,
    /// This page, from 1: the last one when the query asked for one beyond it.
    pub page: u32,
    /// Number of pages, at least 1.
    pub pages: u32,
}

impl Store {
    /// The servers that match `query`, one page of `per_page`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_servers(
        &self,
        query: &ServersQuery,
        now: Timestamp,
        per_page: u32,
    ) -> Result<ServersFound, StoreError> {
        let per_page = per_page.max(1);
        let filters = filters(query, now);
        let mut conn = self.read().await?;
        let total: u32 = conn.one(&TOTAL, vec![]).await?.get("n")?;
        let unfiltered = filters
            .iter()
            .skip(1)
            .all(|value| matches!(value, Value::Text(None)));
        let matching = if unfiltered {
            total
        } else {
            conn.one(&MATCHING, filters.clone()).await?.get("n")?
        };
        let pages = matching.div_ceil(per_page).max(1);
        let page = query.page.unwrap_or(1).clamp(1, pages);
        let mut values = filters;
        values.extend(values![per_page, i64::from(page - 1) * i64::from(per_page)]);
        let rows = conn.all(ordered(query.sort), values).await?;
        let rows = rows
            .iter()
            .map(|row| server(row, now))
            .collect::<Result<_, _>>()?;
        Ok(ServersFound {
            rows,
            matching,
            total,
            page,
            pages,
        })
    }

    /// One server.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn server(&self, id: ServerId, now: Timestamp) -> Result<Option<Server>, StoreError> {
        let row = self.read().await?.first(&ONE, values![id]).await?;
        row.as_ref().map(|row| server(row, now)).transpose()
    }

    /// All servers of a stack, by name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn servers_of_stack(&self, stack: StackId, now: Timestamp) -> Result<Vec<Server>, StoreError> {
        let rows = self.read().await?.all(&OF_STACK, values![stack]).await?;
        rows.iter().map(|row| server(row, now)).collect()
    }

    /// Ids and names of servers to choose a jump host from: those that are one already, then others by name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn jump_choices(&self, limit: u32) -> Result<Vec<(ServerId, String)>, StoreError> {
        let rows = self.read().await?.all(&NAMES, values![limit]).await?;
        rows.iter()
            .map(|row| Ok((row.get("id")?, row.get("name")?)))
            .collect()
    }
}

fn ordered(sort: Option<Sort>) -> &'static Statement {
    match sort.unwrap_or(Sort::Status) {
        Sort::Status => &BY_STATUS,
        Sort::Name => &BY_NAME,
        Sort::Security => &BY_SECURITY,
        Sort::Seen => &BY_SEEN,
    }
}

fn filters(query: &ServersQuery, now: Timestamp) -> Vec<Value> {
    let text = query
        .q
        .as_deref()
        .map(str::trim)
        .filter(|text| !text.is_empty())
        .map(pattern);
    let group = query.group.clone().filter(|group| !group.is_empty());
    values![
        now,
        text,
        query.tile.map(Tile::as_str),
        query.status,
        query.stack,
        group
    ]
}

/// A LIKE pattern for text that contains `text`, whatever characters that has.
pub(super) fn pattern(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c.to_ascii_lowercase());
    }
    pattern.push('%');
    pattern
}
