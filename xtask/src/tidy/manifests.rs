//! Every crate of ours takes the workspace's lints.

use anyhow::Context;

use super::Breaches;
use super::workspace::Workspace;

pub(super) fn check(workspace: &Workspace) -> Breaches {
    let mut breaches = Vec::new();
    for package in workspace.ours() {
        let path = &package.manifest_path;
        let manifest =
            std::fs::read_to_string(path).with_context(|| format!("could not read {}", path.display()))?;
        let mut lines = manifest.lines().map(str::trim);
        let takes_them = lines.any(|line| line == "[lints]") && lines.next() == Some("workspace = true");
        if !takes_them {
            breaches.push(format!(
                "{} lacks `[lints]` with `workspace = true`",
                package.name
            ));
        }
    }
    Ok(breaches)
}
