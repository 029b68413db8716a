//! ARCHITECTURE.md names every crate there is, and no folder that is not there.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Context;

use super::Breaches;
use super::workspace::Workspace;

pub(super) fn check(workspace: &Workspace, root: &Path) -> Breaches {
    let map =
        std::fs::read_to_string(root.join("ARCHITECTURE.md")).context("could not read ARCHITECTURE.md")?;
    let named: BTreeSet<String> = folders_named(&map).collect();
    let mut there = BTreeSet::new();
    for package in workspace.ours() {
        let folder = package
            .manifest_path
            .parent()
            .unwrap_or(root)
            .strip_prefix(root)?;
        there.insert(folder.to_string_lossy().into_owned());
    }
    let missing = there
        .difference(&named)
        .map(|folder| format!("does not name {folder}/"));
    let gone = named
        .difference(&there)
        .filter(|folder| folder.starts_with("crates/") && !root.join(folder).is_dir())
        .map(|folder| format!("names {folder}/, which is not there"));
    Ok(missing.chain(gone).collect())
}

/// Folders in the map: words in backquotes that end with a slash, such as `crates/model/`.
fn folders_named(text: &str) -> impl Iterator<Item = String> {
    text.split('`')
        .skip(1)
        .step_by(2)
        .filter_map(|word| word.strip_suffix('/'))
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::folders_named;

    #[test]
    fn finds_folders_in_backquotes_alone() {
        let text = "| `crates/model/` | words |\nSee `app/` and `cargo xtask`, not crates/other/.";
        assert_eq!(folders_named(text).collect::<Vec<_>>(), ["crates/model", "app"]);
    }
}
