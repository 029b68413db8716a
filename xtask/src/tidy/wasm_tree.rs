//! Nothing that is heavy or belongs to servers reaches the browser.

use std::collections::BTreeSet;

use super::Breaches;
use crate::cargo::cargo;
use crate::command::output;
use crate::places::Places;
use crate::toolchain::TARGET;

const NEVER: &[&str] = &[
    "axum",
    "hyper",
    "jiff",
    "mio",
    "regex",
    "ring",
    "russh",
    "rustls",
    "serde_norway",
    "sqlx",
    "tokio",
    "usecases",
];

/// Crates that are compiled and then dropped by the linker, with the only one that may ask for them.
const UNUSED: &[(&str, &str)] = &[("regex", "leptos_config")];

pub(super) fn check(places: &Places) -> Breaches {
    let names = names(tree(places, &[])?.as_str());
    let mut breaches = Vec::new();
    for name in NEVER.iter().filter(|name| names.contains(**name)) {
        let askers = self::names(&tree(places, &["--invert", name, "--depth", "1"])?);
        let harmless = |asker: &String| asker == name || UNUSED.contains(&(name, asker));
        if let Some(asker) = askers.iter().find(|asker| !harmless(asker)) {
            breaches.push(format!(
                "{name} is compiled into the front end, because of {asker}"
            ));
        }
    }
    Ok(breaches)
}

/// The crates of the front end, one `name vVERSION` per line.
fn tree(places: &Places, arguments: &[&str]) -> anyhow::Result<String> {
    let mut command = cargo(places, "tree");
    command.args([
        "--package",
        "frontend",
        "--target",
        TARGET,
        "--locked",
        "--edges",
        "normal,no-proc-macro",
    ]);
    output(
        command
            .args(["--prefix", "none", "--format", "{p}"])
            .args(arguments),
    )
}

fn names(tree: &str) -> BTreeSet<String> {
    tree.lines()
        .filter_map(|line| line.split(' ').next())
        .map(str::to_owned)
        .collect()
}
