//! `bench`: builds everything optimised, measures, and writes `docs/benchmarks.md`. How is measured is `crates/bench`'s.

use std::path::PathBuf;
use std::process::Command;

use crate::command::{output, run};
use crate::places::{Places, Profile};

/// Builds and measures; `arguments` go to `drydock-bench all`.
///
/// # Errors
/// When something does not build, or a measurement cannot begin.
pub(crate) fn bench(places: &Places, arguments: &[String]) -> anyhow::Result<()> {
    let drydock = crate::build::build(places, Profile::Release)?;
    let built = |name: &str| drydock.with_file_name(name);
    let mut git = Command::new("git");
    git.args(["describe", "--always", "--dirty"])
        .current_dir(&places.root);
    let mut command = Command::new(built("drydock-bench"));
    command
        .arg("all")
        .arg("--drydock")
        .arg(&drydock)
        .arg("--sshfleet")
        .arg(built("drydock-sshfleet"))
        .arg("--assets")
        .arg(places.site(Profile::Release).join("assets"))
        .arg("--recording")
        .arg(places.root.join("crates/bench/recorded/lab-host.scan"))
        .arg("--lab")
        .arg(places.root.join("lab/lab"))
        .arg("--report")
        .arg(places.root.join("docs/benchmarks.md"))
        .arg("--end2end")
        .arg(places.root.join("end2end"))
        .args(["--revision", output(&mut git)?.trim()]);
    if let Some(ansible) = ansible(places) {
        command.arg("--ansible").arg(ansible);
    }
    if let Some(chromium) = crate::browser::find() {
        command.env("DRYDOCK_CHROMIUM", chromium);
    }
    run(command.args(arguments))
}

/// Ansible on the `PATH`, or in `ansible` in the cache (a Python environment with `ansible-core`).
fn ansible(places: &Places) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain([places.cache.join("ansible/bin")]);
    folders
        .map(|folder| folder.join("ansible"))
        .find(|program| program.is_file())
}
