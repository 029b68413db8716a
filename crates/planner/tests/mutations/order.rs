//! Breaks of who is worked on, when, and in which steps.

use crate::*;

pub(crate) const BREAKS: &[(&str, Rule, Break)] = &[
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
];
