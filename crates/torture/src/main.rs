//! `drydock-torture`: kills, stops and cuts off the real Drydock at every point of a run, and compares what is left with
//! an undisturbed run. `cargo xtask torture` builds everything and runs it; `docs/reliability.md` says what for.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the terminal is this program's only output"
)]

mod asked;
mod case;
mod crashes;
mod disk;
mod drydock;
mod evidence;
mod gates;
mod http;
mod lab;
mod outages;
mod parts;
mod prepared;
mod proof;
mod records;
mod report;
mod scene;
mod stops;
mod streams;

use asked::Asked;
use clap::Parser as _;
use prepared::On;
use records::Records;
use report::Report;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let asked = Asked::parse();
    let records = match &asked.cases {
        Some(file) => Records::begin(file, &asked.revision, asked.seed)?,
        None => Records::default(),
    };
    let mut report = Report::new(records);
    for on in [On::Sqlite, On::Postgres] {
        if asked.wants(on.word()) {
            parts::on(&asked, on, &mut report).await?;
        }
    }
    if asked.wants("lab") {
        lab::torture(&asked, &mut report).await;
    }
    let text = report.text(&asked.revision, asked.seed);
    println!("\n{text}");
    if let Some(file) = &asked.report {
        std::fs::write(file, &text)?;
    }
    report.close()?;
    if let Some(case) = asked.replayed() {
        anyhow::ensure!(report.cases() > 0, "there is no case {case} to do again");
    }
    anyhow::ensure!(report.differed() == 0, "{} runs differed", report.differed());
    Ok(())
}
