//! The steps of one server, in the order that `StepKind` gives them, each with its deadline.

use crate::SnapshotServer;
use crate::care::Inputs;
use crate::packages;
use crate::server::Acts;
use crate::unattended;
use crate::words::list;
use model::options::{Ask, AskedFrom, Balancer, HealthCheck};
use model::plan::{RebootVerdict, Step, StepKind, When};
use model::{Install, Pinned, Reboot, Repair, StepId, Work};
use uuid::Uuid;

/// What every step may take beside its work, in seconds: connecting, starting and being asked for its end.
const MARGIN_SECS: u32 = 60;
/// Room for the work of apt itself, and for every package of it.
const APT_SECS: u32 = 1_800;
const PACKAGE_SECS: u32 = 60;
/// Room for one service to stop and start.
const UNIT_SECS: u32 = 120;
/// Room for setting up unattended-upgrades, its dry run included.
const UNATTENDED_SECS: u32 = 900;
/// Room for a scan.
const RESCAN_SECS: u32 = 300;

pub(crate) fn steps(inputs: &Inputs<'_>, server: &SnapshotServer, acts: &Acts<'_>) -> Vec<Step> {
    let group = server.group_id();
    let care = inputs.care(group);
    let health = care.health;
    let lock = inputs.options.lock_wait_secs;
    let mut steps = Steps(Vec::with_capacity(8));
    let look = |sentence: &str| {
        health.map_or_else(
            || format!("{sentence}."),
            |health| format!("{sentence}, and ask: {}.", question(health)),
        )
    };
    let answer = health.map_or(0, |health| health.timeout_secs);
    steps.look(
        StepKind::HealthBefore,
        health,
        answer,
        look("See whether the server and its group are well"),
    );
    steps.look(
        StepKind::PreChecks,
        None,
        lock.saturating_add(MARGIN_SECS),
        "Check disk space, /boot, locks and the package manager.".to_owned(),
    );
    if let Some((repair, unfinished)) = acts.repair {
        let names: Vec<&str> = unfinished.iter().map(String::as_str).collect();
        steps.act(
            StepKind::Repair,
            Work::Repair(repair),
            APT_SECS.saturating_add(lock),
            match repair {
                Repair::ConfigurePending => {
                    format!("Finish the interrupted installation of {}.", list(&names))
                }
                Repair::FixBroken => format!("Repair the broken installation of {}.", list(&names)),
            },
        );
    }
    let interrupts =
        acts.repair.is_some() || !acts.packages.is_empty() || !acts.restart.is_empty() || acts.reboot;
    let balancer = care.balancer.filter(|_| interrupts);
    if let Some(balancer) = balancer {
        steps.command(
            StepKind::Drain,
            balancer,
            &balancer.drain,
            "Take it out of service",
        );
    }
    let settle = inputs.settle_secs(group);
    act(inputs, acts, settle, &mut steps);
    let wait = health.map_or(0, |health| health.wait_secs);
    steps.look(
        StepKind::HealthAfter,
        health,
        answer.saturating_add(wait).saturating_add(settle),
        look("See whether the server is well again"),
    );
    if let Some(balancer) = balancer {
        steps.command(
            StepKind::Restore,
            balancer,
            &balancer.restore,
            "Put it back into service",
        );
    }
    steps.look(
        StepKind::Rescan,
        None,
        RESCAN_SECS,
        "Look at the server again, as proof.".to_owned(),
    );
    steps.0
}

