//! A good plan is broken in each way there is; the checker names the rule every time.
#![allow(clippy::unwrap_used, clippy::panic)]

mod changes;
mod order;
#[path = "../support/mod.rs"]
mod support;
mod work;

use model::options::{AllUpgrades, Balancer};
use model::plan::{
    LeftOut, LeftOutReason, PackagePart, Plan, PlannedRemoval, RebootVerdict, ServerPlan, Step, StepKind,
    WarningKind, WaveKind, When,
};
use model::{Account, Reach, StepId, Upgrade, Work};
use planner::Rule;
use support::read::{Scenario, scenario};
use support::{NOW, group_id, named, server_id};

/// Four of the web group serve and three must stay: one at a time. The jump host comes late, Drydock itself last.
const FLEET: &str = "
[options]
security
reboot
restart services
waves 2
canary

[policy]
web min 3
web drain lb out restore lb in
web health /up
docker health /up
edge health /up

[fleet]
web-1,web-2,web-3 group=web jump=bastion unattended=missing
  Inst bash [1] (2 Debian-Security:12/oldstable-security [amd64]) 1000
  Inst libc6 [1] (2 Debian:12/oldstable [amd64]) 1000
  restart cron.service libc6 uses_library
docker-1,docker-2 group=docker unfinished=nginx_(unpacked)
  Inst docker-ce [1] (2 Debian-Security:12/oldstable-security [amd64]) 1000
docker-3 group=docker unchosen
bastion group=edge flag=libc6
drydock group=edge own=drydock
  Inst bash [1] (2 Debian-Security:12/oldstable-security [amd64]) 1000
idle group=web
";

fn good() -> (Scenario, Plan) {
    let scenario = scenario(FLEET);
    let plan = planner::plan(&scenario.snapshot, &scenario.options, &scenario.policy, NOW).unwrap();
    (scenario, plan)
}

fn rules(scenario: &Scenario, plan: &Plan) -> Vec<Rule> {
    planner::check(plan, &scenario.snapshot, &scenario.options, &scenario.policy)
        .into_iter()
        .map(|violation| {
            assert!(violation.sentence.ends_with('.'), "{}", violation.sentence);
            violation.rule
        })
        .collect()
}

pub(crate) fn at<'a>(plan: &'a mut Plan, name: &str) -> &'a mut ServerPlan {
    plan.waves
        .iter_mut()
        .flat_map(|wave| &mut wave.servers)
        .find(|server| server.name == name)
        .unwrap()
}

pub(crate) fn step<'a>(plan: &'a mut Plan, name: &str, kind: StepKind) -> &'a mut Step {
    at(plan, name)
        .steps
        .iter_mut()
        .find(|step| step.kind == kind)
        .unwrap()
}

pub(crate) fn without(plan: &mut Plan, name: &str, kind: StepKind) {
    let steps = &mut at(plan, name).steps;
    let before = steps.len();
    steps.retain(|step| step.kind != kind);
    assert_ne!(steps.len(), before, "{name} has no {kind}");
}

pub(crate) fn silent(plan: &mut Plan, kind: WarningKind) {
    let before = plan.warnings.len();
    plan.warnings.retain(|warning| warning.kind != kind);
    assert_ne!(plan.warnings.len(), before, "nothing was said of {kind}");
}

#[test]
fn the_plan_is_good_and_uses_every_rule() {
    let (scenario, plan) = good();
    assert_eq!(rules(&scenario, &plan), []);
    let waves: Vec<String> = plan
        .waves
        .iter()
        .map(|wave| {
            let names: Vec<&str> = wave.servers.iter().map(|server| server.name.as_str()).collect();
            format!("{} {}", wave.kind, names.join(" "))
        })
        .collect();
    assert_eq!(
        waves,
        [
            "canary docker-1",
            "ordinary web-1 docker-2",
            "ordinary web-2",
            "ordinary web-3",
            "jump_hosts bastion",
            "own drydock"
        ]
    );
    let kinds = |name: &str| -> Vec<&str> {
        let server = plan.servers().find(|server| server.name == name).unwrap();
        server.steps.iter().map(|step| step.kind.as_str()).collect()
    };
    assert_eq!(
        kinds("web-1"),
        [
            "health_before",
            "pre_checks",
            "drain",
            "install",
            "unattended",
            "restart_services",
            "reboot",
            "health_after",
            "restore",
            "rescan"
        ]
    );
    assert!(kinds("docker-1").contains(&"repair"));
}

type Break = fn(&mut Plan);
type Change = fn(&mut Scenario);

fn breaks() -> impl Iterator<Item = &'static (&'static str, Rule, Break)> {
    order::BREAKS.iter().chain(work::BREAKS)
}

#[test]
fn every_way_to_break_a_plan_is_noticed() {
    for (how, rule, broken) in breaks() {
        let (scenario, mut plan) = good();
        broken(&mut plan);
        let found = rules(&scenario, &plan);
        assert!(found.contains(rule), "{how}: {rule} is not among {found:?}");
    }
}

#[test]
fn every_change_of_the_fleet_that_forbids_a_plan_is_noticed() {
    for (how, rule, changed) in changes::CHANGES {
        let (mut scenario, plan) = good();
        changed(&mut scenario);
        let found = rules(&scenario, &plan);
        assert!(found.contains(rule), "{how}: {rule} is not among {found:?}");
    }
}

#[test]
fn there_is_a_break_for_every_rule() {
    for rule in Rule::ALL {
        let covered = breaks()
            .map(|(_, rule, _)| rule)
            .chain(changes::CHANGES.iter().map(|(_, rule, _)| rule));
        assert!(
            covered.into_iter().any(|one| one == rule),
            "nothing breaks {rule}"
        );
    }
}
