//! An approved plan as the run that does it. Pure: whoever approves a plan persists this in the same transaction.

use engine::{Gate, NewStep, NewWave, Role, StepTimeout};
use model::deploy::{DEPLOY, DEPLOY_VERSION, DeployParams, StepParams};
use model::plan::{Plan, ServerPlan, StepKind};
use model::{ServerId, StackId};
use std::collections::BTreeSet;
use std::time::Duration;
use store::NewRun;

/// What must stay free on a disk beside the download, in bytes.
const RESERVE_BYTES: u64 = 256 * 1024 * 1024;

/// Why a plan cannot be run, a sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotRunnable {
    /// It is made from simulations that are too old or of other packages.
    #[error("This plan is a draft: {0} Preview again.")]
    Draft(String),
    /// It does nothing.
    #[error("This plan does nothing. Preview again.")]
    Empty,
    /// A step's deadline is none.
    #[error("The step “{0}” has no usable time limit. Change the waiting times and preview again.")]
    Timeout(String),
    /// A step's parameters have no text.
    #[error("A step of this plan could not be written down.")]
    Parameters(#[from] ParametersError),
}

/// The serialiser's own error.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ParametersError(String);

impl From<serde_json::Error> for NotRunnable {
    fn from(error: serde_json::Error) -> Self {
        Self::Parameters(ParametersError(error.to_string()))
    }
}

/// The run that does `plan`: every step exactly as planned, for itself alone on each of the plan's stacks and servers.
///
/// # Errors
/// [`NotRunnable`], each with a sentence that says what to do.
pub fn deployment(plan: &Plan, asked_by: Option<&str>) -> Result<NewRun, NotRunnable> {
    if let Some(why) = plan.draft() {
        return Err(NotRunnable::Draft(why.to_owned()));
    }
    let pause = plan.options.pause_between_waves_secs;
    let mut waves = Vec::with_capacity(plan.waves.len());
    let mut steps = Vec::new();
    for (number, wave) in (1_u32..).zip(&plan.waves) {
        waves.push(NewWave {
            width: u32::try_from(wave.servers.len()).unwrap_or(u32::MAX).max(1),
            gate: (number > 1 && pause > 0).then(|| Gate::After(Duration::from_secs(u64::from(pause)))),
        });
        for server in &wave.servers {
            add_server(plan, server, number, &mut steps)?;
        }
    }
    if steps.is_empty() {
        return Err(NotRunnable::Empty);
    }
    let stacks: BTreeSet<StackId> = plan.servers().filter_map(|server| server.stack).collect();
    Ok(NewRun {
        kind: DEPLOY.to_owned(),
        v: DEPLOY_VERSION,
        params: serde_json::to_string(&DeployParams {})?,
        plan: plan.id,
        resources: stacks.iter().map(|stack| format!("stack:{stack}")).collect(),
        stacks: stacks.into_iter().collect(),
        // The options count from the first failure that stops the run, the engine counts those that do not.
        failure_budget: plan.options.failure_budget.saturating_sub(1),
        waves,
        steps,
        not_before: None,
        asked_by: asked_by.map(str::to_owned),
        parent: None,
    })
}

fn add_server(
    plan: &Plan,
    server: &ServerPlan,
    wave: u32,
    steps: &mut Vec<NewStep>,
) -> Result<(), NotRunnable> {
    let has = |kind| server.steps.iter().find(move |step| step.kind == kind);
    let before = has(StepKind::HealthBefore).map(|step| step.id);
    let installs = has(StepKind::Install).is_some();
    let download_bytes = server.download_bytes.unwrap_or(0);
    let needs_bytes = download_bytes.saturating_add(RESERVE_BYTES);
    for step in &server.steps {
        let params = StepParams {
            step: step.clone(),
            settle_secs: settle_secs(plan, server),
            reboot_wait_secs: plan.options.reboot_wait_secs,
            before: before.filter(|before| *before != step.id),
            repairs: has(StepKind::Repair).is_some(),
            needs_bytes: if installs { needs_bytes } else { 0 },
            download_bytes: if installs { download_bytes } else { 0 },
            new_kernels: new_kernels(server),
            packages: if matches!(step.kind, StepKind::HealthBefore | StepKind::Rescan) {
                packages(server)
            } else {
                Vec::new()
            },
        };
        let timeout = StepTimeout::new(Duration::from_secs(u64::from(step.deadline_secs)))
            .ok_or_else(|| NotRunnable::Timeout(step.what.clone()))?;
        let params = serde_json::to_string(&params)?;
        let new = NewStep::new(
            lane(server.server),
            step.kind.as_str(),
            DEPLOY_VERSION,
            params,
            timeout,
        );
        steps.push(new.in_wave(wave).with_role(role(step.kind)));
    }
    Ok(())
}

