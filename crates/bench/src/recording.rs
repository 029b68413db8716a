//! The document that the SSH fleet answers with, recorded on a lab machine, and how long the same script takes here.

use crate::bare::operation;
use anyhow::{Context as _, ensure};
use remote::{Op, render, scan};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

/// A document shorter than this, in bytes, is not a server's.
const ENOUGH: usize = 40_000;
/// What stands for the nonce in recorded documents.
pub(crate) const NONCE: &str = "0123456789abcdef0123456789abcdef";

/// A document to answer with.
#[derive(Debug)]
pub(crate) struct Recording {
    pub(crate) path: PathBuf,
    pub(crate) bytes: usize,
}

/// The recording at `path`.
pub(crate) fn open(path: &Path) -> anyhow::Result<Recording> {
    let text = std::fs::read(path).with_context(|| path.display().to_string())?;
    readable(&text)?;
    Ok(Recording {
        path: path.to_owned(),
        bytes: text.len(),
    })
}

/// Asks a machine through `command`, which runs what it is given as its last argument there, such as
/// `ssh -F config host`; writes its answer to `file`.
pub(crate) fn record(command: &[String], file: &Path) -> anyhow::Result<()> {
    let (program, arguments) = command.split_first().context("no command")?;
    let answer = ask(Command::new(program).args(arguments))?.stdout;
    readable(&answer)?;
    std::fs::write(file, answer).with_context(|| file.display().to_string())
}

/// How long the script takes on this machine, alone.
pub(crate) fn time_here() -> anyhow::Result<Duration> {
    let begun = Instant::now();
    ask(Command::new("/bin/sh").arg("-c"))?;
    Ok(begun.elapsed())
}

fn ask(command: &mut Command) -> anyhow::Result<Output> {
    let rendered = render(&operation(NONCE));
    let mut child = command
        .arg(&rendered.command)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let mut input = child.stdin.take().context("no input")?;
    input.write_all(&rendered.stdin)?;
    drop(input);
    Ok(child.wait_with_output()?)
}

fn readable(text: &[u8]) -> anyhow::Result<()> {
    let Op::Scan(op) = operation(NONCE) else {
        anyhow::bail!("the operation is no scan");
    };
    scan::read(&op, text, b"", Some(0)).map_err(|failure| anyhow::anyhow!(failure.detail))?;
    ensure!(
        text.len() >= ENOUGH,
        "the recording has {} bytes, less than the {ENOUGH} of a server's",
        text.len()
    );
    Ok(())
}
