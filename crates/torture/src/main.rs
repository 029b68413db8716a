//! `drydock-torture`: kills, stops and cuts off the real Drydock at every point of a run, and compares what is left with
//! an undisturbed run. `cargo xtask torture` builds everything and runs it; `docs/reliability.md` says what for.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the terminal is this program's only output"
)]

mod crashes;
mod drydock;
mod evidence;
mod gates;
mod http;
mod lab;
mod prepared;
mod report;
mod scene;
mod stops;
mod streams;

use clap::Parser;
use crashes::Whole;
use prepared::{On, Prepared};
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use rand::seq::SliceRandom as _;
use report::Report;
use std::path::PathBuf;
use stops::Deed;

#[derive(Debug, Parser)]
#[command(name = "drydock-torture", about = "Crashes Drydock everywhere, and compares")]
pub(crate) struct CommandLine {
    /// The server, built with the feature `torture`.
    #[arg(long)]
    drydock: PathBuf,
    /// Where the report goes; without it, to the terminal alone.
    #[arg(long)]
    report: Option<PathBuf>,
    /// Which revision is tortured.
    #[arg(long, default_value = "unknown")]
    revision: String,
    /// What everything random is drawn from.
    #[arg(long, default_value_t = 66)]
    seed: u64,
    /// One in so many of the crashes; 1 is all of them.
    #[arg(long, default_value_t = 1)]
    one_in: usize,
    /// Runs that are killed at random moments, on each database.
    #[arg(long, default_value_t = 100)]
    random: u64,
    /// Runs that are killed again and again, on each database.
    #[arg(long, default_value_t = 6)]
    again: u64,
    /// Runs whose connections to servers are cut at random bytes, on each database.
    #[arg(long, default_value_t = 20)]
    cuts: u64,
    /// Runs on a lab machine that are killed again and again.
    #[arg(long, default_value_t = 3)]
    lab: u64,
    /// Only these parts: `sqlite`, `postgres`, `lab`; `crashes`, `random`, `again`, `stops`, `workers`, `streams`.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
}

impl CommandLine {
    /// Whether a part is wanted, among those of its sort.
    fn wants(&self, part: &str, sort: &[&str]) -> bool {
        let mut named = self
            .only
            .iter()
            .filter(|only| sort.contains(&only.as_str()))
            .peekable();
        named.peek().is_none() || named.any(|only| only == part)
    }

    /// A seeded share of the places.
    fn share(&self, places: &[String]) -> Vec<String> {
        let mut places = places.to_vec();
        if self.one_in > 1 {
            places.shuffle(&mut StdRng::seed_from_u64(self.seed));
            places.truncate(places.len().div_ceil(self.one_in));
        }
        places
    }
}

const DATABASES: [&str; 3] = ["sqlite", "postgres", "lab"];
const PARTS: [&str; 6] = ["crashes", "random", "again", "stops", "workers", "streams"];
/// Tabs that watch a run and break off, beside as many that never read.
const TABS: usize = 40;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let asked = CommandLine::parse();
    let mut report = Report::new();
    for (on, word) in [(On::Sqlite, "sqlite"), (On::Postgres, "postgres")] {
        if asked.wants(word, &DATABASES) {
            torture(&asked, on, &mut report).await?;
        }
    }
    if asked.wants("lab", &DATABASES) {
        let mut part =
            report.begin("a lab machine with real apt, systemd and restarts: killed again and again");
        match lab::torture(&asked.drydock, asked.lab, asked.seed, &mut part.section).await {
            Ok(sentence) => report.compared(sentence),
            Err(error) => part.section.fault("a lab machine", &format!("{error:#}")),
        }
        report.end(part);
    }
    let text = report.text(&asked.revision, asked.seed);
    println!("\n{text}");
    if let Some(file) = &asked.report {
        std::fs::write(file, &text)?;
    }
    anyhow::ensure!(report.differed() == 0, "{} runs differed", report.differed());
    Ok(())
}

