//! One run's page, and what its live stream says.

use super::headline::{buttons, headline, run_status, step_status};
use super::when;
use crate::{Actor, Error, Usecases};
use model::run::RunState;
use model::view::{LaneStanding, RunCell, RunHead, RunLane, RunLink, RunNews, RunPage, RunWave, When};
use model::{ErrorCode, Right, RunId, ServerId};
use std::collections::HashMap;
use store::{RunRecord, Standing, StepRecord};
use tokio::sync::watch;

/// Servers on one page of the matrix.
const PER_PAGE: u32 = 100;
/// Cells that one piece of news carries.
const CELLS_MAX: u32 = 500;

impl Usecases {
    /// A run with one page (from 1) of its matrix, of one wave or of all.
    ///
    /// # Errors
    /// When the role does not allow it, or there is no such run.
    pub async fn run_page(
        &self,
        actor: &Actor,
        run: RunId,
        wave: Option<u32>,
        page: u32,
    ) -> Result<RunPage, Error> {
        actor.needs(Right::Read)?;
        // Read first: what moves from here on is news.
        let record = self.run_record(run).await?;
        let waves = self.store.run_waves(run).await?;
        let of_wave = waves.iter().filter(|it| wave.is_none_or(|wave| it.wave == wave));
        let lanes: u32 = of_wave.map(|it| it.lanes).sum();
        let pages = lanes.div_ceil(PER_PAGE).max(1);
        let page = page.clamp(1, pages);
        let out: HashMap<ServerId, When> = self
            .store
            .out_of_service()
            .await?
            .into_iter()
            .map(|out| (out.server, when(out.since)))
            .collect();
        let rows = self.store.run_matrix(run, wave, page, PER_PAGE).await?;
        let rows = rows.into_iter().filter_map(|lane| {
            let server: ServerId = lane.lane.parse().ok()?;
            Some(RunLane {
                server,
                exists: lane.name.is_some(),
                name: lane.name.unwrap_or(lane.lane),
                wave: lane.wave,
                standing: standing(lane.standing),
                out_since: out.get(&server).cloned(),
                cells: lane.steps.into_iter().map(|step| cell(server, step)).collect(),
            })
        });
        let rows = rows.collect();
        let kinds = self.store.step_kinds(run).await?;
        let meta = self.run_meta(&record).await?;
        Ok(RunPage {
            now: self.clock.now(),
            seq: record.seq,
            what: meta.what,
            profile: meta.profile,
            plan: record.plan,
            stacks: record.stacks.clone(),
            asked: when(record.asked_at),
            asked_by: record.asked_by.clone(),
            // The engine counts the failures that do not stop the run.
            failure_budget: record.failure_budget.saturating_add(1),
            parent: match record.parent {
                Some(parent) => self.link(parent).await?,
                None => None,
            },
            children: self.children(run).await?,
            waves: waves.into_iter().map(run_wave).collect(),
            columns: kinds.iter().filter_map(|kind| kind.parse().ok()).collect(),
            wave,
            rows,
            page,
            pages,
            head: self.head(actor, record).await?,
        })
    }

    /// What moved in a run after event `after` ([`RunPage::seq`], then [`RunNews::seq`]). Asked again with the same
    /// number it says at least the same.
    ///
    /// # Errors
    /// When the role does not allow it, or there is no such run.
    pub async fn run_events(&self, actor: &Actor, run: RunId, after: i64) -> Result<RunNews, Error> {
        actor.needs(Right::Read)?;
        let record = self.run_record(run).await?;
        let seq = record.seq;
        let moved = self.store.steps_moved(run, after, CELLS_MAX + 1).await?;
        let most = usize::try_from(CELLS_MAX).unwrap_or(usize::MAX);
        let read_again = moved.len() > most;
        let cells = moved.into_iter().take(most);
        let cells = cells.filter_map(|it| Some(cell(it.lane.parse().ok()?, it.step)));
        Ok(RunNews {
            now: self.clock.now(),
            seq,
            cells: cells.collect(),
            read_again,
            head: self.head(actor, record).await?,
        })
    }

