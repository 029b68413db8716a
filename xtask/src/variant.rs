//! A server that is compiled otherwise than the one people and tests start: kept elsewhere, and the other one stays.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Context;

use crate::cargo::{SELECTION, cargo, through_clippy};
use crate::command::run;
use crate::places::{Places, Profile};

/// Builds the development server with what `change` adds to cargo's command, into the target folder's `name`. `lint`:
/// what is compiled already was compiled through clippy.
///
/// # Errors
/// When it does not build.
pub(crate) fn server(
    places: &Places,
    name: &str,
    lint: bool,
    change: impl FnOnce(&mut Command),
) -> anyhow::Result<PathBuf> {
    let built = places.server(Profile::Dev);
    // It is built over the one that people and browser tests start, which goes back to its place.
    let plain = built.with_extension("plain");
    let was_there = std::fs::rename(&built, &plain).is_ok();
    let mut build = cargo(places, "build");
    build.args(SELECTION);
    change(&mut build);
    if lint {
        through_clippy(&mut build)?;
    }
    let kept = run(&mut build).and_then(|()| {
        let folder = places.target.join(name);
        std::fs::create_dir_all(&folder)?;
        let to = folder.join("drydock");
        // A copy that still runs cannot be written over.
        drop(std::fs::remove_file(&to));
        std::fs::copy(&built, &to).with_context(|| built.display().to_string())?;
        Ok(to)
    });
    if was_there {
        std::fs::rename(&plain, &built)?;
    }
    kept
}
