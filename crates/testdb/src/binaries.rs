//! Finding PostgreSQL's programs, and the user they may run as.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

const PROGRAMS: [&str; 6] = ["initdb", "postgres", "createdb", "dropdb", "psql", "pg_dump"];

/// The folder that has all of PostgreSQL's programs: named by `DRYDOCK_POSTGRES_BIN`, in the PATH, or Debian's newest.
pub(crate) fn folder() -> Option<PathBuf> {
    let named = std::env::var_os("DRYDOCK_POSTGRES_BIN").map(PathBuf::from);
    let path = std::env::var_os("PATH").unwrap_or_default();
    // What lies in the PATH may be a link into the folder that has everything.
    let in_path = std::env::split_paths(&path)
        .flat_map(|folder| {
            [
                folder.join("initdb").canonicalize().ok().and_then(parent),
                Some(folder),
            ]
        })
        .flatten();
    let debian = Path::new("/usr/lib/postgresql");
    let mut versions: Vec<(u32, PathBuf)> = std::fs::read_dir(debian)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            Some((
                entry.file_name().to_str()?.parse().ok()?,
                entry.path().join("bin"),
            ))
        })
        .collect();
    versions.sort();
    let newest = versions.into_iter().rev().map(|(_, folder)| folder);
    named
        .into_iter()
        .chain(in_path)
        .chain(newest)
        .find(|folder| PROGRAMS.iter().all(|it| folder.join(it).is_file()))
}

fn parent(path: PathBuf) -> Option<PathBuf> {
    path.parent().map(Path::to_owned)
}

/// A user of this machine.
#[derive(Debug, Clone, Copy)]
pub(crate) struct User {
    pub(crate) uid: u32,
    pub(crate) gid: u32,
}

/// Whom PostgreSQL runs as: us, unless we are root, which it refuses.
pub(crate) fn user() -> Option<User> {
    let us = User {
        uid: ask("-u")?,
        gid: ask("-g")?,
    };
    if us.uid != 0 {
        return Some(us);
    }
    let passwd = std::fs::read_to_string("/etc/passwd").ok()?;
    ["postgres", "nobody"].iter().find_map(|name| {
        let line = passwd.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut fields = line.split(':').skip(2);
        Some(User {
            uid: fields.next()?.parse().ok()?,
            gid: fields.next()?.parse().ok()?,
        })
    })
}

fn ask(what: &str) -> Option<u32> {
    let answer = Command::new("id").arg(what).output().ok()?;
    String::from_utf8(answer.stdout).ok()?.trim().parse().ok()
}

/// A program that runs as `user`, in a folder that the user may enter.
pub(crate) fn program(path: impl AsRef<OsStr>, user: User) -> Command {
    let mut command = Command::new(path);
    #[cfg(unix)]
    if ask("-u") == Some(0) {
        use std::os::unix::process::CommandExt as _;
        command.uid(user.uid).gid(user.gid);
    }
    command
        .current_dir("/")
        .env_remove("PGDATA")
        .env_remove("PGHOST")
        .env_remove("PGPORT")
        .env("LC_ALL", "C");
    command
}
