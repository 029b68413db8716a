//! Servers that need a reboot, or restarts of services.

use super::row::{Server, columns, joins, server};
use crate::sql::{Value, statements, values};
use crate::{Store, StoreError};
use model::view::RebootsAsked;
use model::{RunId, ServerId, Timestamp};

/// The filters: $1 part of the name, $2 stack, $3 verdict.
macro_rules! filters {
    () => {
        " WHERE s.reboot IN ('yes', 'restart_services')
            AND (CAST($1 AS TEXT) IS NULL OR lower(s.name) LIKE $1 ESCAPE '\\')
            AND (CAST($2 AS TEXT) IS NULL OR s.stack_id = $2) AND (CAST($3 AS TEXT) IS NULL OR s.reboot = $3)"
    };
}

/// Exposed ones first, then those that need more, then the longest.
macro_rules! order {
    () => {
        " ORDER BY CASE WHEN COALESCE(s.open_ports, 0) > 0 THEN 0 ELSE 1 END,
            CASE s.reboot WHEN 'yes' THEN 0 ELSE 1 END, COALESCE(s.reboot_since, 9000000000000000), s.name, s.id"
    };
}

statements! {
    PAGE = concat!("SELECT ", columns!(), ", u.name AS owner_name FROM (SELECT s.id FROM servers s", filters!(), order!(),
        " LIMIT $4 OFFSET $5) page JOIN servers s ON s.id = page.id ", joins!(),
        " LEFT JOIN users u ON u.id = st.owner_id ", order!());
    MATCHING = concat!("SELECT COUNT(*) AS n FROM servers s", filters!());
    COUNTS = "SELECT CAST(COALESCE(SUM(CASE WHEN reboot = 'yes' THEN 1 ELSE 0 END), 0) AS BIGINT) AS need,
            CAST(COALESCE(SUM(CASE WHEN reboot = 'restart_services' THEN 1 ELSE 0 END), 0) AS BIGINT) AS enough
        FROM servers WHERE reboot IN ('yes', 'restart_services')";
    OPEN_RUN = "SELECT r.id FROM run_resources n JOIN runs r ON r.id = n.run_id
        WHERE n.resource = $1 AND r.state <> 'ended' ORDER BY r.asked_at, r.id LIMIT 1";
}

/// One page of servers that need a reboot, or restarts of services.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RebootsFound {
    /// Exposed ones first, then the oldest; each with the name of its stack's owner.
    pub rows: Vec<(Server, Option<String>)>,
    /// How many match.
    pub matching: u32,
    /// This page, from 1: the last one when the query asked for one beyond it.
    pub page: u32,
    /// Number of pages, at least 1.
    pub pages: u32,
}

impl Store {
    /// The servers that match, one page of `per_page`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn reboots(
        &self,
        asked: &RebootsAsked,
        now: Timestamp,
        per_page: u32,
    ) -> Result<RebootsFound, StoreError> {
        let per_page = per_page.max(1);
        let text = asked.q.as_deref().map(str::trim);
        let text = text.filter(|text| !text.is_empty()).map(super::list::pattern);
        let filters: Vec<Value> = values![text, asked.stack, asked.need];
        let mut conn = self.read().await?;
        let matching: u32 = conn.one(&MATCHING, filters.clone()).await?.get("n")?;
        let pages = matching.div_ceil(per_page).max(1);
        let page = asked.page.unwrap_or(1).clamp(1, pages);
        let mut values = filters;
        values.extend(values![per_page, i64::from(page - 1) * i64::from(per_page)]);
        let rows = conn.all(&PAGE, values).await?;
        let read = rows
            .iter()
            .map(|row| Ok((server(row, now)?, row.get("owner_name")?)));
        Ok(RebootsFound {
            rows: read.collect::<Result<_, StoreError>>()?,
            matching,
            page,
            pages,
        })
    }

    /// How many servers need a reboot, and on how many restarts of services are enough.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn reboot_counts(&self) -> Result<(u32, u32), StoreError> {
        let row = self.read().await?.one(&COUNTS, vec![]).await?;
        Ok((row.get("need")?, row.get("enough")?))
    }

    /// The oldest open run that has still to work on a server, or works on it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn open_run_on(&self, server: ServerId) -> Result<Option<RunId>, StoreError> {
        let resource = crate::steps::server_resource(&server.to_string());
        let row = self.read().await?.first(&OPEN_RUN, values![resource]).await?;
        row.map(|row| row.get("id")).transpose()
    }
}
