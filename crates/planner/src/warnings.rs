//! What a person must know before the click.

use crate::care::Inputs;
use crate::restarts::is_left_alone;
use crate::server::takes_out;
use crate::words::{about, bare, list};
use model::GroupId;
use model::facts::Facts;
use model::plan::{Impact, RebootVerdict, ServerPlan, StepKind, Warning, WarningKind, Wave, WaveKind};
use std::collections::HashMap;

/// All warnings: about groups first, then about servers, each kind once.
pub(crate) fn of(inputs: &Inputs<'_>, waves: &[Wave], impact: &[Impact]) -> Vec<Warning> {
    let mut warnings = of_groups(inputs, waves, impact);
    let plans: Vec<&ServerPlan> = waves.iter().flat_map(|wave| &wave.servers).collect();
    for (kind, test, sentence) in RULES {
        let found: Vec<&ServerPlan> = plans
            .iter()
            .copied()
            .filter(|plan| facts(inputs, plan).is_some_and(|facts| test(inputs, plan, facts)))
            .collect();
        if !found.is_empty() {
            let names: Vec<&str> = found.iter().map(|plan| plan.name.as_str()).collect();
            warnings.push(Warning {
                kind: *kind,
                group: None,
                servers: found.iter().map(|plan| plan.server).collect(),
                sentence: sentence.replace("{}", &list(&names)),
            });
        }
    }
    warnings
}

type Test = fn(&Inputs<'_>, &ServerPlan, &Facts) -> bool;

/// Kind, whether it is about a server, and its sentence with `{}` for the servers' names.
const RULES: &[(WarningKind, Test, &str)] = &[
    (
        WarningKind::Docker,
        |inputs, plan, _| restarts_docker(inputs, plan),
        "Docker or containerd restarts on {}: the containers there may stop for a moment. To avoid that, clone the \
         stack and fail over.",
    ),
    (
        WarningKind::RestartsUnknown,
        |_, plan, _| plan.restarts_unknown.is_some(),
        "Which services the packages restart on {} is not known: expect short interruptions.",
    ),
    (
        WarningKind::Removals,
        |_, plan, _| !plan.removals.is_empty(),
        "Packages are removed on {}. Look at the list before you run this.",
    ),
    (
        WarningKind::RebootLeft,
        |inputs, plan, _| !inputs.options.reboot && plan.reboot.verdict == RebootVerdict::Expected,
        "A reboot will be needed on {} and is not ticked: until then the old kernel or libraries keep running.",
    ),
    (
        WarningKind::RestartNotEnough,
        |inputs, plan, facts| {
            inputs.options.restart_services
                && !has(plan, StepKind::Reboot)
                && facts.old_libraries.get().is_some_and(|old| {
                    old.service_manager || old.services.iter().any(|unit| is_left_alone(unit))
                })
        },
        "Some services on {} cannot simply be restarted: only a reboot replaces their libraries.",
    ),
    (
        WarningKind::Repair,
        |inputs, plan, _| {
            has(plan, StepKind::Repair) && (plan.simulated_at.is_some() || inputs.options.upgrade().is_none())
        },
        "An installation was interrupted on {}: it is finished first.",
    ),
    (
        WarningKind::Repair,
        |inputs, plan, _| {
            has(plan, StepKind::Repair) && plan.simulated_at.is_none() && inputs.options.upgrade().is_some()
        },
        "An installation was interrupted on {}, so that updates cannot be simulated: this run finishes it. Preview again \
         afterwards.",
    ),
    (
        WarningKind::FailedBefore,
        |_, _, facts| facts.failed_units.get().is_some_and(|units| !units.is_empty()),
        "Units have failed already on {}. Proof tells them from new ones.",
    ),
    (
        WarningKind::SecurityLeft,
        |_, plan, _| plan.left.iter().any(|left| left.security),
        "Security updates stay pending on {}: on hold, kept back, phased or not chosen.",
    ),
    (
        WarningKind::OwnHost,
        |inputs, plan, _| {
            inputs
                .by_id
                .get(&plan.server)
                .is_some_and(|server| server.own.is_some())
        },
        "Drydock itself needs {}, so that comes last. While it restarts these pages may not answer; the run goes on by itself.",
    ),
];

fn facts<'a>(inputs: &Inputs<'a>, plan: &ServerPlan) -> Option<&'a Facts> {
    inputs.by_id.get(&plan.server)?.facts.as_ref()
}

