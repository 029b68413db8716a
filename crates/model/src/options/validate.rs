//! The one validator of options, for the browser and for the server.

use super::fields::{Errors, FieldError};
use super::{Ask, Balancer, HealthCheck, OPTIONS_VERSION, Options, Strategy, WaveSize};
use crate::{is_host, is_name};
use std::collections::HashSet;

/// Longest wait for a lock or for a reboot, in seconds: two hours.
const WAIT_MAX_SECS: u32 = 7_200;
/// Shortest accepted limit for a reboot, in seconds: below that no machine comes back.
const REBOOT_MIN_SECS: u32 = 30;
/// Longest settle time, wait for health, and balancer command, in seconds: half an hour.
const SETTLE_MAX_SECS: u32 = 1_800;
/// Longest single answer of a health check, in seconds.
const ANSWER_MAX_SECS: u32 = 300;
/// Longest pause between two waves, in seconds: a day.
const PAUSE_MAX_SECS: u32 = 86_400;
/// Largest wave and largest failure budget.
const SERVERS_MAX: u32 = 100_000;
/// Most packages that can be picked or excluded.
const PICKS_MAX: usize = 1_000;
/// Most groups, and most words of a command.
const LIST_MAX: usize = 256;
/// Largest command, in bytes over all its words.
const COMMAND_MAX: usize = 4_096;

impl Options {
    /// Checks everything that can be checked without looking at a server.
    ///
    /// # Errors
    /// Every field that is not accepted, in the order of the form.
    pub fn validate(&self) -> Result<(), Vec<FieldError>> {
        let mut errors = Errors::default();
        errors.unless(
            (1..=OPTIONS_VERSION).contains(&self.v),
            "v",
            "These options were saved by another version of Drydock. Tick them again, or update this Drydock.",
        );
        self.check_boxes(&mut errors);
        self.check_picks(&mut errors);
        self.check_strategy(&mut errors);
        self.check_waits(&mut errors);
        self.check_groups(&mut errors);
        errors.result()
    }

    fn check_boxes(&self, errors: &mut Errors) {
        let ticked = self.security || self.reboot || self.all.is_some() || self.restart_services;
        errors.unless(
            ticked,
            "security",
            "Nothing is ticked, so there is nothing to do. Tick at least one box.",
        );
    }

    fn check_picks(&self, errors: &mut Errors) {
        errors.unless(
            self.picks.is_all() || self.upgrade().is_some(),
            "picks",
            "Packages are chosen, but no upgrade is ticked. Tick one, or clear the packages.",
        );
        for (field, list) in [
            ("picks.only", &self.picks.only),
            ("picks.exclude", &self.picks.exclude),
        ] {
            errors.unless(
                list.len() <= PICKS_MAX,
                field,
                format!("At most {PICKS_MAX} packages can be named."),
            );
            if let Some(bad) = list.iter().find(|name| !is_package(name)) {
                errors.unless(
                    false,
                    field,
                    format!("“{}” is not the name of a package.", short(bad)),
                );
            }
        }
        let only: HashSet<&str> = self.picks.only.iter().map(String::as_str).collect();
        if let Some(both) = self
            .picks
            .exclude
            .iter()
            .find(|name| only.contains(name.as_str()))
        {
            errors.unless(
                false,
                "picks.exclude",
                format!("{both} is both picked and excluded. Choose one."),
            );
        }
    }

    fn check_strategy(&self, errors: &mut Errors) {
        match self.strategy {
            Strategy::Serial | Strategy::Parallel => {}
            Strategy::Waves(WaveSize::Servers(number)) => errors.unless(
                (1..=SERVERS_MAX).contains(&number),
                "strategy.servers",
                "A wave has at least one server.",
            ),
            Strategy::Waves(WaveSize::Percent(share)) => errors.unless(
                (1..=100).contains(&share),
                "strategy.percent",
                "A wave is 1 to 100 percent of the servers.",
            ),
        }
        errors.unless(
            (1..=SERVERS_MAX).contains(&self.failure_budget),
            "failure_budget",
            "The failure budget is at least 1: the first server that fails stops the run.",
        );
        errors.unless(
            self.pause_between_waves_secs <= PAUSE_MAX_SECS,
            "pause_between_waves_secs",
            "The pause between two waves is at most 24 hours.",
        );
    }

    fn check_waits(&self, errors: &mut Errors) {
        errors.unless(
            self.lock_wait_secs <= WAIT_MAX_SECS,
            "lock_wait_secs",
            "The wait for another program's lock is at most 2 hours.",
        );
        errors.unless(
            (REBOOT_MIN_SECS..=WAIT_MAX_SECS).contains(&self.reboot_wait_secs),
            "reboot_wait_secs",
            "A server gets 30 seconds to 2 hours to come back from a reboot.",
        );
        errors.unless(
            self.settle_secs <= SETTLE_MAX_SECS,
            "settle_secs",
            "The settle time is at most 30 minutes.",
        );
    }

