//! Host keys: offered, confirmed, in conflict, decided.

use crate::support::*;
use model::{HostKey, HostKeyState, Reach, ServerId, Status};
use store::{Attempt, Conflict, FingerprintRecord, Offer, Store, StoreError};

async fn ask(db: &Store, server: ServerId, offer: Offer) -> bool {
    let held = claimed(db, "fingerprint", server).await;
    let record = FingerprintRecord {
        run: held.0,
        epoch: held.1,
        server,
        at: NOW,
        offer,
    };
    let written = db.record_fingerprint(record).await.unwrap();
    finish(db, held).await;
    written
}

async fn states(db: &Store, server: ServerId) -> Vec<(String, HostKeyState)> {
    db.host_keys(server)
        .await
        .unwrap()
        .into_iter()
        .map(|known| (known.key.fingerprint, known.state))
        .collect()
}

fn keys(names: &[&str]) -> Vec<HostKey> {
    names.iter().map(|name| host_key("ssh-ed25519", name)).collect()
}

fn prints(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| format!("SHA256:{name}")).collect()
}

async fn confirm(db: &Store, server: ServerId, seen: &[&str]) -> Result<Vec<HostKey>, StoreError> {
    let seen = prints(seen);
    db.write(move |tx| Box::pin(async move { tx.confirm_host_keys(server, &seen, "ada", NOW).await }))
        .await
}

async fn reach(db: &Store, server: ServerId) -> (Reach, Status) {
    let server = db.server(server, NOW).await.unwrap().unwrap();
    (server.reach, server.status)
}