fn lane(server: ServerId) -> String {
    server.to_string()
}

const fn role(kind: StepKind) -> Role {
    match kind {
        StepKind::HealthBefore
        | StepKind::PreChecks
        | StepKind::Repair
        | StepKind::Install
        | StepKind::Unattended
        | StepKind::RestartServices
        | StepKind::Reboot => Role::Work,
        StepKind::Drain => Role::TakeOut,
        StepKind::HealthAfter => Role::Check,
        StepKind::Restore => Role::PutBack,
        StepKind::Rescan => Role::Closing,
    }
}

fn settle_secs(plan: &Plan, server: &ServerPlan) -> u32 {
    let care = plan.options.groups.iter().find(|care| care.group == server.group);
    care.and_then(|care| care.care.settle_secs)
        .unwrap_or(plan.options.settle_secs)
}

/// The packages that Proof looks at.
fn packages(server: &ServerPlan) -> Vec<String> {
    let installed = server.packages.iter().map(|package| &package.package);
    let removed = server.removals.iter().map(|removal| &removal.package);
    installed.chain(removed).cloned().collect()
}

/// Kernels that the plan newly installs; each needs room on `/boot`.
fn new_kernels(server: &ServerPlan) -> u32 {
    let is_kernel = |name: &str| {
        let release = name
            .strip_prefix("linux-image-unsigned-")
            .or_else(|| name.strip_prefix("linux-image-"));
        release.is_some_and(|release| release.starts_with(|c: char| c.is_ascii_digit()))
    };
    let kernels = server
        .packages
        .iter()
        .filter(|package| package.from.is_none() && is_kernel(&package.package))
        .count();
    u32::try_from(kernels).unwrap_or(u32::MAX)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use model::run::StepRole;

    fn plan() -> Plan {
        let text = include_str!("../../planner/tests/fixtures/plan-v1.json");
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn every_step_of_the_plan_is_a_step_of_the_run_with_the_same_id() {
        let plan = plan();
        let run = deployment(&plan, Some("ada")).unwrap();
        let planned: Vec<_> = plan.servers().flat_map(|server| &server.steps).collect();
        assert_eq!(run.steps.len(), planned.len());
        for (ord, (step, planned)) in (0..).zip(run.steps.iter().zip(planned)) {
            assert_eq!(step.kind, planned.kind.as_str());
            assert_eq!(step.timeout().get().as_secs(), u64::from(planned.deadline_secs));
            assert_eq!(
                engine::step_id(plan.id.uuid(), ord),
                planner::step_id(plan.id, ord).uuid()
            );
            assert_eq!(planner::step_id(plan.id, ord), planned.id);
            let params: StepParams = serde_json::from_str(&step.params).unwrap();
            assert_eq!(&params.step, planned);
        }
    }

    #[test]
    fn waves_stacks_and_the_budget_are_the_plans() {
        let mut plan = plan();
        plan.options.pause_between_waves_secs = 7;
        let run = deployment(&plan, None).unwrap();
        assert_eq!(run.waves.len(), plan.waves.len());
        assert_eq!(run.waves[0].gate, None);
        for wave in &run.waves[1..] {
            assert_eq!(wave.gate, Some(Gate::After(Duration::from_secs(7))));
        }
        assert_eq!(run.failure_budget, 0, "the first failure stops it");
        let stack = plan.servers().find_map(|server| server.stack).unwrap();
        assert_eq!(run.resources, [format!("stack:{stack}")]);
        assert_eq!(run.stacks, [stack]);
    }

    #[test]
    fn a_draft_and_a_step_without_a_limit_are_not_run() {
        let mut draft = plan();
        draft.waves[0].servers[0].draft = Some("It is old.".to_owned());
        assert_eq!(
            deployment(&draft, None),
            Err(NotRunnable::Draft("It is old.".to_owned()))
        );
        let mut endless = plan();
        endless.waves[0].servers[0].steps[0].deadline_secs = u32::MAX;
        assert!(matches!(deployment(&endless, None), Err(NotRunnable::Timeout(_))));
        let empty = Plan {
            waves: Vec::new(),
            ..plan()
        };
        assert_eq!(deployment(&empty, None), Err(NotRunnable::Empty));
    }

    #[test]
    fn roles_are_words_of_the_store_too() {
        for kind in StepKind::ALL {
            assert!(role(*kind).as_str().parse::<StepRole>().is_ok(), "{kind}");
        }
        assert_eq!(role(StepKind::Rescan), Role::Closing);
    }
}
