//! 1,000 hosts of the SSH fleet: Drydock's whole way beside the bare library, in turns.

use crate::All;
use crate::child::{self, Done, median};
use crate::hosts::Hosts;
use crate::recording::{NONCE, Recording};
use anyhow::Context as _;
use secrecy::ExposeSecret as _;
use ssh::SshKeys;
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use world::{KeyAlgorithm, KeyTool as _};

/// As many as the server scans at the same time by default.
const WIDTH: usize = 128;

/// Writes a fresh key where only this user reads it. Returns the file and the public half.
pub(crate) fn key(folder: &Path) -> anyhow::Result<(PathBuf, String)> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let pair = SshKeys.generate(KeyAlgorithm::Ed25519)?;
    let path = folder.join("key");
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&path)?;
    std::io::Write::write_all(&mut file, pair.private.expose_secret().as_bytes())?;
    Ok((path, pair.public))
}

/// A running fleet; it ends with this value.
struct Fleet {
    child: Child,
    hosts: PathBuf,
}

impl Fleet {
    fn start(all: &All, folder: &Path, recording: &Recording, delay_ms: u32) -> anyhow::Result<Self> {
        let mut child = Command::new(&all.sshfleet)
            .args(["--until-stdin-ends", "--placeholder", NONCE])
            .args([
                "--hosts",
                &all.hosts.to_string(),
                "--delay-ms",
                &delay_ms.to_string(),
            ])
            .arg("--document")
            .arg(&recording.path)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| all.sshfleet.display().to_string())?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("no output")?).read_line(&mut line)?;
        let _: Hosts = serde_json::from_str(&line)?;
        let hosts = folder.join(format!("fleet-{delay_ms}.json"));
        std::fs::write(&hosts, line)?;
        Ok(Self { child, hosts })
    }
}

impl Drop for Fleet {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        // Nothing is left to do about a child that cannot be waited for.
        let _ = self.child.wait();
    }
}

async fn pairs(fleet: &Fleet, key: &Path, pairs: usize) -> anyhow::Result<[Vec<Done>; 2]> {
    let mut sides = [Vec::new(), Vec::new()];
    for pair in 0..pairs {
        // Which of the two goes first alternates.
        for side in [pair % 2, 1 - pair % 2] {
            let done = child::run(["bare", "scan"][side], &fleet.hosts, key, "root", WIDTH).await?;
            sides[side].push(done);
        }
    }
    Ok(sides)
}

/// Measures, and returns the report's section.
pub(crate) async fn measure(all: &All, folder: &Path, recording: &Recording) -> anyhow::Result<String> {
    let (key, _) = key(folder)?;
    let mut text = format!(
        "## A scan of {} hosts of the SSH fleet\n\n\
         Every host of `drydock-sshfleet` (a process of its own) answers a document of {} bytes, recorded on a lab machine; {WIDTH} \
         at the same time. *Drydock* is the way of the server: rows in the queue, a worker, the SSH adapter with pinned \
         keys, strict parsing, facts committed to SQLite in a file; the clock runs from asking to the last commit. \
         *Bare* is a loop over the SSH library that connects, logs in, runs the same script and drops the answer. Each \
         run is a new process; the two take turns. Medians; CPU and peak memory are of that process alone, start and \
         adding the servers included.\n\n\
         | answer after | side | runs | hosts/s | lowest to highest | CPU per host | peak RSS | Drydock / bare, median of pairs (each pair) |\n\
         |---|---|---|---|---|---|---|---|\n",
        all.hosts, recording.bytes,
    );
    for delay_ms in [300, 0] {
        eprintln!("fleet of {} hosts, answers after {delay_ms} ms", all.hosts);
        let fleet = Fleet::start(all, folder, recording, delay_ms)?;
        let [bare, scan] = pairs(&fleet, &key, all.pairs).await?;
        let ratios: Vec<f64> = scan
            .iter()
            .zip(&bare)
            .map(|(scan, bare)| scan.rate() / bare.rate())
            .collect();
        let each: Vec<String> = ratios.iter().map(|ratio| format!("{ratio:.2}")).collect();
        let ratio = format!("**{:.2}** ({})", median(ratios), each.join(", "));
        for (name, runs, ratio) in [("bare", &bare, String::new()), ("Drydock", &scan, ratio)] {
            let rates = || runs.iter().map(Done::rate);
            writeln!(
                text,
                "| {delay_ms} ms | {name} | {} | {:.0} | {:.0} to {:.0} | {:.1} ms | {:.0} MB | {ratio} |",
                runs.len(),
                median(rates()),
                rates().fold(f64::INFINITY, f64::min),
                rates().fold(0.0, f64::max),
                median(runs.iter().map(Done::cpu_per_host)),
                runs.iter().map(|done| done.peak_megabytes).fold(0.0, f64::max),
            )?;
        }
    }
    text.push_str("\nBounds, at 300 ms: Drydock / bare at least 0.90; peak RSS under 150 MB.\n");
    Ok(text)
}
