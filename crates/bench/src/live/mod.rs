//! A run over a thousand servers that print, as somebody sees it who has one of its logs open in a browser.

mod sight;
mod wrote;

use crate::start::Server;
use crate::{All, process};
use anyhow::{Context as _, ensure};
use sight::Found;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

/// Servers in the run.
const SERVERS: &str = "1000";
/// How many times as fast as the clock the simulated servers live. 64 of them at the same time then print as much as is
/// promised, apt's own lines included, for longer than it is watched.
const SPEED: &str = "4";
/// How often the server's memory is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Measures, and returns the report's section.
pub(crate) async fn measure(all: &All, data: &Path) -> anyhow::Result<String> {
    eprintln!("a run over {SERVERS} simulated servers in a browser");
    let mut server = Server::start(
        &all.drydock,
        data,
        &["--demo", "--demo-chatty", SERVERS, "--demo-speed", SPEED],
    )?;
    let out = data.with_extension("json");
    let mut browser = tokio::process::Command::new(all.end2end.join("../node_modules/.bin/playwright"))
        .args(["test", "--config", "bench.config.ts"])
        .current_dir(&all.end2end)
        .env("DRYDOCK_BENCH_URL", format!("http://{}", server.address))
        .env(
            "DRYDOCK_BENCH_FIRST_RUN",
            format!("/first-run?token={}", server.first_run_token()?),
        )
        .env("DRYDOCK_BENCH_OUT", &out)
        .env("DRYDOCK_BENCH_SECONDS", all.live_seconds.to_string())
        .stdout(Stdio::from(std::io::stderr()))
        .kill_on_drop(true)
        .spawn()
        .context("Playwright cannot be started: run script/bootstrap")?;
    let mut most = 0.0_f64;
    let ended = loop {
        tokio::select! {
            ended = browser.wait() => break ended?,
            () = tokio::time::sleep(LOOK_EVERY) => most = most.max(server.resident_megabytes()?),
        }
    };
    ensure!(ended.success(), "the browser's part ended with {ended}");
    let cpu = process::cpu_seconds(server.pid())?;
    server.stop()?;
    let found: Found = serde_json::from_slice(&std::fs::read(&out)?)?;
    let wrote = wrote::read(data, &found).await?;
    report(&found, &wrote, most, cpu)
}

fn report(found: &Found, wrote: &wrote::Wrote, most: f64, cpu: f64) -> anyhow::Result<String> {
    let log = sight::Spread::of(found.log_latencies());
    let cells = sight::Spread::of(wrote.cells.clone());
    eprintln!(
        "  {:.0} lines/s; a line p99 {:.0} ms, a cell p99 {:.0} ms; {most:.0} MB",
        wrote.lines_per_second, log.p99, cells.p99
    );
    let mut text = format!(
        "## A run over {SERVERS} servers in a browser\n\nA simulated fleet (`serve --demo --demo-chatty {SERVERS} --demo-speed \
         {SPEED}`): every server's upgrade prints 200 lines beside what apt prints, the first one's prints on for as long as \
         it is watched. All are in one wave, of which 64 are at work at the same time (a run's width). Chromium and the \
         server share this machine. While the run went on the page was opened {} times by a browser without a cache; then \
         one log was open for {:.0} s, during which the run wrote **{:.0} lines/s** into {} logs.\n\n\
         | | median | p99 | largest | number | bound |\n|---|---|---|---|---|---|\n",
        found.first.len(),
        found.sight.seconds(),
        wrote.lines_per_second,
        wrote.logs,
    );
    writeln!(
        text,
        "| from navigation to the log of a clicked cell | {} ms | | {} ms | {} ({}) | under 1 s |",
        bold(crate::child::median(found.first.iter().map(|seen| seen.log))),
        bold(found.first.iter().map(|seen| seen.log).fold(0.0, f64::max)),
        found.first.len(),
        sight::list(found.first.iter().map(|seen| seen.log)),
    )?;
    for (what, spread, bound) in [
        (
            "from a line's writing on its server to its sight",
            &log,
            "p99 under 250 ms",
        ),
        (
            "from a cell's move in the database to its sight",
            &cells,
            "p99 under 1 s",
        ),
    ] {
        writeln!(
            text,
            "| {what} | {:.0} ms | {} ms | {:.0} ms | {} | {bound} |",
            spread.median,
            bold(spread.p99),
            spread.largest,
            spread.number
        )?;
    }
    writeln!(
        text,
        "| a log of {} lines: from the click to its tail | {} ms | | {} ms | {} ({}) | under 300 ms |",
        wrote.longest,
        bold(crate::child::median(found.tail.iter().copied())),
        bold(found.tail.iter().copied().fold(0.0, f64::max)),
        found.tail.len(),
        sight::list(found.tail.iter().copied()),
    )?;
    writeln!(
        text,
        "| the same log: from navigation to line 50,000 by its link | {:.0} ms | | {:.0} ms | {} ({}) | |",
        crate::child::median(found.line.iter().copied()),
        found.line.iter().copied().fold(0.0, f64::max),
        found.line.len(),
        sight::list(found.line.iter().copied()),
    )?;
    writeln!(
        text,
        "\nOf {} lines that were seen, {} were missing in between. The server's memory, looked at twice a second from its \
         start on: at most {} MB (bound: under 200 MB), the simulated world included; its CPU time for everything: {cpu:.0} s.",
        log.number,
        found.missing_lines(),
        bold(most)
    )?;
    text.push_str(
        "\nA line carries the time at which its simulated server wrote it; a cell's time is its event's, by the \
                   database's clock; sight is a MutationObserver's. Cells that are not on the shown page of the matrix are \
                   not seen, and not counted.\n",
    );
    Ok(text)
}

fn bold(figure: f64) -> String {
    format!("**{figure:.0}**")
}
