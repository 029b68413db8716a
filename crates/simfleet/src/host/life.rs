//! How a server changes: by its own timers, and by what is done to it. Its state at any moment follows from its
//! specification, the archives and the list of what was done; nothing has to run in between.

use super::spec::HostSpec;
use super::state::{HostState, Pending, Surroundings};
use super::timers::{Timer, clock_time_after};
use crate::archive::{Archive, Publisher};
use crate::command::{Deed, Install};
use crate::fault::Fault;
use crate::pace::{DAY, Moment, SECOND};
use crate::stream::scatter;
use std::sync::Arc;

/// Something that was done to a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Happening {
    Refresh,
    Install(Install),
    Reboot,
    RestartServices,
    Fault(Fault, bool),
}

impl Happening {
    /// A command of the world's file, as it concerns its host.
    pub(crate) fn of(deed: &Deed) -> Option<Self> {
        match deed {
            Deed::Made { .. } | Deed::Speed { .. } => None,
            Deed::Refresh { .. } => Some(Self::Refresh),
            Deed::Install { what, .. } => Some(Self::Install(what.clone())),
            Deed::Reboot { .. } => Some(Self::Reboot),
            Deed::Fault { fault, on, .. } => Some(Self::Fault(*fault, *on)),
        }
    }
}

/// Days in microseconds.
#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)]
fn days(days: f64) -> i64 {
    (days * DAY as f64) as i64
}

/// A server and everything that was done to it, with the last state that was worked out.
#[derive(Debug)]
pub(crate) struct Life {
    pub(crate) spec: Arc<HostSpec>,
    pub(crate) key: u64,
    boot_micros: i64,
    made: Moment,
    /// In order.
    happenings: Vec<(Moment, Happening)>,
    /// The last state, and how many happenings it has seen.
    last: Option<(HostState, usize)>,
}

impl Life {
    /// A server of a world that was made at `made`, with the past that its specification tells.
    pub(crate) fn new(spec: HostSpec, seed: u64, made: Moment) -> Self {
        let before = |past: f64| made.plus(-days(past));
        let start = before(spec.upgraded);
        let mut happenings = Vec::new();
        // Faults are there from the start of the told history, so that what they spoil is spoilt.
        happenings.extend(
            spec.faults
                .iter()
                .map(|fault| (start, Happening::Fault(*fault, true))),
        );
        if spec.booted < spec.upgraded {
            happenings.push((before(spec.booted), Happening::Reboot));
        }
        if let Some(restarted) = spec.services_restarted {
            happenings.push((before(restarted), Happening::RestartServices));
        }
        happenings.sort_by_key(|(at, _)| *at);
        let key = crate::stream::key(seed, &["life", &spec.host]);
        Self {
            key,
            boot_micros: i64::try_from(24 + scatter(key, 0) % 72).unwrap_or(60) * SECOND,
            spec: Arc::new(spec),
            made,
            happenings,
            last: None,
        }
    }

    /// Adds what was done to it at `at`.
    pub(crate) fn happen(&mut self, at: Moment, happening: Happening) {
        if self.last.as_ref().is_some_and(|(state, _)| state.at > at) {
            self.last = None;
        }
        self.happenings.push((at, happening));
    }

    /// The server at `moment`; `archive` must reach that far.
    pub(crate) fn at(&mut self, archive: &Archive, moment: Moment) -> &HostState {
        let kept = self.last.take().filter(|(state, _)| state.at <= moment);
        let around = Surroundings {
            spec: &self.spec,
            archive,
            key: self.key,
        };
        let (mut state, mut seen) = kept.unwrap_or_else(|| {
            let start = self.made.plus(-days(self.spec.upgraded));
            let booted = self.made.plus(-days(self.spec.booted.max(self.spec.upgraded)));
            (HostState::upgraded(&around, start, booted), 0)
        });
        let refresh = Timer::refresh(self.key);
        let upgrade = Timer::upgrade(self.key);
        let never = Moment(i64::MAX);
        loop {
            let done = self
                .happenings
                .get(seen)
                .map_or(never, |(at, _)| *at)
                .max(state.at);
            let (refreshes, upgrades) = if self.spec.unattended.is_some() {
                (refresh.after(state.at), upgrade.after(state.at))
            } else {
                (never, never)
            };
            let restarts = state.restarts_at.unwrap_or(never);
            let next = done.min(refreshes).min(upgrades).min(restarts);
            if next > moment {
                break;
            }
            state.at = next;
            if next == done {
                if let Some((_, happening)) = self.happenings.get(seen) {
                    state.undergo(&around, happening, self.boot_micros);
                }
                seen += 1;
            } else if next == restarts {
                state.reboot(self.boot_micros);
            } else if next == refreshes {
                // The timer's own failure is nobody's to see but the next scan's.
                let _ = state.refresh(&around);
            } else {
                state.upgrade_by_itself(&around);
            }
        }
        state.at = moment;
        &self.last.insert((state, seen)).0
    }
}

