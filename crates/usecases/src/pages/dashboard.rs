//! The dashboard.

use super::when;
use crate::{Actor, Error, Usecases};
use model::view::{Dashboard, Frame, Me, NeedsPerson, StackCard, Tiles, TrendDay};
use model::{Right, StackId};
use std::collections::HashMap;
use store::{RunFilter, Server};

/// What is listed as needing a person; the rest is counted.
const NEEDS_SHOWN: u32 = 20;
/// Open runs that are listed; more are on their own page.
const RUNS_SHOWN: u32 = 20;
/// Days of a trend.
pub(super) const TREND_DAYS: u32 = 30;

impl Usecases {
    /// What surrounds every page.
    ///
    /// # Errors
    /// When the role does not allow it.
    pub async fn frame(&self, actor: &Actor) -> Result<Frame, Error> {
        actor.needs(Right::Read)?;
        let id = actor
            .user
            .ok_or_else(|| Error::code(model::ErrorCode::NotLoggedIn))?;
        Ok(Frame {
            me: Me {
                id,
                name: actor.name.clone(),
                role: actor.role,
            },
            demo: self.settings.demo,
            version: self.settings.version.clone(),
            schedule_off: self.store.scheduler_off().await?,
            reboots: self.store.reboot_counts().await?.0,
            runs: self.store.open_runs().await?,
        })
    }

    /// The dashboard.
    ///
    /// # Errors
    /// When the role does not allow it, or the database cannot be read.
    pub async fn dashboard(&self, actor: &Actor) -> Result<Dashboard, Error> {
        actor.needs(Right::Read)?;
        let now = self.clock.now();
        let since = super::day(now.plus_secs(-i64::from(TREND_DAYS) * 86_400));
        let counts = self.store.tile_counts(now).await?;
        let need = self.store.servers_in_need(now, NEEDS_SHOWN).await?;
        let cards = self.store.stack_totals(now).await?;
        let mut trends: HashMap<StackId, Vec<u32>> = HashMap::new();
        for day in self.store.stack_trends(&since).await? {
            if let Some(stack) = day.stack {
                trends.entry(stack).or_default().push(day.security);
            }
        }
        let trend = self.store.trend(None, &since).await?;
        let open = RunFilter {
            open: true,
            ..RunFilter::default()
        };
        let shown = u32::try_from(need.servers.len()).unwrap_or(u32::MAX);
        let stacks = cards.into_iter().map(|totals| StackCard {
            trend: trends.remove(&totals.stack.id).unwrap_or_default(),
            status: super::stacks::worst(&totals),
            reason: super::stacks::reason(&totals),
            id: totals.stack.id,
            name: totals.stack.name,
            environment: totals.stack.environment,
            criticality: totals.stack.criticality,
            servers: totals.servers,
            reboot: totals.reboot,
            security: totals.security,
        });
        Ok(Dashboard {
            now,
            stacks: stacks.collect(),
            tiles: Tiles {
                counts: counts.tiles,
                servers: counts.servers,
                healthy: counts.healthy,
            },
            needs_person_more: need.total.saturating_sub(shown),
            needs_person: need.servers.into_iter().map(needs_person).collect(),
            unassigned: counts.unassigned,
            trend: trend.into_iter().map(trend_day).collect(),
            runs: self.newest_runs(&open, RUNS_SHOWN).await?,
            out: self.out_rows().await?,
        })
    }
}

fn needs_person(server: Server) -> NeedsPerson {
    NeedsPerson {
        what: format!("{} {}", server.reason, server.reach.next()),
        since: server.tried_at.or(server.seen_at).map(when),
        server: server.id,
        name: server.name,
        status: server.status,
    }
}

/// A stored day as the plot's.
pub(super) fn trend_day(day: store::Trend) -> TrendDay {
    TrendDay {
        day: day.day,
        security: day.security,
        other: day.other,
        reboot: day.reboot,
    }
}
