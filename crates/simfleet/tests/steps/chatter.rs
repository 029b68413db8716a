//! Servers that print much: so many lines, one after the other, each with the time at which it was written.

use crate::simulated::stepping::Stepping;
use crate::simulated::{MADE, StandingClock, open};
use model::Work;
use simfleet::LayoutKind;

#[tokio::test]
async fn an_upgrade_prints_its_lines_at_the_times_that_they_say() {
    let folder = tempfile::tempdir().unwrap();
    let speed = 1e3;
    let path = folder.path().join("world");
    let world = open(&path, LayoutKind::Chatty(10), 66, StandingClock::at(MADE), speed);
    assert_eq!(world.layout.servers.len(), 11, "one is in a stack of its own");
    let server = Stepping {
        world: &world,
        name: "load-2",
    };
    let install = Work::Install(server.security_install().await);
    let (code, log) = server.carry_out(1, &install).await;
    assert_eq!(code, 0, "{log}");
    let lines: Vec<(jiff::Timestamp, &str)> = log
        .lines()
        .filter_map(|line| line.split_once(" line "))
        .map(|(at, rest)| (at.parse().unwrap(), rest))
        .collect();
    assert_eq!(lines.len(), 200);
    for (number, (_, rest)) in (1..).zip(&lines) {
        assert!(rest.starts_with(&format!("{number} of 200: ")), "{rest}");
    }
    // A sixth of a second of the world's time between two lines, and a thousand such seconds in one of the clock's.
    let took = lines[199].0.duration_since(lines[0].0).as_millis();
    assert!((32..=34).contains(&took), "{took} ms");
    assert!(lines.is_sorted_by_key(|(at, _)| *at));
}
