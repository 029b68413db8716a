//! The plan of one server.

use crate::care::Inputs;
use crate::eligible::{self, Left};
use crate::packages::{Packages, packages};
use crate::{SnapshotServer, reboot, restarts, steps, unattended};
use model::facts::{Facts, Known};
use model::options::Options;
use model::plan::{
    LeftOutReason, PredictedRestart, RebootForecast, RebootVerdict, RestartCause, ServerPlan, StepKind,
};
use model::{Repair, Unattended};

/// A server's plan before it has a place in a wave.
pub(crate) struct Drafted<'a> {
    pub(crate) server: &'a SnapshotServer,
    pub(crate) plan: ServerPlan,
}

impl Drafted<'_> {
    /// Whether the work takes away a server that serves now.
    pub(crate) fn leaves_service(&self) -> bool {
        self.server.in_service() && takes_out(&self.plan)
    }
}

/// Whether anything in the plan can interrupt what the server does.
pub(crate) fn takes_out(plan: &ServerPlan) -> bool {
    plan.steps.iter().any(|step| {
        matches!(
            step.kind,
            StepKind::Repair
                | StepKind::Drain
                | StepKind::Install
                | StepKind::RestartServices
                | StepKind::Reboot
        )
    })
}

/// What is done on a server, before it is put into steps.
pub(crate) struct Acts<'a> {
    pub(crate) repair: Option<(Repair, &'a [String])>,
    pub(crate) packages: Packages<'a>,
    pub(crate) unattended: Option<Unattended>,
    pub(crate) restart: Vec<String>,
    pub(crate) reboot: bool,
    pub(crate) forecast: RebootForecast,
    pub(crate) predicted: Vec<PredictedRestart>,
    pub(crate) restarts_unknown: Option<String>,
}

/// The plan of `server`, or why it is left out.
pub(crate) fn draft<'a>(inputs: &Inputs<'a>, server: &'a SnapshotServer) -> Result<Drafted<'a>, Left> {
    let facts = eligible::facts(inputs, server)?;
    let packages = packages(inputs, server, facts)?;
    let acts = acts(inputs.options, facts, packages);
    if acts.is_nothing(inputs.options) {
        return Err((LeftOutReason::NothingToDo, nothing(inputs.options, facts, &acts)));
    }
    let steps = steps::steps(inputs, server, &acts);
    let mut plan = ServerPlan {
        server: server.id,
        name: server.name.clone(),
        stack: server.stack.as_ref().map(|stack| stack.id),
        group: server.group_id(),
        seen_at: facts.seen_at,
        simulated_at: acts.packages.simulated_at,
        draft: acts.packages.draft,
        packages: acts.packages.planned,
        removals: acts.packages.removals,
        left: acts.packages.left,
        download_bytes: acts.packages.download_bytes,
        restarts: acts.predicted,
        restarts_unknown: acts.restarts_unknown,
        reboot: acts.forecast,
        out_secs: 0,
        steps,
    };
    plan.out_secs = out_secs(inputs, &plan);
    Ok(Drafted { server, plan })
}

fn acts<'a>(options: &Options, facts: &'a Facts, packages: Packages<'a>) -> Acts<'a> {
    let forecast = reboot::forecast(facts, &packages.changes);
    let predicted = restarts::predicted(facts, &packages);
    let repair = facts
        .unfinished_packages
        .get()
        .filter(|unfinished| !unfinished.is_empty())
        .map(|unfinished| (repair(unfinished), unfinished.as_slice()));
    let expected = forecast.verdict == RebootVerdict::Expected;
    // After work on packages the server is asked again, whatever was expected: the box says *if required*.
    let touched = !packages.is_empty() || (repair.is_some() && options.upgrade().is_some());
    let reboot = options.reboot && (expected || touched);
    // A reboot that is expected restarts everything anyway.
    let restart = if options.restart_services && !(reboot && expected) {
        restarts::to_restart(&predicted)
    } else {
        Vec::new()
    };
    Acts {
        restarts_unknown: restarts::unknown(&packages),
        unattended: unattended::wanted(options, facts),
        repair,
        packages,
        restart,
        reboot,
        forecast,
        predicted,
    }
}

