//! Installing exactly the planned transaction, or nothing.

use super::job::{Act, Job};
use super::kept::{changed, is_kept};
use super::packages::unit_shipped_by;
use super::proceed::takes;
use super::script::Script;
use crate::apt::{Downloads, fetched, kernel_is_set_up, reading_database, refused, size, summary, unpacked};
use crate::fault::Fault;
use crate::host::{Change, HostState, Item, Offer, Refused, Surroundings, installed, qualified};
use model::{Install, Work};
use remote::work::exit;
use std::collections::BTreeSet;
use std::fmt::Write as _;

impl HostState {
    pub(super) fn begin_install(&mut self, _install: &Install, job: &mut Job) {
        job.say(self.at, "Simulating the planned transaction.");
        job.then(self.at.plus(900_000), Act::Compare);
    }

    /// What apt would do now must be the plan, package by package.
    pub(super) fn compare(&mut self, around: &Surroundings<'_>, job: &mut Job) {
        let Work::Install(plan) = job.work.clone() else {
            return job.end(self.at, exit::UNSOUND);
        };
        let at = self.at;
        let offer = Offer::of(around, self);
        let words: Vec<(&str, Option<&str>)> = plan
            .packages
            .iter()
            .map(|pinned| (pinned.package.as_str(), Some(pinned.to.as_str())))
            .collect();
        let changes = match offer.install(&words, &installed(around.spec, self)) {
            Ok(changes) => changes,
            Err(why) => {
                job.print(at, refused(&why));
                let held = matches!(why, Refused::Held(_));
                if !held {
                    job.say(
                        at,
                        "This server's package archive has changed since the plan was made. Nothing was touched; \
                         preview again.",
                    );
                }
                return job.end(at, if held { 100 } else { exit::PLAN_DIFFERS });
            }
        };
        if let Some(difference) = difference(&plan, &changes) {
            job.say(
                at,
                "This server has changed since the plan was made. Nothing was touched; preview again. The \
                 difference:",
            );
            job.print(at, difference);
            return job.end(at, exit::PLAN_DIFFERS);
        }
        job.say(at, "The transaction is the planned one.");
        let script = self.script(around, &offer, &changes);
        let kernels = changes
            .iter()
            .filter(|change| matches!(change.item, Item::Kernel { is_image: true, .. }))
            .count();
        let packages = changes.len().min(40) as u64;
        let millis = match around.spec.chatter {
            Some(_) => 800,
            None => 9_000 + packages * 190 + kernels as u64 * 1_800,
        };
        script.play(job, at, takes(around, millis));
    }

    /// apt's and dpkg's whole output with what it does.
    fn script(&self, around: &Surroundings<'_>, offer: &Offer, changes: &[Change]) -> Script {
        let spec = around.spec;
        let mut script = Script::default();
        let downloads = Downloads::of(changes);
        script.print(
            12,
            summary(offer, changes, self.unfinished.len()) + &downloads.needed(),
        );
        let mut weight = 0;
        for (place, change) in changes.iter().enumerate() {
            script.print(3 + weight, fetched(spec, place + 1, change));
            weight = size(&change.package, &change.to).download / 1_500_000;
        }
        script.print(3 + weight, downloads.done(downloads.bytes / 9_000_000 + 1));
        script.print(8, reading_database(34_000 + around.key % 9_000));
        for (place, change) in changes.iter().enumerate() {
            let weight = 5 + size(&change.package, &change.to).unpacked / 12_000_000;
            script.print(weight, unpacked(place, change));
            script.act(0, Act::Unpack(change.package.clone(), change.item));
        }
        for name in &self.unfinished {
            script.print(4, format!("Setting up {} ...\n", qualified(name)));
        }
        script.act(0, Act::Configure);
        let victim = if self.faults.contains(&Fault::PostinstFails) {
            self.victim(around, changes)
        } else {
            None
        };
        let good = changes
            .iter()
            .filter(|change| victim.is_none_or(|victim| victim.package != change.package));
        for change in good {
            let (before, text) = self.set_up_text(around, change);
            script.print(5, before);
            script.print(if text.is_empty() { 1 } else { 24 }, text);
            script.act(0, Act::SetUp(change.package.clone(), change.item));
        }
        if let Some(victim) = victim {
            return failing(script, around, victim);
        }
        for trigger in ["man-db (2.11.2-2)", "libc-bin (2.36-9+deb12u13)"] {
            script.print(7, format!("Processing triggers for {trigger} ...\n"));
        }
        let last = match spec.chatter {
            Some(_) => Act::Chat { line: 1 },
            None => Act::Close,
        };
        script.act(8, last);
        script
    }

    /// What setting a package up prints, before and after its scripts work.
    fn set_up_text(&self, around: &Surroundings<'_>, change: &Change) -> (String, String) {
        let kernel = &around.tables().kernels[around.spec.flavour];
        let hooks = match change.item {
            Item::Kernel {
                release,
                is_image: true,
            } => kernel_is_set_up(&kernel.fill(kernel.running, release), around.spec.is_container),
            _ => changed(around, &change.package).map_or_else(String::new, is_kept),
        };
        let name = qualified(&change.package);
        (format!("Setting up {name} ({}) ...\n", change.to), hooks)
    }

