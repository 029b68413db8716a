//! The report: each part after the other, written when all that was asked for is measured.

use crate::{All, fleet, live, machine, pages, planning, real_sshd, recording, size, start, upgrade};
use anyhow::Context as _;
use std::fmt::Write as _;

/// What one part gave; a part that could not be measured says so in the report, and the others go on.
fn section(title: &str, measured: anyhow::Result<String>) -> String {
    measured.unwrap_or_else(|error| {
        eprintln!("  not measured: {error:#}");
        format!("## {title}\n\n**Not measured**: {error:#}.\n")
    })
}

/// Measures what was asked for and writes the report.
pub(crate) async fn write(all: &All) -> anyhow::Result<()> {
    let load_at_start = machine::load();
    let folder = tempfile::tempdir()?;
    let recording = recording::open(&all.recording)?;
    let wanted = |part: &str| all.only.is_empty() || all.only.iter().any(|only| only == part);
    let mut sections = Vec::new();
    if wanted("fleet") {
        let measured = fleet::measure(all, folder.path(), &recording).await;
        sections.push(section("A scan of the SSH fleet", measured));
    }
    if wanted("sshd") {
        let measured = match recording::time_here() {
            Ok(took) => real_sshd::measure(all, folder.path(), took).await,
            Err(error) => Err(error),
        };
        sections.push(section("A real sshd", measured));
    }
    if wanted("run") {
        let measured = upgrade::measure(all, folder.path()).await;
        sections.push(section("A security-upgrade run over lab machines", measured));
    }
    if wanted("planning") {
        sections.push(section("Planning", planning::measure(all)));
    }
    let full = folder.path().join("full");
    if wanted("pages") {
        sections.push(section("Pages", pages::measure(all, &full)));
    }
    if wanted("live") {
        let measured = live::measure(all, &folder.path().join("live")).await;
        sections.push(section("A run over 1000 servers in a browser", measured));
    }
    if wanted("start") {
        let full = full.is_dir().then_some(full.as_path());
        sections.push(section(
            "Start and idle",
            start::measure(all, folder.path(), full),
        ));
    }
    if wanted("size") {
        sections.push(section("What a first visit loads", size::measure(&all.assets)));
    }
    let mut text = String::from(
        "# Benchmarks\n\nWritten by `cargo xtask bench`. Figures of one machine at one time: ratios say more than absolute \
         figures, medians more than single runs.\n\n",
    );
    text.push_str(&machine::table(&all.revision, &load_at_start));
    for section in sections {
        write!(text, "\n{section}")?;
    }
    std::fs::write(&all.report, text).with_context(|| all.report.display().to_string())?;
    eprintln!("written to {}", all.report.display());
    Ok(())
}
