//! One run in a process of its own, and what it cost.

use crate::process;
use anyhow::{Context as _, ensure};
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::time::Instant;

/// What one run over many hosts took.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Done {
    pub(crate) hosts: usize,
    pub(crate) seconds: f64,
    /// User and system time of the whole process.
    pub(crate) cpu_seconds: f64,
    pub(crate) peak_megabytes: f64,
}

impl Done {
    /// What it took from `begun` to now, in this process.
    pub(crate) fn after(begun: Instant, hosts: usize) -> anyhow::Result<Self> {
        let pid = std::process::id();
        Ok(Self {
            hosts,
            seconds: begun.elapsed().as_secs_f64(),
            cpu_seconds: process::cpu_seconds(pid)?,
            peak_megabytes: process::megabytes(pid, "VmHWM")?,
        })
    }

    /// Hosts per second.
    pub(crate) fn rate(&self) -> f64 {
        self.hosts as f64 / self.seconds
    }

    /// Milliseconds of CPU per host.
    pub(crate) fn cpu_per_host(&self) -> f64 {
        self.cpu_seconds * 1000.0 / self.hosts as f64
    }
}

/// Runs `drydock-bench TASK` over `hosts`.
pub(crate) async fn run(
    task: &str,
    hosts: &Path,
    key: &Path,
    user: &str,
    width: usize,
) -> anyhow::Result<Done> {
    let output = tokio::process::Command::new(std::env::current_exe()?)
        .arg(task)
        .arg("--hosts")
        .arg(hosts)
        .arg("--key")
        .arg(key)
        .args(["--user", user, "--width", &width.to_string()])
        .stderr(std::process::Stdio::inherit())
        .output()
        .await?;
    ensure!(output.status.success(), "{task} ended with {}", output.status);
    let done: Done =
        serde_json::from_slice(&output.stdout).with_context(|| format!("{task} said nothing"))?;
    eprintln!(
        "  {task:5} {:7.1} hosts/s, {:.2} ms CPU per host, peak {:.0} MB",
        done.rate(),
        done.cpu_per_host(),
        done.peak_megabytes
    );
    Ok(done)
}

/// The middle of some figures; of an even number the upper of the two in the middle.
pub(crate) fn median(figures: impl IntoIterator<Item = f64>) -> f64 {
    let mut figures: Vec<f64> = figures.into_iter().collect();
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}