fn has(plan: &ServerPlan, kind: StepKind) -> bool {
    plan.steps.iter().any(|step| step.kind == kind)
}

/// Under any option (`reliability.md`): by its package's scripts, or by a step that restarts it.
fn restarts_docker(inputs: &Inputs<'_>, plan: &ServerPlan) -> bool {
    const PACKAGES: &[&str] = &[
        "containerd",
        "containerd.io",
        "docker-ce",
        "docker.io",
        "moby-containerd",
        "moby-engine",
    ];
    const UNITS: &[&str] = &["containerd.service", "docker.service"];
    let by_package = plan
        .packages
        .iter()
        .any(|package| PACKAGES.contains(&bare(&package.package)));
    by_package
        || plan.restarts.iter().any(|restart| {
            UNITS.contains(&restart.unit.as_str())
                && (inputs.options.restart_services || restart.cause == model::plan::RestartCause::Ships)
        })
}

fn of_groups(inputs: &Inputs<'_>, waves: &[Wave], impact: &[Impact]) -> Vec<Warning> {
    let mut out: HashMap<Option<GroupId>, Vec<&ServerPlan>> = HashMap::new();
    let mut fullest: HashMap<Option<GroupId>, usize> = HashMap::new();
    for wave in waves {
        let mut here: HashMap<Option<GroupId>, usize> = HashMap::new();
        for plan in wave.servers.iter().filter(|plan| takes_out(plan)) {
            out.entry(plan.group).or_default().push(plan);
            let serves = inputs
                .by_id
                .get(&plan.server)
                .is_some_and(|server| server.in_service());
            *here.entry(plan.group).or_default() += usize::from(serves);
        }
        for (group, number) in here {
            let most = fullest.entry(group).or_default();
            *most = number.max(*most);
        }
    }
    let mut warnings = jump_hosts(waves);
    for group in impact {
        let Some(plans) = out.get(&group.group) else {
            continue;
        };
        let down = if group.downtime_secs > 0 {
            format!("expect {} without it", about(group.downtime_secs))
        } else {
            "no restart is expected".to_owned()
        };
        let whole = fullest.get(&group.group).copied().unwrap_or(0);
        let mut warn = |kind, sentence: String| {
            warnings.push(Warning {
                kind,
                group: group.group,
                servers: plans.iter().map(|plan| plan.server).collect(),
                sentence,
            });
        };
        if group.group.is_none() {
            let names: Vec<&str> = plans.iter().map(|plan| plan.name.as_str()).collect();
            let sentence = format!(
                "In no group: {}. Drydock does not know what serves in the place of such a server.",
                list(&names)
            );
            warn(WarningKind::NoGroup, sentence);
            continue;
        }
        let in_service = usize::try_from(group.in_service).unwrap_or(usize::MAX);
        if in_service == 1 && whole == 1 {
            let sentence = format!(
                "{} has one server in service, and nothing serves in its place: {down}.",
                group.name
            );
            warn(WarningKind::OneServer, sentence);
        } else if whole >= in_service && in_service > 0 {
            let sentence = format!(
                "All servers of {} are in one wave: {down}. Choose serial, or smaller waves.",
                group.name
            );
            warn(WarningKind::WholeGroup, sentence);
        }
        if inputs.care(group.group).health.is_none() {
            let sentence = format!(
                "{} has no health check: Drydock can see that its servers run, not that they serve.",
                group.name
            );
            warn(WarningKind::NoHealthCheck, sentence);
        }
    }
    warnings
}

fn jump_hosts(waves: &[Wave]) -> Vec<Warning> {
    let hosts: Vec<&ServerPlan> = waves
        .iter()
        .filter(|wave| wave.kind == WaveKind::JumpHosts)
        .flat_map(|wave| &wave.servers)
        .filter(|plan| takes_out(plan))
        .collect();
    if hosts.is_empty() {
        return Vec::new();
    }
    let names: Vec<&str> = hosts.iter().map(|plan| plan.name.as_str()).collect();
    vec![Warning {
        kind: WarningKind::JumpHost,
        group: None,
        servers: hosts.iter().map(|plan| plan.server).collect(),
        sentence: format!(
            "Other servers are reached through {}: those come first, and are out of reach during a restart there.",
            list(&names)
        ),
    }]
}