impl Acts<'_> {
    /// An interrupted installation alone is a reason to work on a server only when upgrades are asked for.
    fn is_nothing(&self, options: &Options) -> bool {
        let repairs = self.repair.is_some() && options.upgrade().is_some();
        !repairs
            && self.packages.is_empty()
            && self.unattended.is_none()
            && self.restart.is_empty()
            && !self.reboot
    }
}

/// Half-installed packages need apt; what is unpacked or waits for triggers only needs dpkg to go on.
fn repair(unfinished: &[String]) -> Repair {
    let broken = unfinished
        .iter()
        .any(|package| package.contains("half-installed") || package.contains("must be reinstalled"));
    if broken {
        Repair::FixBroken
    } else {
        Repair::ConfigurePending
    }
}

fn runs_old_libraries(facts: &Facts) -> bool {
    facts
        .old_libraries
        .get()
        .is_some_and(|old| !old.services.is_empty())
}

/// Why there is nothing to do, box by box.
fn nothing(options: &Options, facts: &Facts, acts: &Acts<'_>) -> String {
    let mut said = Vec::new();
    if options.upgrade().is_some() {
        let left = acts.packages.left.len();
        said.push(match (options.all.is_some(), left) {
            (_, 1..) => {
                let names: Vec<&str> = acts
                    .packages
                    .left
                    .iter()
                    .map(|left| left.package.as_str())
                    .collect();
                format!(
                    "All that is pending is held, kept back, phased or not chosen: {}.",
                    crate::words::list(&names)
                )
            }
            (true, 0) => "No update is pending.".to_owned(),
            (false, 0) => "No security update is pending.".to_owned(),
        });
    }
    if options.reboot {
        said.push(match acts.forecast.verdict {
            RebootVerdict::Possible => format!(
                "Whether it needs a reboot is not known, so it is not rebooted: {}",
                acts.forecast.reasons.join(" ")
            ),
            _ if !options.restart_services && runs_old_libraries(facts) => {
                "It does not need a reboot: restarting the services that run old libraries is enough."
                    .to_owned()
            }
            _ => "It does not need a reboot.".to_owned(),
        });
    }
    if options.restart_services {
        said.push(match &facts.old_libraries {
            Known::Known(old) if old.services.is_empty() => "No service runs old libraries.".to_owned(),
            Known::Known(_) => {
                "What runs old libraries cannot simply be restarted: it needs a reboot.".to_owned()
            }
            Known::Unknown(why) => format!("Which services run old libraries is not known: {why}."),
        });
    }
    said.join(" ")
}

/// An estimate for people, from what such work takes on ordinary machines; never a deadline.
fn out_secs(inputs: &Inputs<'_>, plan: &ServerPlan) -> u32 {
    let mut secs = 0_u32;
    let mut drained = false;
    // What only uses a library goes on with the old one until it is restarted.
    let ships = plan
        .restarts
        .iter()
        .any(|restart| restart.cause == RestartCause::Ships);
    for step in &plan.steps {
        let number = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        secs = secs.saturating_add(match step.kind {
            StepKind::Drain => {
                drained = true;
                0
            }
            StepKind::Install if drained => 10_u32.saturating_add(number(plan.packages.len())),
            StepKind::Install if !(ships || plan.restarts_unknown.is_some()) => 0,
            StepKind::Install | StepKind::RestartServices => 5,
            StepKind::Reboot if plan.reboot.verdict == RebootVerdict::Expected => 90,
            StepKind::HealthAfter if drained => inputs.settle_secs(plan.group),
            _ => 0,
        });
    }
    secs
}
