//! What changes on a server at one moment: by what is done to it, and by itself.

use super::life::Happening;
use super::state::{HostState, Pending, Surroundings};
use super::timers::clock_time_after;
use crate::archive::Publisher;
use crate::command::Install;
use crate::fault::Fault;
use crate::pace::SECOND;
use std::sync::Arc;

/// How long a server is away that does not come back by itself: until somebody has gone to its console.
const AWAY: i64 = 3 * 3_600 * SECOND;

impl HostState {
    pub(super) fn undergo(&mut self, around: &Surroundings<'_>, happening: &Happening, boot_micros: i64) {
        match happening {
            Happening::Refresh => self.refresh_for_scan(around),
            Happening::Install(what) => self.install(around, what),
            Happening::Reboot => self.reboot(around, boot_micros),
            Happening::RestartServices => {
                for unit in std::mem::take(&mut self.old) {
                    self.restarted(unit);
                }
            }
            Happening::Fault(fault, true) => {
                if self.faults.insert(*fault) && *fault == Fault::Locked {
                    self.locked_since = self.at;
                }
            }
            Happening::Fault(fault, false) => {
                if self.faults.remove(fault) {
                    self.is_mended(around, *fault, boot_micros);
                }
            }
            Happening::Start(new) => self.start(new),
            Happening::Forget(attempt) => {
                if let Some(job) = self.jobs.get_mut(attempt).filter(|job| !job.runs()) {
                    Arc::make_mut(job).is_forgotten = true;
                }
            }
            Happening::Tidy(attempts) => self
                .jobs
                .retain(|attempt, job| job.runs() || !attempts.contains(attempt)),
        }
    }

    /// Fetches the lists; with [`Fault::BrokenLists`] all but the last. Returns whether all were fetched.
    pub(super) fn refresh(&mut self, around: &Surroundings<'_>) -> bool {
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
    pub(crate) fn refresh_for_scan(&mut self, around: &Surroundings<'_>) {
        self.refresh_failed = !self.refresh(around);
        if !self.refresh_failed {
            self.refreshed = Some(self.at);
        }
    }

    /// What ends with a fault.
    fn is_mended(&mut self, around: &Surroundings<'_>, fault: Fault, boot_micros: i64) {
        match fault {
            Fault::StaysAway if self.at < self.down_until => {
                // Somebody has gone to its console.
                self.down_until = self.down_until.min(self.at.plus(boot_micros));
                self.booted = self.down_until;
            }
            Fault::UnitFails => {
                let unit = around.spec.role.main_unit(around.spec.distro);
                self.failed_units.retain(|failed| *failed != unit);
            }
            _ => {}
        }
    }

    /// A restart that is asked for while another one is going on is that one. What works is cut off.
    pub(super) fn reboot(&mut self, around: &Surroundings<'_>, boot_micros: i64) {
        self.restarts_at = None;
        if self.at < self.down_until {
            return;
        }
        self.cut_jobs();
        self.boots += 1;
        let away = if self.faults.contains(&Fault::StaysAway) {
            AWAY
        } else {
            boot_micros
        };
        self.down_until = self.at.plus(away);
        self.booted = self.down_until;
        self.running = self.newest_kernel().unwrap_or(self.running);
        self.flag = None;
        self.old.clear();
        self.started.clear();
        let unit = around.spec.role.main_unit(around.spec.distro);
        if self.faults.contains(&Fault::UnitFails) && !self.failed_units.contains(&unit) {
            self.failed_units.push(unit);
        }
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
    pub(super) fn upgrade_by_itself(&mut self, around: &Surroundings<'_>) {
        let Some(settings) = self.unattended else {
            return;
        };
        // Whoever has the lock goes first; tomorrow is another day.
        if self.keeper().is_some() {
            return;
        }
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
        let binaries = around.tables().sources[source].binaries;
        self.apart.retain(|apart, _| !binaries.contains(apart));
        self.leave_old(around, source, false);
        let tables = around.tables();
        if tables.restarts_services && tables.sources[source].name == "glibc" {
            self.ask_for_restart(around, self.at, &["libc6"]);
        }
    }

    /// Installs the newest kernel.
    fn put_kernel(&mut self, around: &Surroundings<'_>) {
        let Some(newest) = self.newest_kernel() else {
            return;
        };
        let candidate = self.kernel_candidate(around);
        if candidate <= newest {
            return;
        }
        self.add_kernel(candidate);
        let image = around.tables().kernels[around.spec.flavour].image;
        self.ask_for_restart(around, self.at, &[image]);
    }

    /// Puts a kernel beside the others, and keeps the two before it and the running one.
    pub(crate) fn add_kernel(&mut self, release: usize) {
        if self.kernels.contains(&release) {
            return;
        }
        self.kernels.push(release);
        let surplus = self.kernels.len().saturating_sub(3);
        let running = self.running;
        let mut place = 0;
        self.kernels.retain(|kernel| {
            place += 1;
            place > surplus || *kernel == running
        });
    }
}
