//! What test processes that were killed have left.

use crate::binaries::User;
use crate::cluster::PREFIX;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// Ends and removes clusters whose test process is gone and whose guard was killed with it.
pub(crate) fn remove_stale(user: User) {
    let entries = std::fs::read_dir(std::env::temp_dir())
        .into_iter()
        .flatten()
        .flatten();
    for folder in entries.map(|entry| entry.path()) {
        let name = folder
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let Some(pid) = name
            .strip_prefix(PREFIX)
            .filter(|pid| pid.bytes().all(|byte| byte.is_ascii_digit()))
        else {
            continue;
        };
        if owner(&folder) != Some(user.uid) || arguments(pid).is_some() {
            continue;
        }
        let server = std::fs::read_to_string(folder.join("data/postmaster.pid")).unwrap_or_default();
        if let Some(server) = server.lines().next()
            && arguments(server).is_some_and(|arguments| arguments.contains(&name))
        {
            drop(Command::new("kill").args(["-QUIT", server]).output());
            let deadline = Instant::now() + Duration::from_secs(10);
            while arguments(server).is_some() && Instant::now() < deadline {
                std::thread::sleep(Duration::from_millis(20));
            }
        }
        drop(std::fs::remove_dir_all(&folder));
    }
}

/// The command line of a process, when there is such a process.
fn arguments(pid: &str) -> Option<String> {
    let output = Command::new("ps")
        .args(["-o", "args=", "-p", pid])
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    (!text.is_empty()).then_some(text)
}

#[cfg(unix)]
fn owner(folder: &Path) -> Option<u32> {
    use std::os::unix::fs::MetadataExt as _;
    folder.metadata().ok().map(|metadata| metadata.uid())
}

#[cfg(not(unix))]
fn owner(_: &Path) -> Option<u32> {
    None
}