impl HostState {
    fn undergo(&mut self, around: &Surroundings<'_>, happening: &Happening, boot_micros: i64) {
        match happening {
            Happening::Refresh => self.refresh_for_scan(around),
            Happening::Install(what) => self.install(around, what),
            Happening::Reboot => self.reboot(boot_micros),
            Happening::RestartServices => self.old.clear(),
            Happening::Fault(fault, true) => {
                self.faults.insert(*fault);
            }
            Happening::Fault(fault, false) => {
                self.faults.remove(fault);
            }
        }
    }

    /// Fetches the lists; with [`Fault::BrokenLists`] all but the last. Returns whether all were fetched.
    fn refresh(&mut self, around: &Surroundings<'_>) -> bool {
        let broken = self.faults.contains(&Fault::BrokenLists);
        let last = around.lists().last();
        for list in around.lists() {
            if !(broken && Some(list) == last) {
                self.lists[list] = self.at;
            }
        }
        !broken
    }

    /// What a scan does when it finds the lists too old.
    fn refresh_for_scan(&mut self, around: &Surroundings<'_>) {
        self.refresh_failed = !self.refresh(around);
        if !self.refresh_failed {
            self.refreshed = Some(self.at);
        }
    }

    /// A restart that is asked for while another one is going on is that one.
    fn reboot(&mut self, boot_micros: i64) {
        self.restarts_at = None;
        if self.at < self.down_until {
            return;
        }
        self.boots += 1;
        self.down_until = self.at.plus(boot_micros);
        self.booted = self.down_until;
        self.running = self.newest_kernel().unwrap_or(self.running);
        self.flag = None;
        self.old.clear();
    }

    fn install(&mut self, around: &Surroundings<'_>, what: &Install) {
        let tables = around.tables();
        for (index, source) in tables.sources.iter().enumerate() {
            let wanted = match what {
                Install::All => true,
                Install::Security => self.is_security(around, index),
                Install::Named(names) => source
                    .binaries
                    .iter()
                    .any(|binary| names.iter().any(|name| name == binary)),
            };
            if wanted && self.standing(around, index, self.candidate(around, index)) == Pending::Ready {
                self.put(around, index, self.candidate(around, index));
            }
        }
        let metas = tables
            .kernels
            .get(around.spec.flavour)
            .map_or(&[][..], |kernel| kernel.metas);
        let kernel = match what {
            Install::All | Install::Security => true,
            Install::Named(names) => metas.iter().any(|meta| names.iter().any(|name| name == meta)),
        };
        if kernel {
            self.put_kernel(around);
        }
        self.unfinished.clear();
    }

    /// Whether a version between the installed one and the candidate closes a security hole.
    pub(crate) fn is_security(&self, around: &Surroundings<'_>, source: usize) -> bool {
        let Some(installed) = self.installed[source] else {
            return false;
        };
        around.archive.releases(around.spec.distro, source)[..=self.candidate(around, source)]
            .iter()
            .skip(installed + 1)
            .any(|release| release.security)
    }

    /// What unattended-upgrades does once a day.
    fn upgrade_by_itself(&mut self, around: &Surroundings<'_>) {
        let Some(settings) = around.spec.unattended else {
            return;
        };
        for (index, source) in around.tables().sources.iter().enumerate() {
            if source.publisher != Publisher::Distribution {
                continue;
            }
            let releases = around.archive.releases(around.spec.distro, index);
            let candidate = self.candidate(around, index);
            let target = if settings.security_only {
                (0..=candidate).rev().find(|release| releases[*release].security)
            } else {
                Some(candidate)
            };
            if let Some(target) = target
                && self.standing(around, index, target) == Pending::Ready
            {
                self.put(around, index, target);
            }
        }
        self.put_kernel(around);
        if self.flag.is_some()
            && let Some(time) = settings.reboots_at
        {
            self.restarts_at = Some(clock_time_after(self.at, time));
        }
    }

    /// Installs a release of a source that is installed in an older one.
    fn put(&mut self, around: &Surroundings<'_>, source: usize, release: usize) {
        if self.installed[source].is_none_or(|installed| installed >= release) {
            return;
        }
        self.installed[source] = Some(release);
        self.leave_old(around, source);
        let tables = around.tables();
        if tables.restarts_services && tables.sources[source].name == "glibc" {
            self.ask_for_restart(around, self.at, &["libc6"]);
        }
    }

    /// Installs the newest kernel, and keeps the two before it and the running one.
    fn put_kernel(&mut self, around: &Surroundings<'_>) {
        let Some(newest) = self.newest_kernel() else {
            return;
        };
        let candidate = self.kernel_candidate(around);
        if candidate <= newest {
            return;
        }
        self.kernels.push(candidate);
        let surplus = self.kernels.len().saturating_sub(3);
        let running = self.running;
        let mut place = 0;
        self.kernels.retain(|kernel| {
            place += 1;
            place > surplus || *kernel == running
        });
        let image = around.tables().kernels[around.spec.flavour].image;
        self.ask_for_restart(around, self.at, &[image]);
    }
}
