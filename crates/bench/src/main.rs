//! `drydock-bench`: measures what issues promise and writes it down with the machine it was measured on. Nothing here
//! passes or fails; `cargo xtask bench` builds everything and runs it.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the terminal is this program's only output"
)]

mod bare;
mod child;
mod fleet;
mod hosts;
mod http;
mod live;
mod machine;
mod pages;
mod planning;
mod process;
mod real_sshd;
mod recording;
mod report;
mod scan;
mod size;
mod start;
mod upgrade;

use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;
use upgrade::Pending;

#[derive(Debug, Parser)]
#[command(name = "drydock-bench", about = "Measures Drydock")]
struct CommandLine {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Measures everything and writes the report.
    All(Box<All>),
    /// Connects to every host, runs the scan's command, and keeps nothing: the bare library.
    Bare(OneRun),
    /// Scans every host as the server does, from the queue to committed facts.
    Scan(OneRun),
    /// Records a machine's answer to the scan, for the fleet to answer with.
    Record {
        /// Where it goes.
        file: PathBuf,
        /// The program that runs its last argument on the machine, with its other arguments.
        #[arg(trailing_var_arg = true, required = true)]
        command: Vec<String>,
    },
}

/// What to measure with.
#[derive(Debug, Args)]
struct All {
    /// The server.
    #[arg(long)]
    drydock: PathBuf,
    /// The SSH fleet.
    #[arg(long)]
    sshfleet: PathBuf,
    /// The built front end's folder of assets.
    #[arg(long)]
    assets: PathBuf,
    /// Where the report goes.
    #[arg(long)]
    report: PathBuf,
    /// Ansible, where it is installed.
    #[arg(long)]
    ansible: Option<PathBuf>,
    /// The recorded document to answer with.
    #[arg(long)]
    recording: PathBuf,
    /// Which revision is measured.
    #[arg(long)]
    revision: String,
    /// Interleaved pairs.
    #[arg(long, default_value_t = 5)]
    pairs: usize,
    /// Hosts of the SSH fleet.
    #[arg(long, default_value_t = 1000)]
    hosts: u16,
    /// Addresses on which the real sshd listens.
    #[arg(long, default_value_t = 100)]
    addresses: u8,
    /// The tool that makes lab machines, `lab/lab`.
    #[arg(long)]
    lab: Option<PathBuf>,
    /// Lab machines that are upgraded at the same time.
    #[arg(long, default_value_t = 3)]
    machines: u8,
    /// What is pending on them: the lab's own small packages, and what is pending in Debian's own archive.
    #[arg(long, value_delimiter = ',', default_values_t = [Pending::Lab, Pending::Archive])]
    pending: Vec<Pending>,
    /// Simulated servers behind the pages.
    #[arg(long, default_value_t = 5000)]
    servers: u32,
    /// The folder of the browser tests, which measure in a browser.
    #[arg(long)]
    end2end: PathBuf,
    /// How long a live run is watched, in seconds.
    #[arg(long, default_value_t = 100)]
    live_seconds: u32,
    /// Only these parts.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
}

/// One run over many hosts, in a process of its own so that its memory and CPU are its own.
#[derive(Debug, Args)]
struct OneRun {
    /// The hosts, as the SSH fleet announces them.
    #[arg(long)]
    hosts: PathBuf,
    /// The private key to log in with.
    #[arg(long)]
    key: PathBuf,
    /// The account.
    #[arg(long)]
    user: String,
    /// At the same time.
    #[arg(long)]
    width: usize,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let done = match CommandLine::parse().task {
        Task::All(all) => return report::write(&all).await,
        Task::Bare(run) => bare::run(&run).await?,
        Task::Scan(run) => scan::run(&run).await?,
        Task::Record { file, command } => return recording::record(&command, &file),
    };
    println!("{}", serde_json::to_string(&done)?);
    Ok(())
}
