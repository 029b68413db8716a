//! What is sent and what runs, as text.

use crate::here::{NONCE, asked, attempt, command, feed, fence};
use model::{Install, Pinned, Reboot, Repair, Unattended, Upgrade, Work};
use remote::work::follow::FollowOp;
use remote::work::kept::KeptOp;
use remote::work::precheck::PreCheckOp;
use remote::work::simulate::{SimulateOp, Wanted};
use remote::work::start::StartOp;
use remote::work::state::StateOp;
use remote::work::stop::StopOp;
use remote::work::tidy::TidyOp;
use remote::work::{check, files, text};
use remote::{NEVER_REFRESH, Op, render};
use std::process::Command;

pub(crate) fn install() -> Install {
    let pinned = |package: &str, from: Option<&str>, to: &str| Pinned {
        package: package.to_owned(),
        from: from.map(str::to_owned),
        to: to.to_owned(),
    };
    Install {
        upgrade: Upgrade::FullUpgrade,
        packages: vec![
            pinned("g++:i386", Some("4:12.2.0-3"), "4:12.2.0-3+deb12u1"),
            pinned("lab-kept-data", None, "1.1-1"),
            pinned("liblab", Some("1.0-1"), "1.0-1+deb12u1"),
        ],
        removals: vec!["lab-old".to_owned()],
        lock_wait_secs: 300,
    }
}

fn works() -> Vec<(&'static str, Work)> {
    vec![
        ("refresh", Work::Refresh),
        ("repair", Work::Repair(Repair::ConfigurePending)),
        ("install", Work::Install(install())),
        (
            "unattended",
            Work::Unattended(Unattended {
                install: true,
                daily: true,
            }),
        ),
        (
            "services",
            Work::RestartServices {
                units: vec!["labweb.service".to_owned(), "getty@tty1.service".to_owned()],
            },
        ),
        (
            "reboot",
            Work::Reboot(Reboot {
                boot_id: Some("2b6e1c1e-37a5-4f4f-8f0d-4a36e8c5f1aa".to_owned()),
                lock_wait_secs: 60,
            }),
        ),
        ("command", command(&["/usr/local/bin/drain", "it's $HOME", ""])),
        (
            "unsound",
            Work::RestartServices {
                units: vec!["-x.service".to_owned()],
            },
        ),
    ]
}

fn operations() -> Vec<(&'static str, Op)> {
    let (asked, attempt) = (asked(), attempt(1));
    let mut operations = vec![
        (
            "follow",
            Op::Follow(FollowOp {
                asked: asked.clone(),
                attempt,
                offset: 7,
            }),
        ),
        (
            "state",
            Op::State(StateOp {
                asked: asked.clone(),
                attempt,
            }),
        ),
        (
            "kept",
            Op::Kept(KeptOp {
                asked: asked.clone(),
                attempt,
            }),
        ),
        (
            "stop",
            Op::Stop(StopOp {
                asked: asked.clone(),
                attempt,
            }),
        ),
        (
            "tidy",
            Op::Tidy(TidyOp {
                asked: asked.clone(),
                attempts: vec![attempt],
            }),
        ),
        ("pre-check", Op::PreCheck(PreCheckOp { asked: asked.clone() })),
        (
            "simulate",
            Op::Simulate(SimulateOp {
                asked: asked.clone(),
                refresh_older_than_secs: NEVER_REFRESH,
                wanted: vec![
                    wanted(Upgrade::Security, &["liblab", "-o", "$(id)"], &[]),
                    wanted(Upgrade::Upgrade, &[], &["labweb"]),
                    wanted(Upgrade::FullUpgrade, &[], &[]),
                    wanted(Upgrade::Security, &[], &[]),
                ],
            }),
        ),
    ];
    for (name, work) in works() {
        let op = StartOp {
            asked: asked.clone(),
            attempt,
            fence: fence(3),
            work,
        };
        operations.push((name, Op::Start(op)));
    }
    operations
}

fn wanted(upgrade: Upgrade, only: &[&str], exclude: &[&str]) -> Wanted {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    Wanted {
        upgrade,
        only: names(only),
        exclude: names(exclude),
    }
}

/// The part of a work's script that depends on its value.
fn values(work: &Work) -> String {
    let files = files(work);
    let script = &files.iter().find(|file| file.name == "work").unwrap().text;
    let values = script.split("# --- ").next().unwrap();
    let last = script.lines().last().unwrap_or_default();
    let names: Vec<&str> = files.iter().map(|file| file.name).collect();
    if values == script.as_str() {
        return format!("{names:?}\n{values}");
    }
    format!("{names:?}\n{values}...\n{last}\n")
}

