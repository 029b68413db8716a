//! `cargo xtask`: everything the build needs beyond `cargo build`, in Rust and with nothing to install first.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the terminal is this program's only output"
)]

mod assets;
mod bench;
mod browser;
mod build;
mod cargo;
mod command;
mod css;
mod deadline;
mod fuzz;
mod hydrate;
mod lab;
mod level;
mod lint;
mod places;
mod progress;
mod size;
mod test;
mod tidy;
mod toolchain;
mod torture;
mod unused;
mod variant;
mod wasm;

use clap::{Parser, Subcommand};
use places::{Places, Profile};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Builds, runs and checks Drydock")]
struct CommandLine {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build the front end and the server.
    Build {
        /// Optimised, with the front end embedded in the server.
        #[arg(long)]
        release: bool,
    },
    /// Build, then run `drydock serve` with the arguments given.
    Serve {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Run every test: unit, integration, lab, browser.
    Test {
        /// Compile through clippy, and fail on any warning.
        #[arg(long)]
        lint: bool,
    },
    /// Check formatting, clippy for host and WebAssembly, and `tidy`.
    Lint,
    /// Check the rules of this repository that no compiler checks.
    Tidy,
    /// Build the release front end and hold it to its budget.
    Size,
    /// Open the release front end in a browser.
    Hydrate {
        /// What is compiled already was compiled through clippy.
        #[arg(long)]
        lint: bool,
    },
    /// Fuzz every target, led by coverage, for so many minutes in all; what fails is kept in the corpus.
    Fuzz {
        /// Minutes in all.
        #[arg(default_value_t = 10)]
        minutes: u64,
        /// One target alone.
        #[arg(long)]
        target: Option<String>,
    },
    /// Make and store databases of the newest migration level, which later builds are held to.
    Level,
    /// Measure, and write docs/benchmarks.md; `--only fleet,sshd,run,planning,pages,start,size` takes some parts.
    Bench {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// What cargo starts a test program through.
    #[command(name = deadline::VERB, hide = true)]
    TestProgram {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        program: Vec<String>,
    },
    /// Crash the server at every point of a run, and write docs/reliability.md's report; with arguments a part of it.
    Torture {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
}

fn main() -> std::process::ExitCode {
    match run(CommandLine::parse().task) {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            std::process::ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> anyhow::Result<()> {
    let places = Places::find()?;
    match task {
        Task::TestProgram { program } => deadline::test_program(&program),
        Task::Build { release } => {
            build::build(&places, if release { Profile::Release } else { Profile::Dev }).map(drop)
        }
        Task::Serve { arguments } => build::serve(&places, &arguments),
        Task::Test { lint } => test::test(&places, lint),
        Task::Lint => lint::lint(&places),
        Task::Tidy => tidy::tidy(&places),
        Task::Size => size::size(&places),
        Task::Hydrate { lint } => hydrate::hydrate(&places, lint),
        Task::Fuzz { minutes, target } => fuzz::fuzz(&places, minutes, target.as_deref()),
        Task::Level => level::level(&places),
        Task::Bench { arguments } => bench::bench(&places, &arguments),
        Task::Torture { arguments } => torture::torture(&places, &arguments),
    }
}