/// Everything that is done on one database.
async fn torture(asked: &CommandLine, on: On, report: &mut Report) -> anyhow::Result<()> {
    let name = on.name();
    let database = match on {
        On::Sqlite => None,
        On::Postgres => {
            let Some(database) = prepared::new_database() else {
                report.compared(format!("{name}: SKIPPED, this machine has none"));
                return Ok(());
            };
            Some(database)
        }
    };
    let mut part = report.begin(&format!("{name}: undisturbed, twice"));
    let prepared = Prepared::make(&asked.drydock, on, database).await?;
    let whole = crashes::undisturbed(&prepared, &mut part.section).await?;
    let usable = part.section.differed.is_empty();
    report.end(part);
    let (bytes, actions, boots) = whole.evidence.sizes();
    report.compared(format!(
        "{name}: the run has {} steps on {} servers, passes {} gates, prints {bytes} bytes of logs, has dpkg do \
         {actions} things and restarts {boots} machines; undisturbed it takes {:.1} s.",
        prepared.servers.iter().map(|server| server.steps.len()).sum::<usize>(),
        prepared.servers.len(),
        whole.places.len(),
        whole.took.as_secs_f64()
    ));
    anyhow::ensure!(
        usable,
        "two undisturbed runs differ: nothing can be compared with them"
    );
    parts(asked, &prepared, &whole, report).await;
    Ok(())
}

async fn parts(asked: &CommandLine, prepared: &Prepared, whole: &Whole, report: &mut Report) {
    let name = prepared.on.name();
    let places = asked.share(&whole.places);
    let seeds = |runs: u64| asked.seed..asked.seed + runs;
    if asked.wants("crashes", &PARTS) {
        let mut part = report.begin(&format!(
            "{name}: SIGKILL at every transition and around every effect"
        ));
        crashes::everywhere(prepared, whole, &places, &mut part.section).await;
        report.end(part);
    }
    if asked.wants("random", &PARTS) {
        let mut part = report.begin(&format!(
            "{name}: SIGKILL at random moments, up to five times a run"
        ));
        crashes::at_random(prepared, whole, seeds(asked.random), &mut part.section).await;
        report.end(part);
    }
    if asked.wants("again", &PARTS) {
        let mut part = report.begin(&format!(
            "{name}: runs killed again and again, at most once at each place"
        ));
        // With PostgreSQL each crash costs a lease.
        let one_in = if prepared.on == On::Sqlite { 2 } else { 6 };
        crashes::again_and_again(prepared, whole, seeds(asked.again), one_in, &mut part.section).await;
        report.end(part);
    }
    if asked.wants("stops", &PARTS) {
        let mut part = report.begin(&format!(
            "{name}: SIGSTOP for two leases at every transition and effect, then SIGCONT"
        ));
        stops::everywhere(prepared, whole, Deed::StopAlone, &places, &mut part.section).await;
        report.end(part);
    }
    if asked.wants("workers", &PARTS) && prepared.on == On::Postgres {
        let mut part = report.begin(&format!(
            "{name}: one of two workers killed at every transition and effect"
        ));
        stops::everywhere(prepared, whole, Deed::KillOneOfTwo, &places, &mut part.section).await;
        report.end(part);
        let effects: Vec<String> = whole
            .places
            .iter()
            .filter(|place| place.starts_with("before"))
            .cloned()
            .collect();
        let mut part = report.begin(&format!(
            "{name}: one of two workers stopped between check and effect until the other has ended the run"
        ));
        stops::everywhere(
            prepared,
            whole,
            Deed::StopOneOfTwo,
            &asked.share(&effects),
            &mut part.section,
        )
        .await;
        report.end(part);
    }
    if asked.wants("streams", &PARTS) {
        let mut part = report.begin(&format!(
            "{name}: connections to servers cut at random bytes of every log"
        ));
        streams::cuts(prepared, whole, seeds(asked.cuts), &mut part.section).await;
        report.end(part);
        let mut part = report.begin(&format!(
            "{name}: a run watched by tabs that break off and tabs that never read"
        ));
        match streams::watched(prepared, whole, TABS, asked.seed, &mut part.section).await {
            Ok(sentence) => report.compared(format!("{name}: {sentence}")),
            Err(error) => part.section.fault("watched", &format!("{error:#}")),
        }
        report.end(part);
    }
}