    fn check_groups(&self, errors: &mut Errors) {
        errors.unless(
            self.groups.len() <= LIST_MAX,
            "groups",
            format!("At most {LIST_MAX} groups."),
        );
        let mut seen = HashSet::new();
        for (place, group) in self.groups.iter().enumerate() {
            let at = format!("groups.{place}");
            errors.unless(
                seen.insert(group.group),
                format!("{at}.group"),
                "This group is here twice.",
            );
            if let Some(balancer) = &group.care.balancer {
                check_balancer(balancer, &at, errors);
            }
            if let Some(health) = &group.care.health {
                check_health(health, &at, errors);
            }
            errors.unless(
                group.care.settle_secs.is_none_or(|secs| secs <= SETTLE_MAX_SECS),
                format!("{at}.settle_secs"),
                "The settle time is at most 30 minutes.",
            );
        }
    }
}

fn check_balancer(balancer: &Balancer, at: &str, errors: &mut Errors) {
    match (balancer.drain.is_empty(), balancer.restore.is_empty()) {
        (false, true) => errors.unless(
            false,
            format!("{at}.restore"),
            "There is a drain command without a restore command: the servers would stay out of service.",
        ),
        (true, false) => errors.unless(
            false,
            format!("{at}.drain"),
            "There is a restore command without a drain command. Give both, or none.",
        ),
        _ => {
            check_command(&balancer.drain, &format!("{at}.drain"), errors);
            check_command(&balancer.restore, &format!("{at}.restore"), errors);
        }
    }
    errors.unless(
        (1..=SETTLE_MAX_SECS).contains(&balancer.timeout_secs),
        format!("{at}.balancer_timeout_secs"),
        "Drain and restore get 1 second to 30 minutes each.",
    );
}

fn check_health(health: &HealthCheck, at: &str, errors: &mut Errors) {
    match &health.ask {
        Ask::Http {
            host,
            port,
            path,
            accept,
            ..
        } => {
            errors.unless(
                host.as_deref().is_none_or(is_host),
                format!("{at}.health.host"),
                "The host is a DNS name or an IP address, without a port.",
            );
            errors.unless(
                *port != 0,
                format!("{at}.health.port"),
                "A port is a number from 1 to 65535.",
            );
            errors.unless(
                is_path(path),
                format!("{at}.health.path"),
                "The path begins with / and has no spaces.",
            );
            errors.unless(
                !accept.is_empty()
                    && accept.len() <= LIST_MAX
                    && accept.iter().all(|code| (100..=599).contains(code)),
                format!("{at}.health.accept"),
                "Name at least one HTTP status that means healthy, such as 200.",
            );
        }
        Ask::Command { argv } => check_command(argv, &format!("{at}.health.argv"), errors),
        Ask::Named { name } => errors.unless(
            is_name(name),
            format!("{at}.health.name"),
            "This is not the name of a command in Drydock's configuration.",
        ),
    }
    errors.unless(
        (1..=ANSWER_MAX_SECS).contains(&health.timeout_secs),
        format!("{at}.health.timeout_secs"),
        "One answer gets 1 second to 5 minutes.",
    );
    errors.unless(
        health.wait_secs <= SETTLE_MAX_SECS,
        format!("{at}.health.wait_secs"),
        "A server gets at most 30 minutes to become healthy.",
    );
}

fn check_command(argv: &[String], field: &str, errors: &mut Errors) {
    let size: usize = argv.iter().map(String::len).sum();
    errors.unless(
        argv.first().is_some_and(|program| !program.trim().is_empty()),
        field,
        "The command is empty: name a program and its arguments.",
    );
    errors.unless(
        argv.len() <= LIST_MAX && size <= COMMAND_MAX,
        field,
        "The command is too long: put it into a script on the servers and name that.",
    );
    errors.unless(
        !argv.iter().any(|word| word.contains('\0')),
        field,
        "A command cannot hold a NUL character.",
    );
}

fn is_path(path: &str) -> bool {
    path.starts_with('/') && path.len() <= 1_024 && !path.chars().any(|c| c.is_whitespace() || c.is_control())
}

/// What Debian's policy allows, with `:arch` or without.
fn is_package(text: &str) -> bool {
    let (name, arch) = text
        .split_once(':')
        .map_or((text, None), |(name, arch)| (name, Some(arch)));
    name.len() >= 2
        && name.len() <= 128
        && name.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '+' | '-' | '.'))
        && arch.is_none_or(|arch| {
            !arch.is_empty()
                && arch.len() <= 32
                && arch
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        })
}

fn short(text: &str) -> String {
    text.chars().take(40).collect()
}
