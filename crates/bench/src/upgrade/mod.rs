//! A security-upgrade run over real machines: Drydock beside the same command lines over plain OpenSSH, in turns, and
//! Ansible beside both.

mod ansible;
mod lab;
mod scripts;
mod site;
mod timeline;

use crate::All;
use crate::child::median;
use anyhow::Context as _;
use lab::Lab;
use site::Site;
use std::fmt::Write as _;
use std::path::Path;
use timeline::{Lane, medians};

/// What one side took, run by run.
#[derive(Default)]
struct Side {
    seconds: Vec<f64>,
    lanes: Vec<Vec<Lane>>,
}

impl Side {
    fn add(&mut self, name: &str, (seconds, lanes): (f64, Vec<Lane>)) {
        eprintln!("  {name:8} {seconds:6.1} s");
        for lane in &lanes {
            let steps: Vec<String> = lane
                .iter()
                .map(|(step, took)| format!("{step} {took:.2}"))
                .collect();
            eprintln!("           {}", steps.join(", "));
        }
        self.seconds.push(seconds);
        self.lanes.push(lanes);
    }
}

/// The two sides and Ansible on machines with one kind of pending updates.
#[derive(Default)]
struct Measured {
    drydock: Side,
    scripts: Side,
    ansible: Vec<f64>,
    packages: usize,
}

/// Which updates are pending on the machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Pending {
    /// The lab's own small packages.
    Lab,
    /// What is pending in Debian's own archive.
    Archive,
}

impl Pending {
    /// The lab's command that makes a machine anew with them.
    const fn command(self) -> &'static str {
        match self {
            Self::Lab => "restore",
            Self::Archive => "archive",
        }
    }

    const fn said(self) -> &'static str {
        match self {
            Self::Lab => "the lab's own small packages",
            Self::Archive => "what is pending in Debian's own archive",
        }
    }
}

impl std::fmt::Display for Pending {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Lab => "lab",
            Self::Archive => "archive",
        })
    }
}

/// Measures, and returns the report's section.
pub(crate) async fn measure(all: &All, folder: &Path) -> anyhow::Result<String> {
    eprintln!("a security-upgrade run over {} lab machines", all.machines);
    let folder = folder.join("upgrade");
    std::fs::create_dir(&folder)?;
    let tool = all
        .lab
        .as_deref()
        .context("where the lab is was not said (--lab)")?;
    let lab = Lab::up(tool, all.machines, all.pending.contains(&Pending::Archive))?;
    let mut text = introduction(all);
    for pending in &all.pending {
        eprintln!(" {}", pending.said());
        let measured = pairs(all, &lab, pending.command(), &folder.join(pending.command())).await?;
        text.push_str(&section(pending.said(), &measured)?);
    }
    drop(lab);
    Ok(text)
}

/// Both sides on fresh machines each, which of them goes first alternating.
async fn pairs(all: &All, lab: &Lab, flavour: &str, folder: &Path) -> anyhow::Result<Measured> {
    std::fs::create_dir(folder)?;
    let mut measured = Measured::default();
    for pair in 0..all.pairs {
        let order = if pair % 2 == 0 {
            [true, false]
        } else {
            [false, true]
        };
        for is_drydock in order {
            let name = if is_drydock { "drydock" } else { "scripts" };
            // Every side is prepared by the same scan and survey, so that what they warm is warm for all.
            let (site, plan) = prepared(lab, flavour, &folder.join(format!("{name}-{pair}"))).await?;
            measured.packages = plan
                .servers()
                .map(|server| server.packages.len())
                .max()
                .unwrap_or_default();
            if is_drydock {
                measured.drydock.add(name, site.run(&plan).await?);
            } else {
                let own = folder.join(format!("sessions-{pair}"));
                measured.scripts.add(name, scripts::run(lab, &plan, &own)?);
            }
            site.close().await;
        }
    }
    if let Some(program) = &all.ansible {
        let (site, _) = prepared(lab, flavour, &folder.join("ansible")).await?;
        site.close().await;
        let seconds = ansible::run(program, lab, &folder.join("playbook"))?;
        eprintln!("  ansible  {seconds:6.1} s");
        measured.ansible.push(seconds);
    }
    Ok(measured)
}

async fn prepared(lab: &Lab, flavour: &str, folder: &Path) -> anyhow::Result<(Site, model::plan::Plan)> {
    lab.renew(flavour)?;
    let site = Site::open(lab, folder).await?;
    let plan = site.plan().await?;
    Ok((site, plan))
}

fn introduction(all: &All) -> String {
    format!(
        "## A security-upgrade run over {} lab machines\n\n\
         *Apply security upgrades* and *Yes, reboot my servers if required* on machines of `lab/`, all at the same time, \
         settle 0. *Drydock* is the server's own way: a run in the queue, a worker that has no connection yet, steps that \
         outlive their connection, every log byte and transition committed to SQLite in a file; the clock runs from the \
         claim to the last step's end. *Scripts* are the command lines of the same plan (the looks and checks, the \
         simulation, the installation, the daily upgrades, the restart, the rescan: each step's once) in one script per \
         machine, over one session of OpenSSH; since a restart ends a session, what comes after it is a second script \
         over a second one, begun as soon as sshd answers from the new boot (asked every 0.1 s). Before each run every \
         machine is made anew, scanned and surveyed. The two take turns. Ansible, once, is its modules `apt` (`upgrade: \
         dist`) and `reboot`, which look at nothing before and after and set up no daily upgrades.\n",
        all.machines
    )
}

fn section(name: &str, measured: &Measured) -> anyhow::Result<String> {
    let (drydock, scripts) = (&measured.drydock, &measured.scripts);
    let over: Vec<f64> = drydock
        .seconds
        .iter()
        .zip(&scripts.seconds)
        .map(|(ours, plain)| ours - plain)
        .collect();
    let plain = median(scripts.seconds.iter().copied());
    let (overhead, bound) = (median(over.iter().copied()), (plain * 0.03).max(2.0));
    let each = |figures: &[f64]| {
        figures
            .iter()
            .map(|one| format!("{one:.1}"))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let mut text = format!(
        "\nPending: {name}, {} packages in the plan for each machine.\n\n| | seconds, median | each |\n|---|---|---|\n",
        measured.packages
    );
    for (side, figures) in [
        ("Drydock", &drydock.seconds),
        ("scripts", &scripts.seconds),
        ("Ansible", &measured.ansible),
    ] {
        if !figures.is_empty() {
            writeln!(
                text,
                "| {side} | {:.1} | {} |",
                median(figures.iter().copied()),
                each(figures)
            )?;
        }
    }
    writeln!(
        text,
        "\nOverhead, median of {} pairs: **{overhead:.1} s**, {:.1} % ({}). Bound: the larger of 3 % and 2 s, here {bound:.1} s.\n",
        over.len(),
        overhead / plain * 100.0,
        each(&over)
    )?;
    text.push_str("| step, seconds on one machine, median | Drydock | scripts |\n|---|---|---|\n");
    let plain = medians(&scripts.lanes);
    for (step, ours) in medians(&drydock.lanes) {
        let plain = plain
            .iter()
            .find(|(other, _)| *other == step)
            .map_or(f64::NAN, |(_, seconds)| *seconds);
        writeln!(text, "| {} | {ours:.2} | {plain:.2} |", step.replace('_', " "))?;
    }
    Ok(text)
}
