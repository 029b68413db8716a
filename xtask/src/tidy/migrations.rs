//! Every migration exists for both databases, under the same number and name.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Context;

use super::Breaches;

pub(super) fn check(root: &Path) -> Breaches {
    let sqlite = names(&root.join("migrations/sqlite"))?;
    let postgres = names(&root.join("migrations/postgres"))?;
    let one_sided = |name: &String, lacking: &str| format!("{name} is missing in migrations/{lacking}");
    Ok(sqlite
        .difference(&postgres)
        .map(|name| one_sided(name, "postgres"))
        .chain(postgres.difference(&sqlite).map(|name| one_sided(name, "sqlite")))
        .collect())
}

fn names(folder: &Path) -> anyhow::Result<BTreeSet<String>> {
    std::fs::read_dir(folder)
        .with_context(|| format!("could not list {}", folder.display()))?
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect()
}
