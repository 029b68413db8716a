//! A small disk of its own for a data folder, in memory, that can be filled up.

use anyhow::{Context as _, ensure};
use std::fs::File;
use std::io::{BufRead as _, BufReader, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Room beside what is copied there, in KiB: enough for a run.
const ROOM: u64 = 64 * 1024;
const BALLAST: &str = "ballast";
/// Mounts, and unmounts when its standard input ends, which it does with this process, however that ends.
const GUARD: &str = r#"
mount -t tmpfs -o "size=$2k,mode=0700" drydock-torture "$1" && echo mounted
read -r _
umount "$1" || umount -l "$1"
"#;

/// A mounted disk; unmounted with this value.
#[derive(Debug)]
pub(crate) struct Disk {
    folder: PathBuf,
    guard: Child,
}

impl Disk {
    /// Why there can be none on this machine; `None`: there can.
    pub(crate) fn missing() -> Option<&'static str> {
        let id = Command::new("id").arg("-u").output();
        let root = id.is_ok_and(|it| it.stdout.starts_with(b"0\n"));
        let linux = cfg!(target_os = "linux");
        (!root || !linux).then_some("only root on Linux can mount a disk that becomes full")
    }

    /// Mounts one on `folder`, with room for so many bytes and for a run.
    pub(crate) fn mount(folder: &Path, bytes: u64) -> anyhow::Result<Self> {
        let mut guard = Command::new("sh");
        guard.args(["-c", GUARD, "guard"]).arg(folder);
        guard.arg((bytes / 1024 + ROOM).to_string());
        let mut guard = guard.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut said = String::new();
        let output = guard.stdout.take().context("no output")?;
        BufReader::new(output).read_line(&mut said)?;
        ensure!(
            said == "mounted\n",
            "no disk could be mounted on {}",
            folder.display()
        );
        Ok(Self {
            folder: folder.to_owned(),
            guard,
        })
    }

    /// Fills it, to the last block.
    pub(crate) fn fill(&self) -> anyhow::Result<()> {
        let mut ballast = File::create(self.folder.join(BALLAST))?;
        for size in [1 << 20, 1 << 12] {
            loop {
                match ballast.write(&vec![0; size]) {
                    Ok(_) => {}
                    Err(error) if error.kind() == ErrorKind::StorageFull => break,
                    Err(error) => return Err(error.into()),
                }
            }
        }
        Ok(())
    }

    /// Makes room again.
    pub(crate) fn empty(&self) -> anyhow::Result<()> {
        Ok(std::fs::remove_file(self.folder.join(BALLAST))?)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        self.guard.wait().ok();
    }
}
