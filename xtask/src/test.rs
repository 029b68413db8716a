//! `test`: every test there is.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

use anyhow::bail;

use crate::browser;
use crate::build::{FRONT_END_STAGES, front_end};
use crate::cargo::{SELECTION, through_clippy};
use crate::command::run;
use crate::deadline;
use crate::lab::Lab;
use crate::places::{Places, Profile};
use crate::progress::Progress;
use crate::torture;

/// Builds all and runs all.
///
/// The lab's machines are built beside the compilation, because that waits for disks and this for processors.
///
/// # Errors
/// When something does not build, or a test fails.
pub(crate) fn test(places: &Places, lint: bool) -> anyhow::Result<()> {
    let mut progress = Progress::of("test", FRONT_END_STAGES + 5);
    let mut lab = Lab::begin(places)?;
    front_end(places, Profile::Dev, lint, &mut progress)?;
    progress.stage("Compile the tests", "first time about 4 min", || {
        run(tests(places, lint)?.arg("--no-run"))
    })?;
    // All of them run to their end, so that one failure does not hide another.
    let up = progress.stage("Lab machines", "first time about 3 min", || {
        lab.as_mut().map_or(Ok(()), Lab::up)
    });
    let host = progress.stage("Tests", "", || run(tests(places, lint)?.arg("--no-fail-fast")));
    let browser = progress.stage("Browser tests", "", || browser_tests(places));
    let crashes = progress.stage("Crashes, a share of them", "about 8 min", || {
        torture::share(places, lint, lab.is_some())
    });
    let down = lab.as_ref().map_or(Ok(()), Lab::down);
    up.and(host).and(browser).and(crashes).and(down)
}

/// Playwright against the server that the tests before were compiled with.
fn browser_tests(places: &Places) -> anyhow::Result<()> {
    let Some(chromium) = browser::find() else {
        return skip("no Chromium, so no browser tests: install it, or name it in DRYDOCK_CHROMIUM");
    };
    play(places, &places.server(Profile::Dev), chromium.as_ref(), &[])
}

/// Runs browser tests, all or the files named, against this server.
///
/// # Errors
/// When one fails.
pub(crate) fn play(places: &Places, server: &Path, chromium: &OsStr, files: &[&str]) -> anyhow::Result<()> {
    let mut playwright = Command::new(places.npm_program("playwright"));
    playwright
        .arg("test")
        .args(files)
        .current_dir(places.root.join("end2end"))
        .env("DRYDOCK_BINARY", server)
        .env("DRYDOCK_CHROMIUM", chromium);
    run(&mut playwright)
}

/// Says loudly what is not tested; where nothing may be skipped, that is a failure.
pub(crate) fn skip(why: &str) -> anyhow::Result<()> {
    if std::env::var_os("DRYDOCK_REQUIRE").is_some() {
        bail!("{why} (DRYDOCK_REQUIRE is set: nothing may be skipped)");
    }
    eprintln!("SKIPPED: {why}");
    Ok(())
}

fn tests(places: &Places, lint: bool) -> anyhow::Result<Command> {
    let mut command = deadline::cargo_test(places)?;
    command.args(SELECTION);
    if lint {
        through_clippy(&mut command)?;
    }
    Ok(command)
}
