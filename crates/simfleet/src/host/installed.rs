//! What dpkg lists.

use super::spec::HostSpec;
use super::state::HostState;
use std::collections::BTreeMap;

/// Packages beside the tables', the same on every simulated server: name and version as Debian 12 has them. Nothing
/// becomes of them, and nothing reads their versions.
const SETTLED: &str = include_str!("../archive/settled.txt");

/// Every installed package with its version.
pub(crate) fn installed(spec: &HostSpec, state: &HostState) -> BTreeMap<String, String> {
    let tables = spec.distro.tables();
    let mut packages: BTreeMap<String, String> = SETTLED
        .lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(name, version)| (name.to_owned(), version.to_owned()))
        .collect();
    for unfinished in &state.unfinished {
        packages
            .entry(unfinished.clone())
            .or_insert_with(|| "1.187".to_owned());
    }
    if spec.needrestart {
        packages.insert("needrestart".to_owned(), "3.6-4".to_owned());
    }
    if state.has_unattended {
        packages.insert("unattended-upgrades".to_owned(), "2.9.1".to_owned());
    }
    if tables.id == "ubuntu" {
        packages.insert("update-notifier-common".to_owned(), "3.192".to_owned());
    }
    for (index, source) in tables.sources.iter().enumerate() {
        for binary in source.binaries {
            if let Some(release) = state.release_of(index, binary) {
                packages.insert((*binary).to_owned(), source.version_of(release));
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

/// dpkg names the architecture where several may be installed side by side, which libraries allow.
pub(crate) fn qualified(name: &str) -> String {
    let beside = name.starts_with("lib") && !name.ends_with("-common") && !name.ends_with("-perl");
    if beside {
        format!("{name}:amd64")
    } else {
        name.to_owned()
    }
}
