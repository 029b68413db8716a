//! Writing: all or nothing, many at once, and what happens when the store is gone.

use crate::support::*;
use std::sync::Arc;
use std::time::Duration;
use store::{StoreError, Tx};
use tokio::sync::Notify;

async fn count(db: &store::Store) -> u32 {
    db.tile_counts(NOW).await.unwrap().servers
}

testdb::on_both! {
    async fn a_write_that_fails_leaves_nothing_and_takes_nobody_with_it(db: TestStore) {
        add_named(&db, "taken").await;
        let writes = (0..40).map(|n| {
            db.write(move |tx: &mut Tx| {
                Box::pin(async move {
                    tx.insert_server(&fields(&format!("s{n}")), NOW).await?;
                    // Every other one fails in its second statement.
                    if n % 2 == 0 {
                        tx.insert_server(&fields("taken"), NOW).await?;
                    }
                    Ok::<_, StoreError>(())
                })
            })
        });
        let done = futures::future::join_all(writes).await;
        assert_eq!(done.iter().filter(|it| it.is_ok()).count(), 20);
        assert!(done.iter().all(|it| matches!(it, Ok(()) | Err(StoreError::Conflict(store::Conflict::ServerName)))));
        assert_eq!(count(&db).await, 21);
    }

    async fn an_error_of_the_callers_own_undoes_the_write(db: TestStore) {
        #[derive(Debug)]
        enum Mine {
            No,
            Store,
        }
        impl From<StoreError> for Mine {
            fn from(_: StoreError) -> Self {
                Self::Store
            }
        }
        let refused: Result<(), Mine> = db.write(|tx| Box::pin(async move {
            tx.insert_server(&fields("web"), NOW).await?;
            Err(Mine::No)
        })).await;
        assert!(matches!(refused, Err(Mine::No)));
        assert_eq!(count(&db).await, 0);
    }

    async fn whoever_stops_waiting_spoils_nothing(db: TestStore) {
        for n in 0..20 {
            let name = format!("s{n}");
            let write = db.write(move |tx| Box::pin(async move { tx.insert_server(&fields(&name), NOW).await }));
            drop(tokio::time::timeout(std::time::Duration::from_micros(50 * n), write).await);
        }
        add_named(&db, "after").await;
        let names = db.list_servers(&Default::default(), NOW, 100).await.unwrap();
        assert!(names.rows.iter().any(|row| row.name == "after"));
    }

    async fn a_closed_store_is_unavailable(db: TestStore) {
        add_named(&db, "web").await;
        db.close().await;
        let write = db.write(|tx| Box::pin(async move { tx.insert_server(&fields("x"), NOW).await })).await;
        assert!(write.is_err_and(|error| error.is_unavailable()));
        assert!(db.now().await.is_err_and(|error| error.is_unavailable()));
    }

    async fn what_was_committed_is_there_after_a_restart(db: TestStore) {
        futures::future::join_all((0..50).map(|n| { let db = db.handle(); async move { add_named(&db, &format!("s{n}")).await } })).await;
        let db = db.reopen().await;
        assert_eq!(count(&db).await, 50);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_were_cut_are_made_anew() {
    use sqlx::Connection as _;
    let Some(db) = testdb::postgres().await else {
        return;
    };
    let other = db.another_process().await;
    let mut newest = other.hints();
    let store::Place::Postgres(url) = db.place() else {
        unreachable!()
    };
    let mut knife = sqlx::PgConnection::connect(url).await.unwrap();
    sqlx::query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
        .execute(&mut knife)
        .await
        .unwrap();
    until("it answers again", async || db.now().await.is_ok()).await;
    until("it takes writes again", async || {
        let name = uuid::Uuid::now_v7().to_string();
        db.write(move |tx| Box::pin(async move { tx.insert_server(&fields(&name), NOW).await }))
            .await
            .is_ok()
    })
    .await;
    newest.borrow_and_update();
    add_named(&db, "later").await;
    let heard = tokio::time::timeout(std::time::Duration::from_secs(20), newest.changed()).await;
    heard.expect("the other process listens again").unwrap();
    other.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_process_owns_a_data_folder() {
    let db = testdb::sqlite().await;
    let second = store::Store::open(db.place(), testdb::sealer()).await;
    assert!(matches!(second, Err(store::OpenError::Locked(_))), "{second:?}");
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_others_can_read_is_refused_unless_it_is_empty() {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &std::path::Path, mode| {
        std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap()
    };
    let folder = tempfile::tempdir().unwrap();
    let place = store::Place::Folder(folder.path().to_owned());
    mode(folder.path(), 0o755);
    let db = store::Store::open(&place, testdb::sealer())
        .await
        .expect("an empty folder becomes private");
    assert_eq!(
        folder.path().metadata().unwrap().permissions().mode() & 0o777,
        0o700
    );
    db.close().await;
    drop(db);
    mode(folder.path(), 0o750);
    assert!(matches!(
        store::Store::open(&place, testdb::sealer()).await,
        Err(store::OpenError::Exposed(_))
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_a_newer_drydock_is_refused() {
    use sqlx::Connection as _;
    let db = testdb::sqlite().await;
    let store::Place::Folder(folder) = db.place().clone() else {
        unreachable!()
    };
    db.close().await;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(folder.join("drydock.db"));
    let mut conn = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
    sqlx::query("INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (9999, 'later', TRUE, x'00', 0)")
        .execute(&mut conn).await.unwrap();
    conn.close().await.unwrap();
    let copy = tempfile::tempdir().unwrap();
    std::fs::copy(folder.join("drydock.db"), copy.path().join("drydock.db")).unwrap();
    #[cfg(unix)]
    std::fs::set_permissions(copy.path(), std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    let opened = store::Store::open(&store::Place::Folder(copy.path().to_owned()), testdb::sealer()).await;
    assert!(matches!(opened, Err(store::OpenError::Newer)), "{opened:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_is_stopped_inside_a_transaction_holds_nobody_up() {
    let Some(db) = testdb::postgres().await else {
        return;
    };
    let other = db.another_process().await;
    let web = add_named(&db, "web").await;
    let (began, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let stopped = {
        let (db, began, go) = (db.handle(), Arc::clone(&began), Arc::clone(&go));
        tokio::spawn(async move {
            let write = db.write::<_, StoreError, _>(move |tx| {
                Box::pin(async move {
                    tx.update_server(web, &fields("stopped")).await?;
                    began.notify_one();
                    go.notified().await;
                    Ok(())
                })
            });
            write.await
        })
    };
    began.notified().await;
    let write = other.write::<_, StoreError, _>(move |tx| {
        Box::pin(async move { tx.update_server(web, &fields("free")).await })
    });
    let written = tokio::time::timeout(Duration::from_secs(30), write).await;
    written.expect("the row is free again").unwrap();
    go.notify_one();
    assert!(stopped.await.unwrap().is_err(), "what was begun is undone");
    let server = db.server(web, NOW).await.unwrap().unwrap();
    assert_eq!(server.name, "free");
    other.close().await;
}
