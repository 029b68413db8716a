//! The list of servers.

use super::when;
use crate::{Actor, Error, Usecases};
use model::view::{ServerRow, ServersPage, ServersQuery};
use model::{Endpoint, Right};
use store::Server;

/// Rows per page.
const PER_PAGE: u32 = 50;

impl Usecases {
    /// One page of the list, as filtered.
    ///
    /// # Errors
    /// When the role does not allow it, or the database cannot be read.
    pub async fn servers(&self, actor: &Actor, query: ServersQuery) -> Result<ServersPage, Error> {
        actor.needs(Right::Read)?;
        let now = self.clock.now();
        let found = self.store.list_servers(&query, now, PER_PAGE).await?;
        let stacks = self.store.stack_names().await?;
        Ok(ServersPage {
            now,
            query,
            rows: found.rows.into_iter().map(row).collect(),
            matching: found.matching,
            total: found.total,
            page: found.page,
            pages: found.pages,
            stacks,
        })
    }
}

/// A stored server as a row.
pub(super) fn row(server: Server) -> ServerRow {
    ServerRow {
        id: server.id,
        name: server.name,
        address: address(&server.endpoint),
        transport: server.transport,
        stack: server.stack,
        group: server.group.map(|(_, name)| name),
        status: server.status,
        reason: server.reason,
        reach: server.reach,
        os: server.os,
        kernel: server.kernel,
        counts: server.counts,
        reboot: server.reboot,
        seen: server.seen_at.map(when),
        checking: server.checking,
    }
}

/// `host`, or `host:port` when the port is not SSH's own.
pub(super) fn address(endpoint: &Endpoint) -> String {
    let host = if endpoint.host.contains(':') {
        format!("[{}]", endpoint.host)
    } else {
        endpoint.host.clone()
    };
    if endpoint.port == 22 {
        host
    } else {
        format!("{host}:{}", endpoint.port)
    }
}
