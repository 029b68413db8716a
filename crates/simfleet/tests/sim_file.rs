//! The world outlives its process, and is a function of its file, its seed and the time.

#![allow(clippy::unwrap_used)]

mod simulated;

use model::{Reach, Timestamp};
use remote::{NEVER_REFRESH, Op, ScanOp};
use simfleet::{Fault, Install, LayoutKind, SimWorld, WorldError};
use simulated::{DAY_SECS, FAST, LIMITS, MADE, Simulated, StandingClock, demo, open, scan_of};
use std::io::Write as _;
use std::sync::Arc;
use world::Shell as _;

async fn all_answers(simulated: &Simulated) -> Vec<String> {
    let mut answers = Vec::new();
    for server in &simulated.layout.servers {
        answers.push(match simulated.answer(&server.name).await {
            Ok(answer) => String::from_utf8(answer.stdout).unwrap(),
            Err(error) => format!("{error} {:?}", error.offered),
        });
    }
    answers
}

#[tokio::test]
async fn the_same_file_at_the_same_time_gives_the_same_answers() {
    let folder = tempfile::tempdir().unwrap();
    let (first_path, copy_path) = (folder.path().join("first"), folder.path().join("copy"));
    let first = demo(&first_path, MADE);
    // Lists are refreshed, so that further scans change nothing.
    all_answers(&first).await;
    first.world.reboot(&first.server("web-3").host).unwrap();
    first
        .world
        .install(&first.server("worker-2").host, Install::All)
        .unwrap();
    first
        .world
        .set_fault(&first.server("db-2").host, Fault::Noisy, true)
        .unwrap();
    drop(first);
    std::fs::copy(&first_path, &copy_path).unwrap();
    let later = Timestamp::from_micros(MADE.micros() + 7);
    let (reopened, copy) = (demo(&first_path, later), demo(&copy_path, later));
    let answers = all_answers(&reopened).await;
    // `api-2` refreshes with every scan, because its refresh never succeeds: the copy does so as well.
    assert_eq!(answers, all_answers(&copy).await);
    assert_eq!(reopened.layout, copy.layout);
    // Whoever looked in between sees the same as whoever did not.
    reopened.live(40 * DAY_SECS);
    copy.live(20 * DAY_SECS);
    for server in &copy.layout.servers {
        // Without a refresh, a look changes nothing.
        let op = ScanOp {
            refresh_older_than_secs: NEVER_REFRESH,
            ..scan_of(server)
        };
        let _ = copy.shell.exec(&copy.target(server), &Op::Scan(op), LIMITS).await;
    }
    copy.live(20 * DAY_SECS);
    let (a, b) = (all_answers(&reopened).await, all_answers(&copy).await);
    for (place, server) in reopened.layout.servers.iter().enumerate() {
        if server.name != "api-2" {
            assert_eq!(a[place], b[place], "{}", server.name);
        }
    }
}

#[tokio::test]
async fn another_seed_is_another_world() {
    let folder = tempfile::tempdir().unwrap();
    let one = demo(&folder.path().join("one"), MADE);
    let other = open(
        &folder.path().join("other"),
        LayoutKind::Demo,
        67,
        StandingClock::at(MADE),
        FAST,
    );
    assert_ne!(one.server("lb-1").host_keys, other.server("lb-1").host_keys);
    assert_ne!(
        one.facts("lb-1").await.machine.boot_id,
        other.facts("lb-1").await.machine.boot_id
    );
}

#[tokio::test]
async fn a_torn_tail_is_cut_and_everything_before_it_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world");
    let host = {
        let world = demo(&path, MADE);
        let host = world.server("db-2").host.clone();
        world.world.set_fault(&host, Fault::Down, true).unwrap();
        host
    };
    let whole = std::fs::read(&path).unwrap();
    let mut file = std::fs::OpenOptions::new().append(true).open(&path).unwrap();
    file.write_all(br#"{"at":1795262400000000,"do":{"fault":{"host":"db-2.web-pro"#)
        .unwrap();
    drop(file);
    let world = demo(&path, MADE);
    assert_eq!(world.look(world.server("db-2")).await.reach, Reach::TimedOut);
    world.world.set_fault(&host, Fault::Down, false).unwrap();
    assert_eq!(world.look(world.server("db-2")).await.reach, Reach::Reached);
    let mended = std::fs::read(&path).unwrap();
    assert!(mended.starts_with(&whole), "what was acknowledged is untouched");
    assert!(mended.ends_with(b"\n"));
    drop(world);
    let again = demo(&path, MADE);
    assert_eq!(again.look(again.server("db-2")).await.reach, Reach::Reached);
}

#[test]
fn a_line_that_is_no_command_is_named_and_nothing_is_cut() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world");
    drop(demo(&path, MADE));
    let mut file = std::fs::OpenOptions::new().append(true).open(&path).unwrap();
    file.write_all(b"{\"at\":1,\"do\":\"dance\"}\n").unwrap();
    let before = std::fs::read(&path).unwrap();
    let error = SimWorld::open(&path, LayoutKind::Demo, 66, FAST, StandingClock::at(MADE)).unwrap_err();
    assert!(matches!(error, WorldError::Corrupt { line: 2, .. }), "{error}");
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn a_file_is_opened_only_as_the_world_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world");
    let clock = StandingClock::at(MADE);
    drop(demo(&path, MADE));
    let open = |layout, seed, speed| SimWorld::open(&path, layout, seed, speed, Arc::clone(&clock) as _);
    assert!(matches!(
        open(LayoutKind::Demo, 1, FAST),
        Err(WorldError::OtherWorld { .. })
    ));
    assert!(matches!(
        open(LayoutKind::Scale(10), 66, FAST),
        Err(WorldError::OtherWorld { .. })
    ));
    assert!(matches!(
        open(LayoutKind::Demo, 66, f64::NAN),
        Err(WorldError::BadSpeed(_))
    ));
    assert!(matches!(
        open(LayoutKind::Scale(0), 66, FAST),
        Err(WorldError::BadSize(0))
    ));
    assert!(open(LayoutKind::Demo, 66, 2.0).is_ok(), "the speed may change");
}

#[tokio::test]
async fn what_one_opener_does_the_other_sees() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world");
    let (one, other) = (demo(&path, MADE), demo(&path, MADE));
    let host = one.server("lb-1").host.clone();
    std::thread::scope(|scope| {
        for simulated in [&one, &other] {
            scope.spawn(|| {
                for _ in 0..20 {
                    simulated.world.install(&host, Install::Security).unwrap();
                }
            });
        }
    });
    one.world.set_fault(&host, Fault::Refused, true).unwrap();
    assert_eq!(other.look(other.server("lb-1")).await.reach, Reach::Refused);
    let lines = std::fs::read_to_string(&path).unwrap().lines().count();
    assert_eq!(
        lines, 42,
        "one line made the world, and none was lost or written twice"
    );
    let error = one.world.reboot("nobody.example.net").unwrap_err();
    assert!(matches!(error, WorldError::NoSuchHost(_)));
}
