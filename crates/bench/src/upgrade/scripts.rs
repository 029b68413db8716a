//! The same command lines without Drydock: a plan as one script per machine, over one OpenSSH session, and after the
//! restart a second one.

use super::lab::Lab;
use super::timeline::{Lane, MARK, marks};
use crate::bare::operation;
use anyhow::{Context as _, ensure};
use model::Work;
use model::plan::{Plan, ServerPlan, Step, StepKind};
use remote::work::precheck::PreCheckOp;
use remote::work::{Asked, SURROUNDINGS, files};
use remote::{Op, render};
use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

const NONCE: &str = crate::recording::NONCE;
/// No line of a script is this.
const END: &str = "END-OF-WHAT-DRYDOCK-SAYS";

/// Both sessions with one machine: what is said, then the restart is waited for, then what is said after it. The second
/// session begins as soon as sshd answers from another boot.
const SESSIONS: &str = r#"
config=$1; name=$2
ssh -F "$config" "$name" /bin/sh -s <"$name.before" >"$name.log" 2>&1
boot=$(sed -n 's/^drydock: Restarting this server: boot \(.*\) ends\.$/\1/p' "$name.log")
[ -n "$boot" ] || exit 1
until now=$(ssh -F "$config" -o ConnectTimeout=1 "$name" cat /proc/sys/kernel/random/boot_id 2>/dev/null) &&
  [ "$now" != "$boot" ]; do
  sleep 0.1
done
exec ssh -F "$config" "$name" /bin/sh -s <"$name.after" >>"$name.log" 2>&1
"#;

/// Runs the plan's commands on all machines at the same time. Returns the seconds from the first session to the last
/// one's end, and when each machine began with each step.
pub(super) fn run(lab: &Lab, plan: &Plan, folder: &Path) -> anyhow::Result<(f64, Vec<Lane>)> {
    std::fs::create_dir(folder)?;
    for server in plan.servers() {
        let (before, after) = sessions(server)?;
        std::fs::write(folder.join(format!("{}.before", server.name)), before)?;
        std::fs::write(folder.join(format!("{}.after", server.name)), after)?;
    }
    let begun = Instant::now();
    let running: Vec<_> = plan
        .servers()
        .map(|server| {
            let child = Command::new("sh")
                .args(["-c", SESSIONS, "sessions"])
                .arg(&lab.ssh_config)
                .arg(&server.name)
                .current_dir(folder)
                .stdin(Stdio::null())
                .spawn();
            Ok((server, child.context("sh")?))
        })
        .collect::<anyhow::Result<_>>()?;
    // Each is waited for, also when an earlier one failed.
    let ended: Vec<_> = running
        .into_iter()
        .map(|(server, mut child)| (server, child.wait()))
        .collect();
    let seconds = begun.elapsed().as_secs_f64();
    let mut lanes = Vec::new();
    for (server, status) in ended {
        let log = std::fs::read(folder.join(format!("{}.log", server.name)))?;
        let log = String::from_utf8_lossy(&log);
        let status = status?;
        let tail = log
            .chars()
            .rev()
            .take(2_000)
            .collect::<Vec<_>>()
            .into_iter()
            .rev();
        ensure!(
            status.success(),
            "the script on {} ended with {status}: {}",
            server.name,
            tail.collect::<String>()
        );
        lanes.push(marks(&log));
    }
    Ok((seconds, lanes))
}

/// What is said to one machine before its restart, and after it. Every step's commands are said once, in the plan's
/// order; the looks by which the step *reboot* proves the restart are said after it.
fn sessions(server: &ServerPlan) -> anyhow::Result<(String, String)> {
    let (mut before, mut after) = (String::new(), String::new());
    let mut restarted = false;
    for (number, step) in server.steps.iter().enumerate() {
        let text = if restarted { &mut after } else { &mut before };
        mark(text, step.kind.as_str())?;
        match step.kind {
            StepKind::HealthBefore | StepKind::Rescan => say(text, &operation(NONCE))?,
            StepKind::PreChecks | StepKind::HealthAfter => say(text, &pre_check())?,
            StepKind::Reboot => {
                // Whether it is required.
                say(text, &operation(NONCE))?;
                perform(text, number, work_of(step)?)?;
                restarted = true;
                // Whether it came back well.
                after.push_str("systemctl is-system-running --wait\n");
                say(&mut after, &operation(NONCE))?;
            }
            _ => perform(text, number, work_of(step)?)?,
        }
    }
    ensure!(restarted, "{} is not to be restarted", server.name);
    mark(&mut after, "end")?;
    Ok((before, after))
}

fn work_of(step: &Step) -> anyhow::Result<&Work> {
    step.work
        .as_ref()
        .with_context(|| format!("the step {} says nothing", step.kind.as_str()))
}

fn pre_check() -> Op {
    Op::PreCheck(PreCheckOp {
        asked: Asked {
            is_root: true,
            nonce: NONCE.to_owned(),
        },
    })
}

fn mark(text: &mut String, step: &str) -> std::fmt::Result {
    writeln!(text, "echo \"{MARK}{step} $(date +%s.%N)\"")
}

fn say(text: &mut String, op: &Op) -> anyhow::Result<()> {
    let rendered = render(op);
    let stdin = String::from_utf8(rendered.stdin)?;
    writeln!(text, "{} <<'{END}'\n{stdin}\n{END}", rendered.command)?;
    Ok(())
}

/// What a step's attempt does, without what makes it outlive its connection.
fn perform(text: &mut String, number: usize, work: &Work) -> anyhow::Result<()> {
    writeln!(
        text,
        "mkdir -p /root/plain/{number} && cd /root/plain/{number} || exit"
    )?;
    for file in files(work) {
        if matches!(file.name, "work" | "hook") {
            writeln!(text, "cat >{} <<'{END}'\n{}\n{END}", file.name, file.text)?;
        }
    }
    writeln!(
        text,
        "chmod 700 *\n/usr/bin/env -i {SURROUNDINGS} /bin/sh ./work </dev/null || exit"
    )?;
    Ok(())
}
