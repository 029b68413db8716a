//! Every use-case refuses whoever may not.

use crate::support::{Drydock, drydock, server};
use model::input::{NewPerson, NewStack};
use model::options::{Care, Options, PROFILE_VERSION, Profile};
use model::run::Settlement;
use model::view::{LogFind, LogFrom, PreviewAsked, RebootsAsked, RunAsk, RunsAsked, ServersQuery};
use model::{
    Criticality, ErrorCode, GroupId, KeyAlgorithm, KeyId, PlanId, ProfileId, ROLES, Right, Role, RunId,
    ServerId, StackId, StepId, UserId,
};
use secrecy::SecretString;
use usecases::Error;

fn id() -> uuid::Uuid {
    uuid::Uuid::now_v7()
}

/// Whether the use-case let the actor past its door, whatever it said after.
fn entered<T>(result: Result<T, Error>) -> bool {
    result
        .err()
        .is_none_or(|error| error.kind() != ErrorCode::NotAllowed)
}

#[tokio::test]
async fn each_role_gets_as_far_as_its_rights_go() {
    let drydock = drydock().await;
    let u = &drydock.usecases;
    let (no_server, no_stack) = (ServerId::from_uuid(id()), StackId::from_uuid(id()));
    let (no_key, no_user) = (KeyId::from_uuid(id()), UserId::from_uuid(id()));
    let stack = || NewStack {
        name: "web".into(),
        environment: "production".into(),
        criticality: Criticality::Normal,
        owner: None,
    };
    for role in ROLES {
        let a = &Drydock::somebody(role);
        let mut tried = Vec::new();
        let mut try_one =
            |name: &'static str, right: Right, entered: bool| tried.push((name, right, entered));
        try_one("frame", Right::Read, entered(u.frame(a).await));
        try_one("dashboard", Right::Read, entered(u.dashboard(a).await));
        try_one(
            "servers",
            Right::Read,
            entered(u.servers(a, ServersQuery::default()).await),
        );
        try_one("server", Right::Read, entered(u.server(a, no_server).await));
        try_one("server_form", Right::Read, entered(u.server_form(a, None).await));
        try_one("stacks", Right::Read, entered(u.stacks(a).await));
        try_one("stack", Right::Read, entered(u.stack(a, no_stack).await));
        try_one("keys", Right::Read, entered(u.keys(a).await));
        try_one("people", Right::Read, entered(u.people(a).await));
        try_one("activity", Right::Read, entered(u.activity(a, 1).await));
        try_one("scan", Right::Check, entered(u.scan(a, vec![]).await));
        try_one("probe", Right::Check, entered(u.probe(a, no_server).await));
        try_one(
            "fingerprint",
            Right::Check,
            entered(u.fingerprint(a, no_server).await),
        );
        try_one(
            "switch_schedule_on",
            Right::SwitchSchedule,
            entered(u.switch_schedule_on(a).await),
        );
        try_one(
            "review_paste",
            Right::EditFleet,
            entered(u.review_paste(a, String::new(), None).await),
        );
        try_one(
            "add_server",
            Right::EditFleet,
            entered(u.add_server(a, server("x", no_key)).await),
        );
        try_one(
            "import_servers",
            Right::EditFleet,
            entered(u.import_servers(a, vec![]).await),
        );
        try_one(
            "edit_server",
            Right::EditFleet,
            entered(u.edit_server(a, no_server, server("x", no_key)).await),
        );
        try_one(
            "remove_server",
            Right::EditFleet,
            entered(u.remove_server(a, no_server).await),
        );
        try_one(
            "create_stack",
            Right::EditFleet,
            entered(u.create_stack(a, stack()).await),
        );
        try_one(
            "edit_stack",
            Right::EditFleet,
            entered(u.edit_stack(a, no_stack, stack()).await),
        );
        try_one(
            "remove_stack",
            Right::EditFleet,
            entered(u.remove_stack(a, no_stack).await),
        );
        try_one("seed", Right::EditFleet, entered(u.seed(a, vec![], vec![]).await));
        try_one(
            "confirm",
            Right::DecideHostKeys,
            entered(u.confirm_host_keys(a, no_server, vec![]).await),
        );
        try_one(
            "decide",
            Right::DecideHostKeys,
            entered(u.decide_host_keys(a, no_server, true, vec![]).await),
        );
        let no_plan = PlanId::from_uuid(id());
        let (no_run, no_step) = (RunId::from_uuid(id()), StepId::from_uuid(id()));
        let (no_group, no_profile) = (GroupId::from_uuid(id()), ProfileId::from_uuid(id()));
        try_one(
            "deploy_form",
            Right::Read,
            entered(u.deploy_form(a, no_stack, None).await),
        );
        try_one(
            "plan_page",
            Right::Read,
            entered(u.plan_page(a, no_plan, 1).await),
        );
        try_one(
            "step_text",
            Right::Read,
            entered(u.step_text(a, no_plan, no_step).await),
        );
        try_one(
            "runs",
            Right::Read,
            entered(u.runs(a, RunsAsked::default()).await),
        );
        try_one(
            "run_page",
            Right::Read,
            entered(u.run_page(a, no_run, None, 1).await),
        );
        try_one(
            "run_events",
            Right::Read,
            entered(u.run_events(a, no_run, 0).await),
        );
        let part = u.log_part(a, no_run, no_step, None, LogFrom::Tail(1)).await;
        try_one("log_part", Right::Read, entered(part));
        let find = LogFind {
            text: None,
            line: 0,
            backwards: false,
        };
        let found = u.find_in_log(a, no_run, no_step, None, find).await;
        try_one("find_in_log", Right::Read, entered(found));
        let file = u.log_file(a, no_run, no_step, None, 0).await;
        try_one("log_file", Right::Read, entered(file));
        try_one("proof", Right::Read, entered(u.proof(a, no_run, 1).await));
        try_one(
            "reboots",
            Right::Read,
            entered(u.reboots(a, RebootsAsked::default()).await),
        );
        let asked = PreviewAsked {
            options: Options {
                reboot: true,
                ..Options::default()
            },
            ..PreviewAsked::default()
        };
        try_one("preview", Right::Run, entered(u.preview(a, asked).await));
        let again = u.preview_again(a, no_plan).await;
        try_one("preview_again", Right::Run, entered(again));
        try_one(
            "run_plan",
            Right::Run,
            entered(u.run_plan(a, no_plan, "x".into()).await),
        );
        try_one(
            "ask_run",
            Right::Run,
            entered(u.ask_run(a, no_run, RunAsk::Cancel).await),
        );
        let settled = u.settle_step(a, no_run, no_step, Settlement::Done).await;
        try_one("settle_step", Right::Run, entered(settled));
        try_one(
            "retry_failed",
            Right::Run,
            entered(u.retry_failed(a, no_run).await),
        );
        try_one(
            "mark_in_service",
            Right::MarkInService,
            entered(u.mark_in_service(a, no_server).await),
        );
        let profile = Profile {
            v: PROFILE_VERSION,
            name: format!("p-{role}"),
            options: Options {
                reboot: true,
                ..Options::default()
            },
        };
        let saved = u.save_profile(a, None, profile).await;
        try_one("save_profile", Right::SaveProfiles, entered(saved));
        try_one(
            "remove_profile",
            Right::SaveProfiles,
            entered(u.remove_profile(a, no_profile).await),
        );
        let care = u.set_group_care(a, no_group, None, Care::default()).await;
        try_one("set_group_care", Right::WriteCommands, entered(care));
        let made = u
            .generate_key(a, format!("k-{role}"), KeyAlgorithm::Ed25519)
            .await;
        try_one("generate_key", Right::EditKeys, entered(made));
        let pem = SecretString::from("x");
        try_one(
            "add_key",
            Right::EditKeys,
            entered(u.add_key(a, "x".into(), pem, None).await),
        );
        try_one(
            "remove_key",
            Right::EditKeys,
            entered(u.remove_key(a, no_key).await),
        );
        let person = NewPerson {
            name: format!("p-{role}"),
            role: Role::Viewer,
        };
        try_one("invite", Right::EditPeople, entered(u.invite(a, person).await));
        try_one(
            "invite_again",
            Right::EditPeople,
            entered(u.invite_again(a, no_user).await),
        );
        try_one(
            "set_role",
            Right::EditPeople,
            entered(u.set_role(a, no_user, Role::Viewer).await),
        );
        try_one(
            "set_disabled",
            Right::EditPeople,
            entered(u.set_disabled(a, no_user, true).await),
        );
        for (name, right, entered) in tried {
            assert_eq!(entered, role.may(right), "{role} {name}");
        }
    }
}
