//! Stacks: the list, and one stack's page.

use super::dashboard::{TREND_DAYS, trend_day};
use super::servers::row;
use crate::{Actor, Error, Usecases};
use model::view::{GroupCells, ServerCell, StackPage, StackRow, StacksPage};
use model::{ErrorCode, GroupId, Right, StackId, Status};
use store::{RunFilter, Server, StackTotals};

/// Rows on a stack's page; more are on the list of servers, filtered.
const ROWS_SHOWN: usize = 100;
/// Runs on a stack's page; more are on the list of runs, filtered.
const RUNS_SHOWN: u32 = 10;

impl Usecases {
    /// All stacks, worst first.
    ///
    /// # Errors
    /// When the role does not allow it, or the database cannot be read.
    pub async fn stacks(&self, actor: &Actor) -> Result<StacksPage, Error> {
        actor.needs(Right::Read)?;
        let now = self.clock.now();
        let rows = self
            .store
            .stack_totals(now)
            .await?
            .into_iter()
            .map(stack_row)
            .collect();
        let unassigned = self.store.tile_counts(now).await?.unassigned;
        Ok(StacksPage {
            now,
            rows,
            unassigned,
            people: self.owners().await?,
        })
    }

    /// One stack.
    ///
    /// # Errors
    /// When the role does not allow it, or there is no such stack.
    pub async fn stack(&self, actor: &Actor, id: StackId) -> Result<StackPage, Error> {
        actor.needs(Right::Read)?;
        let now = self.clock.now();
        let card = self
            .store
            .stack_total(id, now)
            .await?
            .ok_or_else(|| Error::code(ErrorCode::NotFound))?;
        let servers = self.store.servers_of_stack(id, now).await?;
        let since = super::day(now.plus_secs(-i64::from(TREND_DAYS) * 86_400));
        let trend = self.store.trend(Some(id), &since).await?;
        let of_stack = RunFilter {
            stack: Some(id),
            ..RunFilter::default()
        };
        Ok(StackPage {
            now,
            owner: card.stack.owner,
            stack: stack_row(card),
            groups: groups(&servers),
            rows: servers.into_iter().take(ROWS_SHOWN).map(row).collect(),
            trend: trend.into_iter().map(trend_day).collect(),
            people: self.owners().await?,
            runs: self.newest_runs(&of_stack, RUNS_SHOWN).await?,
            profiles: self.profile_rows(id).await?,
            care: self.group_rows(id).await?,
        })
    }

    async fn owners(&self) -> Result<Vec<(model::UserId, String)>, Error> {
        let people = self.store.people().await?;
        Ok(people
            .into_iter()
            .filter(|user| !user.disabled)
            .map(|user| (user.id, user.name))
            .collect())
    }
}

fn stack_row(totals: StackTotals) -> StackRow {
    StackRow {
        status: worst(&totals),
        reason: reason(&totals),
        id: totals.stack.id,
        name: totals.stack.name,
        environment: totals.stack.environment,
        owner: totals.owner_name,
        criticality: totals.stack.criticality,
        servers: totals.servers,
        reboot: totals.reboot,
        security: totals.security,
        other: totals.other,
    }
}

/// The worst status among a stack's servers; an empty stack is *unknown*, not *healthy*.
pub(super) fn worst(totals: &StackTotals) -> Status {
    totals.worst().map_or(Status::Unknown, |(status, _)| status)
}

/// A stack's state in one sentence.
pub(super) fn reason(totals: &StackTotals) -> String {
    let with = |status| {
        totals
            .by_status
            .iter()
            .find(|(word, _)| *word == status)
            .map_or(0, |(_, servers)| *servers)
    };
    let mut parts = Vec::new();
    for (count, one, many) in [
        (
            with(Status::Failed),
            "1 server cannot be reached",
            "servers cannot be reached",
        ),
        (with(Status::Waiting), "1 waits for a person", "wait for a person"),
        (totals.reboot, "1 needs a reboot", "need a reboot"),
        (totals.security, "1 security update", "security updates"),
        (with(Status::Unknown), "1 is unknown", "are unknown"),
    ] {
        match count {
            0 => {}
            1 => parts.push(one.to_owned()),
            _ => parts.push(format!("{count} {many}")),
        }
    }
    match (totals.servers, parts.is_empty()) {
        (0, _) => "No servers yet.".to_owned(),
        (_, true) => "Up to date.".to_owned(),
        (_, false) => format!("{}.", parts.join(", ")),
    }
}

/// Servers grouped by group: groups by name, servers without one last.
fn groups(servers: &[Server]) -> Vec<GroupCells> {
    let mut groups: Vec<GroupCells> = Vec::new();
    for server in servers {
        let cell = ServerCell {
            id: server.id,
            name: server.name.clone(),
            status: server.status,
            reason: server.reason.clone(),
        };
        match groups.iter_mut().find(|cells| cells.group == server.group) {
            Some(cells) => cells.servers.push(cell),
            None => groups.push(GroupCells {
                group: server.group.clone(),
                servers: vec![cell],
            }),
        }
    }
    let key = |group: &Option<(GroupId, String)>| group.as_ref().map(|(_, name)| name.to_lowercase());
    groups.sort_by_key(|cells| (cells.group.is_none(), key(&cells.group)));
    for cells in &mut groups {
        cells.servers.sort_by_key(|cell| cell.name.to_lowercase());
    }
    groups
}
