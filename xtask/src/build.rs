//! `build` and `serve`: the front end, then the server that carries or reads it.

use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::Command;

use crate::cargo::{SELECTION, cargo};
use crate::command::run;
use crate::places::{Places, Profile};
use crate::progress::Progress;
use crate::{assets, css, wasm};

/// The number of stages of [`front_end`].
pub(crate) const FRONT_END_STAGES: usize = 3;

/// Builds everything and returns the server's executable.
///
/// # Errors
/// When any part does not build.
pub(crate) fn build(places: &Places, profile: Profile) -> anyhow::Result<PathBuf> {
    let mut progress = Progress::of("build", FRONT_END_STAGES + 1);
    front_end(places, profile, false, &mut progress)?;
    progress.stage("Server", "first time about 4 min", || {
        let mut command = cargo(places, "build");
        command.args(SELECTION);
        if profile == Profile::Release {
            command.arg("--release");
        }
        run(&mut command)
    })?;
    Ok(places.server(profile))
}

/// Builds the style sheet, the WebAssembly and the files around them.
///
/// # Errors
/// When any part does not build.
pub(crate) fn front_end(
    places: &Places,
    profile: Profile,
    lint: bool,
    progress: &mut Progress,
) -> anyhow::Result<()> {
    let css = progress.stage("Style sheet", "", || css::build(places, profile))?;
    let modules = progress.stage("WebAssembly", "first time about 2 min", || {
        wasm::compile(places, profile, lint)
    })?;
    progress.stage("Site", "", || {
        let inputs = assets::inputs(places, &css, &modules)?;
        if assets::made_from(places, profile, &inputs) {
            return Ok(());
        }
        let finish = |module| wasm::finish(places, profile, module);
        let bundles = modules.iter().map(finish).collect::<anyhow::Result<Vec<_>>>()?;
        assets::write(places, profile, &css, &bundles, &inputs)
    })
}

/// Builds, then becomes the server, so that signals reach it and nothing else stays behind.
///
/// # Errors
/// When something does not build or the server cannot start.
pub(crate) fn serve(places: &Places, arguments: &[String]) -> anyhow::Result<()> {
    let server = build(places, Profile::Dev)?;
    Err(Command::new(server).arg("serve").args(arguments).exec().into())
}
