//! Going on with what works on a server, act by act.

use super::job::{Act, End, Job};
use super::kept;
use crate::fault::Fault;
use crate::host::{HostState, Surroundings};
use crate::pace::{Moment, SECOND};
use crate::stream::scatter;
use model::Work;
use remote::work::exit;
use std::sync::Arc;

/// The package manager's lock.
pub(crate) const LOCK: &str = "/var/lib/dpkg/lock-frontend";

/// Who keeps the package manager's lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Keeper {
    pub(crate) pid: u64,
    pub(crate) since: Moment,
    pub(crate) command: &'static str,
}

impl HostState {
    /// When something that works here acts next.
    pub(crate) fn next_act(&self) -> Option<Moment> {
        self.jobs.values().filter_map(|job| job.next()).min()
    }

    /// Does the next act of whoever is due first.
    pub(crate) fn act(&mut self, around: &Surroundings<'_>) {
        let due = self.jobs.values().filter(|job| job.next().is_some());
        let Some(attempt) = due.min_by_key(|job| job.next()).map(|job| job.attempt) else {
            return;
        };
        let Some(mut kept) = self.jobs.remove(&attempt) else {
            return;
        };
        let job = Arc::make_mut(&mut kept);
        if let Some(act) = job.take_next() {
            self.carry_out(around, job, act);
        }
        self.jobs.insert(attempt, kept);
    }

    fn carry_out(&mut self, around: &Surroundings<'_>, job: &mut Job, act: Act) {
        let at = self.at;
        match act {
            Act::Wait { give_up, told } => self.wait(around, job, give_up, told),
            Act::Compare => self.compare(around, job),
            Act::Unpack(package, item) => self.unpack(around, package, item),
            Act::SetUp(package, item) => {
                job.kept.extend(kept::changed(around, &package));
                self.set_up(around, &package, item);
            }
            Act::FailToSetUp(_, item) => self.fail_to_set_up(around, item),
            Act::Chat { line } => self.chat(around, job, line),
            Act::Close => self.close(around, job),
            Act::Refresh => self.refresh_lists(around, job),
            Act::Configure => self.configure(around, job),
            Act::SetDaily => self.set_daily(job),
            Act::RestartUnit(unit) => self.restart_unit(around, job, &unit),
            Act::LookAtUnits => self.look_at_units(around, job),
            Act::GoDown => self.go_down(job),
            Act::AskHealth { give_up } => self.ask_health(job, give_up),
            Act::End(code) => job.end(at, code),
        }
    }

    /// Who keeps the lock, other than a job that is asking.
    pub(crate) fn keeper(&self) -> Option<Keeper> {
        if self.faults.contains(&Fault::Locked) {
            return Some(Keeper {
                pid: 2_318,
                since: self.locked_since,
                command: "/usr/bin/python3 /usr/bin/unattended-upgrade",
            });
        }
        let busy = self.jobs.values().find(|job| job.has_lock)?;
        Some(Keeper {
            pid: pid_of(busy) + 9,
            since: busy.began,
            command: "apt-get -y -q install",
        })
    }

    fn wait(&mut self, around: &Surroundings<'_>, job: &mut Job, give_up: Moment, told: Option<Moment>) {
        let needs_lock = !matches!(
            job.work,
            Work::Refresh | Work::RestartServices { .. } | Work::Command { .. }
        );
        let keeper = if needs_lock { self.keeper() } else { None };
        let is_reboot = matches!(job.work, Work::Reboot(_));
        let busy = self.jobs.values().find(|other| is_reboot && other.runs());
        let at = self.at;
        let (waits_for, gives_up) = if let Some(keeper) = keeper {
            let who = format!(
                "{LOCK}, held by “{}” (process {}), since {}",
                keeper.command,
                keeper.pid,
                date(around, keeper.since, 0)
            );
            let gave_up = format!(
                "Gave up waiting: {LOCK} is held by “{}” (process {}), since {}. Nothing was changed.",
                keeper.command,
                keeper.pid,
                date(around, keeper.since, 0)
            );
            let left = give_up.since(at) / SECOND;
            (format!("Waiting for {who}. Giving up in {left} s."), gave_up)
        } else if let Some(busy) = busy {
            let unit = format!("drydock-{}.service", busy.attempt);
            (
                format!("Waiting for {unit}"),
                format!("Still at work here: {unit}. Nothing was done."),
            )
        } else {
            return self.begin(around, job);
        };
        if at >= give_up {
            job.say(at, &gives_up);
            job.end(at, exit::LOCKED);
            return;
        }
        let tells = told.is_none_or(|told| at.since(told) >= 30 * SECOND);
        if tells {
            job.say(at, &waits_for);
        }
        let told = if tells { Some(at) } else { told };
        let again = at.plus(SECOND / 2).min(give_up);
        job.then(again, Act::Wait { give_up, told });
    }

    /// Nothing is in the way.
    fn begin(&mut self, around: &Surroundings<'_>, job: &mut Job) {
        job.has_lock = matches!(job.work, Work::Install(_) | Work::Repair(_) | Work::Unattended(_));
        match job.work.clone() {
            Work::Install(install) => self.begin_install(&install, job),
            Work::Refresh => self.begin_refresh(around, job),
            Work::Repair(_) => self.begin_repair(around, job),
            Work::Unattended(unattended) => self.begin_daily(around, &unattended, job),
            Work::RestartServices { units } => self.begin_restarts(&units, job),
            Work::Reboot(reboot) => self.begin_reboot(around, &reboot, job),
            Work::Command { argv } => self.begin_command(&argv, job),
        }
    }

    /// Cuts off everything that works here.
    pub(crate) fn cut_jobs(&mut self) {
        let at = self.at;
        for job in self.jobs.values_mut().filter(|job| job.end == End::Running) {
            Arc::make_mut(job).cut(at);
        }
    }
}

/// The process of an attempt.
pub(crate) fn pid_of(job: &Job) -> u64 {
    let (high, _) = job.attempt.step.uuid().as_u64_pair();
    3_000 + scatter(high, u64::from(job.attempt.number)) % 28_000
}

/// A past moment, and so many seconds more by the server's clock, as `date` says it. When a moment of the world's
/// future will be by that clock is not known: the world's speed may change, and what was printed may not.
pub(super) fn date(around: &Surroundings<'_>, moment: Moment, more_secs: i64) -> String {
    let secs = around.pace.wall(moment).secs() + more_secs;
    jiff::Timestamp::from_second(secs)
        .unwrap_or(jiff::Timestamp::UNIX_EPOCH)
        .strftime("%Y-%m-%d %H:%M:%S UTC")
        .to_string()
}

/// How long something takes here, in microseconds: a little more or less than `millis` of the world's time.
pub(super) fn takes(around: &Surroundings<'_>, millis: u64) -> i64 {
    let here = 90 + scatter(around.key, 7) % 25;
    i64::try_from(millis * here * 10).unwrap_or(SECOND)
}
