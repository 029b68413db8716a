//! What a server's lists offer it: every package that apt could upgrade or bring along, and what becomes of it in
//! which transaction. The scan, the survey and the installation all read it here.

use super::change::{Change, Fate, Item, Refused};
use super::sight::Versions;
use super::spec::HostSpec;
use super::state::{HostState, Pending, Surroundings};
use crate::archive::{Kernel, Publisher, Release};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Some binary packages of a source with a newer release than their own.
#[derive(Debug, Clone)]
pub(crate) struct PendingSource {
    pub(crate) source: usize,
    pub(crate) binaries: Vec<&'static str>,
    pub(crate) from: usize,
    pub(crate) standing: Pending,
    pub(crate) versions: Versions,
}

/// A newer kernel than the newest installed one.
#[derive(Debug, Clone)]
pub(crate) struct PendingKernel {
    pub(crate) from: usize,
    pub(crate) versions: Versions,
}

/// Everything that is pending on a server at one moment.
#[derive(Debug, Clone)]
pub(crate) struct Offer {
    spec: Arc<HostSpec>,
    /// In the order of the tables.
    pub(crate) pending: Vec<PendingSource>,
    pub(crate) kernel: Option<PendingKernel>,
}

impl Offer {
    pub(crate) fn of(around: &Surroundings<'_>, state: &HostState) -> Self {
        let distro = around.spec.distro;
        let mut pending = Vec::new();
        for (source, table) in around.tables().sources.iter().enumerate() {
            if state.installed[source].is_none() {
                continue;
            }
            let to = state.candidate(around, source);
            let releases = around.archive.releases(distro, source);
            let mut groups: BTreeMap<usize, Vec<&'static str>> = BTreeMap::new();
            for binary in table.binaries {
                if let Some(from) = state.release_of(source, binary).filter(|from| *from < to) {
                    groups.entry(from).or_default().push(binary);
                }
            }
            pending.extend(groups.into_iter().map(|(from, binaries)| PendingSource {
                source,
                binaries,
                from,
                standing: state.standing(around, source, to),
                versions: versions(around, state, from, table.publisher, releases),
            }));
        }
        let kernel = state.newest_kernel().and_then(|from| {
            let releases = around.archive.kernel_releases(distro);
            (state.kernel_candidate(around) > from).then(|| PendingKernel {
                from,
                versions: versions(around, state, from, Publisher::Distribution, releases),
            })
        });
        Self {
            spec: Arc::clone(around.spec),
            pending,
            kernel,
        }
    }

