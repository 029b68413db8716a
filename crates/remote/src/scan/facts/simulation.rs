//! What `apt-get -s upgrade` and its like print: the transaction, and what it leaves out.

use std::collections::{BTreeMap, BTreeSet};

/// A simulated transaction.
#[derive(Debug, Default)]
pub(super) struct Simulation<'a> {
    /// Names of packages that would be upgraded, with the version they would get.
    upgrades: BTreeMap<&'a str, &'a str>,
    /// Names of packages that would be installed anew.
    pub(super) additions: BTreeSet<&'a str>,
    /// Names of packages that would be removed.
    pub(super) removals: BTreeSet<&'a str>,
    /// Names under *have been deferred due to phasing*.
    deferred: BTreeSet<&'a str>,
}

impl<'a> Simulation<'a> {
    pub(super) fn read(lines: impl Iterator<Item = &'a str>) -> Self {
        let mut simulation = Self::default();
        let mut in_deferred = false;
        for line in lines {
            if line.starts_with(' ') {
                if in_deferred {
                    simulation.deferred.extend(line.split_ascii_whitespace());
                }
                continue;
            }
            in_deferred = line.contains("due to phasing");
            let mut words = line.split(' ');
            match (words.next(), words.next()) {
                (Some("Inst"), Some(name)) => simulation.install(name, words),
                (Some("Remv" | "Purg"), Some(name)) => {
                    simulation.removals.insert(name);
                }
                _ => {}
            }
        }
        simulation
    }

    /// `Inst NAME [OLD] (NEW ORIGIN:RELEASE/SUITE [ARCH])`; without `[OLD]` the package is new.
    fn install(&mut self, name: &'a str, mut words: std::str::Split<'a, char>) {
        let Some(next) = words.next() else { return };
        if next.starts_with('[') {
            let to = words
                .next()
                .and_then(|word| word.strip_prefix('('))
                .unwrap_or_default();
            self.upgrades.insert(name, to.trim_end_matches(')'));
        } else {
            self.additions.insert(name);
        }
    }

    pub(super) fn upgrades_to(&self, package: &str, version: &str) -> bool {
        self.upgrades.get(package) == Some(&version)
    }

    pub(super) fn defers(&self, package: &str) -> bool {
        self.deferred.contains(package)
    }
}
