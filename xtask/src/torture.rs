//! `torture`: builds the server with its gates, crashes it everywhere, and writes the report into `docs/reliability.md`.
//! How is `crates/torture`'s.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::Context;

use crate::command::{output, run};
use crate::deadline;
use crate::places::{Places, Profile};
use crate::variant;

/// Where the last full report stands in the page.
const BEGIN: &str = "<!-- The last full report; `cargo xtask torture` writes it. -->\n";
const END: &str = "<!-- The end of the report. -->\n";
/// What of the whole is done with every change: a share, always the same, so that a failure is the change's own.
const SHARE: [&str; 16] = [
    "--seed",
    "66",
    "--one-in",
    "30",
    "--random",
    "3",
    "--again",
    "1",
    "--cuts",
    "2",
    "--watched",
    "1",
    "--away",
    "8",
    "--lab",
    "1",
];
/// How long the share may take; it took 10 min on a busy machine.
const SHARE_MOST: Duration = Duration::from_mins(20);

/// Does all of it, and keeps the report; beside the server with gates lies `cases.jsonl`, with a line for each case.
/// `arguments` go to `drydock-torture`. With any of them the report is not kept: it would not be a full one.
///
/// # Errors
/// When something does not build, or something differed.
pub(crate) fn torture(places: &Places, arguments: &[String]) -> anyhow::Result<()> {
    let mut command = harness(places, false)?;
    if !arguments.is_empty() {
        return run(command.args(arguments));
    }
    let report = places.target.join("torture/report.md");
    let done = run(command.arg("--report").arg(&report));
    keep(&places.root.join("docs/reliability.md"), &report)?;
    done
}

/// The share that is done with every change. `lint`: what is compiled already was compiled through clippy.
///
/// # Errors
/// As [`torture`].
pub(crate) fn share(places: &Places, lint: bool, has_lab: bool) -> anyhow::Result<()> {
    let mut harness = harness(places, lint)?;
    harness.args(SHARE);
    if !has_lab {
        harness.args(["--only", "sqlite,postgres"]);
    }
    deadline::within(SHARE_MOST, &mut harness)
}

/// The harness, with a server that has gates.
fn harness(places: &Places, lint: bool) -> anyhow::Result<Command> {
    let gated = variant::server(places, "torture", lint, |build| {
        build.args(["--features", "server/torture"]);
    })?;
    let mut command = Command::new(places.server(Profile::Dev).with_file_name("drydock-torture"));
    command.arg("--drydock").arg(gated);
    command.args(["--revision", &revision(places)?]);
    command
        .arg("--cases")
        .arg(places.target.join("torture/cases.jsonl"));
    Ok(command)
}

fn revision(places: &Places) -> anyhow::Result<String> {
    let mut git = Command::new("git");
    git.args(["describe", "--always", "--dirty"])
        .current_dir(&places.root);
    Ok(output(&mut git)?.trim().to_owned())
}

fn keep(page: &Path, report: &Path) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(page)?;
    let (before, rest) = text
        .split_once(BEGIN)
        .context("docs/reliability.md has no place for the report")?;
    let (_, after) = rest
        .split_once(END)
        .context("docs/reliability.md has no end of the report")?;
    let report = std::fs::read_to_string(report).context("there is no report")?;
    Ok(std::fs::write(
        page,
        format!("{before}{BEGIN}\n{report}\n{END}{after}"),
    )?)
}
