//! The steps of every server: their order, ids, deadlines, and what belongs together.

use super::{Case, Rule, interrupts};
use model::options::HealthCheck;
use model::plan::{ServerPlan, Step, StepKind, When};
use model::{StepId, Work};
use uuid::Uuid;

/// The order on every server, as `reliability.md` gives it.
const ORDER: [StepKind; 11] = [
    StepKind::HealthBefore,
    StepKind::PreChecks,
    StepKind::Repair,
    StepKind::Drain,
    StepKind::Install,
    StepKind::Unattended,
    StepKind::RestartServices,
    StepKind::Reboot,
    StepKind::HealthAfter,
    StepKind::Restore,
    StepKind::Rescan,
];

pub(super) fn check(case: &mut Case<'_>) {
    let plan = case.plan;
    let mut position = 0_u32;
    for server in plan.servers() {
        for step in &server.steps {
            let id = Uuid::new_v5(&plan.id.uuid(), format!("{position}").as_bytes());
            case.server_must(
                step.position == position && step.id == StepId::from_uuid(id),
                Rule::StepIds,
                server,
                "a step's position or id is wrong.",
            );
            position = position.saturating_add(1);
            deadline(case, server, step);
            case.server_must(
                (step.when == When::IfRequired) == (step.kind == StepKind::Reboot),
                Rule::Reboot,
                server,
                "only a reboot, and every reboot, depends on being required.",
            );
        }
        order(case, server);
        balancer(case, server);
        health(case, server);
    }
}

fn order(case: &mut Case<'_>, server: &ServerPlan) {
    let mut places = server
        .steps
        .iter()
        .map(|step| ORDER.iter().position(|kind| *kind == step.kind));
    let first = places.next().flatten();
    let mut last = first;
    let mut rises = true;
    for place in places {
        rises &= place > last;
        last = place;
    }
    case.server_must(
        rises,
        Rule::StepOrder,
        server,
        "its steps are out of order, or one is there twice.",
    );
    for kind in [
        StepKind::HealthBefore,
        StepKind::PreChecks,
        StepKind::HealthAfter,
        StepKind::Rescan,
    ] {
        let there = server.steps.iter().any(|step| step.kind == kind);
        case.server_must(
            there,
            Rule::StepOrder,
            server,
            "it is not looked at before, checked, and looked at again.",
        );
    }
    let acts = interrupts(server) || server.steps.iter().any(|step| step.kind == StepKind::Unattended);
    case.server_must(acts, Rule::StepOrder, server, "nothing is done on it.");
}

/// Every wait that a step contains fits into its deadline.
fn deadline(case: &mut Case<'_>, server: &ServerPlan, step: &Step) {
    let options = case.options;
    let settle = case
        .care(server.group, |care| care.settle_secs)
        .unwrap_or(options.settle_secs);
    let answer = step.check.as_ref().map_or(0, |check| check.timeout_secs);
    let waits = match step.kind {
        StepKind::HealthBefore => answer,
        StepKind::HealthAfter => answer + settle + step.check.as_ref().map_or(0, |check| check.wait_secs),
        StepKind::PreChecks | StepKind::Repair | StepKind::Install | StepKind::Unattended => {
            options.lock_wait_secs
        }
        StepKind::Drain | StepKind::Restore => case
            .care(server.group, |care| care.balancer.as_ref())
            .map_or(0, |balancer| balancer.timeout_secs),
        StepKind::Reboot => options.lock_wait_secs + options.reboot_wait_secs + settle,
        StepKind::RestartServices | StepKind::Rescan => 0,
    };
    case.server_must(
        step.deadline_secs > waits,
        Rule::Deadlines,
        server,
        "a step has no deadline, or one that its own waits exceed.",
    );
    case.server_must(
        !step.what.is_empty(),
        Rule::StepOrder,
        server,
        "a step does not say what it does.",
    );
}

fn balancer(case: &mut Case<'_>, server: &ServerPlan) {
    let wanted = case
        .care(server.group, |care| care.balancer.as_ref())
        .filter(|_| interrupts(server));
    let command = |kind| {
        server
            .steps
            .iter()
            .find(|step| step.kind == kind)
            .map(|step| match &step.work {
                Some(Work::Command { argv }) => argv.as_slice(),
                _ => &[],
            })
    };
    let (drain, restore) = (command(StepKind::Drain), command(StepKind::Restore));
    case.server_must(
        drain.is_some() == restore.is_some(),
        Rule::Balancer,
        server,
        "it is drained and not restored, or the other way round.",
    );
    case.server_must(
        drain == wanted.map(|both| both.drain.as_slice())
            && restore == wanted.map(|both| both.restore.as_slice()),
        Rule::Balancer,
        server,
        "drain and restore are not its group's.",
    );
}

fn health(case: &mut Case<'_>, server: &ServerPlan) {
    let wanted: Option<&HealthCheck> = case.care(server.group, |care| care.health.as_ref());
    for step in &server.steps {
        let asks = matches!(step.kind, StepKind::HealthBefore | StepKind::HealthAfter);
        let holds = step.check.as_ref() == wanted.filter(|_| asks);
        case.server_must(
            holds,
            Rule::Health,
            server,
            "its health check is not asked before and after.",
        );
    }
}
