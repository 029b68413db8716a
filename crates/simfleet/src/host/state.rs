//! A server at one moment: what is installed, what runs, and how old its lists are.

use super::spec::{HostSpec, Unattended};
use crate::archive::{Archive, Distribution, Part, Publisher, newest_at};
use crate::fault::Fault;
use crate::pace::{DAY, Moment, Pace};
use crate::stream::scatter;
use crate::work::{Holder, Job};
use remote::work::Attempt;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What a server's life depends on besides its state.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Surroundings<'a> {
    pub(crate) spec: &'a Arc<HostSpec>,
    pub(crate) archive: &'a Archive,
    pub(crate) pace: &'a Arc<Pace>,
    /// The world's.
    pub(crate) seed: u64,
    /// The host's own key for what is drawn about it.
    pub(crate) key: u64,
}

impl Surroundings<'_> {
    pub(crate) fn tables(&self) -> &'static Distribution {
        self.spec.distro.tables()
    }

    /// The indexes of the lists that this server uses.
    pub(crate) fn lists(&self) -> impl Iterator<Item = usize> + '_ {
        let docker = self.spec.role.has(Part::Docker);
        let lists = self.tables().lists.iter().enumerate();
        lists.filter_map(move |(index, list)| {
            (docker || !list.brings(Publisher::Docker, false, false)).then_some(index)
        })
    }
}

/// The restart flag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Flag {
    pub(crate) since: Moment,
    pub(crate) packages: BTreeSet<String>,
}

/// A server at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HostState {
    /// The moment.
    pub(crate) at: Moment,
    /// The installed release of each source; `None` where it is not installed.
    pub(crate) installed: Vec<Option<usize>>,
    /// Binary packages that are at another release than their source is.
    pub(crate) apart: BTreeMap<&'static str, usize>,
    /// Releases of the kernels that are installed, oldest first; none in a container.
    pub(crate) kernels: Vec<usize>,
    /// The release of the kernel that runs.
    pub(crate) running: usize,
    pub(crate) boots: u32,
    pub(crate) booted: Moment,
    /// A restart is going on until then.
    pub(crate) down_until: Moment,
    /// When it will restart by itself.
    pub(crate) restarts_at: Option<Moment>,
    pub(crate) flag: Option<Flag>,
    /// Units that run old libraries.
    pub(crate) old: BTreeSet<&'static str>,
    /// When units were started anew since the boot.
    pub(crate) started: BTreeMap<&'static str, Moment>,
    /// When each list of the distribution was last fetched.
    pub(crate) lists: Vec<Moment>,
    /// When all of them were last fetched together by a scan.
    pub(crate) refreshed: Option<Moment>,
    /// Whether the last scan that fetched them failed.
    pub(crate) refresh_failed: bool,
    pub(crate) faults: BTreeSet<Fault>,
    /// When [`Fault::Locked`] last began.
    pub(crate) locked_since: Moment,
    pub(crate) failed_units: Vec<&'static str>,
    /// Packages that dpkg has unpacked and not configured.
    pub(crate) unfinished: BTreeSet<String>,
    /// The daily upgrades that the server does by itself.
    pub(crate) unattended: Option<Unattended>,
    /// Whether the package for them is there.
    pub(crate) has_unattended: bool,
    /// Whether Drydock's own settings for them are there, and whether those switch them on.
    pub(crate) drydocks_daily: Option<bool>,
    /// Whose server it is, as far as attempts of steps were started here.
    pub(crate) holder: Option<Holder>,
    /// The attempts whose directories are here.
    pub(crate) jobs: BTreeMap<Attempt, Arc<Job>>,
    /// What steps had dpkg do, as its log has it: `unpack` or `configure` and a package's name.
    pub(crate) dpkg_log: Arc<Vec<String>>,
}

/// Why a pending update is, or is not, simply installable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pending {
    Ready,
    Held,
    /// With the percentage of machines that have it already.
    Phased(u8),
}

impl HostState {
    /// The server as it was left at `at`, when somebody had just installed all updates.
    pub(crate) fn upgraded(around: &Surroundings<'_>, at: Moment, booted: Moment) -> Self {
        let (spec, tables) = (around.spec, around.tables());
        let installed = tables.sources.iter().enumerate().map(|(index, source)| {
            spec.role.has(source.part).then(|| {
                let behind = spec
                    .behind
                    .iter()
                    .find(|(name, _)| *name == source.name)
                    .map_or(0, |(_, behind)| *behind);
                newest_at(around.archive.releases(spec.distro, index), at).saturating_sub(behind)
            })
        });
        let releases = around.archive.kernel_releases(spec.distro);
        let running = newest_at(releases, at.min(booted));
        let newest = newest_at(releases, at);
        let mut kernels: Vec<usize> = vec![running.saturating_sub(1), running, newest];
        kernels.dedup();
        if spec.is_container {
            kernels.clear();
        }
        let mut state = Self {
            at,
            installed: installed.collect(),
            apart: BTreeMap::new(),
            kernels,
            running,
            boots: 0,
            booted,
            down_until: booted,
            restarts_at: None,
            flag: None,
            old: BTreeSet::new(),
            started: BTreeMap::new(),
            lists: vec![at; tables.lists.len()],
            refreshed: None,
            refresh_failed: false,
            faults: BTreeSet::new(),
            locked_since: at,
            failed_units: spec.failed_units.to_vec(),
            unfinished: spec.unfinished.iter().map(|name| (*name).to_owned()).collect(),
            unattended: spec.unattended,
            has_unattended: spec.unattended.is_some() || tables.id == "ubuntu",
            drydocks_daily: None,
            holder: None,
            jobs: BTreeMap::new(),
            dpkg_log: Arc::default(),
        };
        if newest != running && !spec.is_container {
            state.ask_for_restart(around, at, &[tables.kernels[spec.flavour].image]);
        }
        // What was upgraded after the boot is still in use in its old form.
        for source in 0..tables.sources.len() {
            let releases = around.archive.releases(spec.distro, source);
            if state.installed[source].is_some() && newest_at(releases, booted) < newest_at(releases, at) {
                state.leave_old(around, source, false);
            }
        }
        state
    }

