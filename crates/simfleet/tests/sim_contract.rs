//! The simulated fleet keeps what every adapter owes its callers.

#![allow(clippy::unwrap_used)]

mod simulated;

use remote::Op;
use secrecy::SecretString;
use simfleet::{Fault, LayoutKind};
use simulated::{LIMITS, MADE, StandingClock, open, scan_of};
use std::sync::Arc;
use std::time::Duration;
use world::contract::{Places, check};
use world::{Limits, Login, Target};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_simulated_fleet_keeps_the_contract() {
    let folder = tempfile::tempdir().unwrap();
    let demo = open(
        &folder.path().join("world"),
        LayoutKind::Demo,
        7,
        StandingClock::at(MADE),
        20.0,
    );
    let target = |name: &str| demo.target(demo.server(name));
    demo.world
        .set_fault(&demo.server("lb-2").host, Fault::Slow, true)
        .unwrap();
    let stranger = Target {
        login: Some(Login {
            user: "mallory".to_owned(),
            private_key: SecretString::from("none"),
        }),
        ..target("lb-1")
    };
    let broken_jump = Target {
        jump: Some(Arc::new(target("web-5"))),
        ..target("data-db-2")
    };
    let places = Places {
        healthy: target("lb-1"),
        op: Op::Scan(scan_of(demo.server("lb-1"))),
        limits: Limits {
            connect: Duration::from_secs(2),
            ..LIMITS
        },
        slow: Some(target("lb-2")),
        unreachable: Some(target("web-5")),
        wrong_login: Some(stranger),
        behind_jump: Some(target("data-db-2")),
        behind_broken_jump: Some(broken_jump),
    };
    check(&demo.shell, &places).await;
}