    /// Whose script fails: a package with a service, else the last one.
    fn victim<'a>(&self, around: &Surroundings<'_>, changes: &'a [Change]) -> Option<&'a Change> {
        let ships = |change: &&Change| match change.item {
            Item::Binary { source, name, .. } => {
                let unit = unit_shipped_by(&around.tables().sources[source], name);
                unit.is_some_and(|unit| unit != "ssh.service")
            }
            Item::Kernel { .. } => false,
        };
        changes.iter().find(ships).or_else(|| changes.last())
    }

    /// What needrestart says in its listing mode, and the end.
    pub(super) fn close(&mut self, around: &Surroundings<'_>, job: &mut Job) {
        let at = self.at;
        if around.spec.needrestart || around.tables().restarts_services {
            let mut text =
                "\nScanning processes...\rScanning candidates...\rScanning linux images...\n\n".to_owned();
            let kernel = &around.tables().kernels[around.spec.flavour];
            match self.newest_kernel().filter(|newest| *newest != self.running) {
                Some(newest) => {
                    let _ = writeln!(
                        text,
                        "\u{1b}[33mPending kernel upgrade!\u{1b}[0m\nRunning kernel version:\n  {}\n\
                         Diagnostics:\n  The currently running kernel version is not the expected kernel version {}.\n",
                        kernel.fill(kernel.running, self.running),
                        kernel.fill(kernel.running, newest)
                    );
                }
                None => text.push_str("\u{1b}[32mRunning kernel seems to be up-to-date.\u{1b}[0m\n\n"),
            }
            if self.old.is_empty() {
                text.push_str("No services need to be restarted.\n");
            } else {
                text.push_str("\u{1b}[1mServices to be restarted:\u{1b}[0m\n");
                for unit in &self.old {
                    let _ = writeln!(text, " systemctl restart {unit}");
                }
            }
            text.push_str("\nNo containers need to be restarted.\n");
            job.print(at, text);
        }
        job.end(at, 0);
    }
}

/// dpkg's words for a script that fails, and apt's end.
fn failing(mut script: Script, around: &Surroundings<'_>, victim: &Change) -> Script {
    let name = &victim.package;
    script.print(6, format!("Setting up {} ({}) ...\n", qualified(name), victim.to));
    if let Item::Binary { source, name, .. } = victim.item
        && let Some(unit) = unit_shipped_by(&around.tables().sources[source], name)
    {
        let stem = unit.trim_end_matches(".service");
        script.print(
            18,
            format!(
                "\u{1b}[0;1;31mJob for {unit} failed because the control process exited with error code.\u{1b}[0m\n\
                 See \"systemctl status {unit}\" and \"journalctl -xeu {unit}\" for details.\n\
                 invoke-rc.d: initscript {stem}, action \"restart\" failed.\n\
                 \u{1b}[0;1;31m×\u{1b}[0m {unit} - {stem}\n     Loaded: loaded (/usr/lib/systemd/system/{unit}; enabled; \
                 preset: enabled)\n     Active: \u{1b}[0;1;31mfailed\u{1b}[0m (Result: exit-code)\n"
            ),
        );
    }
    script.act(0, Act::FailToSetUp(name.clone(), victim.item));
    script.print(
        2,
        format!(
            "dpkg: \u{1b}[1;31merror\u{1b}[0m processing package {name} (--configure):\n installed {name} package \
             post-installation script subprocess returned error exit status 1\n"
        ),
    );
    script.print(5, "Processing triggers for man-db (2.11.2-2) ...\n");
    script.print(
        5,
        format!(
            "Errors were encountered while processing:\n {name}\n\
             E: Sub-process /usr/bin/dpkg returned an error code (1)\n"
        ),
    );
    script.act(1, Act::End(100));
    script
}

/// How what apt would do differs from the plan, in the script's own lines; `None` when it does not.
fn difference(plan: &Install, changes: &[Change]) -> Option<String> {
    let line = |package: &str, from: Option<&str>, to: &str| {
        (package.to_owned(), format!("{} → {to}", from.unwrap_or("-")))
    };
    let planned: BTreeSet<(String, String)> = plan
        .packages
        .iter()
        .map(|pinned| line(&pinned.package, pinned.from.as_deref(), &pinned.to))
        .collect();
    let offered: BTreeSet<(String, String)> = changes
        .iter()
        .map(|change| line(&change.package, change.from.as_deref(), &change.to))
        .collect();
    if planned == offered && plan.removals.is_empty() {
        return None;
    }
    let mut text = String::new();
    for (package, versions) in planned.difference(&offered) {
        let _ = writeln!(text, "planned and not offered: {package} {versions}");
    }
    // Nothing is ever removed here.
    for package in &plan.removals {
        let _ = writeln!(text, "planned and not removed: {package}");
    }
    for (package, versions) in offered.difference(&planned) {
        let _ = writeln!(text, "offered and not planned: {package} {versions}");
    }
    Some(text)
}
