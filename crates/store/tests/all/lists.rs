//! Lists, tiles and totals.

use crate::support::*;
use model::facts::Known;
use model::view::{ServersQuery, Sort, Tile};
use model::{Reach, ServerId, Status, Timestamp};
use store::{Attempt, ServerFields, Store};

async fn names(db: &Store, query: ServersQuery) -> Vec<String> {
    names_at(db, query, NOW).await
}

async fn names_at(db: &Store, query: ServersQuery, now: Timestamp) -> Vec<String> {
    let found = db.list_servers(&query, now, 100).await.unwrap();
    assert_eq!(found.matching as usize, found.rows.len());
    found.rows.into_iter().map(|row| row.name).collect()
}

fn by(sort: Sort) -> ServersQuery {
    ServersQuery {
        sort: Some(sort),
        ..ServersQuery::default()
    }
}

fn tile(tile: Tile) -> ServersQuery {
    ServersQuery {
        tile: Some(tile),
        sort: Some(Sort::Name),
        ..ServersQuery::default()
    }
}

async fn fail(db: &Store, server: ServerId, reach: Reach) {
    let attempt = Attempt::Failed {
        reach,
        detail: "x".into(),
        answer: None,
        offered: vec![],
    };
    scan_attempt(db, server, NOW, attempt).await;
}

