//! The server as a process: how soon it answers, and what it keeps in memory with nothing to do.

use crate::child::median;
use crate::{All, http, process};
use anyhow::{Context as _, ensure};
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const STARTS: usize = 5;

/// A running server, ended with this value.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
    /// From the start of the process to its first answer.
    pub(crate) took: Duration,
    output: BufReader<std::process::ChildStdout>,
}

impl Server {
    /// Starts it on a free port, and waits for its first answer to `/healthz`.
    pub(crate) fn start(drydock: &Path, data: &Path, arguments: &[&str]) -> anyhow::Result<Self> {
        let begun = Instant::now();
        let mut child = Command::new(drydock)
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .args(arguments)
            .env("DRYDOCK_LOG", "warn")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| drydock.display().to_string())?;
        let mut output = BufReader::new(child.stdout.take().context("no output")?);
        let mut line = String::new();
        output.read_line(&mut line)?;
        let address = line.trim().rsplit("//").next().context("no address")?.parse();
        let address = address.with_context(|| format!("the server said {line:?}"))?;
        let answer = http::send(address, "GET /healthz", &[], "")?;
        let took = begun.elapsed();
        ensure!(answer.status == 200, "the server is not healthy: {}", answer.head);
        Ok(Self {
            child,
            address,
            took,
            output,
        })
    }

    /// The token of the first run, which the server prints after its address.
    pub(crate) fn first_run_token(&mut self) -> anyhow::Result<String> {
        for _ in 0..5 {
            let mut line = String::new();
            self.output.read_line(&mut line)?;
            if let Some((_, token)) = line.trim().split_once("token=") {
                return Ok(token.to_owned());
            }
        }
        anyhow::bail!("the server printed no token")
    }

    /// The process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// What is resident now, in MB.
    pub(crate) fn resident_megabytes(&self) -> anyhow::Result<f64> {
        process::megabytes(self.child.id(), "VmRSS")
    }

    /// Ends it as an operator would, so that nothing is left for the next start to mend.
    pub(crate) fn stop(mut self) -> anyhow::Result<()> {
        let told = Command::new("kill").arg(self.child.id().to_string()).status()?;
        ensure!(told.success(), "kill ended with {told}");
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Only left running when a measurement failed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn row(text: &mut String, all: &All, name: &str, data: &Path, arguments: &[&str]) -> anyhow::Result<()> {
    let mut took = Vec::new();
    for _ in 0..STARTS {
        let server = Server::start(&all.drydock, data, arguments)?;
        took.push(server.took.as_secs_f64() * 1000.0);
        server.stop()?;
    }
    let each: Vec<String> = took.iter().map(|took| format!("{took:.0}")).collect();
    eprintln!("  start {name}: {} ms", each.join(", "));
    writeln!(
        text,
        "| {name} | **{:.0} ms** ({}) |",
        median(took),
        each.join(", ")
    )?;
    Ok(())
}

/// Measures, and returns the report's section. `full` is a data folder with many servers.
pub(crate) fn measure(all: &All, folder: &Path, full: Option<&Path>) -> anyhow::Result<String> {
    let empty = folder.join("empty");
    let mut text = format!(
        "## Start and idle\n\nFrom the start of the process to its first answer to `/healthz`; median of {STARTS} (each).\n\n\
         | data | time |\n|---|---|\n"
    );
    let first = Server::start(&all.drydock, &empty, &[])?;
    writeln!(
        text,
        "| no folder yet (made, migrated), once | {} ms |",
        first.took.as_millis()
    )?;
    first.stop()?;
    row(&mut text, all, "empty", &empty, &[])?;
    if let Some(full) = full {
        row(&mut text, all, &format!("{} servers", all.servers), full, &[])?;
        row(
            &mut text,
            all,
            &format!("{} servers and `--demo`'s simulated world", all.servers),
            full,
            &["--demo", "--demo-servers", &all.servers.to_string()],
        )?;
    }
    let server = Server::start(&all.drydock, &empty, &[])?;
    std::thread::sleep(Duration::from_secs(10));
    let resident = server.resident_megabytes()?;
    server.stop()?;
    eprintln!("  idle {resident:.1} MB");
    writeln!(
        text,
        "\nResident with no servers, 10 s after the start: **{resident:.1} MB**.\n\n\
         Bounds: 300 ms empty, 1 s with 5 000 servers, 40 MB idle."
    )?;
    Ok(text)
}
