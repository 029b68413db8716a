//! What dpkg lists.

use crate::host::Sight;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Packages beside the tables', the same on every simulated server: name and version as Debian 12 has them. Nothing
/// becomes of them, and nothing reads their versions.
const SETTLED: &str = include_str!("../archive/settled.txt");

/// `dpkg-query -W`: name, version, state.
pub(super) fn packages(sight: &Sight) -> String {
    let mut text = String::with_capacity(12_000);
    for (name, version) in installed(sight) {
        let unfinished = sight
            .state
            .unfinished
            .iter()
            .any(|unfinished| *unfinished == name);
        let state = if unfinished { "iF " } else { "ii " };
        let _ = writeln!(text, "{}\t{version}\t{state}", qualified(&name));
    }
    text
}

/// dpkg names the architecture where several may be installed side by side, which libraries allow.
fn qualified(name: &str) -> String {
    let beside = name.starts_with("lib") && !name.ends_with("-common") && !name.ends_with("-perl");
    if beside {
        format!("{name}:amd64")
    } else {
        name.to_owned()
    }
}

fn installed(sight: &Sight) -> BTreeMap<String, String> {
    let (spec, state) = (&sight.spec, &sight.state);
    let tables = spec.distro.tables();
    let mut packages: BTreeMap<String, String> = SETTLED
        .lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(name, version)| (name.to_owned(), version.to_owned()))
        .collect();
    for unfinished in &state.unfinished {
        packages
            .entry((*unfinished).to_owned())
            .or_insert_with(|| "1.187".to_owned());
    }
    if spec.needrestart {
        packages.insert("needrestart".to_owned(), "3.6-4".to_owned());
    }
    if spec.unattended.is_some() || tables.id == "ubuntu" {
        packages.insert("unattended-upgrades".to_owned(), "2.9.1".to_owned());
    }
    if tables.id == "ubuntu" {
        packages.insert("update-notifier-common".to_owned(), "3.192".to_owned());
    }
    for (source, installed) in tables.sources.iter().zip(&state.installed) {
        if let Some(installed) = installed {
            for binary in source.binaries {
                packages.insert((*binary).to_owned(), source.version_of(*installed));
            }
        }
    }
    let kernel = &tables.kernels[spec.flavour];
    for release in &state.kernels {
        let version = kernel.fill(kernel.version, *release);
        for package in kernel.brings {
            packages.insert(kernel.fill(package, *release), version.clone());
        }
    }
    if let Some(newest) = state.newest_kernel() {
        for meta in kernel.metas {
            packages.insert((*meta).to_owned(), kernel.fill(kernel.version, newest));
        }
    }
    packages
}
