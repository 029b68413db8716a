//! The audit trail and the list of checks.

use crate::support::*;
use store::{NewAudit, RunState, Store};

async fn note(db: &Store, n: i64) {
    let entry = NewAudit {
        at: NOW.plus_secs(n),
        user: None,
        who: "ada".into(),
        action: "server.add".into(),
        what: format!("Added number {n}."),
        subject: (n % 2 == 0).then(|| "even".to_owned()),
        from: Some("127.0.0.1".into()),
        done: true,
    };
    db.write(move |tx| Box::pin(async move { tx.audit(&entry).await }))
        .await
        .map_err(show)
        .unwrap();
}

testdb::on_both! {
    async fn the_trail_is_read_newest_first(db: TestStore) {
        for n in 0..5 {
            note(&db, n).await;
        }
        let whats = |rows: Vec<store::AuditRecord>| rows.into_iter().map(|row| row.entry.what).collect::<Vec<_>>();
        assert_eq!(whats(db.audit_page(1, 2).await.unwrap()), ["Added number 4.", "Added number 3."]);
        assert_eq!(whats(db.audit_page(3, 2).await.unwrap()), ["Added number 0."]);
        assert_eq!(whats(db.audit_of("even", 2).await.unwrap()), ["Added number 4.", "Added number 2."]);
        let row = db.audit_page(1, 1).await.unwrap().remove(0);
        assert_eq!((row.entry.from.as_deref(), row.entry.done, row.entry.who.as_str()), (Some("127.0.0.1"), true, "ada"));
    }

    async fn the_trail_is_never_changed(db: TestStore) {
        note(&db, 1).await;
        for attack in ["UPDATE audit SET what = 'nothing'", "DELETE FROM audit"] {
            let refused = raw(&db, attack).await.expect_err("the database refuses");
            assert!(refused.contains("audit rows are never"), "{refused}");
        }
        if db.kind() == testdb::Kind::Postgres {
            assert!(raw(&db, "TRUNCATE audit").await.is_err());
        }
        assert_eq!(db.audit_page(1, 9).await.unwrap().len(), 1);
    }

    async fn checks_are_listed_newest_first_with_their_server(db: TestStore) {
        let web = add_named(&db, "web").await;
        let held = claimed(&db, "scan", web).await;
        let ask = store::NewCheck { asked_by: Some("ada".into()), ..check("probe", Some(web)) };
        let probe = db.enqueue(vec![ask]).await.unwrap()[0].id();
        db.enqueue(vec![check("sweep", None)]).await.unwrap();
        let page = db.checks_page(1, 10).await.unwrap();
        assert_eq!(page.iter().map(|it| it.kind.as_str()).collect::<Vec<_>>(), ["sweep", "probe", "scan"]);
        assert_eq!(page[0].server, None);
        assert_eq!((page[1].server.clone(), page[1].asked_by.as_deref(), page[1].state), (Some((web, "web".into())), Some("ada"), RunState::Queued));
        assert!(page[2].started_at.is_some() && page[2].state == RunState::Running);
        assert_eq!(db.open_checks(web).await.unwrap().len(), 2);
        assert!(db.server(web, NOW).await.unwrap().unwrap().checking);
        assert!(finish(&db, held).await);
        assert_eq!(db.open_checks(web).await.unwrap().iter().map(|it| it.id).collect::<Vec<_>>(), [probe]);
        assert_eq!(db.last_checks(web, 1).await.unwrap()[0].id, probe);
        assert_eq!(db.checks_page(2, 2).await.unwrap().len(), 1);
    }
}

/// Runs a statement past the store, as somebody with the database's password could.
async fn raw(db: &testdb::TestStore, sql: &'static str) -> Result<(), String> {
    use sqlx::Connection as _;
    match db.place() {
        store::Place::Folder(folder) => {
            let options = sqlx::sqlite::SqliteConnectOptions::new().filename(folder.join("drydock.db"));
            let mut conn = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
            sqlx::query(sql)
                .execute(&mut conn)
                .await
                .map(drop)
                .map_err(|error| error.to_string())
        }
        store::Place::Postgres(url) => {
            let mut conn = sqlx::PgConnection::connect(url).await.unwrap();
            sqlx::query(sql)
                .execute(&mut conn)
                .await
                .map(drop)
                .map_err(|error| error.to_string())
        }
    }
}