    /// Changes whenever something of the run was committed, events or log: then ask [`Usecases::run_events`], or for
    /// more of a log. May change without news.
    pub fn run_progress(&self, run: RunId) -> watch::Receiver<u64> {
        self.store.run_news(run)
    }

    pub(crate) async fn run_record(&self, run: RunId) -> Result<RunRecord, Error> {
        let record = self.store.run(run).await?;
        record.ok_or_else(|| Error::code(ErrorCode::NotFound))
    }

    async fn head(&self, actor: &Actor, run: RunRecord) -> Result<RunHead, Error> {
        let meta = self.run_meta(&run).await?;
        let heard_at = self.heard_at(&run).await?;
        let behind = match run.state {
            RunState::Queued => self.store.behind(run.id).await?.first().map(|it| it.run),
            _ => None,
        };
        Ok(RunHead {
            id: run.id,
            headline: headline(&run, &meta, heard_at, self.clock.now()),
            state: run.state,
            outcome: run.outcome,
            wants: run.wants,
            status: run_status(&run),
            behind: match behind {
                Some(other) => self.link(other).await?,
                None => None,
            },
            resume: run.resume_at.map(when),
            started: run.started_at.map(when),
            ended: run.ended_at.map(when),
            servers: run.lanes,
            servers_ended: run.lanes_ended,
            servers_failed: run.lanes_failed,
            buttons: buttons(actor, &run),
            why: why(run),
        })
    }

    async fn link(&self, run: RunId) -> Result<Option<RunLink>, Error> {
        let Some(record) = self.store.run(run).await? else {
            return Ok(None);
        };
        self.link_to(&record).await.map(Some)
    }

    async fn link_to(&self, record: &RunRecord) -> Result<RunLink, Error> {
        Ok(RunLink {
            id: record.id,
            status: run_status(record),
            text: self.headline(record).await?.text,
        })
    }

    async fn children(&self, run: RunId) -> Result<Vec<RunLink>, Error> {
        let mut links = Vec::new();
        for record in self.store.runs_after(run).await? {
            links.push(self.link_to(&record).await?);
        }
        Ok(links)
    }
}

/// Why the run is where it is, and what a person does next.
fn why(run: RunRecord) -> Option<String> {
    let next = match run.state {
        RunState::Stuck => Some(
            "A step's time is over and what became of it is not known. Open its cell, look at the server, and say what \
             became of it.",
        ),
        RunState::Paused => Some("It keeps its servers. Resume it, or cancel it."),
        RunState::Waiting if run.resume_at.is_none() => {
            Some("Look at the servers that are done, then let it go on.")
        }
        _ => None,
    };
    match (run.why, next) {
        (Some(why), Some(next)) => Some(format!("{why} {next}")),
        (why, next) => why.or_else(|| next.map(str::to_owned)),
    }
}

fn run_wave(wave: store::WaveRecord) -> RunWave {
    RunWave {
        wave: wave.wave,
        servers: wave.lanes,
        failed: wave.failed,
        under_way: wave.under_way,
        pending: wave.pending,
        done: wave.done,
    }
}

const fn standing(standing: Standing) -> LaneStanding {
    match standing {
        Standing::Failed => LaneStanding::Failed,
        Standing::UnderWay => LaneStanding::UnderWay,
        Standing::Pending => LaneStanding::Pending,
        Standing::Done => LaneStanding::Done,
    }
}

fn cell(server: ServerId, step: StepRecord) -> RunCell {
    RunCell {
        step: step.id,
        server,
        kind: step.kind.parse().ok(),
        state: step.state,
        outcome: step.outcome,
        status: step_status(step.state, step.outcome),
        said: step.said,
        attempt: step.attempt,
        deadline_at: step.deadline,
        started_at: step.started_at,
        ended_at: step.ended_at,
        proof_at: step.proof_at,
        log_len: step.log_len,
        log_lines: step.log_lines,
    }
}
