//! `drydock`: the server and its command line. Puts the parts together; decides nothing about servers.

mod adapters;
mod config;
mod demo;
mod http;
mod keep;
mod logging;
mod parts;
mod seams;
mod serve;
#[cfg(feature = "torture")]
mod torture;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(
    name = "drydock",
    version,
    about = "Keeps a team's servers patched, and proves it"
)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the pages and do the work.
    Serve(serve::Options),
    /// Write a backup of the database to a file; Drydock may go on running.
    Backup(keep::Backup),
    /// Restore a backup into an empty data folder.
    Restore(keep::Restore),
    /// Switch scheduled scans on or off.
    Schedule(keep::Schedule),
}

fn main() -> anyhow::Result<()> {
    // Both rustls users of this process take the same provider; a second installation is no error worth ending for.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let command = CommandLine::parse().command;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    match command {
        Command::Serve(options) => {
            let config = options.config()?;
            logging::start(&config.log)?;
            runtime.block_on(serve::serve(options, config))
        }
        Command::Backup(options) => runtime.block_on(options.run()),
        Command::Restore(options) => runtime.block_on(options.run()),
        Command::Schedule(options) => runtime.block_on(options.run()),
    }
}
