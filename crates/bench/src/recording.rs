//! The document that the SSH fleet answers with: this machine's own answer to the scan, or one recorded elsewhere.

use crate::bare::operation;
use anyhow::Context as _;
use remote::{Op, render, scan};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A document shorter than this is not a server's.
const ENOUGH: usize = 40_000;
/// What stands for the nonce in recorded documents.
const NONCE: &str = "0123456789abcdef0123456789abcdef";

/// A document to answer with.
#[derive(Debug)]
pub(crate) struct Recording {
    pub(crate) path: PathBuf,
    pub(crate) bytes: usize,
    /// Where it was recorded.
    pub(crate) from: String,
    /// How long the script took on this machine, alone.
    pub(crate) took: Duration,
}

/// Asks this machine, and takes the other recording when its answer is short or cannot be read.
pub(crate) fn record(folder: &Path, other: &Path) -> anyhow::Result<Recording> {
    let begun = Instant::now();
    let Op::Scan(scan_op) = operation(NONCE) else {
        anyhow::bail!("the operation is no scan");
    };
    let rendered = render(&Op::Scan(scan_op.clone()));
    let mut shell = Command::new("/bin/sh")
        .args(["-c", &rendered.command])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    shell
        .stdin
        .take()
        .context("no input")?
        .write_all(&rendered.stdin)?;
    let output = shell.wait_with_output()?;
    let took = begun.elapsed();
    let read = scan::read(
        &scan_op,
        &output.stdout,
        b"",
        output.status.code().and_then(|code| u32::try_from(code).ok()),
    );
    let (text, from) = if read.is_ok() && output.stdout.len() >= ENOUGH {
        (output.stdout, "the machine below")
    } else {
        (std::fs::read(other)?, "a lab machine")
    };
    let path = folder.join("recorded.scan");
    std::fs::write(&path, &text)?;
    Ok(Recording {
        path,
        bytes: text.len(),
        from: from.to_owned(),
        took,
    })
}

/// The placeholder of the recording, for the fleet.
pub(crate) const fn placeholder() -> &'static str {
    NONCE
}
