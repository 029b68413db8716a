//! The harness's side of the gates: what a Drydock has done, or is about to do, and the leave to go on.

use anyhow::Context as _;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::mpsc;

/// Somebody at a gate. Dropping it lets them go on as well.
#[derive(Debug)]
pub(crate) struct Passing {
    /// Whose process it is.
    pub(crate) pid: u32,
    /// What was done, or is about to be.
    pub(crate) what: String,
    stream: UnixStream,
}

impl Passing {
    /// Lets them go on. Whoever was killed meanwhile does not hear it.
    pub(crate) async fn go(mut self) {
        self.stream.write_all(b"go\n").await.ok();
    }
}

/// All gates of one scene.
#[derive(Debug)]
pub(crate) struct Gates {
    path: PathBuf,
    arrivals: mpsc::UnboundedReceiver<Passing>,
}

impl Gates {
    /// Listens in `folder`.
    pub(crate) fn open(folder: &Path) -> anyhow::Result<Self> {
        let path = folder.join("gate");
        let listener = UnixListener::bind(&path).with_context(|| path.display().to_string())?;
        let (sender, arrivals) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let sender = sender.clone();
                tokio::spawn(async move {
                    let mut reader = BufReader::new(stream);
                    let mut line = String::new();
                    if reader.read_line(&mut line).await.is_ok()
                        && let Some((pid, what)) = line.trim_end().split_once(' ')
                        && let Ok(pid) = pid.parse()
                    {
                        let (what, stream) = (what.to_owned(), reader.into_inner());
                        sender.send(Passing { pid, what, stream }).ok();
                    }
                });
            }
        });
        Ok(Self { path, arrivals })
    }

    /// The socket.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The next one that arrives; `None` when nobody did within the time.
    pub(crate) async fn next(&mut self, within: Duration) -> Option<Passing> {
        tokio::time::timeout(within, self.arrivals.recv()).await.ok()?
    }
}
