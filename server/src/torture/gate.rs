//! The gate: a Unix socket on which this process says what it has just done or is about to do, and waits for *go*.

use std::path::PathBuf;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::UnixStream;

/// The way to whoever decides; without `DRYDOCK_TORTURE_GATE` every gate is open.
#[derive(Debug, Clone)]
pub(super) struct Gate {
    socket: Option<PathBuf>,
}

impl Gate {
    pub(super) fn of_environment() -> Self {
        Self {
            socket: std::env::var_os("DRYDOCK_TORTURE_GATE").map(PathBuf::from),
        }
    }

    /// Says `what`, one line, and waits for the answer. A harness that is gone holds nobody up.
    pub(super) async fn pass(&self, what: String) {
        let Some(socket) = &self.socket else { return };
        let asked = async {
            let mut stream = UnixStream::connect(socket).await?;
            let line = format!("{} {what}\n", std::process::id());
            stream.write_all(line.as_bytes()).await?;
            BufReader::new(stream).read_line(&mut String::new()).await
        };
        if let Err(error) = asked.await {
            tracing::debug!(%error, what, "nobody stands at the gate");
        }
    }
}
