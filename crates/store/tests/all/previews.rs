//! Previews, what surveys found, groups' settings, and what the pages of reboots and of moving runs read.

use crate::support::*;
use crate::toy_runs::*;
use crate::toy_world::World;
use engine::RunStore as _;
use model::facts::{Known, OpenPort, RebootNeed};
use model::options::{Balancer, Care};
use model::run::{PlanState, RunState, StepOutcome};
use model::view::RebootsAsked;
use model::{PlanId, RunId, ServerId};
use std::collections::HashSet;
use store::{NewCheck, Preview, ServerFields, Store};

async fn survey(db: &Store, server: ServerId, params: &str, outcome: &str, result: &str) -> RunId {
    let new = NewCheck {
        params: params.to_owned(),
        ..check("survey", Some(server))
    };
    db.enqueue(vec![new]).await.unwrap();
    let run = claim(db, "worker", "survey", 1).await.pop().unwrap();
    let ended = engine::Ended::new(outcome, result);
    assert!(db.finish(run.id, run.epoch, &ended).await.unwrap());
    RunId::from_uuid(run.id)
}

async fn replace(db: &Store, draft: PlanId, by: PlanId) -> bool {
    db.write(move |tx| Box::pin(async move { tx.replace_plan(draft, by).await }))
        .await
        .map_err(show)
        .unwrap()
}