#[test]
fn each_work_is_rendered_with_its_values() {
    for (name, work) in works() {
        insta::assert_snapshot!(name, values(&work));
    }
}

#[test]
fn the_install_script_is_what_a_person_can_read() {
    insta::assert_snapshot!("install_script", text(&Work::Install(install())));
}

#[test]
fn simulations_are_asked_for_by_names_of_packages_alone() {
    let (_, op) = operations()
        .into_iter()
        .find(|(name, _)| *name == "simulate")
        .unwrap();
    let text = String::from_utf8(render(&op).stdin).unwrap();
    let surveys = text.split("surveys() {\n").nth(1).unwrap();
    insta::assert_snapshot!("surveys", surveys.split("\n}\n").next().unwrap());
}

#[test]
fn what_is_not_sound_is_refused_and_said() {
    let bad = |change: fn(&mut Install)| {
        let mut install = install();
        change(&mut install);
        Work::Install(install)
    };
    let refused = [
        bad(|install| install.packages[0].package = "-oDir::Etc=/tmp".to_owned()),
        bad(|install| install.packages[0].package = "a b".to_owned()),
        bad(|install| install.packages[0].to = "1;id".to_owned()),
        bad(|install| install.packages[0].from = Some("1 2".to_owned())),
        bad(|install| install.removals[0] = "Name".to_owned()),
        bad(|install| {
            install.packages.clear();
            install.removals.clear();
        }),
        command(&[]),
        command(&["", "x"]),
        command(&["x", "a\0b"]),
        Work::RestartServices { units: vec![] },
        Work::RestartServices {
            units: vec!["drydock-x.service".to_owned()],
        },
        Work::Reboot(Reboot {
            boot_id: Some("x'; reboot".to_owned()),
            lock_wait_secs: 1,
        }),
    ];
    for work in refused {
        let why = check(&work).unwrap_err().to_string();
        assert!(why.ends_with('.'), "{why}");
        let files = files(&work);
        let script = &files.iter().find(|file| file.name == "work").unwrap().text;
        assert!(script.ends_with("\nexit 64\n"), "{script}");
        assert!(script.lines().count() <= 3, "{script}");
    }
    for (name, work) in works() {
        assert_eq!(check(&work).is_ok(), name != "unsound", "{name}");
    }
}

#[test]
fn every_shell_accepts_the_scripts() {
    for shell in ["sh", "dash", "bash"] {
        if Command::new(shell).args(["-c", ":"]).output().is_err() {
            continue;
        }
        for (name, op) in operations() {
            let text = String::from_utf8(render(&op).stdin).unwrap();
            assert!(text.starts_with(&format!("nonce={NONCE}\n")));
            let output = feed(Command::new(shell).args(["-n", "/dev/stdin"]), &text);
            assert!(output.status.success(), "{shell} {name}: {output:?}");
        }
        for (name, work) in works() {
            for file in files(&work) {
                let output = feed(Command::new(shell).args(["-n", "/dev/stdin"]), &file.text);
                assert!(
                    output.status.success(),
                    "{shell} {name} {}: {output:?}",
                    file.name
                );
            }
        }
    }
}

#[test]
fn shellcheck_finds_nothing() {
    if Command::new("shellcheck").arg("--version").output().is_err() {
        eprintln!("SKIPPED: shellcheck is not installed on this machine");
        return;
    }
    let mut found = String::new();
    let mut check = |name: &str, text: &str| {
        // Quoted values look like mistakes to it.
        let arguments = ["-s", "sh", "-e", "SC2016,SC1003", "-"];
        let output = feed(Command::new("shellcheck").args(arguments), text);
        if !output.status.success() {
            found += &format!("{name}: {}", String::from_utf8_lossy(&output.stdout));
        }
    };
    for (name, op) in operations() {
        check(name, &String::from_utf8(render(&op).stdin).unwrap());
    }
    for (name, work) in works() {
        for file in files(&work).iter().filter(|file| file.name != "hold-timers") {
            check(&format!("{name}/{}", file.name), &file.text);
        }
    }
    assert!(found.is_empty(), "{found}");
}

#[test]
fn a_script_that_arrives_in_part_does_nothing() {
    for (name, op) in operations() {
        let text = String::from_utf8(render(&op).stdin).unwrap();
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        for kept in [1, lines.len() / 2, lines.len() - 1] {
            let output = crate::here::sh(&lines[..kept].concat());
            assert!(output.stdout.is_empty(), "{name}: {kept} lines printed something");
        }
    }
}
