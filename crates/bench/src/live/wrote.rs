//! What the server wrote meanwhile, from its database.

use super::sight::Found;
use anyhow::Context as _;
use model::StepId;
use model::run::{RunEvent, StepState};
use std::collections::HashMap;
use std::path::Path;
use store::{Place, RunFilter, Sealer, Store};

/// What came of a run, beside what was seen of it.
#[derive(Debug)]
pub(super) struct Wrote {
    /// While somebody watched. A log's lines are taken to be spread evenly over its step.
    pub(super) lines_per_second: f64,
    /// Logs that lines came from meanwhile.
    pub(super) logs: usize,
    /// From a cell's event to its sight, in milliseconds.
    pub(super) cells: Vec<f64>,
    /// Lines of the longest log.
    pub(super) longest: u64,
}

/// Reads it, with the server ended.
pub(super) async fn read(data: &Path, found: &Found) -> anyhow::Result<Wrote> {
    let store = Store::open(&Place::Folder(data.to_owned()), Sealer::of_folder(data)?).await?;
    let mut moves: HashMap<StepId, Vec<(f64, StepState)>> = HashMap::new();
    let mut seq = 0;
    loop {
        let events = store.run_events(found.run, seq, 5_000).await?;
        let Some(last) = events.last() else { break };
        seq = last.seq;
        for event in events {
            if let (Some(step), Some(RunEvent::Step { state, .. })) = (event.step, event.event) {
                let at = event.at.micros() as f64 / 1000.0;
                moves.entry(step).or_default().push((at, state));
            }
        }
    }
    let cells = found.sight.cells.iter().filter_map(|(step, word, seen)| {
        // The browser's clock counts whole milliseconds.
        let before = |(at, state): &&(f64, StepState)| *at <= seen + 1.0 && is_word_of(*state, word);
        let (at, _) = moves.get(step)?.iter().rfind(before)?;
        Some((seen - at).max(0.0))
    });
    let cells = cells.collect();
    let (mut lines, mut logs) = (0.0, 0);
    for step in store.step_results(found.run).await? {
        let step = step.step;
        let Some(begun) = step.started_at.filter(|_| step.log_lines > 0) else {
            continue;
        };
        let begun = begun.micros() as f64 / 1000.0;
        let ended = step
            .ended_at
            .map_or(found.sight.until, |at| at.micros() as f64 / 1000.0);
        let watched = ended.min(found.sight.until) - begun.max(found.sight.from);
        if watched > 0.0 {
            lines += step.log_lines as f64 * watched / (ended - begun).max(1.0);
            logs += 1;
        }
    }
    let longest = longest(&store).await?;
    store.close().await;
    Ok(Wrote {
        lines_per_second: lines / found.sight.seconds(),
        logs,
        cells,
        longest,
    })
}

/// The page's words for where a step is; what has ended has one of several.
fn is_word_of(state: StepState, word: &str) -> bool {
    match word {
        "pending" => state == StepState::Pending,
        "starting" => state == StepState::Starting,
        "running" => state == StepState::Started,
        "checking" => state == StepState::Verifying,
        "stuck" => state == StepState::Stuck,
        _ => state == StepState::Ended,
    }
}

/// Lines of the longest log of all runs.
async fn longest(store: &Store) -> anyhow::Result<u64> {
    let mut most = None;
    for run in store.runs_page(&RunFilter::default(), 1, 100).await?.runs {
        let lines = store.step_results(run.id).await?;
        most = most.max(lines.iter().map(|step| step.step.log_lines).max());
    }
    most.context("there is no log")
}
