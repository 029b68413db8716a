//! Crash gates (feature `torture`) are never part of what anybody runs: no default and no dependency switches
//! them on.

use super::workspace::Workspace;

const GATED: &str = "torture";

pub(super) fn check(workspace: &Workspace) -> Vec<String> {
    let mut breaches = Vec::new();
    for package in workspace.ours() {
        let on_by_itself = |feature: &String| feature.contains(GATED);
        let default = package
            .features
            .get("default")
            .is_some_and(|enabled| enabled.iter().any(on_by_itself));
        if default {
            breaches.push(format!(
                "{} has `{GATED}` among its default features",
                package.name
            ));
        }
        for dependency in package
            .dependencies
            .iter()
            .filter(|d| d.kind.as_deref() != Some("dev"))
        {
            if dependency.features.iter().any(on_by_itself) {
                breaches.push(format!(
                    "{} switches `{GATED}` of {} on",
                    package.name, dependency.name
                ));
            }
        }
    }
    breaches
}
