//! The list of runs.

use super::headline::{headline, run_status};
use super::when;
use crate::{Actor, Error, Usecases};
use model::view::{RunRow, RunsAsked, RunsPage};
use model::{Right, Timestamp};
use store::{RunFilter, RunRecord};

/// Rows per page.
const PER_PAGE: u32 = 50;

impl Usecases {
    /// One page of the runs that match, newest first.
    ///
    /// # Errors
    /// When the role does not allow it.
    pub async fn runs(&self, actor: &Actor, asked: RunsAsked) -> Result<RunsPage, Error> {
        actor.needs(Right::Read)?;
        let now = self.clock.now();
        let filter = RunFilter {
            stack: asked.stack,
            server: asked.server,
            state: asked.state,
            outcome: asked.outcome,
            since: None,
            open: asked.open,
        };
        let page = asked.page.unwrap_or(1).max(1);
        let found = self.store.runs_page(&filter, page, PER_PAGE).await?;
        let pages = found.total.div_ceil(u64::from(PER_PAGE)).max(1);
        let server = match asked.server {
            Some(server) => self.store.server(server, now).await?.map(|server| server.name),
            None => None,
        };
        Ok(RunsPage {
            now,
            server,
            rows: self.run_rows(found.runs, now).await?,
            matching: found.total,
            page,
            pages: u32::try_from(pages).unwrap_or(u32::MAX),
            stacks: self.store.stack_names().await?,
            asked,
        })
    }

    /// The newest runs that match, as rows.
    pub(super) async fn newest_runs(&self, filter: &RunFilter, most: u32) -> Result<Vec<RunRow>, Error> {
        let found = self.store.runs_page(filter, 1, most).await?;
        self.run_rows(found.runs, self.clock.now()).await
    }

    async fn run_rows(&self, runs: Vec<RunRecord>, now: Timestamp) -> Result<Vec<RunRow>, Error> {
        let mut rows = Vec::with_capacity(runs.len());
        for run in runs {
            rows.push(self.run_row(run, now).await?);
        }
        Ok(rows)
    }

    async fn run_row(&self, run: RunRecord, now: Timestamp) -> Result<RunRow, Error> {
        let meta = self.run_meta(&run).await?;
        let heard_at = self.heard_at(&run).await?;
        Ok(RunRow {
            id: run.id,
            headline: headline(&run, &meta, heard_at, now),
            what: meta.what,
            profile: meta.profile,
            state: run.state,
            outcome: run.outcome,
            wants: run.wants,
            status: run_status(&run),
            asked: when(run.asked_at),
            asked_by: run.asked_by,
            started: run.started_at.map(when),
            ended: run.ended_at.map(when),
            took_secs: run
                .started_at
                .map(|from| run.ended_at.unwrap_or(now).secs_since(from).max(0)),
            servers: run.lanes,
            servers_ended: run.lanes_ended,
            servers_failed: run.lanes_failed,
            parent: run.parent,
            stacks: run.stacks,
        })
    }
}
