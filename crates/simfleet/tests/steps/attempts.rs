//! Attempts: started once, by whoever may, and followed from any byte.

use crate::made;
use crate::simulated::stepping::{DAILY, Stepping, asked, attempt, fence};
use crate::simulated::{FAST, LIMITS, demo, open};
use model::Work;
use remote::Op;
use remote::work::follow::FollowOp;
use remote::work::start::{Fence, StartOp, Started};
use remote::work::state::State;
use remote::work::stop::Stopped;
use simfleet::{Fault, LayoutKind};
use std::sync::Arc;
use world::contract::{Followable, check_following};

#[tokio::test]
async fn a_log_is_followed_as_every_adapter_owes_it() {
    let (_folder, world) = made();
    let server = Stepping {
        world: &world,
        name: "worker-2",
    };
    let install = server.security_install().await;
    let (code, log) = server.carry_out(1, &Work::Install(install)).await;
    assert_eq!(code, 0, "{log}");
    let op = |number| FollowOp {
        asked: asked(),
        attempt: attempt(number),
        offset: 0,
    };
    let place = Followable {
        target: server.target(),
        op: op(1),
        log: log.into_bytes(),
        code: 0,
        not_started: op(2),
        limits: LIMITS,
    };
    check_following(&world.shell, &place).await;
}

#[tokio::test]
async fn a_log_grows_while_the_step_works_and_never_changes() {
    let (folder, world) = made();
    let server = Stepping {
        world: &world,
        name: "worker-2",
    };
    let install = Work::Install(server.security_install().await);
    assert_eq!(server.start(1, &install).await, Started::Now);
    let mut seen = Vec::new();
    for _ in 0..8 {
        world.live(1);
        match server.state(1).await {
            State::Running(running) => {
                assert!(!running.processes.is_empty() && running.since_secs.is_some());
                seen.push(running.log.bytes);
            }
            other => panic!("an upgrade takes ten seconds and more: {other:?}"),
        }
    }
    assert!(
        seen.is_sorted() && seen[0] < seen[3] && seen[3] < seen[7],
        "{seen:?}"
    );
    // The process is killed, and another one finds the step where it is by then.
    let path = folder.path().join("world");
    let now = world::Clock::now(&*world.clock);
    drop(world);
    let world = demo(&path, now);
    let server = Stepping {
        world: &world,
        name: "worker-2",
    };
    assert!(matches!(server.state(1).await, State::Running(_)));
    assert_eq!(server.start(1, &install).await, Started::Already);
    world.live(60);
    let first = server.log(1).await;
    assert_eq!(first.len() as u64, server.ended(1).await.log.bytes);
    assert_eq!(first, server.log(1).await);
    world.live(3_600);
    assert_eq!(first, server.log(1).await);
}

#[tokio::test]
async fn an_attempt_is_started_once_and_by_the_newest_worker_of_one_instance_only() {
    let (_folder, world) = made();
    let server = Stepping {
        world: &world,
        name: "db-2",
    };
    let work = Work::Command {
        argv: vec!["/bin/true".to_owned()],
    };
    assert_eq!(server.start_as(1, fence(5), &work).await, Started::Now);
    assert_eq!(server.start_as(1, fence(5), &work).await, Started::Already);
    assert_eq!(
        server.start_as(2, fence(4), &work).await,
        Started::Overtaken { number: 5 }
    );
    let other = |take_over| Fence {
        instance: "00000000-0000-7000-8000-0000000000bb".parse().unwrap(),
        number: 1,
        take_over,
    };
    let refused = server.start_as(2, other(false), &work).await;
    assert!(
        matches!(&refused, Started::OtherInstance { holder, since: Some(_) } if holder.ends_with("aa")),
        "{refused:?}"
    );
    assert_eq!(server.state(2).await, State::NotStarted);
    // Who takes a server over must be newer all the same.
    assert!(matches!(
        server.start_as(2, other(true), &work).await,
        Started::Overtaken { .. }
    ));
    let newer = Fence {
        number: 6,
        ..other(true)
    };
    assert_eq!(server.start_as(2, newer, &work).await, Started::Now);
    assert!(matches!(
        server.start_as(3, fence(9), &work).await,
        Started::OtherInstance { .. }
    ));
}

#[tokio::test]
async fn an_answer_that_is_lost_leaves_the_step_working() {
    let (_folder, world) = made();
    let server = Stepping {
        world: &world,
        name: "db-2",
    };
    world.world.set_fault(server.host(), Fault::CutOff, true).unwrap();
    let op = StartOp {
        asked: asked(),
        attempt: attempt(1),
        fence: fence(1),
        work: DAILY,
    };
    assert!(server.say(&Op::Start(op)).await.is_err());
    world
        .world
        .set_fault(server.host(), Fault::CutOff, false)
        .unwrap();
    assert!(matches!(server.state(1).await, State::Running(_)));
    assert_eq!(server.start(1, &DAILY).await, Started::Already);
}

#[tokio::test]
async fn what_is_tidied_is_gone_and_what_runs_is_left_alone() {
    let (_folder, world) = made();
    let server = Stepping {
        world: &world,
        name: "db-2",
    };
    assert_eq!(server.carry_out(1, &DAILY).await.0, 0);
    assert_eq!(server.start(2, &DAILY).await, Started::Now);
    assert_eq!(server.stop(2).await, Stopped::Running);
    let tidied = server.tidy(&[1, 2, 3]).await;
    assert_eq!(tidied.removed, [attempt(1), attempt(3)]);
    assert_eq!(tidied.running, [attempt(2)]);
    assert_eq!(server.state(1).await, State::NotStarted);
    assert!(matches!(server.state(2).await, State::Running(_)));
}

#[tokio::test]
async fn what_was_printed_stays_when_the_world_changes_its_speed() {
    let (folder, world) = made();
    let server = Stepping {
        world: &world,
        name: "worker-1",
    };
    let (_, log) = server.carry_out(1, &DAILY).await;
    let clock = Arc::clone(&world.clock);
    drop(world);
    let path = folder.path().join("world");
    let world = open(&path, LayoutKind::Demo, 66, clock, FAST / 7.0);
    let server = Stepping {
        world: &world,
        name: "worker-1",
    };
    assert_eq!(String::from_utf8(server.log(1).await).unwrap(), log);
    world.live(3_600);
    assert_eq!(String::from_utf8(server.log(1).await).unwrap(), log);
}
