//! An end for tests that hang: what still runs is named, then ended, so that the tests after it and their verdict come.

use std::path::PathBuf;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use crate::cargo::cargo;
use crate::command::{line, name};
use crate::places::Places;

/// How long one test program may take. The slowest, with the lab's machines, takes about 5 min.
const TEST_PROGRAM: Duration = Duration::from_mins(13);

/// The verb by which cargo starts a test program through [`test_program`].
pub(crate) const VERB: &str = "test-program";

/// `cargo test` whose programs have a deadline each.
///
/// # Errors
/// When this program's own place is not known.
pub(crate) fn cargo_test(places: &Places) -> anyhow::Result<Command> {
    let own = std::env::current_exe()?;
    let own = own.to_str().context("the target folder's name is not Unicode")?;
    let mut command = cargo(places, "test");
    let runner = serde_json::to_string(&[own, VERB])?;
    command.args(["--config", &format!("target.'cfg(all())'.runner = {runner}")]);
    Ok(command)
}

/// Runs a program of tests, as cargo asks for it.
///
/// # Errors
/// When it fails, or is not over in time.
pub(crate) fn test_program(program: &[String]) -> anyhow::Result<()> {
    let (name, arguments) = program.split_first().context("which program?")?;
    within(TEST_PROGRAM, Command::new(name).args(arguments))
}

/// As [`crate::command::run`], but ends it at its deadline.
///
/// # Errors
/// As there, and when it is not over in time.
pub(crate) fn within(most: Duration, command: &mut Command) -> anyhow::Result<()> {
    let mut child = command
        .spawn()
        .with_context(|| format!("could not start {}", name(command)))?;
    let begin = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            if status.success() {
                return Ok(());
            }
            bail!("{} ended with {status}", line(command));
        }
        if begin.elapsed() > most {
            let report = what_runs(&child);
            child.kill()?;
            child.wait()?;
            bail!(
                "{} was not over after {} s and has been ended.\n{report}",
                line(command),
                most.as_secs()
            );
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The threads of a process, which tests name after themselves, and the programs it has started; nothing where there is
/// no `/proc`.
fn what_runs(child: &Child) -> String {
    let threads = folders(&format!("/proc/{}/task", child.id()));
    let threads = threads.into_iter().map(|thread| {
        let about = |file: &str| std::fs::read_to_string(thread.join(file)).unwrap_or_default();
        format!(
            "    thread {:<16} waits in {}",
            about("comm").trim(),
            about("wchan").trim()
        )
    });
    let parent = format!("PPid:\t{}", child.id());
    let programs = folders("/proc").into_iter().filter_map(|process| {
        let status = std::fs::read_to_string(process.join("status")).ok()?;
        status.lines().any(|line| line == parent).then(|| {
            let words = std::fs::read(process.join("cmdline")).unwrap_or_default();
            format!(
                "    program {}",
                String::from_utf8_lossy(&words).replace('\0', " ")
            )
        })
    });
    let lines: Vec<String> = threads.chain(programs).collect();
    format!("Still there:\n{}", lines.join("\n"))
}

fn folders(parent: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(parent).into_iter().flatten();
    entries.filter_map(Result::ok).map(|entry| entry.path()).collect()
}
