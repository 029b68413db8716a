//! What a simulated server answers about steps: the documents of `remote::work`, section by section.

use super::Sections;
use crate::host::{HostState, Sight, boot_id, machine_id};
use crate::work::{Beginning, End, Job, LOCK, pid_of};
use model::Work;
use remote::scan::Composer;
use remote::work::Attempt;
use std::fmt::Write as _;

/// A document of `sections` about this moment.
pub(crate) fn sections(sight: &Sight, nonce: &str, sections: &[(&str, String)]) -> String {
    let clock = sight
        .clock(sight.pace.wall(sight.state.at))
        .micros()
        .saturating_mul(1_000);
    let mut writer = Sections {
        composer: Composer::new(nonce, clock),
    };
    for (name, output) in sections {
        writer.add(name, output);
    }
    writer.composer.end(clock)
}

/// What came of a start.
pub(crate) fn start(sight: &Sight, nonce: &str, beginning: &Beginning) -> String {
    let said = match beginning {
        Beginning::Started => "outcome=started\n".to_owned(),
        Beginning::Already { .. } => "outcome=already\n".to_owned(),
        Beginning::Overtaken(number) => format!("outcome=overtaken\nnumber={number}\n"),
        Beginning::OtherInstance(holder) => format!(
            "outcome=other_instance\nholder={}\nsince={}\n",
            holder.instance,
            sight.clock_secs(holder.since)
        ),
    };
    sections(sight, nonce, &[("start", said)])
}

/// What became of an attempt.
pub(crate) fn state(sight: &Sight, nonce: &str, attempt: Attempt) -> String {
    let (state, host) = (&sight.state, &sight.spec.host);
    let now = sight.clock_secs(state.at);
    let boot = boot_id(sight.seed, host, state.boots);
    let Some(job) = state.jobs.get(&attempt) else {
        let about = format!(
            "directory=no\nclaimed=no\nalive=no\nunit_runs=no\nexit=\npid=\npid_boot=\npid_at=\nboot={boot}\n\
             now={now}\nlog_bytes=\nlog_at=\ndropped=\n"
        );
        let about = [
            ("attempt", about),
            ("unit", NO_UNIT.to_owned()),
            ("processes", String::new()),
        ];
        return sections(sight, nonce, &about);
    };
    let runs = if job.runs() { "yes" } else { "no" };
    let exit = match job.end {
        End::Ended(_, code) => code.to_string(),
        End::Running | End::Cut => String::new(),
    };
    let printed = job.last_printed(state.at).unwrap_or(job.began);
    let about = format!(
        "directory=yes\nclaimed=yes\nalive={runs}\nunit_runs={runs}\nexit={exit}\npid={}\npid_boot={}\npid_at={}\n\
         boot={boot}\nnow={now}\nlog_bytes={}\nlog_at={}\ndropped=\n",
        pid_of(job),
        boot_id(sight.seed, host, job.boots),
        sight.clock_secs(job.began),
        job.log_length(state.at),
        sight.clock_secs(printed),
    );
    let about = [
        ("attempt", about),
        ("unit", unit(sight, job)),
        ("processes", processes(sight, job)),
    ];
    sections(sight, nonce, &about)
}

const NO_UNIT: &str = "LoadState=not-found\nActiveState=inactive\nSubState=dead\nResult=success\nExecMainCode=0\n\
                       ExecMainStatus=0\nInvocationID=\nCPUUsageNSec=[not set]\n";

fn unit(sight: &Sight, job: &Job) -> String {
    if !job.unit_is_there(&sight.state) {
        return NO_UNIT.to_owned();
    }
    let (active, sub, result, main) = match job.end {
        End::Ended(_, 0) => ("active", "exited", "success", "1\nExecMainStatus=0".to_owned()),
        End::Ended(_, code) => (
            "failed",
            "failed",
            "exit-code",
            format!("1\nExecMainStatus={code}"),
        ),
        End::Running | End::Cut => ("active", "running", "success", "0\nExecMainStatus=0".to_owned()),
    };
    let until = match job.end {
        End::Ended(at, _) => at,
        End::Running | End::Cut => sight.state.at,
    };
    format!(
        "LoadState=loaded\nActiveState={active}\nSubState={sub}\nResult={result}\nExecMainCode={main}\n\
         InvocationID={}\nCPUUsageNSec={}\n",
        machine_id(sight.seed, &job.attempt.to_string()),
        // Half of the time it computes.
        until.since(job.began).max(0) * 500
    )
}

