//! Files stay short enough to be read whole.

use std::path::{Path, PathBuf};

use anyhow::Context;

use super::Breaches;

/// Lines from which a file wants splitting: printed, and no breach.
const LONG: usize = 300;
/// Lines beyond which it must be split.
const LIMIT: usize = 400;

/// Longer files, with the reason.
const ALLOWED: &[(&str, &str)] = &[];

const FOLDERS: &[&str] = &[
    "app",
    "crates",
    "end2end",
    "frontend",
    "lab",
    "migrations",
    "script",
    "server",
    "style",
    "xtask",
    ".ci",
];
const KINDS: &[&str] = &["rs", "ts", "css", "sql", "sh", "py"];

pub(super) fn check(root: &Path) -> Breaches {
    let mut breaches = Vec::new();
    for folder in FOLDERS
        .iter()
        .map(|folder| root.join(folder))
        .filter(|folder| folder.exists())
    {
        for path in files(&folder)? {
            let name = path.strip_prefix(root)?.to_string_lossy().into_owned();
            let text = std::fs::read_to_string(&path).with_context(|| format!("could not read {name}"))?;
            let lines = text.lines().count();
            if lines > LIMIT && !ALLOWED.iter().any(|(allowed, _)| *allowed == name) {
                breaches.push(format!(
                    "{name} has {lines} lines, more than {LIMIT}: split it by purpose"
                ));
            } else if lines > LONG {
                println!("tidy: note: {name} has {lines} lines");
            }
        }
    }
    for (name, _) in ALLOWED {
        if !root.join(name).exists() {
            breaches.push(format!("{name} is allowed to be long and is not there"));
        }
    }
    Ok(breaches)
}

/// Source files under `folder`; those without an ending are scripts.
fn files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            let name = path.file_name().unwrap_or_default();
            if name != "node_modules"
                && name != "snapshots"
                && name != "test-results"
                && name != "playwright-report"
            {
                found.extend(files(&path)?);
            }
        } else if path
            .extension()
            .is_none_or(|kind| KINDS.iter().any(|known| kind == *known))
        {
            found.push(path);
        }
    }
    Ok(found)
}
