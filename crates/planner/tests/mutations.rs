//! A good plan is broken in each way there is; the checker names the rule every time.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

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

fn at<'a>(plan: &'a mut Plan, name: &str) -> &'a mut ServerPlan {
    plan.waves
        .iter_mut()
        .flat_map(|wave| &mut wave.servers)
        .find(|server| server.name == name)
        .unwrap()
}

fn step<'a>(plan: &'a mut Plan, name: &str, kind: StepKind) -> &'a mut Step {
    at(plan, name)
        .steps
        .iter_mut()
        .find(|step| step.kind == kind)
        .unwrap()
}

fn without(plan: &mut Plan, name: &str, kind: StepKind) {
    let steps = &mut at(plan, name).steps;
    let before = steps.len();
    steps.retain(|step| step.kind != kind);
    assert_ne!(steps.len(), before, "{name} has no {kind}");
}

fn silent(plan: &mut Plan, kind: WarningKind) {
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

const BREAKS: &[(&str, Rule, Break)] = &[
    ("another version", Rule::Inputs, |plan| plan.v = 9),
    ("other options", Rule::Inputs, |plan| plan.options.reboot = false),
    ("another fleet", Rule::Inputs, |plan| plan.generation.push('0')),
    ("a server twice", Rule::Once, |plan| {
        let again = at(plan, "web-3").clone();
        plan.waves[5].servers.push(again);
    }),
    ("a server forgotten", Rule::Once, |plan| {
        plan.waves[3].servers.clear();
    }),
    ("a left-out server forgotten", Rule::Once, |plan| {
        plan.left_out.clear()
    }),
    ("a server nobody chose", Rule::Once, |plan| {
        plan.left_out.push(LeftOut {
            server: server_id("docker-3"),
            name: "docker-3".to_owned(),
            reason: LeftOutReason::Held,
            sentence: "No.".to_owned(),
        });
    }),
    ("no reason", Rule::Once, |plan| plan.left_out[0].sentence.clear()),
    ("an unknown server", Rule::Once, |plan| {
        at(plan, "web-3").server = server_id("nobody");
    }),
    ("another name", Rule::Identity, |plan| {
        at(plan, "web-3").name = "web-4".to_owned();
    }),
    ("another group", Rule::Identity, |plan| {
        at(plan, "web-3").group = Some(group_id("docker"));
    }),
    ("other facts", Rule::Eligible, |plan| {
        at(plan, "web-3").seen_at = NOW;
    }),
    ("an empty wave", Rule::Waves, |plan| plan.waves[2].servers.clear()),
    ("a wave numbered wrongly", Rule::Waves, |plan| {
        plan.waves[2].position = 7;
    }),
    ("no wave", Rule::Waves, |plan| plan.waves.clear()),
    ("a wide wave", Rule::Width, |plan| {
        let drydock = plan.waves[5].servers.remove(0);
        plan.waves[1].servers.push(drydock);
    }),
    ("a canary in company", Rule::Canary, |plan| {
        let web = plan.waves[3].servers.remove(0);
        plan.waves[0].servers.push(web);
    }),
    ("a canary later", Rule::Canary, |plan| {
        plan.waves[2].kind = WaveKind::Canary;
    }),
    ("three of four away", Rule::MinInService, |plan| {
        for wave in [3, 2] {
            let web = plan.waves[wave].servers.remove(0);
            plan.waves[1].servers.push(web);
        }
    }),
    ("Drydock before others", Rule::OwnHostLast, |plan| {
        plan.waves.swap(4, 5);
    }),
    ("Drydock in company", Rule::OwnHostLast, |plan| {
        let drydock = plan.waves[5].servers.remove(0);
        plan.waves[4].servers.push(drydock);
    }),
    ("Drydock called ordinary", Rule::OwnHostLast, |plan| {
        plan.waves[5].kind = WaveKind::Ordinary;
    }),
    ("the jump host first", Rule::JumpHosts, |plan| {
        plan.waves.swap(1, 4);
        for (position, wave) in (0..).zip(&mut plan.waves) {
            wave.position = position;
        }
    }),
    ("the jump host beside", Rule::JumpHosts, |plan| {
        let bastion = plan.waves[4].servers.remove(0);
        plan.waves[3].servers.push(bastion);
    }),
    ("out of order", Rule::StepOrder, |plan| {
        at(plan, "web-1").steps.swap(2, 3);
    }),
    ("a reboot before the install", Rule::StepOrder, |plan| {
        at(plan, "web-1").steps.swap(3, 6);
    }),
    ("a step twice", Rule::StepOrder, |plan| {
        let reboot = step(plan, "web-1", StepKind::Reboot).clone();
        at(plan, "web-1").steps.insert(6, reboot);
    }),
    ("not looked at before", Rule::StepOrder, |plan| {
        without(plan, "web-1", StepKind::HealthBefore);
    }),
    ("not checked", Rule::StepOrder, |plan| {
        without(plan, "web-1", StepKind::PreChecks);
    }),
    ("not looked at after", Rule::StepOrder, |plan| {
        without(plan, "web-1", StepKind::HealthAfter);
    }),
    ("no proof", Rule::StepOrder, |plan| {
        without(plan, "web-1", StepKind::Rescan);
    }),
    ("a step without words", Rule::StepOrder, |plan| {
        step(plan, "web-1", StepKind::Drain).what.clear();
    }),
    ("nothing to do", Rule::StepOrder, |plan| {
        without(plan, "bastion", StepKind::Reboot);
    }),
    ("a wrong position", Rule::StepIds, |plan| {
        step(plan, "web-1", StepKind::Drain).position += 1;
    }),
    ("a wrong id", Rule::StepIds, |plan| {
        let plan_id = plan.id.uuid();
        step(plan, "web-1", StepKind::Drain).id = StepId::from_uuid(plan_id);
    }),
    ("no deadline", Rule::Deadlines, |plan| {
        step(plan, "web-1", StepKind::Rescan).deadline_secs = 0;
    }),
    ("a deadline shorter than the reboot", Rule::Deadlines, |plan| {
        step(plan, "bastion", StepKind::Reboot).deadline_secs = 900;
    }),
    ("a deadline shorter than the lock", Rule::Deadlines, |plan| {
        step(plan, "web-1", StepKind::Install).deadline_secs = 600;
    }),
    (
        "a deadline shorter than the wait for health",
        Rule::Deadlines,
        |plan| {
            step(plan, "web-1", StepKind::HealthAfter).deadline_secs = 190;
        },
    ),
    ("a package nobody simulated", Rule::Transaction, |plan| {
        at(plan, "web-1").packages[0].to = "3".to_owned();
        if let Some(Work::Install(install)) = &mut step(plan, "web-1", StepKind::Install).work {
            install.packages[0].to = "3".to_owned();
        }
    }),
    ("a package that is not shown", Rule::Transaction, |plan| {
        at(plan, "web-1").packages.remove(0);
    }),
    ("half of a transaction", Rule::Transaction, |plan| {
        at(plan, "web-1").packages.remove(0);
        if let Some(Work::Install(install)) = &mut step(plan, "web-1", StepKind::Install).work {
            install.packages.remove(0);
        }
    }),
    ("packages and no install", Rule::Transaction, |plan| {
        without(plan, "web-1", StepKind::Install);
    }),
    ("another simulation", Rule::Transaction, |plan| {
        at(plan, "web-1").simulated_at = Some(NOW);
    }),
    ("what comes along called security", Rule::Transaction, |plan| {
        at(plan, "web-1").packages[1].part = PackagePart::Security;
    }),
    ("another transaction", Rule::Ticked, |plan| {
        if let Some(Work::Install(install)) = &mut step(plan, "web-1", StepKind::Install).work {
            install.upgrade = Upgrade::FullUpgrade;
        }
    }),
    ("a removal", Rule::Removals, |plan| {
        at(plan, "web-1").removals.push(PlannedRemoval {
            package: "vim".to_owned(),
            version: "1".to_owned(),
        });
    }),
    ("no reboot although ticked", Rule::Reboot, |plan| {
        without(plan, "web-1", StepKind::Reboot);
    }),
    ("a reboot whether required or not", Rule::Reboot, |plan| {
        step(plan, "web-1", StepKind::Reboot).when = When::Always;
    }),
    ("a forecast against the evidence", Rule::Reboot, |plan| {
        at(plan, "bastion").reboot.verdict = RebootVerdict::NotExpected;
    }),
    ("a forecast without reasons", Rule::Reboot, |plan| {
        at(plan, "web-1").reboot.reasons.clear();
    }),
    ("drained for ever", Rule::Balancer, |plan| {
        without(plan, "web-1", StepKind::Restore);
    }),
    ("restored by another command", Rule::Balancer, |plan| {
        step(plan, "web-1", StepKind::Restore).work = Some(Work::Command {
            argv: vec!["true".to_owned()],
        });
    }),
    ("not drained", Rule::Balancer, |plan| {
        without(plan, "web-1", StepKind::Drain);
        without(plan, "web-1", StepKind::Restore);
    }),
    ("not asked", Rule::Health, |plan| {
        step(plan, "web-1", StepKind::HealthAfter).check = None;
    }),
    ("asked twice", Rule::Health, |plan| {
        let check = step(plan, "web-1", StepKind::HealthAfter).check.clone();
        step(plan, "web-1", StepKind::Rescan).check = check;
    }),
    ("work of another kind", Rule::Work, |plan| {
        step(plan, "web-1", StepKind::Drain).work = Some(Work::Refresh);
    }),
    ("a look that works", Rule::Work, |plan| {
        step(plan, "web-1", StepKind::PreChecks).work = Some(Work::Refresh);
    }),
    ("another wait for locks", Rule::Work, |plan| {
        if let Some(Work::Reboot(reboot)) = &mut step(plan, "web-1", StepKind::Reboot).work {
            reboot.lock_wait_secs += 1;
        }
    }),
    ("a unit nobody asked for", Rule::Work, |plan| {
        if let Some(Work::RestartServices { units }) =
            &mut step(plan, "web-1", StepKind::RestartServices).work
        {
            units.push("postgresql.service".to_owned());
        }
    }),
    ("a unit that breaks sessions", Rule::Work, |plan| {
        if let Some(Work::RestartServices { units }) =
            &mut step(plan, "web-1", StepKind::RestartServices).work
        {
            units[0] = "dbus.service".to_owned();
        }
    }),
    ("not repaired", Rule::Repair, |plan| {
        without(plan, "docker-1", StepKind::Repair);
    }),
    ("daily upgrades not set up", Rule::Ticked, |plan| {
        without(plan, "web-1", StepKind::Unattended);
    }),
    ("daily upgrades set otherwise", Rule::Ticked, |plan| {
        if let Some(Work::Unattended(set)) = &mut step(plan, "web-1", StepKind::Unattended).work {
            set.daily = false;
        }
    }),
    ("silence about Docker", Rule::Warnings, |plan| {
        silent(plan, WarningKind::Docker);
    }),
    ("silence about a repair", Rule::Warnings, |plan| {
        silent(plan, WarningKind::Repair);
    }),
    ("silence about Drydock", Rule::Warnings, |plan| {
        silent(plan, WarningKind::OwnHost);
    }),
];

#[test]
fn every_way_to_break_a_plan_is_noticed() {
    for (how, rule, broken) in BREAKS {
        let (scenario, mut plan) = good();
        broken(&mut plan);
        let found = rules(&scenario, &plan);
        assert!(found.contains(rule), "{how}: {rule} is not among {found:?}");
    }
}

type Change = fn(&mut Scenario);

/// The plan stays as it is, and what it is held against changes.
const CHANGES: &[(&str, Rule, Change)] = &[
    ("unreachable", Rule::Eligible, |given| {
        named(&mut given.snapshot, "web-1").reach = Reach::TimedOut;
    }),
    ("may only look", Rule::Eligible, |given| {
        named(&mut given.snapshot, "web-1").account = Account::LookOnly;
    }),
    ("held", Rule::Eligible, |given| {
        named(&mut given.snapshot, "web-1").held_by = Some("another run".to_owned());
    }),
    ("forgotten", Rule::Eligible, |given| {
        named(&mut given.snapshot, "web-1").facts = None;
    }),
    ("seen long ago", Rule::Eligible, |given| {
        given.policy.facts_max_age_secs = 1;
    }),
    ("simulated long ago", Rule::Transaction, |given| {
        given.policy.simulation_max_age_secs = 1;
    }),
    ("the same machine", Rule::Once, |given| {
        let facts = named(&mut given.snapshot, "web-1").facts.clone();
        named(&mut given.snapshot, "web-2").facts = facts;
    }),
    ("not simulated", Rule::Transaction, |given| {
        named(&mut given.snapshot, "web-1").simulations.clear();
    }),
    ("excluded since", Rule::Transaction, |given| {
        given.options.picks.exclude = vec!["libc6".to_owned()];
    }),
    ("no upgrade ticked", Rule::Ticked, |given| {
        given.options.security = false
    }),
    ("all ticked instead", Rule::Ticked, |given| {
        given.options.all = Some(AllUpgrades::FullUpgrade);
    }),
    ("no reboot ticked", Rule::Ticked, |given| {
        given.options.reboot = false
    }),
    ("no restart ticked", Rule::Ticked, |given| {
        given.options.restart_services = false;
    }),
    ("serial", Rule::Width, |given| {
        given.options.strategy = model::options::Strategy::Serial;
    }),
    ("three must stay", Rule::MinInService, |given| {
        given.policy.groups[0].min_in_service = 4;
    }),
    ("another balancer", Rule::Balancer, |given| {
        given.policy.groups[0].care.balancer = Some(Balancer {
            drain: vec!["other".to_owned()],
            restore: vec!["other".to_owned()],
            timeout_secs: 30,
        });
    }),
    ("another health check", Rule::Health, |given| {
        given.policy.groups[1].care.health = None;
    }),
    ("behind another jump host", Rule::JumpHosts, |given| {
        named(&mut given.snapshot, "docker-2").jump = Some(server_id("docker-1"));
    }),
    ("the others are away", Rule::Warnings, |given| {
        named(&mut given.snapshot, "docker-3").out_of_service = true;
        named(&mut given.snapshot, "docker-2").out_of_service = true;
    }),
];

#[test]
fn every_change_of_the_fleet_that_forbids_a_plan_is_noticed() {
    for (how, rule, changed) in CHANGES {
        let (mut scenario, plan) = good();
        changed(&mut scenario);
        let found = rules(&scenario, &plan);
        assert!(found.contains(rule), "{how}: {rule} is not among {found:?}");
    }
}

#[test]
fn there_is_a_break_for_every_rule() {
    for rule in Rule::ALL {
        let covered = BREAKS
            .iter()
            .map(|(_, rule, _)| rule)
            .chain(CHANGES.iter().map(|(_, rule, _)| rule));
        assert!(
            covered.into_iter().any(|one| one == rule),
            "nothing breaks {rule}"
        );
    }
}