    fn kernels(&self) -> &'static Kernel {
        &self.spec.distro.tables().kernels[self.spec.flavour]
    }

    /// Every package with a newer version, sorted by name.
    pub(crate) fn upgrades(&self) -> Vec<Change> {
        let mut changes: Vec<Change> = Vec::new();
        for pending in &self.pending {
            changes.extend(
                pending
                    .binaries
                    .iter()
                    .filter_map(|name| self.binary(pending, name, None)),
            );
        }
        if let Some(pending) = &self.kernel
            && let Some((release, lists)) = pending.versions.first()
        {
            changes.extend(self.kernels().metas.iter().map(|meta| Change {
                package: (*meta).to_owned(),
                from: Some(self.kernels().fill(self.kernels().version, pending.from)),
                ..self.of_kernel((*meta).to_owned(), *release, lists)
            }));
        }
        changes.sort_by(|a, b| a.package.cmp(&b.package));
        changes
    }

    /// What the pending kernel brings, sorted by name.
    pub(crate) fn new_packages(&self) -> Vec<Change> {
        let newest = self.kernel.as_ref().and_then(|pending| pending.versions.first());
        let mut changes: Vec<Change> = newest
            .into_iter()
            .flat_map(|(release, lists)| {
                let brings = self.kernels().brings.iter();
                brings.map(|one| self.of_kernel(self.kernels().fill(one, *release), *release, lists))
            })
            .collect();
        changes.sort_by(|a, b| a.package.cmp(&b.package));
        changes
    }

    fn of_kernel(&self, package: String, release: usize, lists: &[usize]) -> Change {
        let kernel = self.kernels();
        let is_image = kernel.fill(kernel.image, release) == package;
        Change {
            package,
            from: None,
            to: kernel.fill(kernel.version, release),
            lists: lists.to_vec(),
            fate: Fate::NeedsNew,
            item: Item::Kernel { release, is_image },
        }
    }

    /// A package of a pending source at a version that a list holds; without one, at the newest.
    fn binary(&self, pending: &PendingSource, name: &'static str, version: Option<&str>) -> Option<Change> {
        let table = &self.spec.distro.tables().sources[pending.source];
        let (release, lists) = pending
            .versions
            .iter()
            .filter(|(release, lists)| *release > pending.from && !lists.is_empty())
            .find(|(release, _)| version.is_none_or(|version| table.version_of(*release) == version))?;
        Some(Change {
            package: name.to_owned(),
            from: Some(table.version_of(pending.from)),
            to: table.version_of(*release),
            lists: lists.clone(),
            fate: match pending.standing {
                Pending::Ready => Fate::Upgraded,
                Pending::Held => Fate::Held,
                Pending::Phased(_) => Fate::Deferred,
            },
            item: Item::Binary {
                source: pending.source,
                name,
                release: *release,
            },
        })
    }

    /// The transaction of `apt-get upgrade` or `full-upgrade`; they come to the same here, since nothing is ever
    /// removed. `may_install`: with what is new.
    pub(crate) fn whole(&self, may_install: bool) -> Vec<Change> {
        let mut changes = self.upgrades();
        changes
            .retain(|change| change.fate == Fate::Upgraded || (may_install && change.fate == Fate::NeedsNew));
        if may_install {
            changes.extend(self.new_packages());
        }
        changes
    }

    /// The transaction of `apt-get install` with these words: names, each perhaps with a version. Naming a package
    /// overrules phasing; a kernel's packages come together. `installed` is what dpkg lists.
    pub(crate) fn install(
        &self,
        words: &[(&str, Option<&str>)],
        installed: &BTreeMap<String, String>,
    ) -> Result<Vec<Change>, Refused> {
        let (upgrades, new) = (self.upgrades(), self.new_packages());
        let mut changes: Vec<Change> = Vec::new();
        let mut with_kernel = false;
        for (name, version) in words {
            let newest = upgrades.iter().chain(&new).find(|change| change.package == *name);
            let Some(newest) = newest else {
                let is = installed.get(*name).map(String::as_str);
                return match version {
                    // What is there already is nothing to do.
                    _ if is.is_some() && (version.is_none() || *version == is) => continue,
                    Some(version) if is.is_some() => {
                        Err(Refused::NoSuchVersion((*name).to_owned(), (*version).to_owned()))
                    }
                    _ => Err(Refused::Unknown((*name).to_owned())),
                };
            };
            let wanted = version.filter(|version| newest.to != *version);
            let change = match (wanted, newest.item) {
                (None, _) => Some(newest.clone()),
                (Some(version), _) if newest.from.as_deref() == Some(version) => continue,
                (Some(version), Item::Binary { source, name, .. }) => self
                    .pending
                    .iter()
                    .filter(|pending| pending.source == source && pending.binaries.contains(&name))
                    .find_map(|pending| self.binary(pending, name, Some(version))),
                (Some(_), Item::Kernel { .. }) => None,
            };
            let Some(change) = change else {
                let version = version.unwrap_or_default().to_owned();
                return Err(Refused::NoSuchVersion((*name).to_owned(), version));
            };
            with_kernel |= matches!(change.item, Item::Kernel { .. });
            if changes.iter().all(|known| known.package != change.package) {
                changes.push(change);
            }
        }
        if with_kernel {
            let missing: Vec<Change> = upgrades
                .into_iter()
                .chain(new)
                .filter(|change| matches!(change.item, Item::Kernel { .. }))
                .filter(|change| changes.iter().all(|known| known.package != change.package))
                .collect();
            changes.extend(missing);
        }
        let held = changes.iter().filter(|change| change.fate == Fate::Held);
        let held: Vec<String> = held.map(|change| change.package.clone()).collect();
        if !held.is_empty() {
            return Err(Refused::Held(held));
        }
        // What is upgraded comes before what is new, as in the whole transaction.
        changes.sort_by(|a, b| (a.from.is_none(), &a.package).cmp(&(b.from.is_none(), &b.package)));
        Ok(changes)
    }
}

/// An archive keeps only the newest release in each of its lists.
fn versions(
    around: &Surroundings<'_>,
    state: &HostState,
    installed: usize,
    publisher: Publisher,
    releases: &[Release],
) -> Versions {
    let tables = around.tables();
    let has_updates = tables.has_updates_pocket();
    let mut versions: Versions = vec![(installed, Vec::new())];
    for list in around.lists() {
        let newest = (0..releases.len()).rev().find(|index| {
            let release = releases[*index];
            release.at <= state.lists[list]
                && tables.lists[list].brings(publisher, release.security, has_updates)
        });
        let Some(newest) = newest else { continue };
        match versions.iter_mut().find(|(release, _)| *release == newest) {
            Some((_, lists)) => lists.push(list),
            None => versions.push((newest, vec![list])),
        }
    }
    versions.sort_by_key(|(release, _)| std::cmp::Reverse(*release));
    versions
}
