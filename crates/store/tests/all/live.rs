//! Hints for live pages.

use crate::support::*;
use model::Topic;
use std::collections::BTreeSet;
use store::{Hints, Store};

async fn since(db: &Store, seq: i64) -> Vec<store::Hint> {
    match db.hints_since(seq).await.unwrap() {
        Hints::Since(hints) => hints,
        Hints::TooOld(newest) => panic!("too old, newest is {newest}"),
    }
}

testdb::on_both! {
    async fn every_commit_that_touches_a_page_says_so(db: TestStore) {
        let mut newest = db.hints();
        let begin = *newest.borrow_and_update();
        let stack = add_stack(&db, "shop").await;
        let web = add(&db, store::ServerFields { stack: Some(stack), ..fields("web") }).await;
        newest.changed().await.unwrap();
        let topics: BTreeSet<Topic> = since(&db, begin).await.into_iter().flat_map(|hint| hint.topics).collect();
        assert_eq!(topics, [Topic::Server(web), Topic::Stack(stack)].into());
        let before = *db.hints().borrow();
        scan(&db, web, facts(NOW)).await;
        let topics: BTreeSet<Topic> = since(&db, before).await.into_iter().flat_map(|hint| hint.topics).collect();
        assert_eq!(topics, [Topic::Server(web), Topic::Stack(stack), Topic::Activity].into());
    }

    async fn what_was_undone_says_nothing(db: TestStore) {
        let before = *db.hints().borrow();
        let failed: Result<(), store::StoreError> = db.write(|tx| Box::pin(async move {
            tx.insert_server(&fields("web"), NOW).await?;
            Err(store::StoreError::NotFound)
        })).await;
        assert!(failed.is_err());
        assert!(since(&db, before).await.is_empty());
        assert_eq!(db.tile_counts(NOW).await.unwrap().servers, 0);
    }

    async fn hints_are_numbered_without_gaps(db: TestStore) {
        let before = *db.hints().borrow();
        let names: Vec<String> = (0..30).map(|n| format!("s{n}")).collect();
        futures::future::join_all(names.iter().map(|name| add_named(&db, name))).await;
        let numbers: Vec<i64> = since(&db, before).await.iter().map(|hint| hint.seq).collect();
        let expected: Vec<i64> = (before + 1..=before + i64::try_from(numbers.len()).unwrap()).collect();
        assert_eq!(numbers, expected);
        assert_eq!(since(&db, before).await.into_iter().flat_map(|hint| hint.topics).count(), 30);
    }

    async fn who_was_away_too_long_reads_everything_again(db: TestStore) {
        add_named(&db, "a").await;
        let newest = *db.hints().borrow();
        assert_eq!(db.hints_since(newest + 5).await.unwrap(), Hints::TooOld(newest), "a number of another instance");
        let keep_none = store::Retention { hints_hours: 0, ..Default::default() };
        until("the hint is pruned", async || db.prune(&keep_none, "0000-00-00").await.unwrap().hints > 0).await;
        assert_eq!(db.hints_since(0).await.unwrap(), Hints::TooOld(newest));
        assert_eq!(db.hints_since(newest).await.unwrap(), Hints::Since(vec![]), "who is up to date missed nothing");
        add_named(&db, "b").await;
        assert_eq!(since(&db, newest).await.len(), 1);
    }

    async fn a_huge_change_is_one_word(db: TestStore) {
        let before = *db.hints().borrow();
        let mut checks = Vec::new();
        for n in 0..1_100 {
            checks.push(check("scan", Some(model::ServerId::from_uuid(uuid::Uuid::from_u128(n)))));
        }
        db.enqueue(checks).await.unwrap();
        let newest = *db.hints().borrow();
        assert_eq!(db.hints_since(before).await.unwrap(), Hints::TooOld(newest));
        assert_eq!(db.hints_since(newest).await.unwrap(), Hints::Since(vec![]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_process_hears_of_a_commit() {
    let Some(db) = testdb::postgres().await else {
        return;
    };
    let other = db.another_process().await;
    let mut newest = other.hints();
    let before = *newest.borrow_and_update();
    let web = add_named(&db, "web").await;
    tokio::time::timeout(std::time::Duration::from_secs(10), newest.changed())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(since(&other, before).await[0].topics, [Topic::Server(web)]);
    other.close().await;
}
