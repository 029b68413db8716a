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
mod prepared;
mod report;
mod scene;

use clap::Parser;
use crashes::Whole;
use prepared::{On, Prepared};
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use rand::seq::SliceRandom as _;
use report::{Report, Section};
use std::path::PathBuf;

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
    /// Only these parts: `sqlite`, `postgres`, `crashes`, `random`.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
}

impl CommandLine {
    /// Whether a part is wanted, among those of its sort.
    fn wants(&self, part: &str, sort: &[&str]) -> bool {
        let mut named = self.only.iter().filter(|only| sort.contains(&only.as_str())).peekable();
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

const DATABASES: [&str; 2] = ["sqlite", "postgres"];
const PARTS: [&str; 2] = ["crashes", "random"];

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let asked = CommandLine::parse();
    let mut report = Report::new();
    for (on, word) in [(On::Sqlite, "sqlite"), (On::Postgres, "postgres")] {
        if asked.wants(word, &DATABASES) {
            torture(&asked, on, &mut report).await?;
        }
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
    let begun = report.begin(&format!("{name}: the undisturbed run"));
    let prepared = Prepared::make(&asked.drydock, on).await?;
    let mut section = Section::default();
    let whole = crashes::undisturbed(&prepared, &mut section).await?;
    let usable = section.differed.is_empty();
    report.end(&format!("{name}: undisturbed, twice"), begun, section);
    let (bytes, actions, boots) = whole.evidence.sizes();
    report.compared(format!(
        "{name}: the run has {} steps on {} servers, passes {} gates, prints {bytes} bytes of logs, has dpkg do \
         {actions} things and restarts {boots} machines; undisturbed it takes {:.1} s.",
        prepared.servers.iter().map(|server| server.steps.len()).sum::<usize>(),
        prepared.servers.len(),
        whole.places.len(),
        whole.took.as_secs_f64()
    ));
    anyhow::ensure!(usable, "two undisturbed runs differ: nothing can be compared with them");
    parts(asked, &prepared, &whole, report).await;
    Ok(())
}

async fn parts(asked: &CommandLine, prepared: &Prepared, whole: &Whole, report: &mut Report) {
    let name = prepared.on.name();
    if asked.wants("crashes", &PARTS) {
        let what = format!("{name}: SIGKILL at every transition and around every effect");
        let begun = report.begin(&what);
        let mut section = Section::default();
        let places = asked.share(&whole.places);
        crashes::everywhere(prepared, whole, &places, &mut section).await;
        report.end(&what, begun, section);
    }
    if asked.wants("random", &PARTS) {
        let what = format!("{name}: SIGKILL at random moments, up to five times a run");
        let begun = report.begin(&what);
        let mut section = Section::default();
        let seeds = asked.seed..asked.seed + asked.random;
        crashes::at_random(prepared, whole, seeds, &mut section).await;
        report.end(&what, begun, section);
    }
}
