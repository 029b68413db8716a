//! People, invitations, sessions.

use crate::support::*;
use model::{Role, UserId};
use store::{Conflict, Store, StoreError, Tx};

async fn first(db: &Store, name: &'static str) -> Result<UserId, StoreError> {
    db.write(move |tx| Box::pin(async move { tx.insert_first_admin(name, "$argon2id$x", NOW).await }))
        .await
}

async fn user(db: &Store, name: &'static str, role: Role, password: Option<&'static str>) -> UserId {
    db.write(move |tx| Box::pin(async move { tx.insert_user(name, role, password, NOW).await }))
        .await
        .map_err(show)
        .unwrap()
}

async fn role(db: &Store, id: UserId, role: Role) -> Result<(), StoreError> {
    db.write(move |tx| Box::pin(async move { tx.set_role(id, role).await }))
        .await
}

async fn disable(db: &Store, id: UserId, off: bool) -> Result<(), StoreError> {
    db.write(move |tx: &mut Tx| Box::pin(async move { tx.set_disabled(id, off).await }))
        .await
}

testdb::on_both! {
    async fn the_first_admin_is_the_first(db: TestStore) {
        assert!(!db.has_people().await.unwrap());
        let tries = futures::future::join_all([first(&db, "a"), first(&db, "b"), first(&db, "c"), first(&db, "d")]).await;
        assert_eq!(tries.iter().filter(|it| it.is_ok()).count(), 1);
        assert!(tries.iter().all(|it| matches!(it, Ok(_) | Err(StoreError::Conflict(Conflict::NotFirst)))));
        assert_eq!(db.people().await.unwrap().len(), 1);
    }

    async fn a_log_in_finds_its_person_whatever_the_case(db: TestStore) {
        let id = first(&db, "Ada").await.unwrap();
        let credentials = db.credentials("aDA").await.unwrap().unwrap();
        assert_eq!((credentials.id, credentials.name.as_str(), credentials.password.as_deref()), (id, "Ada", Some("$argon2id$x")));
        assert!(!format!("{credentials:?}").contains("argon2id"));
        assert!(db.credentials("bob").await.unwrap().is_none());
        let twice = db.write(|tx| Box::pin(async move { tx.insert_user("ADA", Role::Viewer, None, NOW).await })).await;
        assert!(matches!(twice, Err(StoreError::Conflict(Conflict::PersonName))));
        db.write(move |tx| Box::pin(async move {
            tx.note_login(id, NOW).await?;
            tx.set_password(id, "$argon2id$y").await
        })).await.map_err(show).unwrap();
        assert_eq!(db.person(id).await.unwrap().unwrap().last_login, Some(NOW));
        assert_eq!(db.credentials("ada").await.unwrap().unwrap().password.as_deref(), Some("$argon2id$y"));
    }

    async fn somebody_always_manages_people(db: TestStore) {
        let ada = first(&db, "ada").await.unwrap();
        let invited = user(&db, "ina", Role::Admin, None).await;
        for result in [role(&db, ada, Role::Lead).await, disable(&db, ada, true).await] {
            assert!(matches!(result, Err(StoreError::Conflict(Conflict::LastAdmin))), "{result:?}");
        }
        assert_eq!(db.person(ada).await.unwrap().unwrap().role, Role::Admin);
        let bob = user(&db, "bob", Role::Admin, Some("$x")).await;
        // Both at once: one of them has to stay.
        let both = futures::future::join_all([role(&db, ada, Role::Viewer), role(&db, bob, Role::Viewer)]).await;
        assert_eq!(both.iter().filter(|it| it.is_ok()).count(), 1, "{both:?}");
        assert!(matches!(role(&db, UserId::from_uuid(uuid::Uuid::now_v7()), Role::Lead).await, Err(StoreError::NotFound)));
        db.write(move |tx| Box::pin(async move { tx.remove_invited(invited).await })).await.map_err(show).unwrap();
        assert!(db.write(move |tx| Box::pin(async move { tx.remove_invited(ada).await })).await.map_err(show).is_err());
    }

    async fn an_invitation_works_once_and_for_its_time(db: TestStore) {
        let id = user(&db, "ina", Role::Viewer, None).await;
        assert!(!db.person(id).await.unwrap().unwrap().joined);
        let invite = |token: &'static str| db.write(move |tx| Box::pin(async move { tx.invite(id, token, NOW, NOW.plus_secs(60)).await }));
        let take = |token: &'static str, at| db.write(move |tx| Box::pin(async move { tx.take_invitation(token, at).await }));
        invite("one").await.map_err(show).unwrap();
        invite("two").await.map_err(show).unwrap();
        assert_eq!(take("one", NOW).await.map_err(show).unwrap(), None, "a newer link ends the older");
        assert_eq!(take("two", NOW.plus_secs(60)).await.map_err(show).unwrap(), None, "it has expired");
        assert_eq!(db.invited("two", NOW).await.unwrap(), Some(id));
        assert_eq!(take("two", NOW).await.map_err(show).unwrap(), Some(id));
        assert_eq!(take("two", NOW).await.map_err(show).unwrap(), None);
        invite("three").await.map_err(show).unwrap();
        db.write(move |tx| Box::pin(async move { tx.withdraw_invitation(id).await })).await.map_err(show).unwrap();
        assert_eq!(db.invited("three", NOW).await.unwrap(), None);
    }

    async fn sessions_live_until_they_end(db: TestStore) {
        let ada = first(&db, "ada").await.unwrap();
        let bob = user(&db, "bob", Role::Admin, Some("$x")).await;
        let until = NOW.plus_secs(60);
        assert!(db.create_session("s1", None, "{}".into(), until).await.unwrap());
        assert!(!db.create_session("s1", None, "{\"x\":1}".into(), until).await.unwrap());
        db.save_session("s1", Some(ada), "{\"a\":1}".into(), until).await.unwrap();
        db.save_session("s2", Some(ada), "{}".into(), until).await.unwrap();
        db.save_session("s3", Some(bob), "{}".into(), until).await.unwrap();
        let session = db.load_session("s1", NOW).await.unwrap().unwrap();
        assert_eq!((session.user, session.data.as_str()), (Some(ada), "{\"a\":1}"));
        assert_ne!(session.id_hash, "s1", "the id itself is not kept");
        assert!(db.load_session("s1", until).await.unwrap().is_none());
        assert!(db.load_session(&session.id_hash, NOW).await.unwrap().is_none(), "the hash opens nothing");
        assert_eq!(db.sessions_of(ada, NOW).await.unwrap().len(), 2);
        let hash = session.id_hash;
        assert!(db.write(move |tx| Box::pin(async move { tx.end_session(&hash).await })).await.map_err(show).unwrap());
        assert!(db.load_session("s1", NOW).await.unwrap().is_none());
        disable(&db, ada, true).await.unwrap();
        assert!(db.load_session("s2", NOW).await.unwrap().is_none(), "a switched-off account has no sessions");
        db.delete_session("s3").await.unwrap();
        assert!(db.load_session("s3", NOW).await.unwrap().is_none());
        disable(&db, ada, false).await.unwrap();
    }
}
