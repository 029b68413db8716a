//! The real server as a process that is killed, stopped and started again.

use anyhow::{Context as _, ensure};
use std::fs::File;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

/// How long a start may take.
const START: Duration = Duration::from_secs(60);
/// How long an orderly end may take.
const END: Duration = Duration::from_secs(40);

/// With what a Drydock is started.
#[derive(Debug, Clone)]
pub(crate) struct Setup {
    pub(crate) binary: PathBuf,
    pub(crate) data: PathBuf,
    pub(crate) arguments: Vec<String>,
    pub(crate) environment: Vec<(String, String)>,
    /// What it logs is appended here.
    pub(crate) log: PathBuf,
}

/// A running Drydock; killed with this value.
#[derive(Debug)]
pub(crate) struct Drydock {
    child: Child,
    pub(crate) pid: u32,
    pub(crate) address: SocketAddr,
    output: Lines<BufReader<ChildStdout>>,
}

impl Drydock {
    /// Starts it on a free port and waits until it listens.
    pub(crate) async fn start(setup: &Setup) -> anyhow::Result<Self> {
        let log = File::options().create(true).append(true).open(&setup.log)?;
        let mut command = Command::new(&setup.binary);
        // The harness's own surroundings are not its configuration.
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("DRYDOCK_") {
                command.env_remove(name);
            }
        }
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(&setup.data)
            .args(&setup.arguments)
            .envs(setup.environment.iter().cloned())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .kill_on_drop(true);
        let mut child = command
            .spawn()
            .with_context(|| setup.binary.display().to_string())?;
        let pid = child.id().context("it has ended already")?;
        let output = child.stdout.take().context("no output")?;
        let mut output = BufReader::new(output).lines();
        let line = tokio::time::timeout(START, output.next_line()).await;
        let line = line.context("it did not start in time")??.unwrap_or_default();
        let address = line.trim().rsplit("//").next().context("no address")?.parse();
        let address =
            address.with_context(|| format!("it said {line:?}; its log is {}", setup.log.display()))?;
        Ok(Self {
            child,
            pid,
            address,
            output,
        })
    }

    /// The token of the first run, which it prints after its address.
    pub(crate) async fn first_run_token(&mut self) -> anyhow::Result<String> {
        for _ in 0..6 {
            let line = self.output.next_line().await?.unwrap_or_default();
            if let Some((_, token)) = line.trim().split_once("token=") {
                return Ok(token.to_owned());
            }
        }
        anyhow::bail!("it printed no token")
    }

    /// SIGKILL, and waits until it is gone.
    pub(crate) async fn kill(mut self) -> anyhow::Result<()> {
        Ok(self.child.kill().await?)
    }

    /// Ends it as a service manager does.
    pub(crate) async fn stop(mut self) -> anyhow::Result<()> {
        signal(self.pid, "TERM").await?;
        let ended = tokio::time::timeout(END, self.child.wait()).await;
        let status = ended.context("it did not end in time")??;
        ensure!(status.success(), "it ended with {status}");
        Ok(())
    }
}

/// Sends a signal to a process that this harness started.
pub(crate) async fn signal(pid: u32, signal: &str) -> anyhow::Result<()> {
    let told = Command::new("kill")
        .arg(format!("-{signal}"))
        .arg(pid.to_string())
        .status()
        .await?;
    ensure!(told.success(), "kill -{signal} ended with {told}");
    Ok(())
}

/// Copies a folder with everything in it.
pub(crate) fn copy_folder(from: &Path, to: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(to)?;
    std::fs::set_permissions(to, std::fs::metadata(from)?.permissions())?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type()?.is_dir() {
            copy_folder(&from, &to)?;
        } else {
            std::fs::copy(from, to)?;
        }
    }
    Ok(())
}
