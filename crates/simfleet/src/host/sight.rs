//! What there is to see of a server at one moment, worked out while the world is at hand; everything that a scan
//! says is rendered from it afterwards.

use super::spec::HostSpec;
use super::state::{HostState, Pending, Surroundings};
use crate::archive::Publisher;
use crate::fault::Fault;
use crate::pace::{Moment, Pace};
use model::Timestamp;
use std::sync::Arc;

/// A server at one moment.
#[derive(Debug, Clone)]
pub(crate) struct Sight {
    pub(crate) seed: u64,
    pub(crate) spec: Arc<HostSpec>,
    pub(crate) state: HostState,
    pub(crate) pace: Arc<Pace>,
    /// Pending updates, one per source, in the order of the tables.
    pub(crate) pending: Vec<PendingSource>,
    pub(crate) kernel: Option<PendingKernel>,
    /// The indexes of its lists.
    pub(crate) lists: Vec<usize>,
}

/// A source with a newer release than the installed one.
#[derive(Debug, Clone)]
pub(crate) struct PendingSource {
    pub(crate) source: usize,
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) standing: Pending,
    pub(crate) versions: Versions,
}

/// A newer kernel than the newest installed one.
#[derive(Debug, Clone)]
pub(crate) struct PendingKernel {
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) versions: Versions,
}

/// The releases that apt knows, newest first, each with the lists that hold it; the installed one may be in none.
pub(crate) type Versions = Vec<(usize, Vec<usize>)>;

impl Sight {
    pub(crate) fn of(
        around: &Surroundings<'_>,
        state: &HostState,
        seed: u64,
        spec: Arc<HostSpec>,
        pace: Arc<Pace>,
    ) -> Self {
        let distro = around.spec.distro;
        let mut pending = Vec::new();
        for (index, source) in around.tables().sources.iter().enumerate() {
            let Some(from) = state.installed[index] else {
                continue;
            };
            let to = state.candidate(around, index);
            if to > from {
                let releases = around.archive.releases(distro, index);
                pending.push(PendingSource {
                    source: index,
                    from,
                    to,
                    standing: state.standing(around, index, to),
                    versions: versions(around, state, from, source.publisher, releases),
                });
            }
        }
        let kernel = state.newest_kernel().and_then(|from| {
            let to = state.kernel_candidate(around);
            let releases = around.archive.kernel_releases(distro);
            (to > from).then(|| PendingKernel {
                from,
                to,
                versions: versions(around, state, from, Publisher::Distribution, releases),
            })
        });
        Self {
            seed,
            spec,
            state: state.clone(),
            pace,
            pending,
            kernel,
            lists: around.lists().collect(),
        }
    }

    /// What the server's own clock shows at a moment, in seconds since 1970.
    pub(crate) fn clock_secs(&self, moment: Moment) -> i64 {
        self.clock(self.pace.wall(moment)).secs()
    }

    /// What the server's own clock shows at a time on the wall.
    pub(crate) fn clock(&self, wall: Timestamp) -> Timestamp {
        if self.has(Fault::WrongClock) {
            wall.plus_secs(540)
        } else {
            wall
        }
    }

    pub(crate) fn has(&self, fault: Fault) -> bool {
        self.state.faults.contains(&fault)
    }
}

/// An archive keeps only the newest release in each of its lists.
fn versions(
    around: &Surroundings<'_>,
    state: &HostState,
    installed: usize,
    publisher: Publisher,
    releases: &[crate::archive::Release],
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
