//! What counts as proved on one server.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::proof_server::{Told, server_proof};
use model::Status;
use model::Timestamp;
use model::deploy::DEPLOY_VERSION;
use model::deploy::{Seen, SeenMore};
use model::facts::{Known, OpenPort, RebootNeed};
use model::plan::Plan;
use model::plan::{ServerPlan, StepKind};
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
    let proof = server_proof(&plan, &told(&plan, if rebooted { "two" } else { "one" }), true);
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
    let proof = server_proof(&plan, &wrong, true);
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
    let proof = server_proof(&plan, &unseen, true);
    assert_eq!(proof.status, Status::Unknown);
    assert!(proof.said.contains("Scan it"), "{}", proof.said);
    assert_eq!(proof.packages[0].as_planned, None);
    let failed = Told {
        failed: Some("The step install failed: so.".to_owned()),
        ..told(&plan, "one")
    };
    assert_eq!(server_proof(&plan, &failed, true).status, Status::Failed);
}
