//! Attempts carried out by this machine's own shell, as on a server without systemd.

use crate::here::{Here, command, eventually, shell_command, wait_for};
use model::Work;
use remote::work::follow::{End, Followed};
use remote::work::start::Started;
use remote::work::state::State;
use std::sync::Arc;

#[test]
fn an_attempt_is_started_once_and_told_apart_in_every_state() {
    let here = Here::new();
    assert_eq!(here.state(1), State::NotStarted);
    let gate = here.home().join("gate");
    let work = shell_command(&format!("echo begun; {}; echo over >&2; exit 3", wait_for(&gate)));
    assert_eq!(here.start(1, work.clone()), Started::Now);
    eventually("it has printed", || here.log(1) == "begun\n");
    let State::Running(running) = here.state(1) else {
        panic!("{:?}", here.state(1))
    };
    assert_eq!(running.log.bytes, 6);
    assert!(running.log.idle_secs.unwrap() < 60);
    assert!(
        running
            .processes
            .iter()
            .any(|process| process.command.contains("echo begun; until [ -e")),
        "{running:?}"
    );
    assert_eq!(here.start(1, work.clone()), Started::Already);
    std::fs::write(&gate, "").unwrap();
    let ended = here.ended(1);
    assert_eq!((ended.code, ended.log.bytes, ended.log.dropped_bytes), (3, 11, 0));
    assert_eq!(here.log(1), "begun\nover\n");
    assert_eq!(here.start(1, work), Started::Already);
    assert_eq!(here.state(2), State::NotStarted, "a retry is another attempt");
}

#[test]
fn twenty_starts_at_once_carry_it_out_once() {
    let here = Arc::new(Here::new());
    let count = here.home().join("count");
    let work = shell_command(&format!("echo once >>{}", count.display()));
    let starts: Vec<_> = (0..20)
        .map(|_| {
            let (here, work) = (Arc::clone(&here), work.clone());
            std::thread::spawn(move || here.start(1, work))
        })
        .collect();
    let outcomes: Vec<Started> = starts.into_iter().map(|start| start.join().unwrap()).collect();
    let first = outcomes
        .iter()
        .filter(|outcome| **outcome == Started::Now)
        .count();
    assert_eq!(first, 1, "{outcomes:?}");
    assert!(
        outcomes
            .iter()
            .all(|outcome| matches!(outcome, Started::Now | Started::Already)),
        "{outcomes:?}"
    );
    assert_eq!(here.ended(1).code, 0);
    assert_eq!(std::fs::read_to_string(count).unwrap(), "once\n");
}

#[test]
fn the_surroundings_are_the_same_whoever_asks() {
    let here = Here::new();
    let work = shell_command("env | sort; umask; pwd; readlink /proc/self/fd/0; id -u >/dev/null");
    here.start(1, work);
    assert_eq!(here.ended(1).code, 0);
    let log = here.log(1);
    let pwd = here.folder(1);
    let expected = format!(
        "APT_LISTCHANGES_FRONTEND=none\nDEBIAN_FRONTEND=noninteractive\nHOME=/root\nLC_ALL=C.UTF-8\nNEEDRESTART_MODE=l\n\
         PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\nPWD={0}\n0022\n{0}\n/dev/null\n",
        pwd.display()
    );
    let log: String = log
        .lines()
        .filter(|line| !line.starts_with("OLDPWD=") && !line.starts_with("_="))
        .map(|line| format!("{line}\n"))
        .collect();
    assert_eq!(log, expected);
}

#[test]
fn a_command_is_its_words_and_nothing_of_a_shells() {
    let here = Here::new();
    here.start(
        1,
        command(&["printf", "%s|", "$HOME", "a  b", "it's", "*", "x\ny", ""]),
    );
    assert_eq!(here.ended(1).code, 0);
    assert_eq!(here.log(1), "$HOME|a  b|it's|*|x\ny||");
    here.start(2, command(&["no-such-program"]));
    assert_eq!(here.ended(2).code, 127);
    here.start(3, Work::Command { argv: Vec::new() });
    assert_eq!(here.ended(3).code, remote::work::exit::UNSOUND);
    assert_eq!(here.log(3), "drydock: The command is empty. Nothing was done.\n");
}

#[test]
fn a_log_beyond_its_limit_is_read_counted_and_not_kept() {
    let here = Here::new();
    let limit: u64 = 64 << 20;
    here.start(1, shell_command("head -c 67109864 /dev/zero; echo; echo end >&2"));
    let ended = here.ended(1);
    assert_eq!(ended.code, 0);
    assert_eq!(ended.log.bytes, limit);
    assert_eq!(ended.log.dropped_bytes, 1_000 + 1 + 4);
}