testdb::on_both! {
    async fn a_person_confirms_what_they_saw_and_nothing_else(db: TestStore) {
        let web = add_named(&db, "web").await;
        assert!(ask(&db, web, Offer::Keys(keys(&["a", "b"]))).await);
        assert_eq!(reach(&db, web).await, (Reach::KeyUnconfirmed, Status::Waiting));
        // Somebody in between: other keys are offered while the person reads.
        assert!(ask(&db, web, Offer::Keys(keys(&["a", "c"]))).await);
        for seen in [&["a", "b"][..], &["a"], &["a", "b", "c"], &[]] {
            assert!(matches!(confirm(&db, web, seen).await, Err(StoreError::Conflict(Conflict::OtherKeys))));
        }
        assert_eq!(states(&db, web).await, [("SHA256:a".into(), HostKeyState::Offered), ("SHA256:c".into(), HostKeyState::Offered)]);
        assert_eq!(confirm(&db, web, &["c", "a"]).await.unwrap().len(), 2);
        assert_eq!(reach(&db, web).await, (Reach::NeverReported, Status::Unknown));
        assert_eq!(db.target(web).await.unwrap().unwrap().pinned, keys(&["a", "c"]));
        assert!(matches!(confirm(&db, web, &["c", "a"]).await, Err(StoreError::Conflict(Conflict::OtherKeys))));
    }

    async fn other_keys_stop_everything_until_a_lead_decides(db: TestStore) {
        let web = add_named(&db, "web").await;
        ask(&db, web, Offer::Keys(keys(&["a"]))).await;
        confirm(&db, web, &["a"]).await.unwrap();
        scan(&db, web, facts(NOW)).await;
        assert_eq!(reach(&db, web).await, (Reach::Reached, Status::Healthy));
        let changed = Attempt::Failed { reach: Reach::KeyChanged, detail: "offered SHA256:x".into(), answer: None, offered: keys(&["x"]) };
        assert_eq!(scan_attempt(&db, web, NOW, changed).await, store::Recorded::Failed);
        assert_eq!(reach(&db, web).await, (Reach::KeyChanged, Status::Failed));
        assert_eq!(states(&db, web).await, [("SHA256:x".into(), HostKeyState::Conflicting), ("SHA256:a".into(), HostKeyState::Pinned)]);
        assert_eq!(db.target(web).await.unwrap().unwrap().pinned, keys(&["a"]), "nothing is believed yet");
        let replace = |seen: &'static [&'static str]| db.write(move |tx| Box::pin(async move { tx.replace_host_keys(web, &prints(seen), "lea", NOW).await }));
        assert!(replace(&["y"]).await.is_err());
        replace(&["x"]).await.unwrap();
        assert_eq!(states(&db, web).await, [("SHA256:x".into(), HostKeyState::Pinned)]);
        assert_eq!(reach(&db, web).await.0, Reach::NeverReported);
    }

    async fn a_lead_may_also_decide_that_they_are_not_its_keys(db: TestStore) {
        let web = add_named(&db, "web").await;
        ask(&db, web, Offer::Keys(keys(&["a"]))).await;
        confirm(&db, web, &["a"]).await.unwrap();
        ask(&db, web, Offer::Keys(keys(&["x"]))).await;
        assert_eq!(reach(&db, web).await.0, Reach::KeyChanged);
        db.write(move |tx| Box::pin(async move { tx.reject_host_keys(web).await })).await.map_err(show).unwrap();
        assert_eq!(states(&db, web).await, [("SHA256:a".into(), HostKeyState::Pinned)]);
        assert_eq!(reach(&db, web).await.0, Reach::KeyChanged, "it still offered other keys when it was last asked");
    }

    async fn a_known_key_among_the_offered_ones_is_enough(db: TestStore) {
        let web = add_named(&db, "web").await;
        ask(&db, web, Offer::Keys(keys(&["a"]))).await;
        confirm(&db, web, &["a"]).await.unwrap();
        ask(&db, web, Offer::Keys(keys(&["b", "a"]))).await;
        assert_eq!(states(&db, web).await, [("SHA256:a".into(), HostKeyState::Pinned)]);
        assert_eq!(reach(&db, web).await.0, Reach::NeverReported);
    }

    async fn asking_in_vain_shows_on_a_server_that_was_never_heard_from(db: TestStore) {
        let (fresh, seen) = (add_named(&db, "fresh").await, add_named(&db, "seen").await);
        scan(&db, seen, facts(NOW)).await;
        for server in [fresh, seen] {
            ask(&db, server, Offer::Failed { reach: Reach::Refused, detail: "port 22".into() }).await;
        }
        assert_eq!(reach(&db, fresh).await, (Reach::Refused, Status::Failed));
        assert_eq!(db.server(fresh, NOW).await.unwrap().unwrap().reach_detail.as_deref(), Some("port 22"));
        assert_eq!(reach(&db, seen).await, (Reach::Reached, Status::Healthy));
    }

    async fn a_stale_check_cannot_offer_keys(db: TestStore) {
        let web = add_named(&db, "web").await;
        let held = claimed(&db, "fingerprint", web).await;
        finish(&db, held).await;
        let record = FingerprintRecord { run: held.0, epoch: held.1, server: web, at: NOW, offer: Offer::Keys(keys(&["evil"])) };
        assert!(!db.record_fingerprint(record).await.unwrap());
        assert!(db.host_keys(web).await.unwrap().is_empty());
    }

    async fn a_machine_that_is_another_one_begins_anew(db: TestStore) {
        let web = add_named(&db, "web").await;
        ask(&db, web, Offer::Keys(keys(&["a"]))).await;
        confirm(&db, web, &["a"]).await.unwrap();
        db.write(move |tx| Box::pin(async move { tx.forget_host_keys(web, NOW).await })).await.map_err(show).unwrap();
        assert!(db.host_keys(web).await.unwrap().is_empty());
        ask(&db, web, Offer::Keys(keys(&["b"]))).await;
        assert_eq!(reach(&db, web).await.0, Reach::KeyUnconfirmed);
    }

    async fn a_key_proven_beside_a_pinned_one_is_pinned_and_noted(db: TestStore) {
        let web = add_named(&db, "web").await;
        ask(&db, web, Offer::Keys(keys(&["a"]))).await;
        confirm(&db, web, &["a"]).await.unwrap();
        let seen = || Attempt::Seen { reach: Reach::Reached, facts: Box::new(facts(NOW)), document: vec![1], more_host_keys: keys(&["a", "b"]) };
        scan_attempt(&db, web, NOW, seen()).await;
        scan_attempt(&db, web, NOW, seen()).await;
        assert_eq!(db.target(web).await.unwrap().unwrap().pinned, keys(&["a", "b"]));
        let notes = db.timeline(web, 10).await.unwrap();
        assert_eq!(notes.iter().filter(|line| line.change.details == ["SHA256:b"]).count(), 1);
    }
}
