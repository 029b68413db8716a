//! Cargo as this workspace calls it.

use std::process::Command;

use crate::places::Places;
use crate::toolchain;

/// The one selection of host crates. Every build of host code uses it, so that features are resolved once and
/// nothing is compiled twice.
pub(crate) const SELECTION: [&str; 4] = ["--workspace", "--exclude", "frontend*", "--locked"];

/// `cargo <verb>` in the workspace, into the shared target folder.
pub(crate) fn cargo(places: &Places, verb: &str) -> Command {
    let mut command = Command::new("cargo");
    command
        .arg(verb)
        .current_dir(&places.root)
        .env("CARGO_TARGET_DIR", &places.target);
    command
}

/// Makes clippy compile the workspace's crates, and any warning of theirs an error.
///
/// # Errors
/// When clippy is not installed.
pub(crate) fn through_clippy(command: &mut Command) -> anyhow::Result<()> {
    command.env("RUSTC_WORKSPACE_WRAPPER", toolchain::host_clippy()?);
    deny_warnings(command);
    Ok(())
}

/// Makes clippy treat warnings as errors, without changing how dependencies are compiled.
pub(crate) fn deny_warnings(command: &mut Command) {
    command.env("CLIPPY_ARGS", "-Dwarnings__CLIPPY_HACKERY__");
}
