//! Every server that needs a reboot, or restarts of services.

use super::{server_facts, when};
use crate::{Actor, Error, Usecases};
use model::facts::{Facts, RebootNeed};
use model::view::{OutRow, RebootRow, RebootsAsked, RebootsPage, When};
use model::{Right, ServerId, short_duration};
use std::collections::HashMap;
use store::{OutOfService, Server};

/// Rows per page.
const PER_PAGE: u32 = 50;
/// Servers out of service that the dashboard names.
const OUT_SHOWN: usize = 50;

impl Usecases {
    /// One page of the list: exposed servers first, then the oldest.
    ///
    /// # Errors
    /// When the role does not allow it.
    pub async fn reboots(&self, actor: &Actor, asked: RebootsAsked) -> Result<RebootsPage, Error> {
        actor.needs(Right::Read)?;
        let now = self.clock.now();
        let asked = RebootsAsked {
            need: asked
                .need
                .filter(|need| matches!(need, RebootNeed::Yes | RebootNeed::RestartServices)),
            ..asked
        };
        let found = self.store.reboots(&asked, now, PER_PAGE).await?;
        let (need_reboot, restart_enough) = self.store.reboot_counts().await?;
        let mut out: HashMap<ServerId, When> = self
            .store
            .out_of_service()
            .await?
            .into_iter()
            .map(|out| (out.server, when(out.since)))
            .collect();
        let mut rows = Vec::with_capacity(found.rows.len());
        for (server, owner) in found.rows {
            let facts = self.store.facts(server.id).await?;
            let run = self.store.open_run_on(server.id).await?;
            let out_since = out.remove(&server.id);
            let row = row(server, facts.as_ref().map(|stored| &stored.facts));
            rows.push(RebootRow {
                owner,
                run,
                out_since,
                ..row
            });
        }
        Ok(RebootsPage {
            now,
            rows,
            need_reboot,
            restart_enough,
            matching: found.matching,
            page: found.page,
            pages: found.pages,
            stacks: self.store.stack_names().await?,
            may_run: actor.role.may(Right::Run),
            asked,
        })
    }

    /// Servers that are out of service, the longest first.
    pub(super) async fn out_rows(&self) -> Result<Vec<OutRow>, Error> {
        let now = self.clock.now();
        let out = self.store.out_of_service().await?;
        let row = |out: OutOfService| {
            let since = short_duration(now.secs_since(out.since));
            OutRow {
                id: out.server,
                said: if out.under_way {
                    format!("Out of the balancer for {since}; its run puts it back.")
                } else {
                    format!(
                        "Out of the balancer for {since}, and its run is over. Look at it, put it back, and say so here."
                    )
                },
                name: out.name,
                since: when(out.since),
                run: out.run,
                under_way: out.under_way,
            }
        };
        Ok(out.into_iter().take(OUT_SHOWN).map(row).collect())
    }
}

fn row(server: Server, facts: Option<&Facts>) -> RebootRow {
    let evidence = facts.map(server_facts::evidence);
    RebootRow {
        id: server.id,
        name: server.name,
        stack: server.stack,
        group: server.group.map(|(_, name)| name),
        owner: None,
        criticality: server.criticality,
        status: server.status,
        reason: server.reason,
        need: server.reboot,
        said: evidence.as_ref().map(|it| it.said.clone()).unwrap_or_default(),
        packages: evidence
            .as_ref()
            .map(|it| it.packages.clone())
            .unwrap_or_default(),
        services: evidence.map(|it| it.services).unwrap_or_default(),
        kernel: server.kernel,
        newest_kernel: facts.and_then(|facts| facts.kernel.newest_installed.get().cloned()),
        since: server.reboot_since.map(when),
        seen: server.seen_at.map(when),
        open_ports: server.open_ports,
        out_since: None,
        run: None,
    }
}
