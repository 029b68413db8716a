//! The smaller works: lists, repair, services, and a lead's commands.

use super::job::{Act, Job};
use super::proceed::takes;
use super::script::Script;
use crate::answer::update;
use crate::fault::Fault;
use crate::host::{HostState, Sight, Surroundings, installed, qualified};
use crate::pace::SECOND;

impl HostState {
    pub(super) fn begin_refresh(&mut self, around: &Surroundings<'_>, job: &mut Job) {
        let millis = around.spec.build(around.seed).refresh_ms;
        job.then(self.at.plus(takes(around, millis)), Act::Refresh);
    }

    pub(super) fn refresh_lists(&mut self, around: &Surroundings<'_>, job: &mut Job) {
        self.refresh_for_scan(around);
        let (said, code) = update(&Sight::of(around, self));
        job.print(self.at, said);
        job.end(self.at, u32::from(code));
    }

    pub(super) fn begin_repair(&mut self, around: &Surroundings<'_>, job: &mut Job) {
        let versions = installed(around.spec, self);
        let mut script = Script::default();
        for name in &self.unfinished {
            let version = versions.get(name).map_or("", String::as_str);
            script.print(10, format!("Setting up {} ({version}) ...\n", qualified(name)));
            if name == "initramfs-tools" {
                script.print(6, "update-initramfs: deferring update (trigger activated)\n");
            }
        }
        script.act(12, Act::Configure);
        script.print(0, "Processing triggers for man-db (2.11.2-2) ...\n");
        script.act(3, Act::End(0));
        let millis = 1_500 + 700 * self.unfinished.len().min(12) as u64;
        script.play(job, self.at, takes(around, millis));
    }

    /// Everything unpacked is configured; what its scripts start, runs.
    pub(super) fn configure(&mut self, around: &Surroundings<'_>, job: &Job) {
        // An installation configures what was left before it, and what it has just unpacked later.
        let left: Vec<String> = match &job.work {
            model::Work::Install(plan) => {
                let planned = |name: &&String| plan.packages.iter().any(|pinned| pinned.package == **name);
                self.unfinished
                    .iter()
                    .filter(|name| !planned(name))
                    .cloned()
                    .collect()
            }
            _ => self.unfinished.iter().cloned().collect(),
        };
        let tables = around.tables();
        for name in left {
            self.unfinished.remove(&name);
            for source in tables.sources {
                if let Some(unit) = super::packages::unit_shipped_by(source, &name) {
                    self.failed_units.retain(|failed| *failed != unit);
                    self.restarted(unit);
                }
            }
        }
    }

    pub(super) fn begin_restarts(&mut self, units: &[String], job: &mut Job) {
        let mut at = self.at;
        for unit in units {
            job.say(at, &format!("Restarting {unit}"));
            at = at.plus(SECOND * 4 / 5);
            job.then(at, Act::RestartUnit(unit.clone()));
        }
        job.then(at.plus(SECOND / 5), Act::LookAtUnits);
    }

    pub(super) fn restart_unit(&mut self, around: &Surroundings<'_>, job: &mut Job, unit: &str) {
        let units = around.spec.role.units(around.spec.distro);
        let Some(known) = units.into_iter().find(|known| *known == unit) else {
            job.print(
                self.at,
                format!("Failed to restart {unit}: Unit {unit} not found.\n"),
            );
            return;
        };
        self.restarted(known);
        if !self.faults.contains(&Fault::UnitFails) {
            self.failed_units.retain(|failed| *failed != unit);
        }
    }

    /// What was restarted must run.
    pub(super) fn look_at_units(&mut self, around: &Surroundings<'_>, job: &mut Job) {
        let model::Work::RestartServices { units } = job.work.clone() else {
            return job.end(self.at, 0);
        };
        let known = around.spec.role.units(around.spec.distro);
        let runs =
            |unit: &&String| known.contains(&unit.as_str()) && !self.failed_units.contains(&unit.as_str());
        let failed: Vec<&String> = units.iter().filter(|unit| !runs(unit)).collect();
        if failed.is_empty() {
            return job.end(self.at, 0);
        }
        job.say(self.at, "Not running after the restart:");
        for unit in failed {
            let text = format!(
                "\u{1b}[0;1;31m×\u{1b}[0m {unit}\n     Active: \u{1b}[0;1;31mfailed\u{1b}[0m (Result: exit-code)\n"
            );
            job.print(self.at, text);
        }
        job.end(self.at, 1);
    }

    /// A health check as Drydock asks it, or any other command of a lead's, which does nothing to a simulated server
    /// and ends well unless it says otherwise itself.
    pub(super) fn begin_command(&mut self, argv: &[String], job: &mut Job) {
        let asks_health = argv.iter().any(|word| word == "drydock-health");
        let at = self.at.plus(SECOND / 2);
        if asks_health {
            // The words behind it are how long one answer may take, and how long to ask again.
            let place = argv.iter().position(|word| word == "drydock-health").unwrap_or(0);
            let wait: i64 = argv
                .get(place + 2)
                .and_then(|word| word.parse().ok())
                .unwrap_or(0);
            let give_up = self.at.plus(wait.saturating_mul(SECOND));
            return job.then(at, Act::AskHealth { give_up });
        }
        let code = match argv.first().map(String::as_str) {
            Some("false" | "/bin/false" | "/usr/bin/false") => 1,
            _ => 0,
        };
        job.then(at, Act::End(code));
    }

    /// A simulated server answers as long as none of its units has failed.
    pub(super) fn ask_health(&mut self, job: &mut Job, give_up: crate::pace::Moment) {
        let at = self.at;
        let model::Work::Command { argv } = &job.work else {
            return job.end(at, 0);
        };
        let asked = argv.last().cloned().unwrap_or_default();
        // An HTTP question ends with the status codes that are accepted, after the address.
        let address = argv.iter().rev().find(|word| word.starts_with("http")).cloned();
        if self.failed_units.is_empty() {
            if let Some(address) = address {
                let code = asked.split(' ').next().unwrap_or("200").to_owned();
                job.print(at, format!("GET {address}: {code}\n"));
            }
            return job.end(at, 0);
        }
        if let Some(address) = address {
            job.print(at, format!("GET {address}: 502, which does not mean healthy.\n"));
        }
        let again = at.plus(2 * SECOND);
        if again <= give_up {
            job.say(at, "Not healthy yet (status 1); asking again.");
            job.then(again, Act::AskHealth { give_up });
        } else {
            job.say(at, "Not healthy (status 1).");
            job.end(at, 1);
        }
    }
}
