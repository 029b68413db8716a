//! Settings.

use crate::support::*;

testdb::on_both! {
    async fn a_setting_is_a_value_or_nothing(db: TestStore) {
        assert_eq!(db.setting::<u32>("x").await.unwrap(), None);
        db.write(|tx| Box::pin(async move { tx.set_setting("x", &7u32).await })).await.map_err(show).unwrap();
        assert_eq!(db.setting::<u32>("x").await.unwrap(), Some(7));
        let added = db.write(|tx| Box::pin(async move { tx.add_setting("x", &8u32).await })).await.map_err(show).unwrap();
        assert!(!added);
        assert!(matches!(db.setting::<String>("x").await, Err(store::StoreError::Corrupt { .. })));
        db.write(|tx| Box::pin(async move { tx.remove_setting("x").await })).await.map_err(show).unwrap();
        assert_eq!(db.setting::<u32>("x").await.unwrap(), None);
    }

    async fn the_instance_keeps_its_id(db: TestStore) {
        let id = db.instance().await.unwrap();
        let db = db.reopen().await;
        assert_eq!(db.instance().await.unwrap(), id);
    }

    async fn the_scheduler_is_switched_off_with_a_reason(db: TestStore) {
        assert_eq!(db.scheduler_off().await.unwrap(), None);
        db.write(|tx| Box::pin(async move { tx.set_scheduler_off(Some("moving house")).await })).await.map_err(show).unwrap();
        assert_eq!(db.scheduler_off().await.unwrap().as_deref(), Some("moving house"));
        db.write(|tx| Box::pin(async move { tx.set_scheduler_off(None).await })).await.map_err(show).unwrap();
        assert_eq!(db.scheduler_off().await.unwrap(), None);
    }

    async fn the_databases_clock_is_a_clock(db: TestStore) {
        let (a, b) = (db.now().await.unwrap(), db.now().await.unwrap());
        assert!(b >= a && a.secs() > 1_600_000_000);
        // The time of day in the test's own process, as the id of a new row says it.
        let (ours, _) = uuid::Uuid::now_v7().get_timestamp().unwrap().to_unix();
        assert!(a.secs().abs_diff(i64::try_from(ours).unwrap()) < 60);
    }
}
