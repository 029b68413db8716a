//! Facts: kept once, seen often, and never in the name of a run that is somebody else's.

use crate::support::*;
use model::facts::{Component, Counts, Known, RebootNeed};
use model::{Reach, ServerId, Status};
use store::{Attempt, Recorded, ScanRecord, ServerFields, Store};

fn failed(reach: Reach, answer: Option<&[u8]>) -> Attempt {
    Attempt::Failed {
        reach,
        detail: "what was seen".into(),
        answer: answer.map(<[u8]>::to_vec),
        offered: vec![],
    }
}

fn component(name: &str, version: &str) -> Component {
    Component {
        name: name.into(),
        version: version.into(),
    }
}

async fn drifts(db: &Store, server: ServerId) -> bool {
    let query = model::view::ServersQuery {
        tile: Some(model::view::Tile::Drift),
        ..Default::default()
    };
    let found = db.list_servers(&query, NOW, 100).await.unwrap();
    found.rows.iter().any(|row| row.id == server)
}

testdb::on_both! {
    async fn what_was_seen_is_read_back_as_it_was(db: TestStore) {
        let web = add_named(&db, "web").await;
        let mut seen = with_security(facts(NOW), 3);
        seen.reboot.flag = Known::Known(true);
        seen.reboot.flag_since = Some(NOW.plus_secs(-500));
        assert_eq!(scan(&db, web, seen.clone()).await, Recorded::First);
        assert_eq!(db.facts(web).await.unwrap().unwrap().facts, seen);
        assert_eq!(db.scan_document(web).await.unwrap().unwrap(), b"the answer");
        assert_eq!(db.components(web).await.unwrap(), seen.components);
        let server = db.server(web, NOW).await.unwrap().unwrap();
        assert_eq!((server.reach, server.status), (Reach::Reached, Status::Attention));
        assert_eq!(server.counts, Some(Counts { security: 3, ..Counts::default() }));
        assert_eq!((server.reboot, server.reboot_since), (RebootNeed::Yes, Some(NOW.plus_secs(-500))));
        assert_eq!((server.seen_at, server.tried_at, server.next_scan_at), (Some(NOW), Some(NOW), Some(NOW.plus_secs(3_600))));
        assert_eq!(server.os.as_deref(), Some("Debian GNU/Linux 12 (bookworm)"));
        assert!(db.timeline(web, 10).await.unwrap().is_empty(), "the first facts are no change");
    }

    async fn facts_that_differ_by_the_moment_only_are_the_same_facts(db: TestStore) {
        let web = add_named(&db, "web").await;
        scan(&db, web, facts(NOW)).await;
        let before = db.facts(web).await.unwrap().unwrap();
        let later = NOW.plus_secs(600);
        let mut again = facts(later);
        again.clock_offset_ms = -40;
        again.machine.root_free_bytes = 7;
        again.machine.boot_free_bytes = Some(8);
        assert_eq!(scan(&db, web, again.clone()).await, Recorded::Same);
        let after = db.facts(web).await.unwrap().unwrap();
        assert_eq!((after.hash, after.changed_at), (before.hash, NOW));
        assert_eq!(after.facts, again, "every moment's value is the newest");
        assert_eq!(db.server(web, later).await.unwrap().unwrap().seen_at, Some(later));
        assert!(db.timeline(web, 10).await.unwrap().is_empty());
    }

    async fn what_lasts_and_differs_is_on_the_timeline(db: TestStore) {
        let web = add_named(&db, "web").await;
        scan(&db, web, facts(NOW)).await;
        let later = NOW.plus_secs(60);
        let mut other = facts(later);
        other.kernel.running = "6.1.0-2-amd64".into();
        other.components = vec![component("nginx", "1.24"), component("ruby", "3.1")];
        assert_eq!(scan(&db, web, other.clone()).await, Recorded::Changed(1));
        let lines = db.timeline(web, 10).await.unwrap();
        assert_eq!((lines[0].at, lines[0].change.what.as_str()), (later, "6.1.0-1-amd64 became 6.1.0-2-amd64"));
        assert_eq!((lines[0].change.details.len(), lines[0].change.behind_our_back), (2, true));
        assert_eq!(db.components(web).await.unwrap(), other.components);
        assert_eq!(db.facts(web).await.unwrap().unwrap().changed_at, later);
        // A time that comes or goes is no moment: whether there is one lasts.
        let mut flagged = other.clone();
        flagged.machine.booted_at = Known::unknown("not asked");
        assert_eq!(scan(&db, web, flagged.clone()).await, Recorded::Changed(1));
        assert_eq!(db.facts(web).await.unwrap().unwrap().facts, flagged);
    }

    async fn a_failed_attempt_keeps_the_facts_and_not_the_health(db: TestStore) {
        let web = add_named(&db, "web").await;
        scan(&db, web, facts(NOW)).await;
        let later = NOW.plus_secs(60);
        assert_eq!(scan_attempt(&db, web, later, failed(Reach::Unreadable, Some(b"garbage"))).await, Recorded::Failed);
        let server = db.server(web, later).await.unwrap().unwrap();
        assert_eq!((server.reach, server.status), (Reach::Unreadable, Status::Failed));
        assert_eq!((server.seen_at, server.tried_at), (Some(NOW), Some(later)));
        assert_eq!(server.reach_detail.as_deref(), Some("what was seen"));
        assert_eq!(server.os.as_deref(), Some("Debian GNU/Linux 12 (bookworm)"), "what was known stays readable");
        assert_eq!(db.failed_answer(web).await.unwrap(), Some((later, b"garbage".to_vec())));
        assert!(db.facts(web).await.unwrap().is_some());
        // The next good scan clears it all.
        scan(&db, web, facts(later.plus_secs(60))).await;
        let server = db.server(web, later).await.unwrap().unwrap();
        assert_eq!((server.status, server.reach_detail), (Status::Healthy, None));
        assert_eq!(db.failed_answer(web).await.unwrap(), None);
    }

    async fn a_fenced_worker_writes_nothing(db: TestStore) {
        let web = add_named(&db, "web").await;
        let (run, epoch) = claimed(&db, "scan", web).await;
        let record = |epoch, attempt| ScanRecord { run, epoch, server: web, at: NOW, next_scan_at: None, attempt };
        let seen = || Attempt::Seen { reach: Reach::Reached, facts: Box::new(facts(NOW)), document: vec![], more_host_keys: vec![] };
        for attempt in [seen(), failed(Reach::Refused, Some(b"x"))] {
            let recorded = db.record_scan(record(epoch - 1, attempt), vec![]).await.unwrap();
            assert_eq!(recorded, Recorded::Fenced);
        }
        assert!(db.facts(web).await.unwrap().is_none() && db.failed_answer(web).await.unwrap().is_none());
        assert_eq!(db.server(web, NOW).await.unwrap().unwrap().reach, Reach::NeverReported);
        assert_eq!(db.record_scan(record(epoch, seen()), vec![]).await.unwrap(), Recorded::First);
        finish(&db, (run, epoch)).await;
        let late = db.record_scan(record(epoch, failed(Reach::Refused, None)), vec![]).await.unwrap();
        assert_eq!(late, Recorded::Fenced, "the run has ended");
    }

    async fn what_a_server_says_is_stored_whatever_it_says(db: TestStore) {
        let web = add_named(&db, "web").await;
        let mut odd = facts(NOW);
        odd.os.name = "Debian\0\u{1b}[31m \u{202e}'; DROP TABLE servers; --".into();
        odd.components = vec![component("ng\0inx", "1\0"), component("long", &"é".repeat(9_000))];
        assert_eq!(scan(&db, web, odd.clone()).await, Recorded::First);
        assert_eq!(db.facts(web).await.unwrap().unwrap().facts, odd);
        let os = db.server(web, NOW).await.unwrap().unwrap().os.unwrap();
        assert_eq!(os, odd.os.name.replace('\0', "\u{fffd}"));
        assert_eq!(db.components(web).await.unwrap(), [component("long", &"é".repeat(200)), component("ng\u{fffd}inx", "1\u{fffd}")]);
        assert_eq!(scan(&db, web, odd).await, Recorded::Same);
        let failed = Attempt::Failed { reach: Reach::Unreadable, detail: "\0".into(), answer: Some(vec![0, 159, 146]), offered: vec![] };
        assert_eq!(scan_attempt(&db, web, NOW, failed).await, Recorded::Failed);
        assert_eq!(db.failed_answer(web).await.unwrap().unwrap().1, [0, 159, 146]);
    }

    async fn facts_grow_old(db: TestStore) {
        let web = add_named(&db, "web").await;
        scan(&db, web, facts(NOW)).await;
        let fine = db.server(web, NOW.plus_secs(3_600)).await.unwrap().unwrap();
        assert_eq!((fine.status, fine.reason.as_str()), (Status::Healthy, "Up to date."));
        let stale = db.server(web, NOW.plus_secs(86_400)).await.unwrap().unwrap();
        assert_eq!((stale.status, stale.reason.as_str()), (Status::Unknown, "Last seen 24 h ago."));
    }

    async fn a_group_drifts_when_its_servers_run_different_versions(db: TestStore) {
        let stack = add_stack(&db, "shop").await;
        let (web, spare) = (add_group(&db, stack, "web").await, add_group(&db, stack, "spare").await);
        let in_group = |name: &str, group| ServerFields { stack: Some(stack), group: Some(group), ..fields(name) };
        let (a, b) = (add(&db, in_group("a", web)).await, add(&db, in_group("b", web)).await);
        let with = |components: Vec<Component>| {
            let mut facts = facts(NOW);
            facts.components = components;
            facts
        };
        // Two versions side by side on both, and a component that only one has, are no drift.
        let both = vec![component("ruby", "3.0"), component("ruby", "3.1")];
        scan(&db, a, with([both.clone(), vec![component("docker", "20")]].concat())).await;
        scan(&db, b, with(both.clone())).await;
        assert!(!drifts(&db, a).await);
        scan(&db, b, with(vec![component("ruby", "3.1")])).await;
        assert!(drifts(&db, a).await && drifts(&db, b).await);
        assert_eq!(db.drifting_components(web).await.unwrap(), ["ruby"]);
        // Moving one away ends it, for both groups.
        db.write(move |tx| Box::pin(async move { tx.place_server(b, Some(stack), Some(spare)).await })).await.map_err(show).unwrap();
        assert!(!drifts(&db, a).await && !drifts(&db, b).await);
        db.write(move |tx| Box::pin(async move { tx.place_server(b, Some(stack), Some(web)).await })).await.map_err(show).unwrap();
        assert!(drifts(&db, a).await);
        db.write(move |tx| Box::pin(async move { tx.remove_server(b).await })).await.map_err(show).unwrap();
        assert!(!drifts(&db, a).await);
    }
}
