//! What counts as proved on one server.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::proof_server::{Told, server_proof};
use model::Status;
use model::Timestamp;
use model::deploy::{ActiveUnit, DEPLOY_VERSION, KeptConfig, Seen, SeenMore};
use model::facts::{Known, OpenPort, RebootNeed};
use model::plan::{Plan, PredictedRestart, RestartCause, ServerPlan, StepKind};
use model::view::ProofStage;
use std::collections::BTreeMap;

fn plan() -> ServerPlan {
    let text = include_str!("../../../planner/tests/fixtures/plan-v1.json");
    let plan: Plan = serde_json::from_str(text).unwrap();
    let with_packages = |server: &&ServerPlan| !server.packages.is_empty();
    plan.servers()
        .find(with_packages)
        .cloned()
        .expect("one installs something")
}

/// As everything would be seen if it went as planned.
fn seen(plan: &ServerPlan, boot: &str) -> Seen {
    let packages: BTreeMap<String, Option<String>> = plan
        .packages
        .iter()
        .map(|package| (package.package.clone(), Some(package.to.clone())))
        .chain(
            plan.removals
                .iter()
                .map(|removal| (removal.package.clone(), None)),
        )
        .collect();
    Seen {
        v: DEPLOY_VERSION,
        boot_id: Some(boot.to_owned()),
        kernel: "6.1".to_owned(),
        failed_units: Some(Vec::new()),
        more: Some(Box::new(SeenMore {
            at: Timestamp::from_secs(1),
            packages: Known::Known(packages),
            security: Known::Known(0),
            ports: Known::Known(vec![OpenPort {
                protocol: "tcp".into(),
                port: 443,
                address: "*".into(),
                process: Some("nginx".into()),
            }]),
            containers: Known::Known(Vec::new()),
            unattended: Known::unknown("not asked"),
            reboot: RebootNeed::No,
            reboot_said: Vec::new(),
            units: Known::Known(Vec::new()),
        })),
    }
}

fn told(plan: &ServerPlan, boot: &str) -> Told {
    Told {
        before: Some(seen(plan, "one")),
        after: Some(seen(plan, boot)),
        begun: true,
        ..Told::default()
    }
}

fn change(told: &mut Told, change: impl FnOnce(&mut Seen, &mut SeenMore)) {
    let after = told.after.as_mut().unwrap();
    let mut more = after.more.take().unwrap();
    change(after, &mut more);
    after.more = Some(more);
}

#[test]
fn what_went_as_planned_is_healthy() {
    let plan = plan();
    let rebooted = plan.steps.iter().any(|step| step.kind == StepKind::Reboot);
    let proof = server_proof(
        &plan,
        &told(&plan, if rebooted { "two" } else { "one" }),
        ProofStage::Over,
    );
    assert_eq!(
        (proof.status, proof.misses.as_slice()),
        (Status::Healthy, [].as_slice())
    );
    assert!(
        proof
            .packages
            .iter()
            .all(|package| package.as_planned == Some(true))
    );
    assert_eq!(proof.reboot.happened, Known::Known(rebooted));
    assert_eq!(
        proof.ports.after,
        Known::Known(vec!["tcp 443 on * nginx".to_owned()])
    );
}

#[test]
fn that_everything_ended_with_0_proves_nothing() {
    let plan = plan();
    let name = plan.packages[0].package.clone();
    let mut wrong = told(&plan, "one");
    change(&mut wrong, |seen, more| {
        seen.failed_units = Some(vec!["web.service".to_owned()]);
        let Known::Known(packages) = &mut more.packages else {
            unreachable!()
        };
        packages.insert(name.clone(), Some("0".to_owned()));
        more.ports = Known::Known(Vec::new());
    });
    let proof = server_proof(&plan, &wrong, ProofStage::Over);
    assert_eq!(proof.status, Status::Attention);
    let all = proof.misses.join(" ");
    for part in [
        format!("{name} is at 0, planned was").as_str(),
        "web.service",
        "tcp 443",
    ] {
        assert!(all.contains(part), "{part}: {all}");
    }
    assert_eq!(proof.packages[0].as_planned, Some(false));
}

#[test]
fn what_was_not_seen_again_is_unknown_and_what_failed_is_failed() {
    let plan = plan();
    let unseen = Told {
        after: None,
        ..told(&plan, "one")
    };
    let proof = server_proof(&plan, &unseen, ProofStage::Over);
    assert_eq!(proof.status, Status::Unknown);
    assert!(proof.said.contains("Scan it"), "{}", proof.said);
    assert_eq!(proof.packages[0].as_planned, None);
    let failed = Told {
        failed: Some("The step install failed: so.".to_owned()),
        ..told(&plan, "one")
    };
    assert_eq!(
        server_proof(&plan, &failed, ProofStage::Over).status,
        Status::Failed
    );
}

