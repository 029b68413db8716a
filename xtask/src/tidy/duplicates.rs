//! Two versions of one crate cost compile time and bytes: each pair is there for a reason that is written down.

use std::collections::{BTreeMap, BTreeSet};

use super::Breaches;
use crate::cargo::cargo;
use crate::command::output;
use crate::places::Places;

/// Crates with several versions in what the server is made of, by what holds the older one.
const ALLOWED: &[(&str, &[&str])] = &[
    (
        "sqlx 0.9, axum's WebSockets (switched on by Leptos) and Leptos's splitting macros hash with RustCrypto's last generation",
        &[
            "block-buffer",
            "cpufeatures",
            "crypto-common",
            "digest",
            "generic-array",
            "sha1",
            "sha2",
        ],
    ),
    (
        "Leptos, governor and tower-sessions draw random numbers with rand 0.9",
        &["rand", "rand_chacha", "rand_core"],
    ),
    ("ring takes 0.2 and rand 0.9 takes 0.3", &["getrandom"]),
    (
        "governor's dashmap takes 0.14; sqlx and governor take 0.16",
        &["hashbrown"],
    ),
    (
        "figment reads TOML with the parser of two years ago",
        &[
            "proc-macro2-diagnostics",
            "serde_spanned",
            "toml",
            "toml_datetime",
            "winnow",
        ],
    ),
    (
        "leptos_config reads cargo-leptos's settings with config 0.15",
        &["convert_case"],
    ),
    (
        "leptos_axum 0.8 serves files with 0.6, which nothing here asks it to",
        &["tower-http"],
    ),
    (
        "gloo-net, under server_fn, derives its errors with 1",
        &["thiserror", "thiserror-impl"],
    ),
    ("derive macros are moving from 2 to 3", &["syn"]),
];

pub(super) fn check(places: &Places) -> Breaches {
    // One line `name vVERSION` per crate, for this machine's target, without the tools of the build itself.
    let tree = output(cargo(places, "tree").args([
        "--workspace",
        "--exclude",
        "frontend*",
        "--exclude",
        "xtask",
        "--locked",
        "--edges",
        "normal,build",
        "--prefix",
        "none",
        "--format",
        "{p}",
    ]))?;
    let mut versions: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for line in tree.lines() {
        let mut words = line.split(' ');
        if let (Some(name), Some(version)) = (words.next(), words.next()) {
            versions.entry(name).or_default().insert(version);
        }
    }
    versions.retain(|_, versions| versions.len() > 1);
    let allowed: BTreeSet<&str> = ALLOWED
        .iter()
        .flat_map(|(_, names)| names.iter().copied())
        .collect();
    let new = versions
        .iter()
        .filter(|(name, _)| !allowed.contains(*name))
        .map(|(name, versions)| {
            format!(
                "{name} comes as {}",
                versions.iter().copied().collect::<Vec<_>>().join(" and ")
            )
        });
    let gone = allowed
        .iter()
        .filter(|name| !versions.contains_key(*name))
        .map(|name| format!("{name} has one version now: take it off the list"));
    Ok(new.chain(gone).collect())
}
