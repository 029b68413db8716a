//! What is removed, and what is kept.

use crate::support::*;
use crate::toy_runs::*;
use store::{NewAudit, NewChange, Retention};

testdb::on_both! {
    async fn what_is_older_than_its_time_goes(db: TestStore) {
        let web = add_named(&db, "web").await;
        let now = db.now().await.unwrap();
        let line = NewChange { what: "x".into(), details: vec![], behind_our_back: false, who: None };
        let audit = NewAudit { at: now.plus_secs(-400 * 86_400), user: None, who: "ada".into(), action: "a".into(), what: "w".into(), subject: None, from: None, done: true };
        db.write(move |tx| Box::pin(async move {
            for days in [1, 364, 366, 999] {
                tx.add_change(web, now.plus_secs(-days * 86_400), &line).await?;
            }
            for day in ["2020-01-01", "2026-11-21"] {
                tx.record_trends(day).await?;
            }
            tx.audit(&audit).await
        })).await.map_err(show).unwrap();
        db.save_session("old", None, "{}".into(), now.plus_secs(-1)).await.unwrap();
        db.save_session("new", None, "{}".into(), now.plus_secs(600)).await.unwrap();
        let held = claimed(&db, "scan", web).await;
        finish(&db, held).await;
        let open = db.enqueue(vec![check("scan", Some(web))]).await.unwrap()[0].id();
        let pruned = db.prune(&Retention::default(), "2025-01-01").await.unwrap();
        assert_eq!((pruned.changes, pruned.trends, pruned.sessions, pruned.checks, pruned.hints), (2, 1, 1, 0, 0));
        let strict = Retention { checks_days: 0, ..Retention::default() };
        until("the ended check is older than nothing", async || db.prune(&strict, "2025-01-01").await.unwrap().checks == 1).await;
        assert_eq!(db.last_checks(web, 9).await.unwrap().iter().map(|it| it.id).collect::<Vec<_>>(), [open]);
        assert_eq!(db.timeline(web, 9).await.unwrap().len(), 2);
        assert_eq!(db.audit_page(1, 9).await.unwrap().len(), 1, "the trail is kept for good");
    }

    async fn more_than_a_batch_goes_in_one_call(db: TestStore) {
        let web = add_named(&db, "web").await;
        let now = db.now().await.unwrap();
        db.write(move |tx| Box::pin(async move {
            for n in 0..1_201 {
                let line = NewChange { what: format!("{n}"), details: vec![], behind_our_back: false, who: None };
                tx.add_change(web, now.plus_secs(-400 * 86_400), &line).await?;
            }
            Ok(())
        })).await.map_err(show).unwrap();
        assert_eq!(db.prune(&Retention::default(), "2025-01-01").await.unwrap().changes, 1_201);
    }

    async fn the_times_are_a_setting(db: TestStore) {
        assert_eq!(db.retention().await.unwrap(), Retention::default());
        let mine = Retention { checks_days: 3, ..Retention::default() };
        db.set_retention(mine.clone()).await.unwrap();
        assert_eq!(db.retention().await.unwrap(), mine);
    }

    async fn an_ended_run_goes_with_all_it_left_and_an_open_one_stays(db: TestStore) {
        let step = || vec![engine::NewStep::new("a", "quiet", 1, "x", minute())];
        let ended = ask(&db, "toy", vec![wave(1)], step()).await;
        db.write(move |tx| Box::pin(async move { tx.cancel_run(ended, None).await })).await.map_err(show).unwrap();
        let open = ask(&db, "toy", vec![wave(1)], step()).await;
        assert_eq!(db.prune(&Retention::default(), "0000-00-00").await.unwrap().runs, 0);
        let strict = Retention { runs_days: 0, logs_days: 0, ..Retention::default() };
        until("the ended run is older than nothing", async || db.prune(&strict, "0000-00-00").await.unwrap().runs == 1).await;
        assert!(db.run(ended).await.unwrap().is_none() && db.run(open).await.unwrap().is_some());
        assert!(db.run_events(ended, 0, 10).await.unwrap().is_empty());
        assert!(db.run_matrix(ended, None, 1, 10).await.unwrap().is_empty());
    }
}
