//! Who may know whom: ARCHITECTURE.md's table, as far as crates name each other in their manifests.

use super::workspace::{Package, Workspace};

/// What one crate may know of ours, and what it must never know of others'.
struct Rule {
    name: &'static str,
    ours: &'static [&'static str],
    never: &'static [&'static str],
}

/// Native code: with any of it a crate no longer compiles for browsers.
const NATIVE: &[&str] = &[
    "tokio",
    "sqlx",
    "axum",
    "russh",
    "rustls",
    "ring",
    "zstd",
    "fs4",
    "libsqlite3-sys",
];
/// What would make the same input give another answer. (`jiff` may be named for its calendar: clippy.toml bans its
/// clock, as everybody's.)
const IMPURE: &[&str] = &[
    "tokio",
    "sqlx",
    "russh",
    "axum",
    "rand",
    "getrandom",
    "time",
    "chrono",
];
const DATABASE: &[&str] = &["sqlx", "libsqlite3-sys"];
const WEB: &[&str] = &["axum", "leptos", "leptos_axum", "sqlx", "russh"];

#[rustfmt::skip] // A table is read by its columns.
const RULES: &[Rule] = &[
    Rule { name: "model", ours: &[], never: NATIVE },
    Rule { name: "remote", ours: &["model"], never: IMPURE },
    Rule { name: "imports", ours: &["model", "remote"], never: IMPURE },
    Rule { name: "planner", ours: &["model", "remote"], never: IMPURE },
    Rule { name: "world", ours: &["model", "remote"], never: WEB },
    Rule { name: "engine", ours: &[], never: WEB },
    Rule { name: "store", ours: &["model", "engine"], never: &["axum", "leptos", "russh"] },
    Rule { name: "runs", ours: &["store", "engine", "world", "remote", "model"], never: WEB },
    Rule { name: "usecases", ours: &["planner", "imports", "store", "engine", "world", "remote", "model"], never: WEB },
    Rule { name: "ssh", ours: &["world", "remote", "model"], never: DATABASE },
    Rule { name: "aws", ours: &["world", "remote", "model"], never: DATABASE },
    Rule { name: "dns", ours: &["world", "remote", "model"], never: DATABASE },
    Rule { name: "web", ours: &["world", "remote", "model"], never: DATABASE },
    Rule { name: "simfleet", ours: &["world", "remote", "model"], never: DATABASE },
    Rule { name: "app", ours: &["model", "usecases"], never: &["sqlx", "russh", "tokio"] },
    Rule { name: "frontend", ours: &["app"], never: NATIVE },
    Rule { name: "frontend-fleet", ours: &["app"], never: NATIVE },
    Rule { name: "frontend-deploy", ours: &["app"], never: NATIVE },
    Rule { name: "frontend-runs", ours: &["app"], never: NATIVE },
    Rule { name: "frontend-settings", ours: &["app"], never: NATIVE },
    Rule { name: "cli", ours: &["model"], never: &["sqlx", "axum", "russh"] },
    Rule { name: "server", ours: EVERYTHING, never: DATABASE },
    Rule { name: "testdb", ours: &["store"], never: &["axum", "leptos", "russh"] },
    Rule { name: "fuzz", ours: &["web", "simfleet", "imports", "world", "remote", "model"], never: WEB },
    Rule { name: "bench", ours: &["store", "engine", "runs", "usecases", "planner", "ssh", "web", "world", "remote", "model"], never: DATABASE },
    Rule { name: "torture", ours: &["store", "simfleet", "testdb", "world", "remote", "model"], never: DATABASE },
    Rule { name: "xtask", ours: &[], never: &[] },
];
const EVERYTHING: &[&str] = &[
    "app", "model", "remote", "world", "engine", "runs", "store", "usecases", "ssh", "aws", "dns", "web",
    "simfleet", "testdb",
];

pub(super) fn check(workspace: &Workspace) -> Vec<String> {
    let ours: Vec<&str> = workspace.ours().map(|package| package.name.as_str()).collect();
    workspace
        .ours()
        .flat_map(|package| breaches(package, &ours))
        .collect()
}

fn breaches(package: &Package, ours: &[&str]) -> Vec<String> {
    let Some(rule) = RULES.iter().find(|rule| rule.name == package.name) else {
        return vec![format!(
            "{} has no rule: add one to xtask/src/tidy/dependency_rules.rs",
            package.name
        )];
    };
    package
        .named()
        .filter(|name| (ours.contains(name) && !rule.ours.contains(name)) || rule.never.contains(name))
        .map(|name| format!("{} must not depend on {name}", package.name))
        .collect()
}