#[test]
fn what_is_not_done_yet_is_no_miss_and_one_that_failed_is_said_at_once() {
    let plan = plan();
    let waiting = server_proof(&plan, &Told::default(), ProofStage::NotBegun);
    assert_eq!(
        (waiting.stage, waiting.said.as_str()),
        (ProofStage::NotBegun, "Not begun yet.")
    );
    assert!(waiting.misses.is_empty(), "{:?}", waiting.misses);
    let begun = Told {
        after: None,
        ..told(&plan, "one")
    };
    let proof = server_proof(&plan, &begun, ProofStage::UnderWay);
    assert_eq!((proof.status, proof.misses.len()), (Status::Running, 0));
    assert!(proof.said.starts_with("It is under way"), "{}", proof.said);
    let failed = Told {
        failed: Some("The step install failed: so.".to_owned()),
        ..begun
    };
    let proof = server_proof(&plan, &failed, ProofStage::UnderWay);
    assert_eq!(proof.status, Status::Failed);
}

fn runs(units: &[(&str, &str)]) -> Known<Vec<ActiveUnit>> {
    let units = units.iter().map(|(unit, invocation)| ActiveUnit {
        unit: (*unit).to_owned(),
        invocation: (*invocation).to_owned(),
        stays: *unit != "bus.service",
    });
    Known::Known(units.collect())
}

#[test]
fn restarts_stand_beside_their_prediction() {
    let mut plan = plan();
    let restart = |unit: &str, cause| PredictedRestart {
        unit: unit.to_owned(),
        cause,
        package: None,
    };
    plan.restarts = vec![
        restart("away.service", RestartCause::Ships),
        restart("nginx.service", RestartCause::Ships),
        restart("old.service", RestartCause::OldLibrary),
        restart("still.service", RestartCause::Ships),
        restart("uses.service", RestartCause::UsesLibrary),
    ];
    let before = [
        ("away.service", "1"),
        ("bus.service", "1"),
        ("cron.service", "1"),
        ("nginx.service", "1"),
        ("old.service", "1"),
        ("ssh.service", "1"),
        ("still.service", "1"),
        ("uses.service", "1"),
    ];
    let after = [
        ("bus.service", "2"),
        ("cron.service", "2"),
        ("nginx.service", "2"),
        ("old.service", "1"),
        ("ssh.service", "1"),
        ("still.service", "1"),
        ("uses.service", "1"),
    ];
    let mut told = told(&plan, "one");
    change(&mut told, |_, more| more.units = runs(&after));
    let seen = told.before.as_mut().unwrap().more.as_mut().unwrap();
    seen.units = runs(&before);
    let proof = server_proof(&plan, &told, ProofStage::Over);
    let rows: Vec<(&str, bool, Option<bool>)> = proof
        .restarts
        .iter()
        .map(|restart| {
            (
                restart.unit.as_str(),
                restart.expected,
                restart.happened.get().copied(),
            )
        })
        .collect();
    assert_eq!(
        rows,
        [
            ("away.service", true, None),
            ("nginx.service", true, Some(true)),
            ("old.service", false, Some(false)),
            ("still.service", true, Some(false)),
            ("uses.service", false, Some(false)),
            // Nobody said so; the bus comes and goes.
            ("cron.service", false, Some(true)),
        ]
    );
    assert_eq!(
        proof.misses,
        ["Restarted, which the plan did not foresee: cron.service."]
    );
    // What an older build stored says nothing of units.
    change(&mut told, |_, more| {
        let mut stored = serde_json::to_value(&*more).unwrap();
        stored.as_object_mut().unwrap().remove("units");
        *more = serde_json::from_value(stored).unwrap();
    });
    let proof = server_proof(&plan, &told, ProofStage::Over);
    assert!(
        proof
            .restarts
            .iter()
            .all(|restart| restart.happened.get().is_none())
    );
    assert_eq!(proof.misses, [""; 0]);
}

#[test]
fn kept_configuration_is_shown_with_its_difference_or_why_not() {
    let plan = plan();
    let kept = |difference: Known<String>, more_lines| KeptConfig {
        path: "/etc/a".to_owned(),
        new: "/etc/a.dpkg-dist".to_owned(),
        difference,
        more_lines,
    };
    let told = Told {
        kept: Some(vec![
            kept(Known::Known("-a\n+b\n".to_owned()), 0),
            kept(Known::Known("-a\n".to_owned()), 7),
            kept(Known::Known(String::new()), 0),
            kept(Known::unknown("not shown: it is not a text"), 0),
        ]),
        ..told(&plan, "one")
    };
    let shown: Vec<Known<String>> = server_proof(&plan, &told, ProofStage::Over)
        .kept
        .into_iter()
        .map(|file| file.difference)
        .collect();
    assert_eq!(
        shown,
        [
            Known::Known("-a\n+b\n".to_owned()),
            Known::Known("-a\n… and 7 more lines; compare the two on the server.\n".to_owned()),
            Known::unknown("nothing differs"),
            Known::unknown("not shown: it is not a text"),
        ]
    );
}