testdb::on_both! {
    async fn text_is_found_as_text(db: TestStore) {
        for name in ["web-1", "web-2", "db.100_x"] {
            add_named(&db, name).await;
        }
        let q = |text: &str| ServersQuery { q: Some(text.into()), sort: Some(Sort::Name), ..ServersQuery::default() };
        assert_eq!(names(&db, q("WEB")).await, ["web-1", "web-2"]);
        assert_eq!(names(&db, q(" 1.example ")).await, ["web-1"], "the address counts, too");
        assert_eq!(names(&db, q("0_x")).await, ["db.100_x"]);
        assert_eq!(names(&db, q("_")).await, ["db.100_x"]);
        assert!(names(&db, q("%")).await.is_empty() && names(&db, q("\\")).await.is_empty() && names(&db, q("'")).await.is_empty());
        assert_eq!(names(&db, q("  ")).await.len(), 3);
    }

    async fn names_are_ordered_by_their_bytes_on_both(db: TestStore) {
        for name in ["a-b", "B", "a", "ab", "a.c"] {
            add_named(&db, name).await;
        }
        assert_eq!(names(&db, by(Sort::Name)).await, ["B", "a", "a-b", "a.c", "ab"]);
    }

    async fn pages_are_cut_by_the_query(db: TestStore) {
        for n in 0..7 {
            add_named(&db, &format!("s{n}")).await;
        }
        let page = |page| ServersQuery { page: Some(page), ..by(Sort::Name) };
        let second = db.list_servers(&page(2), NOW, 3).await.unwrap();
        assert_eq!(second.rows.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["s3", "s4", "s5"]);
        assert_eq!((second.matching, second.total, second.page, second.pages), (7, 7, 2, 3));
        let beyond = db.list_servers(&page(99), NOW, 3).await.unwrap();
        assert_eq!((beyond.page, beyond.rows.len()), (3, 1));
        let none = ServersQuery { q: Some("zzz".into()), ..page(4) };
        let none = db.list_servers(&none, NOW, 3).await.unwrap();
        assert_eq!((none.page, none.pages, none.matching, none.total), (1, 1, 0, 7));
    }

    async fn every_tile_counts_what_its_filter_lists(db: TestStore) {
        let healthy = add_named(&db, "healthy").await;
        let patch = add_named(&db, "patch").await;
        let reboot = add_named(&db, "reboot").await;
        let refused = add_named(&db, "refused").await;
        let changed = add_named(&db, "changed").await;
        let fresh = add_named(&db, "fresh").await;
        let waiting = add_named(&db, "waiting").await;
        let blind = add_named(&db, "blind").await;
        scan(&db, healthy, facts(NOW)).await;
        scan(&db, patch, with_security(facts(NOW), 2)).await;
        let mut wants = facts(NOW);
        wants.reboot.flag = Known::Known(true);
        scan(&db, reboot, wants).await;
        scan(&db, refused, facts(NOW)).await;
        fail(&db, refused, Reach::Refused).await;
        fail(&db, changed, Reach::KeyChanged).await;
        db.write(move |tx| Box::pin(async move { tx.offer_host_keys(waiting, &[host_key("ssh-rsa", "o")], NOW).await })).await.map_err(show).unwrap();
        let mut unknown = facts(NOW);
        unknown.updates = Known::unknown("apt is broken");
        scan(&db, blind, unknown).await;
        claimed(&db, "scan", fresh).await;
        let expected: [(Tile, &[&str]); 8] = [
            (Tile::Reboot, &["reboot"]),
            (Tile::Security, &["patch"]),
            (Tile::Unreachable, &["changed", "refused"]),
            (Tile::NeverReported, &["changed", "fresh", "waiting"]),
            (Tile::Drift, &[]),
            (Tile::Running, &["fresh"]),
            (Tile::Waiting, &["changed", "waiting"]),
            (Tile::Unknown, &["blind"]),
        ];
        let counts = db.tile_counts(NOW).await.unwrap();
        for (number, (word, listed)) in expected.into_iter().enumerate() {
            assert_eq!(names(&db, tile(word)).await, listed, "{word}");
            assert_eq!(counts.tiles[number], (word, u32::try_from(listed.len()).unwrap()));
        }
        assert_eq!((counts.servers, counts.healthy, counts.unassigned), (8, 1, 8));
        // A day later nothing that was true is still known.
        let tomorrow = NOW.plus_secs(86_400);
        let counts = db.tile_counts(tomorrow).await.unwrap();
        assert_eq!(counts.healthy, 0);
        assert_eq!(names_at(&db, tile(Tile::Unknown), tomorrow).await, ["blind", "healthy", "patch", "reboot"]);
        let healthy = ServersQuery { status: Some(Status::Healthy), ..ServersQuery::default() };
        assert_eq!(names(&db, healthy.clone()).await, ["healthy"]);
        assert!(names_at(&db, healthy, tomorrow).await.is_empty());
    }

    async fn the_unreachable_tile_means_what_reach_means(db: TestStore) {
        let mut expected = Vec::new();
        for reach in Reach::ALL {
            let id = add_named(&db, reach.as_str()).await;
            if *reach != Reach::NeverReported {
                fail(&db, id, *reach).await;
            }
            if reach.is_unreachable() {
                expected.push(reach.as_str().to_owned());
            }
        }
        expected.sort();
        assert_eq!(names(&db, tile(Tile::Unreachable)).await, expected);
    }

    async fn the_worst_come_first(db: TestStore) {
        let (ok, bad, patch) = (add_named(&db, "a-ok").await, add_named(&db, "b-bad").await, add_named(&db, "c-patch").await);
        add_named(&db, "d-fresh").await;
        let stale = add_named(&db, "e-stale").await;
        scan(&db, ok, facts(NOW)).await;
        scan(&db, stale, facts(NOW.plus_secs(-86_400))).await;
        scan(&db, patch, with_security(facts(NOW), 5)).await;
        fail(&db, bad, Reach::TimedOut).await;
        assert_eq!(names(&db, ServersQuery::default()).await, ["b-bad", "c-patch", "d-fresh", "e-stale", "a-ok"]);
        assert_eq!(names(&db, by(Sort::Security)).await[0], "c-patch");
        assert_eq!(names(&db, by(Sort::Seen)).await, ["b-bad", "d-fresh", "e-stale", "a-ok", "c-patch"]);
        let need = db.servers_in_need(NOW, 1).await.unwrap();
        assert_eq!((need.servers[0].id, need.total), (bad, 1));
    }

    async fn stacks_and_groups_filter_and_add_up(db: TestStore) {
        let (shop, blog) = (add_stack(&db, "shop").await, add_stack(&db, "blog").await);
        let (web, other) = (add_group(&db, shop, "web").await, add_group(&db, blog, "Web").await);
        let a = add(&db, ServerFields { stack: Some(shop), group: Some(web), ..fields("a") }).await;
        let b = add(&db, ServerFields { stack: Some(shop), ..fields("b") }).await;
        add(&db, ServerFields { stack: Some(blog), group: Some(other), ..fields("c") }).await;
        add_named(&db, "d").await;
        scan(&db, a, with_security(facts(NOW), 3)).await;
        scan(&db, b, facts(NOW)).await;
        let of = |stack, group: Option<&str>| ServersQuery { stack, group: group.map(Into::into), ..by(Sort::Name) };
        assert_eq!(names(&db, of(Some(shop), None)).await, ["a", "b"]);
        assert_eq!(names(&db, of(None, Some("WEB"))).await, ["a", "c"]);
        assert_eq!(names(&db, of(Some(shop), Some("web"))).await, ["a"]);
        let totals = db.stack_totals(NOW).await.unwrap();
        assert_eq!(totals.iter().map(|it| it.stack.name.as_str()).collect::<Vec<_>>(), ["blog", "shop"]);
        let total = &totals[1];
        assert_eq!((total.servers, total.security, total.reboot, total.worst()), (2, 3, 0, Some((Status::Attention, 1))));
        assert_eq!(totals[0].worst(), Some((Status::Unknown, 1)));
        let stale = db.stack_total(shop, NOW.plus_secs(86_400)).await.unwrap().unwrap();
        assert_eq!(stale.worst(), Some((Status::Unknown, 2)));
        assert_eq!(db.servers_of_stack(shop, NOW).await.unwrap().len(), 2);
        assert_eq!(db.tile_counts(NOW).await.unwrap().unassigned, 1);
    }

    async fn a_trend_has_one_row_per_day_the_last_one(db: TestStore) {
        let shop = add_stack(&db, "shop").await;
        let a = add(&db, ServerFields { stack: Some(shop), ..fields("a") }).await;
        let record = |day: &'static str| db.write(move |tx| Box::pin(async move { tx.record_trends(day).await }));
        scan(&db, a, with_security(facts(NOW), 3)).await;
        record("2026-11-20").await.map_err(show).unwrap();
        record("2026-11-21").await.map_err(show).unwrap();
        scan(&db, a, with_security(facts(NOW), 1)).await;
        record("2026-11-21").await.map_err(show).unwrap();
        let fleet: Vec<_> = db.trend(None, "2026-01-01").await.unwrap().into_iter().map(|it| (it.day, it.security)).collect();
        assert_eq!(fleet, [("2026-11-20".to_owned(), 3), ("2026-11-21".to_owned(), 1)]);
        assert_eq!(db.trend(Some(shop), "2026-11-21").await.unwrap()[0].security, 1);
        assert_eq!(db.stack_trends("2026-11-20").await.unwrap().len(), 2);
    }
}