    /// The installed release of a binary package of a source.
    pub(crate) fn release_of(&self, source: usize, binary: &str) -> Option<usize> {
        let of_source = self.installed.get(source).copied().flatten()?;
        Some(self.apart.get(binary).copied().unwrap_or(of_source))
    }

    /// Notes which units go on with the library that an upgrade of `source` has just replaced. `by_drydock`: nothing
    /// restarts them.
    pub(crate) fn leave_old(&mut self, around: &Surroundings<'_>, source: usize, by_drydock: bool) {
        let (spec, tables) = (around.spec, around.tables());
        let table = &tables.sources[source];
        let running = spec.role.units(spec.distro);
        for unit in table.used_by.iter().filter(|unit| running.contains(unit)) {
            // Where needrestart restarts by itself, it leaves these two alone: that would end sessions.
            let stays = by_drydock || !tables.restarts_services;
            if stays || matches!(*unit, "dbus.service" | "systemd-logind.service") {
                self.old.insert(unit);
            }
        }
        match table.unit {
            // A step's unpacked package restarts its unit when it is set up.
            Some(unit) if by_drydock => {
                self.old.remove(unit);
            }
            Some(unit) => self.restarted(unit),
            None => {}
        }
    }

    /// A unit was started anew, and runs the libraries of now.
    pub(crate) fn restarted(&mut self, unit: &'static str) {
        self.old.remove(unit);
        self.started.insert(unit, self.at);
    }

    /// The newest release of a source that the server's lists know.
    pub(crate) fn candidate(&self, around: &Surroundings<'_>, source: usize) -> usize {
        let releases = around.archive.releases(around.spec.distro, source);
        let publisher = around.tables().sources[source].publisher;
        (0..releases.len())
            .rev()
            .find(|index| self.knows(around, releases[*index].at, publisher, releases[*index].security))
            .unwrap_or(0)
    }

    /// Whether a list that brings such a release was fetched after it was published.
    pub(crate) fn knows(
        &self,
        around: &Surroundings<'_>,
        at: Moment,
        publisher: Publisher,
        security: bool,
    ) -> bool {
        let tables = around.tables();
        let updates = tables.has_updates_pocket();
        around
            .lists()
            .any(|list| self.lists[list] >= at && tables.lists[list].brings(publisher, security, updates))
    }

    /// The newest kernel that the server's lists know.
    pub(crate) fn kernel_candidate(&self, around: &Surroundings<'_>) -> usize {
        let releases = around.archive.kernel_releases(around.spec.distro);
        (0..releases.len())
            .rev()
            .find(|index| self.knows(around, releases[*index].at, Publisher::Distribution, true))
            .unwrap_or(0)
    }

    /// The newest installed kernel; `None` in a container.
    pub(crate) fn newest_kernel(&self) -> Option<usize> {
        self.kernels.last().copied()
    }

    /// What stands between the server and release `to` of a source.
    pub(crate) fn standing(&self, around: &Surroundings<'_>, source: usize, to: usize) -> Pending {
        let (spec, tables) = (around.spec, around.tables());
        let table = &tables.sources[source];
        if spec.held.contains(&table.name) {
            return Pending::Held;
        }
        let release = around.archive.releases(spec.distro, source)[to];
        if !tables.phases() || release.security || table.publisher != Publisher::Distribution {
            return Pending::Ready;
        }
        // Ubuntu adds a tenth of all machines every six hours.
        let tenths = self.at.since(release.at) / (DAY / 4) + 1;
        let percent = u8::try_from((tenths * 10).clamp(0, 100)).unwrap_or(100);
        let drawn = scatter(around.key ^ 0x7068_6173, (source as u64) << 32 | to as u64) % 100;
        let place = spec.phase.unwrap_or_else(|| u8::try_from(drawn).unwrap_or(0));
        if place < percent {
            Pending::Ready
        } else {
            Pending::Phased(percent)
        }
    }

    /// Whether something on the server writes the restart flag.
    pub(crate) const fn flag_is_maintained(&self) -> bool {
        self.has_unattended
    }

    /// Writes the restart flag for these packages (templates are filled with the newest kernel's numbers).
    pub(crate) fn ask_for_restart(&mut self, around: &Surroundings<'_>, at: Moment, packages: &[&str]) {
        if !self.flag_is_maintained() {
            return;
        }
        let kernel = &around.tables().kernels[around.spec.flavour];
        let newest = self.newest_kernel().unwrap_or(self.running);
        let flag = self.flag.get_or_insert_with(|| Flag {
            since: at,
            packages: BTreeSet::new(),
        });
        flag.packages
            .extend(packages.iter().map(|package| kernel.fill(package, newest)));
    }
}
