//! `lint`: everything that reads the code without running it.

use crate::cargo::{SELECTION, cargo, through_clippy};
use crate::command::run;
use crate::places::{Places, Profile};
use crate::progress::Progress;
use crate::{tidy, wasm};

/// Runs all lints, also after one has failed.
///
/// # Errors
/// Names the lints that failed.
pub(crate) fn lint(places: &Places) -> anyhow::Result<()> {
    let mut progress = Progress::of("lint", 4);
    let mut failed = Vec::new();
    let mut stage = |name: &'static str, hint: &str, work: &dyn Fn() -> anyhow::Result<()>| {
        if let Err(error) = progress.stage(name, hint, work) {
            eprintln!("{error:#}");
            failed.push(name);
        }
    };
    stage("Formatting", "", &|| {
        run(cargo(places, "fmt").args(["--all", "--check"]))
    });
    stage("Tidy", "", &|| tidy::tidy(places));
    stage("Clippy", "first time about 4 min", &|| {
        let mut command = cargo(places, "test");
        command.args(SELECTION).arg("--no-run");
        through_clippy(&mut command)?;
        run(&mut command)
    });
    stage("Clippy for WebAssembly", "first time about 1 min", &|| {
        wasm::compile(places, Profile::Dev, true).map(drop)
    });
    anyhow::ensure!(failed.is_empty(), "failed: {}", failed.join(", "));
    Ok(())
}