testdb::on_both! {
    async fn a_draft_has_one_successor_and_says_what_it_waits_for(db: TestStore) {
        let (draft, next, late) = (add_plan(&db).await, add_plan(&db).await, add_plan(&db).await);
        let server = add_named(&db, "web").await;
        let check = db.enqueue(vec![check("survey", Some(server))]).await.unwrap()[0].id();
        let preview = Preview { asked: Some("asked".to_owned()), before: Some(late), refused: Some("[]".to_owned()), replaced_by: None };
        let noted = preview.clone();
        db.write(move |tx| Box::pin(async move {
            tx.note_preview(draft, &noted).await?;
            tx.await_check(draft, server, check).await
        })).await.map_err(show).unwrap();
        assert_eq!(db.preview(draft).await.unwrap(), Some(preview));
        let awaited = db.awaited(draft).await.unwrap();
        assert_eq!((awaited.len(), awaited[0].name.as_deref(), awaited[0].tries), (1, Some("web"), 1));
        assert!(!awaited[0].is_over());
        let run = claim(&db, "worker", "survey", 1).await.pop().unwrap();
        db.finish(run.id, run.epoch, &engine::Ended::new("failed", "It did not answer.")).await.unwrap();
        let awaited = db.awaited(draft).await.unwrap();
        assert!(awaited[0].is_over());
        assert_eq!(awaited[0].said.as_deref(), Some("It did not answer."));
        // Another one follows once, whoever asks.
        let other = db.enqueue(vec![crate::support::check("survey", Some(server))]).await.unwrap()[0].id();
        for first in [true, false] {
            let moved = db.write(move |tx| Box::pin(async move { tx.await_next_check(draft, server, check, other).await })).await.map_err(show).unwrap();
            assert_eq!(moved, first);
        }
        assert_eq!((db.awaited(draft).await.unwrap()[0].tries, db.awaited(draft).await.unwrap()[0].check), (2, other));
        // Of three drafts one waits for checks.
        let made_by = db.plan(draft).await.unwrap().unwrap().plan.created_by;
        assert_eq!(db.open_drafts(NOW.plus_secs(-1), 10).await.unwrap(), [(draft, made_by)]);
        assert_eq!(db.open_drafts(NOW.plus_secs(1), 10).await.unwrap(), []);
        assert!(replace(&db, draft, next).await);
        assert_eq!(db.open_drafts(NOW.plus_secs(-1), 10).await.unwrap(), []);
        assert!(!replace(&db, draft, late).await);
        assert_eq!(db.preview(draft).await.unwrap().unwrap().replaced_by, Some(next));
        assert_eq!(db.plan(draft).await.unwrap().unwrap().state, PlanState::Void);
        assert_eq!(db.run_of_plan(next).await.unwrap(), None);
        let run = db.enqueue_run(new_run("toy", next, vec![wave(1)], way("a", 1))).await.unwrap();
        assert_eq!(db.run_of_plan(next).await.unwrap(), Some(run));
    }

    async fn of_every_question_the_newest_answer_counts(db: TestStore) {
        let shop = add_stack(&db, "shop").await;
        let a = add(&db, ServerFields { stack: Some(shop), ..fields("a") }).await;
        let alone = add_named(&db, "alone").await;
        survey(&db, a, "security", "simulated", "old").await;
        survey(&db, a, "security", "failed", "new").await;
        survey(&db, a, "all", "simulated", "whole").await;
        survey(&db, alone, "security", "simulated", "other").await;
        let early = NOW.plus_secs(-100 * 86_400);
        let found = db.surveys_of_stack(shop, early).await.unwrap();
        let told: Vec<(&str, &str)> = found.iter().map(|it| (it.outcome.as_str(), it.result.as_deref().unwrap())).collect();
        assert_eq!(told, [("failed", "new"), ("simulated", "whole")]);
        assert_eq!(db.surveys_of(alone, early).await.unwrap().len(), 1);
        let later = db.now().await.unwrap().plus_secs(60);
        assert!(db.surveys_of_stack(shop, later).await.unwrap().is_empty());
        scan(&db, a, facts(NOW)).await;
        scan(&db, alone, facts(NOW)).await;
        let all = HashSet::from([a, alone]);
        let facts = db.facts_of_stack(shop, &all).await.unwrap();
        assert_eq!(facts.iter().map(|it| it.0).collect::<Vec<_>>(), [a]);
        assert_eq!(Some(facts[0].1.clone()), db.facts(a).await.unwrap());
        assert!(db.facts_of_stack(shop, &HashSet::new()).await.unwrap().is_empty());
    }

    async fn a_groups_care_is_kept(db: TestStore) {
        let shop = add_stack(&db, "shop").await;
        let web = add_group(&db, shop, "web").await;
        add(&db, ServerFields { stack: Some(shop), group: Some(web), ..fields("a") }).await;
        let none = db.group_settings(shop).await.unwrap().remove(0);
        assert_eq!((none.servers, none.min_in_service, none.care), (1, None, Care::default()));
        let care = Care {
            balancer: Some(Balancer { drain: vec!["out".into()], restore: vec!["in".into()], timeout_secs: 5 }),
            ..Care::default()
        };
        let set = care.clone();
        db.write(move |tx| Box::pin(async move {
            tx.set_group_care(web, &set).await?;
            tx.set_min_in_service(web, Some(2)).await
        })).await.map_err(show).unwrap();
        let settings = db.group_settings(shop).await.unwrap().remove(0);
        assert_eq!((settings.min_in_service, settings.care), (Some(2), care));
        assert_eq!(db.group_named_by_id(web).await.unwrap(), Some(("web".to_owned(), shop)));
    }

    async fn exposed_servers_that_need_a_reboot_come_first(db: TestStore) {
        let shop = add_stack(&db, "shop").await;
        let mut ids = Vec::new();
        for (name, flag, since, exposed) in [
            ("young", true, -10, false),
            ("old", true, -900, false),
            ("exposed", true, -5, true),
            ("fine", false, 0, false),
        ] {
            let id = add(&db, ServerFields { stack: Some(shop), ..fields(name) }).await;
            let mut seen = facts(NOW);
            seen.reboot.flag = Known::Known(flag);
            seen.reboot.flag_since = flag.then(|| NOW.plus_secs(since));
            if exposed {
                let open = OpenPort { protocol: "tcp".into(), port: 443, address: "*".into(), process: None };
                seen.open_ports = Known::Known(vec![open]);
            }
            scan(&db, id, seen).await;
            ids.push(id);
        }
        let restart = add_named(&db, "restart").await;
        let mut seen = facts(NOW);
        seen.old_libraries = Known::Known(model::facts::OldLibraries { services: vec!["ssh.service".into()], ..Default::default() });
        scan(&db, restart, seen).await;
        let names = async |asked: RebootsAsked| {
            let found = db.reboots(&asked, NOW, 50).await.unwrap();
            assert_eq!(found.matching as usize, found.rows.len());
            found.rows.into_iter().map(|(server, _)| server.name).collect::<Vec<_>>()
        };
        assert_eq!(names(RebootsAsked::default()).await, ["exposed", "old", "young", "restart"]);
        let only = |need| RebootsAsked { need: Some(need), ..RebootsAsked::default() };
        assert_eq!(names(only(RebootNeed::RestartServices)).await, ["restart"]);
        assert_eq!(names(RebootsAsked { stack: Some(shop), q: Some("O".into()), ..only(RebootNeed::Yes) }).await, ["exposed", "old", "young"]);
        assert_eq!(names(RebootsAsked { q: Some("_".into()), ..RebootsAsked::default() }).await, [""; 0]);
        assert_eq!(db.reboot_counts().await.unwrap(), (3, 1));
        let page = db.reboots(&RebootsAsked { page: Some(9), ..RebootsAsked::default() }, NOW, 3).await.unwrap();
        assert_eq!((page.page, page.pages, page.rows.len(), page.rows[0].0.id), (2, 2, 1, restart));
        assert_eq!(db.open_run_on(ids[0]).await.unwrap(), None);
        let run = ask(&db, "toy", vec![wave(1)], way(&ids[0].to_string(), 1)).await;
        assert_eq!(db.open_run_on(ids[0]).await.unwrap(), Some(run));
        assert_eq!(db.open_runs().await.unwrap(), 1);
    }

    async fn what_moved_after_an_event_is_found_again(db: TestStore) {
        let world = World::new();
        let server = add_named(&db, "web").await;
        let id = ask(&db, "toy", vec![wave(1)], way(&server.to_string(), 1)).await;
        assert!(db.steps_moved(id, 0, 50).await.unwrap().is_empty(), "nothing has moved");
        let worker = start_toy(&db, &world);
        until_state(&db, id, RunState::Ended).await;
        let moved = db.steps_moved(id, 0, 50).await.unwrap();
        assert_eq!(moved.len(), 6);
        assert!(moved.iter().all(|it| it.step.outcome == Some(StepOutcome::Changed)));
        assert_eq!(db.steps_moved(id, 0, 2).await.unwrap().len(), 2);
        let last = run_of(&db, id).await.seq;
        assert!(db.steps_moved(id, last, 50).await.unwrap().is_empty());
        assert_eq!(db.step_kinds(id).await.unwrap(), ["quiet", "loud"]);
        assert_eq!(db.step_results(id).await.unwrap().len(), 6);
        let (run, kind, name) = db.lane_of(moved[2].step.id).await.unwrap().unwrap();
        assert_eq!((run, kind.as_str(), name.as_str()), (id, "loud", "web"));
        assert_eq!(db.lane_names(id).await.unwrap(), [(server.to_string(), Some("web".to_owned()))]);
        worker.shutdown().await;
    }
}