fn processes(sight: &Sight, job: &Job) -> String {
    if !job.runs() {
        return String::new();
    }
    let (pid, since) = (pid_of(job), sight.clock_secs(job.began));
    let attempt = job.attempt;
    let mut text =
        format!("{pid}\t1\tS\tdo_wait\t{since}\t/bin/sh /var/lib/drydock/runs/{attempt}/wrapper\n");
    let child = match &job.work {
        Work::Install(_) | Work::Refresh => "apt-get -y -q",
        Work::Repair(_) => "dpkg --configure -a",
        Work::Unattended(_) => "unattended-upgrade --dry-run --verbose",
        Work::RestartServices { .. } => "systemctl restart",
        Work::Reboot(_) => "systemctl --no-wall reboot",
        Work::Command { argv } => argv.first().map_or("sh", String::as_str),
    };
    let _ = writeln!(
        text,
        "{}\t{pid}\tS\tdo_poll\t{since}\t{}",
        pid + 9,
        child.replace(['\n', '\t'], " ")
    );
    text
}

/// Configuration files that an attempt kept.
pub(crate) fn kept(sight: &Sight, nonce: &str, attempt: Attempt) -> String {
    let mut said = String::new();
    for changed in sight.state.jobs.get(&attempt).iter().flat_map(|job| &job.kept) {
        let (path, new) = (changed.path, format!("{}.dpkg-dist", changed.path));
        let _ = writeln!(said, "file\t{path}\t{new}");
        let Some(difference) = changed.difference else {
            said.push_str("hidden\tprivate\n");
            continue;
        };
        for line in format!("--- {path}\n+++ {new}\n{difference}").lines() {
            let _ = writeln!(said, " {line}");
        }
    }
    sections(sight, nonce, &[("kept", said)])
}

/// Whether systemd has forgotten an attempt; one that runs is left alone.
pub(crate) fn stop(sight: &Sight, nonce: &str, attempt: Attempt) -> String {
    let runs = sight.state.jobs.get(&attempt).is_some_and(|job| job.runs());
    let said = if runs {
        "outcome=running\n"
    } else {
        "outcome=stopped\n"
    };
    sections(sight, nonce, &[("stop", said.to_owned())])
}

/// Which of the attempts are removed: all but those that run.
pub(crate) fn tidy(sight: &Sight, nonce: &str, attempts: &[Attempt]) -> String {
    let mut said = String::new();
    for attempt in attempts {
        let runs = sight.state.jobs.get(attempt).is_some_and(|job| job.runs());
        let word = if runs { "running" } else { "removed" };
        let _ = writeln!(said, "{word}={} {}", attempt.step, attempt.number);
    }
    sections(sight, nonce, &[("tidy", said)])
}

/// Whether a package manager could work here.
pub(crate) fn pre_check(sight: &Sight, nonce: &str) -> String {
    let (spec, state) = (&sight.spec, &sight.state);
    let [total, used] = super::machine::root_disk(sight);
    let root = |place: &str| format!("{place}\t/\t{}\t{total}\n", total - used);
    let boot = super::machine::boot_disk(sight).map_or_else(
        || root("/boot"),
        |[total, used]| format!("/boot\t/boot\t{}\t{total}\n", total - used),
    );
    let kernel_bytes = if spec.is_container {
        0
    } else {
        super::machine::KERNEL_KIB * 1_024
    };
    let locks = state.keeper().map_or_else(String::new, |keeper| {
        let since = sight.clock_secs(keeper.since);
        format!("{LOCK}\t{}\t{since}\t{}\n", keeper.pid, keeper.command)
    });
    let interrupted = state.unfinished.iter().fold(String::new(), |mut text, name| {
        let _ = writeln!(text, "package\t{name}\tok half-configured");
        text
    });
    let mut about = vec![
        ("disks", root("/") + &root("/var") + &boot),
        ("boot-files", format!("bytes={kernel_bytes}\n")),
        ("locks", locks),
    ];
    if !spec.distro.tables().lists.is_empty() {
        about.push(("interrupted", interrupted));
    }
    let id = boot_id(sight.seed, &spec.host, state.boots);
    let kernel = super::machine::running_kernel(sight);
    about.push(("boot", format!("id={id}\nkernel={kernel}\n")));
    about.push(("running", running(state)));
    about.push(("system", system(state).to_owned()));
    about.push(("failed-units", super::running::failed_units(sight)));
    sections(sight, nonce, &about)
}

fn running(state: &HostState) -> String {
    let jobs = state.jobs.values().filter(|job| job.runs());
    jobs.fold(String::new(), |mut text, job| {
        let _ = writeln!(text, "drydock-{}.service", job.attempt);
        text
    })
}

/// Units go on starting for a moment after sshd answers.
fn system(state: &HostState) -> &'static str {
    if state.at.since(state.booted) < 3 * crate::pace::SECOND {
        "starting\n"
    } else if state.failed_units.is_empty() {
        "running\n"
    } else {
        "degraded\n"
    }
}
