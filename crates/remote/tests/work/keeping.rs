//! Who may start, what is started again, and what is cleared away.

use crate::here::{Here, asked, attempt, command, fence, shell_command, wait_for};
use remote::Op;
use remote::work::start::{StartOp, Started};
use remote::work::state::State;
use remote::work::stop::{StopOp, Stopped};
use remote::work::tidy::{Tidied, TidyOp};

#[test]
fn the_fence_lets_the_newest_worker_of_one_instance_through() {
    let here = Here::new();
    let start = |number: u32, fence| {
        here.start_with(StartOp {
            asked: asked(),
            attempt: attempt(number),
            fence,
            work: command(&["true"]),
        })
    };
    assert_eq!(start(1, fence(5)), Started::Now);
    assert_eq!(start(2, fence(4)), Started::Overtaken { number: 5 });
    assert_eq!(here.state(2), State::NotStarted);
    assert_eq!(start(2, fence(5)), Started::Now);
    assert_eq!(start(3, fence(i64::MAX)), Started::Now);
    let mut other = fence(1);
    other.instance = "01890000-0000-7000-8000-000000000002".parse().unwrap();
    let refused = start(4, other.clone());
    let Started::OtherInstance { holder, since } = &refused else {
        panic!("{refused:?}")
    };
    assert_eq!(*holder, fence(1).instance.to_string());
    assert!(since.is_some());
    let said = refused.refusal().unwrap();
    assert!(
        said.starts_with(&format!("This server is managed by Drydock {holder} since 2")),
        "{said}"
    );
    assert_eq!(here.state(4), State::NotStarted);
    other.take_over = true;
    assert_eq!(start(4, other.clone()), Started::Overtaken { number: i64::MAX });
    std::fs::write(here.home().join("fence"), "instance=other\nnumber=9\nsince=1\n").unwrap();
    other.number = 9;
    assert_eq!(start(4, other.clone()), Started::Now);
    let kept = std::fs::read_to_string(here.home().join("fence")).unwrap();
    assert!(
        kept.starts_with(&format!("instance={}\nnumber=9\nsince=", other.instance)),
        "{kept}"
    );
    assert!(
        !kept.contains("since=1\n"),
        "it is this instance's only from now on: {kept}"
    );
    // Until then the last of them writes into the folder that is removed.
    here.ended(4);
}

#[test]
fn tidying_leaves_alone_what_runs_and_nothing_of_the_rest() {
    let here = Here::new();
    let gate = here.home().join("gate");
    here.start(1, command(&["true"]));
    here.start(2, shell_command(&wait_for(&gate)));
    here.ended(1);
    let op = TidyOp {
        asked: asked(),
        attempts: vec![attempt(1), attempt(2), attempt(3)],
    };
    let output = here.say(&Op::Tidy(op.clone()));
    let tidied = Tidied::read(&op, &output.stdout, &output.stderr, Some(0)).unwrap();
    assert_eq!(tidied.removed, [attempt(1), attempt(3)]);
    assert_eq!(tidied.running, [attempt(2)]);
    assert!(!here.folder(1).exists() && here.folder(2).exists());
    let stop = StopOp {
        asked: asked(),
        attempt: attempt(2),
    };
    let stopped = |op: &StopOp| {
        let output = here.say(&Op::Stop(op.clone()));
        Stopped::read(op, &output.stdout, &output.stderr, Some(0)).unwrap()
    };
    assert_eq!(stopped(&stop), Stopped::Running);
    std::fs::write(&gate, "").unwrap();
    here.ended(2);
    assert_eq!(stopped(&stop), Stopped::Gone);
}

#[test]
fn a_directory_that_was_not_claimed_is_started_again() {
    let here = Here::new();
    here.start(1, shell_command("echo x"));
    here.ended(1);
    let folder = here.folder(1);
    for name in ["claimed", "exit", "process", "log"] {
        let path = folder.join(name);
        if path.is_dir() {
            std::fs::remove_dir(path).unwrap();
        } else {
            std::fs::remove_file(path).unwrap();
        }
    }
    assert_eq!(here.state(1), State::NotStarted);
    assert_eq!(here.start(1, shell_command("echo x")), Started::Now);
    assert_eq!(here.ended(1).code, 0);
}
