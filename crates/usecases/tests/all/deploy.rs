//! From options to a run: preview, surveys, the plan that may be run, and what makes it another one.

use crate::deploying::{Shop, security, shop};
use crate::support::{Drydock, OWN_MACHINE};
use model::facts::Known;
use model::options::{Balancer, Care, GroupCare, Options};
use model::plan::{LeftOutReason, WarningKind};
use model::run::{PlanState, RunState};
use model::view::{PreviewAsked, RunNow, RunsAsked, SurveyState};
use model::{ErrorCode, Role};

async fn open(shop: &Shop, name: &str) -> Vec<String> {
    let checks = shop.store().open_checks(shop.server(name)).await.unwrap();
    let kinds = checks.into_iter().map(|check| check.kind);
    kinds.filter(|kind| kind != "fingerprint").collect()
}

testdb::on_both! {
    async fn surveys_turn_a_draft_into_a_plan_that_is_run_once(db: TestStore) {
        let shop = shop(db, &["web-1", "web-2"]).await;
        let u = &shop.drydock.usecases;
        let draft = u.preview(&shop.lead, shop.asked(security())).await.unwrap();
        let page = shop.page(draft).await;
        assert_eq!((page.surveys.asked, page.surveys.ended), (2, 0));
        assert!(page.surveys.is_going_on() && page.draft.is_some() && !page.may_run);
        assert_eq!(page.totals.installs, 2, "what the facts say stands in the draft");
        assert_eq!(page.surveys.rows[0].state, SurveyState::Queued);
        let refused = u.run_plan(&shop.lead, draft, page.hash).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorCode::Conflict);
        // Nobody is asked twice.
        assert_eq!(open(&shop, "web-1").await, ["survey"]);
        let asked = shop.answer(shop.server("web-1"), &["openssl"]).await;
        assert_eq!(asked.only, ["openssl"]);
        let page = shop.page(draft).await;
        assert_eq!((page.surveys.ended, page.replaced_by), (1, None));
        shop.answer(shop.server("web-2"), &["openssl", "libssl3"]).await;
        // Whoever looks makes the successor, and two who look at the same time make one.
        let (page, other) = tokio::join!(shop.page(draft), shop.page(draft));
        let ready = page.replaced_by.expect("both have answered");
        assert_eq!(other.replaced_by, Some(ready));
        assert_eq!(page.state, PlanState::Void);
        assert_eq!(shop.page(draft).await.replaced_by, Some(ready), "there is one successor");
        let plan = shop.page(ready).await;
        assert_eq!((plan.may_run, plan.cannot_run, plan.draft), (true, None, None));
        assert_eq!((plan.totals.servers, plan.totals.installs, plan.totals.packages), (2, 3, 2));
        // libssl3 may ask for a reboot on one of them.
        assert_eq!(plan.button, "Apply 3 updates to 2 servers, reboot 1 if required");
        let before = plan.before.expect("the draft");
        assert_eq!((before.id, before.fleet_changed), (draft, false));
        assert!(before.differences.iter().any(|it| it.what.iter().any(|what| what.contains("libssl3"))));
        assert_eq!(plan.servers[0].group.as_deref(), Some("web"));
        let install = plan.servers[0].plan.steps.iter().find(|step| step.work.is_some()).unwrap();
        let text = u.step_text(&shop.lead, ready, install.id).await.unwrap();
        assert!(text.files.iter().any(|file| file.name == "work" && file.text.contains("openssl=2")));

        let wrong = u.run_plan(&shop.lead, ready, "another".into()).await.unwrap_err();
        assert_eq!(wrong.kind(), ErrorCode::Conflict);
        let click = || u.run_plan(&shop.lead, ready, plan.hash.clone());
        let (started, double) = tokio::join!(click(), click());
        let started = started.unwrap();
        assert_eq!(double.unwrap(), started);
        let RunNow::Started(run) = started else { panic!("{started:?}") };
        assert_eq!(u.run_plan(&shop.lead, ready, plan.hash).await.unwrap(), RunNow::Started(run));
        let page = shop.page(ready).await;
        assert_eq!((page.state, page.run, page.may_run), (PlanState::Approved, Some(run), false));
        let runs = u.runs(&shop.lead, RunsAsked::default()).await.unwrap();
        assert_eq!((runs.rows.len(), runs.rows[0].id), (1, run));
        assert_eq!(runs.rows[0].what, "Security upgrades, reboot if required");
        assert_eq!(runs.rows[0].headline.text, "Waiting to upgrade 2 servers");
        let stack = u.stack(&shop.lead, shop.stack).await.unwrap();
        assert_eq!((stack.runs.len(), stack.runs[0].state), (1, RunState::Queued));
        let dashboard = u.dashboard(&shop.lead).await.unwrap();
        assert_eq!(dashboard.runs.len(), 1);
        assert_eq!(u.frame(&shop.lead).await.unwrap().runs, 1);
        let activity = u.activity(&shop.lead, 1).await.unwrap();
        assert!(activity.audit.iter().any(|line| line.what == "ran on 2 servers: Security upgrades, reboot if required"));
    }

    async fn a_draft_that_nobody_looks_at_becomes_a_plan_with_the_schedule(db: TestStore) {
        let shop = shop(db, &["web-1", "web-2"]).await;
        let schedule = usecases::Automation::new(shop.drydock.usecases.clone());
        let draft = shop.drydock.usecases.preview(&shop.lead, shop.asked(security())).await.unwrap();
        shop.answer(shop.server("web-1"), &["openssl"]).await;
        schedule.tick(shop.now()).await.unwrap();
        assert_eq!(shop.store().preview(draft).await.unwrap().unwrap().replaced_by, None, "web-2 has not answered");
        shop.answer(shop.server("web-2"), &["openssl"]).await;
        schedule.tick(shop.now()).await.unwrap();
        let ready = shop.store().preview(draft).await.unwrap().unwrap().replaced_by.expect("both have answered");
        schedule.tick(shop.now()).await.unwrap();
        assert_eq!(shop.page(draft).await.replaced_by, Some(ready), "it is made once");
        assert!(shop.page(ready).await.may_run);
    }

    async fn a_plan_of_a_fleet_that_has_changed_is_made_anew(db: TestStore) {
        let shop = shop(db, &["web-1", "web-2"]).await;
        let u = &shop.drydock.usecases;
        let old = shop.ready(security()).await;
        shop.drydock.clock.pass(60);
        // A scan that finds nothing new voids nothing; one that finds another update does.
        shop.scan(shop.server("web-2"), shop.facts(&["openssl"])).await;
        shop.scan(shop.server("web-1"), shop.facts(&["openssl", "zlib1g"])).await;
        let answer = u.run_plan(&shop.lead, old.id, old.hash.clone()).await.unwrap();
        let RunNow::Changed(again) = answer else { panic!("{answer:?}") };
        assert_eq!(u.runs(&shop.lead, RunsAsked::default()).await.unwrap().matching, 0);
        // Only the server that says something else is asked again.
        assert_eq!(open(&shop, "web-2").await, [""; 0]);
        let asked = shop.answer(shop.server("web-1"), &["openssl", "zlib1g"]).await;
        assert_eq!(asked.only, ["openssl", "zlib1g"]);
        let ready = shop.page(again).await.replaced_by.unwrap();
        let page = shop.page(ready).await;
        let before = page.before.expect("the plan that could not be run");
        assert_eq!((before.id, before.fleet_changed), (old.id, true));
        assert_eq!(before.differences[0].server.as_ref().unwrap().1, "web-1");
        assert_eq!(before.differences[0].what, ["zlib1g 1 → 2 is added."]);
        let answer = u.run_plan(&shop.lead, ready, page.hash).await.unwrap();
        assert!(matches!(answer, RunNow::Started(_)), "{answer:?}");
    }

    async fn old_package_lists_are_read_anew_before_anything_is_simulated(db: TestStore) {
        let shop = shop(db, &["web-1"]).await;
        shop.drydock.clock.pass(3_600);
        let draft = shop.drydock.usecases.preview(&shop.lead, shop.asked(security())).await.unwrap();
        assert_eq!(open(&shop, "web-1").await, ["scan"]);
        // The scan finds one more update, which the survey then asks about.
        shop.scan(shop.server("web-1"), shop.facts(&["openssl", "zlib1g"])).await;
        let page = shop.page(draft).await;
        assert_eq!((page.surveys.ended, page.replaced_by), (0, None));
        let asked = shop.answer(shop.server("web-1"), &["openssl", "zlib1g"]).await;
        assert_eq!(asked.only, ["openssl", "zlib1g"]);
        let ready = shop.page(draft).await.replaced_by.unwrap();
        assert_eq!(shop.page(ready).await.totals.installs, 2);
    }

    async fn the_server_that_drydock_runs_on_comes_last_with_a_warning(db: TestStore) {
        let shop = shop(db, &["web-1", "web-2"]).await;
        for (name, machine) in [("web-1", OWN_MACHINE), ("web-2", "ffffffffffffffffffffffffffffffff")] {
            let mut facts = shop.facts(&["openssl"]);
            facts.machine.machine_id = Known::Known(machine.to_owned());
            shop.scan(shop.server(name), facts).await;
        }
        shop.drydock.usecases.runs_on(OWN_MACHINE).await.unwrap();
        shop.drydock.usecases.runs_on(OWN_MACHINE).await.unwrap();
        let page = shop.ready(security()).await;
        let order: Vec<&str> = page.servers.iter().map(|server| server.plan.name.as_str()).collect();
        assert_eq!(order, ["web-2", "web-1"]);
        let warned = page.warnings.iter().find(|warning| warning.kind == WarningKind::OwnHost);
        let warned = warned.expect("it is warned of");
        assert!(warned.sentence.starts_with("Drydock itself needs web-1, so that comes last."), "{warned:?}");
    }

    async fn a_server_that_does_not_answer_is_left_out_and_says_why(db: TestStore) {
        let shop = shop(db, &["web-1", "web-2"]).await;
        let draft = shop.drydock.usecases.preview(&shop.lead, shop.asked(security())).await.unwrap();
        shop.fail(shop.server("web-1"), "The server did not answer in time.").await;
        let page = shop.page(draft).await;
        assert_eq!((page.surveys.failed, page.surveys.rows[0].said.as_str()), (1, "The server did not answer in time."));
        shop.answer(shop.server("web-2"), &["openssl"]).await;
        let ready = shop.page(draft).await.replaced_by.unwrap();
        let page = shop.page(ready).await;
        assert_eq!((page.totals.servers, page.left_out.len()), (1, 1));
        assert_eq!(page.left_out[0].reason, LeftOutReason::NotSimulated);
        assert!(page.left_out[0].sentence.contains("did not answer in time"), "{:?}", page.left_out);
        assert!(page.may_run);
    }

    async fn a_reboot_alone_needs_no_survey_and_nothing_to_do_is_a_page(db: TestStore) {
        let shop = shop(db, &["web-1", "web-2"]).await;
        let u = &shop.drydock.usecases;
        let reboot = Options { reboot: true, ..Options::default() };
        let nothing = u.preview(&shop.lead, shop.asked(reboot.clone())).await.unwrap();
        let page = shop.page(nothing).await;
        assert_eq!((page.refusals.len(), page.totals.servers, page.left_out.len()), (1, 0, 2));
        assert!(page.refusals[0].sentence.starts_with("There is nothing to do"), "{:?}", page.refusals);
        assert!(!page.may_run);
        assert_eq!(u.run_plan(&shop.lead, nothing, page.hash).await.unwrap_err().kind(), ErrorCode::Conflict);

        let mut asks = shop.facts(&["openssl"]);
        asks.reboot.flag = Known::Known(true);
        shop.scan(shop.server("web-2"), asks).await;
        let reboots = u.reboots(&shop.lead, model::view::RebootsAsked::default()).await.unwrap();
        assert_eq!((reboots.rows.len(), reboots.need_reboot, reboots.rows[0].name.as_str()), (1, 1, "web-2"));
        assert!(reboots.rows[0].said[0].contains("asks for a restart"), "{:?}", reboots.rows[0].said);
        assert_eq!(u.frame(&shop.lead).await.unwrap().reboots, 1);
        let asked = PreviewAsked { servers: vec![shop.server("web-2")], options: reboot, ..PreviewAsked::default() };
        let plan = u.preview(&shop.lead, asked).await.unwrap();
        let page = shop.page(plan).await;
        assert_eq!((page.may_run, page.button.as_str(), page.surveys.asked), (true, "Reboot 1 server", 0));
        let RunNow::Started(run) = u.run_plan(&shop.lead, plan, page.hash).await.unwrap() else { panic!("it was started") };
        let reboots = u.reboots(&shop.lead, model::view::RebootsAsked::default()).await.unwrap();
        assert_eq!(reboots.rows[0].run, Some(run));
    }

    async fn what_is_not_accepted_is_said_per_field(db: TestStore) {
        let shop = shop(db, &["web-1"]).await;
        let u = &shop.drydock.usecases;
        let bad = Options { failure_budget: 0, ..Options::default() };
        let error = u.preview(&shop.lead, shop.asked(bad)).await.unwrap_err().into_public();
        let fields: Vec<&str> = error.fields.iter().map(|it| it.field.as_str()).collect();
        assert_eq!((error.code, error.field.as_deref()), (ErrorCode::Invalid, Some("security")));
        assert!(fields.contains(&"security") && fields.contains(&"failure_budget"), "{fields:?}");
        let none = PreviewAsked { options: security(), ..PreviewAsked::default() };
        assert_eq!(u.preview(&shop.lead, none).await.unwrap_err().kind(), ErrorCode::Invalid);
    }

    async fn an_operator_sends_only_commands_that_a_lead_wrote(db: TestStore) {
        let shop = shop(db, &["web-1"]).await;
        let u = &shop.drydock.usecases;
        let operator = Drydock::somebody(Role::Operator);
        let group = u.deploy_form(&operator, shop.stack, None).await.unwrap().groups.remove(0);
        let care = Care {
            balancer: Some(Balancer { drain: vec!["lb".into(), "out".into()], restore: vec!["lb".into(), "in".into()], timeout_secs: 60 }),
            ..Care::default()
        };
        let options = Options { groups: vec![GroupCare { group: Some(group.group.0), care: care.clone() }], ..security() };
        let refused = u.preview(&operator, shop.asked(options.clone())).await.unwrap_err().into_public();
        assert_eq!((refused.code, refused.field.as_deref()), (ErrorCode::NotAllowed, Some("groups.0")));
        u.set_group_care(&shop.lead, group.group.0, None, care).await.unwrap();
        u.preview(&operator, shop.asked(options)).await.unwrap();
    }
}
