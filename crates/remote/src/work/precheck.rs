//! Whether a package manager could work on a server now: disk, locks, what an interruption left behind.

use super::Asked;
use super::answer::{AnswerError, Values, document, foreign, lines, number};
use crate::scan::failed_units;
use model::facts::Known;
use std::time::Duration;

/// How long the answer takes at most.
pub const LONGEST: Duration = Duration::from_secs(60);

/// Where apt puts what it downloads. Some servers have a small disk of its own for it.
pub const ARCHIVES: &str = "/var/cache/apt/archives";

/// Look before anything is done. It changes nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreCheckOp {
    /// How to ask.
    pub asked: Asked,
}

/// What was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreCheck {
    /// `/`, `/usr`, `/var`, [`ARCHIVES`] and `/boot`, as far as they are there.
    pub disks: Vec<Disk>,
    /// The size of one kernel's files in `/boot` (image and initrd), in bytes; 0 when there are none.
    pub kernel_bytes: u64,
    /// The package manager's locks that somebody holds.
    pub locks: Vec<HeldLock>,
    /// What dpkg has left half done.
    pub interrupted: Interrupted,
    /// Units of Drydock's steps that run.
    pub running: Vec<String>,
    /// Where systemd is with its work, in its own word: `starting`, `running`, `degraded`; `None` without systemd.
    pub system: Option<String>,
    /// The boot's id.
    pub boot_id: Option<String>,
    /// The kernel that runs, as `uname -r` says it.
    pub kernel: String,
    /// Units that have failed, sorted.
    pub failed_units: Known<Vec<String>>,
}

/// Space in one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disk {
    /// The place, such as `/boot`.
    pub place: String,
    /// Where the disk that it is on is mounted: places with the same one share their space.
    pub mount: String,
    /// What is free for root's programs, in bytes.
    pub free_bytes: u64,
    /// The disk's size in bytes.
    pub total_bytes: u64,
}

/// A lock and who holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldLock {
    /// The lock's file.
    pub lock: String,
    /// The process.
    pub pid: u32,
    /// Since when that process runs, in seconds since 1970 by the server's clock.
    pub since_secs: Option<i64>,
    /// Its command line, cut at 200 bytes.
    pub command: String,
}

/// What dpkg has left half done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Interrupted {
    /// Packages that are neither installed nor away: name, and dpkg's words for the state.
    pub packages: Vec<(String, String)>,
    /// dpkg itself was interrupted: `dpkg --configure -a` comes first.
    pub journal: bool,
}

impl Interrupted {
    /// Whether something has to be repaired first.
    pub fn needs_repair(&self) -> bool {
        self.journal || !self.packages.is_empty()
    }
}

impl PreCheck {
    /// Reads the answer.
    ///
    /// # Errors
    /// [`AnswerError`].
    pub fn read(
        op: &PreCheckOp,
        stdout: &[u8],
        stderr: &[u8],
        exit: Option<u32>,
    ) -> Result<Self, AnswerError> {
        let document = document(&op.asked, stdout, stderr, exit)?;
        let mut interrupted = Interrupted::default();
        if document.section("interrupted").is_some() {
            for line in lines(&document, "interrupted")? {
                match line.split('\t').collect::<Vec<_>>()[..] {
                    ["journal"] => interrupted.journal = true,
                    ["package", name, state] => {
                        interrupted.packages.push((name.to_owned(), state.to_owned()))
                    }
                    _ => return Err(foreign("interrupted", line)),
                }
            }
        }
        let running = match document.section("running") {
            Some(_) => lines(&document, "running")?.map(str::to_owned).collect(),
            None => Vec::new(),
        };
        let system = match document.section("system") {
            Some(_) => lines(&document, "system")?.next().map(crate::scan::shortened),
            None => None,
        };
        let boot = Values::of(&document, "boot")?;
        Ok(Self {
            system,
            boot_id: boot.get("id").map(crate::scan::shortened),
            kernel: boot.get("kernel").map(crate::scan::shortened).unwrap_or_default(),
            failed_units: failed_units(&document),
            disks: lines(&document, "disks")?.map(disk).collect::<Result<_, _>>()?,
            kernel_bytes: Values::of(&document, "boot-files")?.number("bytes")?.unwrap_or(0),
            locks: lines(&document, "locks")?.map(lock).collect::<Result<_, _>>()?,
            interrupted,
            running,
        })
    }
}

fn disk(line: &str) -> Result<Disk, AnswerError> {
    let [place, mount, free, total] = line.split('\t').collect::<Vec<_>>()[..] else {
        return Err(foreign("disks", line));
    };
    let bytes = |what, kib| number::<u64>(what, kib).map(|kib| kib.saturating_mul(1_024));
    Ok(Disk {
        place: place.to_owned(),
        mount: mount.to_owned(),
        free_bytes: bytes("free space", free)?,
        total_bytes: bytes("a disk's size", total)?,
    })
}

fn lock(line: &str) -> Result<HeldLock, AnswerError> {
    let words: Vec<&str> = line.splitn(4, '\t').collect();
    let [lock, pid, since, command] = words[..] else {
        return Err(foreign("locks", line));
    };
    Ok(HeldLock {
        lock: lock.to_owned(),
        pid: number("a process", pid)?,
        since_secs: Some(since)
            .filter(|since| !since.is_empty())
            .map(|since| number("a process's start", since))
            .transpose()?,
        command: command.to_owned(),
    })
}