#[test]
fn what_is_left_running_neither_holds_the_end_up_nor_is_cut_off() {
    let here = Here::new();
    let (gate, late) = (here.home().join("gate"), here.home().join("late"));
    let daemon = format!(
        "({}; echo late || exit; echo written >{}) & echo done",
        wait_for(&gate),
        late.display()
    );
    here.start(1, shell_command(&daemon));
    assert_eq!(here.ended(1).code, 0);
    let log = here.log(1);
    assert!(
        log.starts_with("done\ndrydock: Something that this step has started still runs"),
        "{log}"
    );
    std::fs::write(&gate, "").unwrap();
    eventually("the daemon could still write", || late.exists());
    assert_eq!(here.log(1), log);
}

#[test]
fn a_terminated_wrapper_waits_for_its_work_and_a_killed_one_is_gone() {
    let here = Here::new();
    let gate = here.home().join("gate");
    let work = shell_command(&format!(
        "echo $PPID >pid; echo begun; {}; exit 4",
        wait_for(&gate)
    ));
    here.start(1, work.clone());
    eventually("it has begun", || here.log(1) == "begun\n");
    let wrapper = noted_pid(&here, 1);
    signal("TERM", &wrapper);
    eventually("it says so", || here.log(1).contains("being shut down"));
    assert!(matches!(here.state(1), State::Running(_)));
    std::fs::write(&gate, "").unwrap();
    assert_eq!(here.ended(1).code, 4);

    std::fs::remove_file(&gate).unwrap();
    here.start(2, work.clone());
    eventually("it has begun", || here.log(2) == "begun\n");
    signal("KILL", &noted_pid(&here, 2));
    eventually("it is gone", || matches!(here.state(2), State::Gone(_)));
    let State::Gone(gone) = here.state(2) else {
        panic!("{:?}", here.state(2))
    };
    assert!(!gone.restarted);
    assert_eq!(gone.log.bytes, 6);
    assert_eq!(here.start(2, work), Started::Already, "it is not done twice");
    let end = here.follow(2, 2);
    assert_eq!(
        end[1..],
        [
            Followed::Bytes(b"gun\n".to_vec()),
            Followed::Ended {
                length: 6,
                end: End::Gone
            }
        ]
    );
    std::fs::write(&gate, "").unwrap();
}

#[test]
fn the_machine_that_was_restarted_under_it_is_told_from_a_killed_process() {
    let here = Here::new();
    here.start(1, command(&["true"]));
    here.ended(1);
    let folder = here.folder(1);
    std::fs::remove_file(folder.join("exit")).unwrap();
    let process = std::fs::read_to_string(folder.join("process")).unwrap();
    let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap();
    std::fs::write(
        folder.join("process"),
        process.replace(boot.trim(), "2b6e1c1e-37a5-4f4f-8f0d-4a36e8c5f1aa"),
    )
    .unwrap();
    let State::Gone(gone) = here.state(1) else {
        panic!("{:?}", here.state(1))
    };
    assert!(gone.restarted);
    // An end that is not a number is none.
    let end_of = |said: Vec<Followed>| said.last().cloned();
    for (exit, end) in [
        ("", End::Gone),
        ("x\n", End::Gone),
        ("137\n", End::Ended { code: 137 }),
    ] {
        std::fs::write(folder.join("exit"), exit).unwrap();
        assert_eq!(matches!(here.state(1), State::Gone(_)), end == End::Gone);
        assert_eq!(
            end_of(here.follow(1, 0)),
            Some(Followed::Ended { length: 0, end })
        );
    }
}

#[test]
fn a_log_is_followed_from_any_byte_until_its_end() {
    let here = Here::new();
    assert!(matches!(
        here.follow(1, 0)[1],
        Followed::Ended {
            length: 0,
            end: End::NotStarted
        }
    ));
    here.start(
        1,
        shell_command(
            "for n in 1 2 3 4 5 6 7 8 9; do printf \"$n\"; sleep 0.05; done; printf '\\r\\n\\036x'",
        ),
    );
    let whole = b"123456789\r\n\x1ex";
    for offset in 0..=whole.len() {
        let said = here.follow(1, offset as u64);
        assert!(matches!(said[0], Followed::Begun { .. }), "{said:?}");
        let bytes: Vec<u8> = said
            .iter()
            .filter_map(|said| match said {
                Followed::Bytes(bytes) => Some(bytes.clone()),
                _ => None,
            })
            .collect::<Vec<_>>()
            .concat();
        assert_eq!(bytes, whole[offset..]);
        let end = Followed::Ended {
            length: whole.len() as u64,
            end: End::Ended { code: 0 },
        };
        assert_eq!(said.last(), Some(&end));
    }
    let said = here.follow(1, 100);
    assert_eq!(
        said.last(),
        Some(&Followed::Ended {
            length: 13,
            end: End::Shorter
        })
    );
}

fn noted_pid(here: &Here, number: u32) -> String {
    let process = std::fs::read_to_string(here.folder(number).join("process")).unwrap();
    let pid = process.lines().find_map(|line| line.strip_prefix("pid="));
    pid.unwrap().to_owned()
}

fn signal(name: &str, pid: &str) {
    let sent = std::process::Command::new("kill")
        .args([&format!("-{name}"), pid])
        .status();
    assert!(sent.unwrap().success());
}