fn act(inputs: &Inputs<'_>, acts: &Acts<'_>, settle_secs: u32, steps: &mut Steps) {
    let lock = inputs.options.lock_wait_secs;
    let number = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
    if let (false, Some(upgrade)) = (acts.packages.is_empty(), inputs.options.upgrade()) {
        let size = acts.packages.planned.len() + acts.packages.removals.len();
        let install = Install {
            upgrade,
            packages: acts
                .packages
                .planned
                .iter()
                .map(|package| Pinned {
                    package: package.package.clone(),
                    from: package.from.clone(),
                    to: package.to.clone(),
                })
                .collect(),
            removals: acts
                .packages
                .removals
                .iter()
                .map(|removal| removal.package.clone())
                .collect(),
            lock_wait_secs: lock,
        };
        // The lists and dpkg have a lock each.
        let deadline = number(size)
            .saturating_mul(PACKAGE_SECS)
            .saturating_add(APT_SECS)
            .saturating_add(lock.saturating_mul(2));
        steps.act(
            StepKind::Install,
            Work::Install(install),
            deadline,
            packages::sentence(&acts.packages),
        );
    }
    if let Some(unattended) = &acts.unattended {
        steps.act(
            StepKind::Unattended,
            Work::Unattended(unattended.clone()),
            UNATTENDED_SECS.saturating_add(lock),
            unattended::sentence(unattended).to_owned(),
        );
    }
    if !acts.restart.is_empty() {
        let names: Vec<&str> = acts.restart.iter().map(String::as_str).collect();
        let what = format!("Restart {}.", list(&names));
        let units = acts.restart.clone();
        let deadline = number(units.len()).saturating_mul(UNIT_SECS);
        steps.act(
            StepKind::RestartServices,
            Work::RestartServices { units },
            deadline,
            what,
        );
    }
    if acts.reboot {
        let reboot = Reboot {
            boot_id: None,
            lock_wait_secs: lock,
        };
        let deadline = inputs
            .options
            .reboot_wait_secs
            .saturating_add(lock)
            .saturating_add(settle_secs);
        let expected = match acts.forecast.verdict {
            RebootVerdict::Expected => "expected",
            RebootVerdict::Possible => "possible",
            RebootVerdict::NotExpected => "not expected",
        };
        steps.act(
            StepKind::Reboot,
            Work::Reboot(reboot),
            deadline,
            format!("Reboot if it is required ({expected}), and prove that the server came back."),
        );
    }
}

/// Collects steps; their ids and positions follow when the waves are known.
struct Steps(Vec<Step>);

impl Steps {
    fn push(
        &mut self,
        kind: StepKind,
        work: Option<Work>,
        check: Option<HealthCheck>,
        secs: u32,
        what: String,
    ) {
        self.0.push(Step {
            id: StepId::from_uuid(Uuid::nil()),
            position: 0,
            kind,
            work,
            check,
            when: if kind == StepKind::Reboot {
                When::IfRequired
            } else {
                When::Always
            },
            deadline_secs: secs.saturating_add(MARGIN_SECS),
            what,
        });
    }

    fn look(&mut self, kind: StepKind, check: Option<&HealthCheck>, secs: u32, what: String) {
        self.push(kind, None, check.cloned(), secs, what);
    }

    fn act(&mut self, kind: StepKind, work: Work, secs: u32, what: String) {
        self.push(kind, Some(work), None, secs, what);
    }

    fn command(&mut self, kind: StepKind, balancer: &Balancer, argv: &[String], what: &str) {
        let work = Work::Command { argv: argv.to_vec() };
        let what = format!("{what}: {}", argv.join(" "));
        self.push(kind, Some(work), None, balancer.timeout_secs, what);
    }
}

/// A health check's question in words.
fn question(health: &HealthCheck) -> String {
    match &health.ask {
        Ask::Http {
            from,
            tls,
            host,
            port,
            path,
            ..
        } => {
            let scheme = if *tls { "https" } else { "http" };
            let who = match from {
                AskedFrom::Server => "asked by the server itself",
                AskedFrom::Drydock => "asked by Drydock",
            };
            match host {
                Some(host) => format!("GET {scheme}://{host}:{port}{path}, {who}"),
                None => format!("GET {path} at its port {port} by {scheme}, {who}"),
            }
        }
        Ask::Command { argv } => format!("{}, on the server", argv.join(" ")),
        Ask::Named { name } => format!("the command {name} of Drydock's configuration"),
    }
}
