//! Every migration has a stored database of its level, so that upgrades from it are tested.

use std::path::Path;

use anyhow::Context;

use super::Breaches;

const LEVELS: &str = "server/tests/levels";

pub(super) fn check(root: &Path) -> Breaches {
    let folder = root.join("migrations/sqlite");
    let mut breaches = Vec::new();
    let entries =
        std::fs::read_dir(&folder).with_context(|| format!("could not list {}", folder.display()))?;
    for entry in entries {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let number = name.split('_').next().unwrap_or_default();
        for database in ["sqlite", "postgres"] {
            let stored = format!("{LEVELS}/{number}/{database}/database.zst");
            if !root.join(&stored).is_file() {
                breaches.push(format!(
                    "{name} has no stored database {stored}: run `cargo xtask level` before the next migration lands"
                ));
            }
        }
    }
    Ok(breaches)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::check;
    use std::fs;

    #[test]
    fn a_migration_without_its_level_is_named() {
        let root = std::env::temp_dir().join(format!("drydock-tidy-levels-{}", std::process::id()));
        for folder in ["migrations/sqlite", "server/tests/levels/0001/sqlite"] {
            fs::create_dir_all(root.join(folder)).unwrap();
        }
        fs::write(root.join("migrations/sqlite/0001_first.sql"), "").unwrap();
        fs::write(root.join("server/tests/levels/0001/sqlite/database.zst"), "").unwrap();
        let breaches = check(&root).unwrap();
        fs::remove_dir_all(&root).unwrap();
        assert_eq!(breaches.len(), 1);
        assert!(
            breaches[0].contains("levels/0001/postgres/database.zst"),
            "{breaches:?}"
        );
    }
}
