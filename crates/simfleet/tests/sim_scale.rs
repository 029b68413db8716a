//! Large worlds: every server is readable, and none depends on another.

#![allow(clippy::unwrap_used)]

mod simulated;

use model::{Reach, Status};
use simfleet::{Fault, Install, LayoutKind};
use simulated::{DAY_SECS, MADE, StandingClock, open};
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use tokio::task::JoinSet;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_servers_are_read_whole() {
    let folder = tempfile::tempdir().unwrap();
    let fleet = open(
        &folder.path().join("world"),
        LayoutKind::Scale(10_000),
        5,
        StandingClock::at(MADE),
        1e7,
    );
    let fleet = Arc::new(fleet);
    let names: HashSet<&str> = fleet
        .layout
        .servers
        .iter()
        .map(|server| server.name.as_str())
        .collect();
    let hosts: HashSet<&str> = fleet
        .layout
        .servers
        .iter()
        .map(|server| server.host.as_str())
        .collect();
    assert_eq!((names.len(), hosts.len()), (10_000, 10_000));
    assert_eq!(fleet.layout.stacks.len(), 250);
    assert!(names.iter().all(|name| model::is_name(name)) && hosts.iter().all(|host| model::is_host(host)));

    let mut looks = JoinSet::new();
    let mut reaches: BTreeMap<&str, u32> = BTreeMap::new();
    let mut statuses: BTreeMap<&str, u32> = BTreeMap::new();
    let mut servers = fleet.layout.servers.iter();
    loop {
        while looks.len() < 64
            && let Some(server) = servers.next()
        {
            let (fleet, server) = (Arc::clone(&fleet), server.clone());
            looks.spawn(async move { (fleet.look(&server).await, server) });
        }
        let Some(look) = looks.join_next().await else {
            break;
        };
        let (look, server) = look.unwrap();
        *reaches.entry(look.reach.as_str()).or_default() += 1;
        *statuses.entry(look.status.as_str()).or_default() += 1;
        assert!(
            !matches!(
                look.reach,
                Reach::Unreadable | Reach::ScanTimedOut | Reach::TooMuchOutput
            ),
            "{}: {}",
            server.name,
            look.why
        );
        if let Some(facts) = look.facts.filter(|_| look.reach == Reach::Reached) {
            let unexpected: Vec<&String> = facts
                .notes
                .iter()
                .filter(|note| !note.contains("clock") && !note.contains("shell profile"))
                .collect();
            assert!(unexpected.is_empty(), "{}: {unexpected:?}", server.name);
            assert!(
                facts.updates.get().is_some(),
                "{}: {:?}",
                server.name,
                facts.updates
            );
        }
    }
    // A believable fleet: most answer, a few do not, and every tile has something to show.
    assert!(
        (9_300..9_950).contains(&reaches[Reach::Reached.as_str()]),
        "{reaches:?}"
    );
    for reach in [
        Reach::TimedOut,
        Reach::Refused,
        Reach::KeyChanged,
        Reach::KeyUnconfirmed,
        Reach::ConnectionLost,
    ] {
        assert!(reaches.contains_key(reach.as_str()), "{reaches:?}");
    }
    for status in [
        Status::Healthy,
        Status::Attention,
        Status::Failed,
        Status::Unknown,
        Status::Waiting,
    ] {
        assert!(statuses[status.as_str()] > 50, "{statuses:?}");
    }
}

#[tokio::test]
async fn a_server_is_the_same_in_a_small_and_in_a_large_fleet() {
    let folder = tempfile::tempdir().unwrap();
    let small = open(
        &folder.path().join("small"),
        LayoutKind::Scale(10),
        5,
        StandingClock::at(MADE),
        1e7,
    );
    let large = open(
        &folder.path().join("large"),
        LayoutKind::Scale(300),
        5,
        StandingClock::at(MADE),
        1e7,
    );
    assert_eq!(small.layout.servers[..], large.layout.servers[..10]);
    for server in &small.layout.servers {
        assert_eq!(
            small.look(server).await.facts,
            large.look(server).await.facts,
            "{}",
            server.name
        );
    }
}

#[tokio::test]
async fn what_happens_to_one_server_moves_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let clock = || StandingClock::at(MADE);
    let calm = open(
        &folder.path().join("calm"),
        LayoutKind::Scale(80),
        9,
        clock(),
        1_000.0,
    );
    let busy = open(
        &folder.path().join("busy"),
        LayoutKind::Scale(80),
        9,
        clock(),
        1_000.0,
    );
    let touched = &busy.layout.servers[3];
    for step in 0..10 {
        busy.world.install(&touched.host, Install::All).unwrap();
        busy.world.reboot(&touched.host).unwrap();
        busy.world
            .set_fault(&touched.host, Fault::Slow, step % 2 == 0)
            .unwrap();
        busy.live(DAY_SECS);
        calm.live(DAY_SECS);
    }
    busy.live(30 * DAY_SECS);
    calm.live(30 * DAY_SECS);
    for server in &calm.layout.servers {
        let (a, b) = (calm.look(server).await, busy.look(server).await);
        if server.name == touched.name {
            assert_ne!(a.facts, b.facts);
        } else {
            assert_eq!((a.reach, a.facts), (b.reach, b.facts), "{}", server.name);
        }
    }
}
