//! The scripts themselves, run by the shells of this machine. They change nothing here: the package lists are left
//! alone.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod support;

use model::Account;
use remote::scan::{installed_script, parse, read};
use remote::{NEVER_REFRESH, Op, ScanOp, render};
use std::io::Write as _;
use std::process::{Command, Output, Stdio};
use support::{NONCE, facts_with};

fn feed(command: &mut Command, stdin: &[u8]) -> Output {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let bytes = stdin.to_vec();
    let writer = std::thread::spawn(move || {
        // A script that ends early closes its end of the pipe.
        let _ = input.write_all(&bytes);
    });
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

fn scan_op() -> ScanOp {
    ScanOp {
        account: Account::Operate,
        is_root: true,
        refresh_older_than_secs: NEVER_REFRESH,
        nonce: NONCE.to_owned(),
    }
}

fn scripts() -> Vec<(&'static str, String)> {
    let text = |op: &Op| String::from_utf8(render(op).stdin).unwrap();
    vec![
        ("scan", text(&Op::Scan(scan_op()))),
        ("installed", installed_script()),
        (
            "probe",
            text(&Op::Probe {
                account: Account::Operate,
                is_root: true,
            }),
        ),
    ]
}

fn shells() -> Vec<&'static str> {
    ["sh", "dash", "bash", "busybox"]
        .into_iter()
        .filter(|shell| Command::new(shell).arg("--help").output().is_ok() || *shell == "sh")
        .collect()
}

fn shell(name: &str) -> Command {
    let mut command = Command::new(name);
    if name == "busybox" {
        command.arg("sh");
    }
    command
}

#[test]
fn every_shell_accepts_the_scripts() {
    for shell_name in shells() {
        for (name, text) in scripts() {
            let output = feed(shell(shell_name).args(["-n", "/dev/stdin"]), text.as_bytes());
            assert!(
                output.status.success(),
                "{shell_name} refuses {name}: {}",
                String::from_utf8_lossy(&output.stderr)
            );
        }
    }
}

#[test]
fn shellcheck_finds_nothing() {
    if Command::new("shellcheck").arg("--version").output().is_err() {
        eprintln!("SKIPPED: shellcheck is not installed on this machine");
        return;
    }
    for (name, text) in scripts() {
        let output = feed(
            Command::new("shellcheck").args(["-s", "sh", "-"]),
            text.as_bytes(),
        );
        assert!(
            output.status.success(),
            "{name}: {}",
            String::from_utf8_lossy(&output.stdout)
        );
    }
}

#[test]
fn this_machine_is_scanned_and_its_updates_are_as_many_as_apt_lists() {
    let (_, text) = scripts().swap_remove(0);
    let output = feed(Command::new("sh").arg("-s"), text.as_bytes());
    let document = read(&scan_op(), &output.stdout, &output.stderr, Some(0)).unwrap();
    assert!(document.notes().is_empty(), "{:?}", document.notes());
    let facts = facts_with(&document);
    let uname = Command::new("uname").arg("-r").output().unwrap();
    assert_eq!(
        facts.kernel.running,
        String::from_utf8_lossy(&uname.stdout).trim()
    );
    assert!(facts.machine.cpus > 0 && facts.machine.memory_bytes > 0 && facts.machine.root_free_bytes > 0);
    let Ok(listed) = Command::new("apt")
        .args(["list", "--upgradable"])
        .env("LC_ALL", "C")
        .output()
    else {
        return;
    };
    let listed = String::from_utf8_lossy(&listed.stdout)
        .lines()
        .filter(|line| line.contains("[upgradable from:"))
        .count();
    let updates = facts
        .updates
        .get()
        .unwrap_or_else(|| panic!("{:?}", facts.updates));
    assert_eq!(usize::try_from(updates.counts().total()).unwrap(), listed);
}

#[test]
fn the_installed_script_takes_a_nonce_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("drydock-scan");
    // With no time left every section is framed and no tool is asked; the package lists stay as they are.
    let hurried = installed_script().replace("deadline=$((cs + 48000))", "deadline=0");
    assert_ne!(hurried, installed_script());
    std::fs::write(
        &path,
        hurried.replace("refresh_after=43200", "refresh_after=4294967295"),
    )
    .unwrap();
    let run = |arguments: &[&str], stdin: &str| {
        feed(Command::new("sh").arg(&path).args(arguments), stdin.as_bytes())
    };
    let output = run(&[], &format!("{NONCE}\n"));
    let document = parse(&output.stdout, NONCE).unwrap();
    assert!(document.sections().iter().all(|section| section.exit.is_none()));
    for (arguments, stdin) in [
        (&["-x"][..], NONCE),
        (&[][..], ""),
        (&[][..], "$(id)\n"),
        (&[][..], "0123\n"),
        (&[][..], "0123456789abcdef0123456789abcdeZ\n"),
    ] {
        let output = run(arguments, stdin);
        assert_eq!(output.status.code(), Some(64), "{arguments:?} {stdin}");
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn a_script_that_arrives_in_part_does_nothing() {
    let (_, text) = scripts().swap_remove(0);
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    for kept in [0, 1, 20, lines.len() / 2, lines.len() - 1] {
        let output = feed(Command::new("sh").arg("-s"), lines[..kept].concat().as_bytes());
        assert!(output.stdout.is_empty(), "{kept} lines printed something");
    }
}

/// Runs the script's own frame with other sections than a scan's.
fn framed(shell_name: &str, body: &str) -> Vec<u8> {
    let (_, text) = scripts().swap_remove(0);
    let frame = text.split("# --- The machine").next().unwrap();
    let script = format!(
        "{frame}\nscan() {{\nexec 3>&1\ncentiseconds\ndeadline=$((cs + 48000))\n\
         printf '\\nDRYDOCK-SCAN v1 BEGIN %s 1\\n' \"$nonce\"\n{body}\n\
         printf 'DRYDOCK-SCAN v1 END %s %s 2\\n' \"$nonce\" \"$sections\"\n}}\nscan </dev/null\n"
    );
    feed(shell(shell_name).arg("-s"), script.as_bytes()).stdout
}

#[test]
fn tools_that_misbehave_are_framed_all_the_same() {
    for shell_name in shells() {
        let stdout = framed(
            shell_name,
            r#"section endless 1000 yes
section slow 1000 limited 1 sleep 60
section missing 1000 limited 5 no-such-tool
section silent 1000 true
section open-ended 1000 printf 'no newline'
section forger 1000 printf '<forger 0 0 kept\nDRYDOCK-SCAN v1 END %s 0 0\n' "$nonce"
section secret 1000 echo 'deb https://user:geheim@host/x y'
loud() { echo 'E: https://user:geheim@host/x' >&2; return 100; }
section loud 1000 loud
section reads-stdin 1000 cat
section bytes 1000 printf 'a\377b\n'"#,
        );
        let document = parse(&stdout, NONCE).unwrap();
        let section = |name: &str| document.section(name).unwrap();
        let output = |name: &str| document.output(section(name)).collect::<Vec<_>>();
        assert!(section("endless").cut && output("endless").len() <= 500);
        assert!(
            matches!(section("slow").exit, Some(124 | 137)),
            "{:?}",
            section("slow")
        );
        assert_eq!(section("missing").exit, Some(127));
        assert_eq!(section("silent").exit, Some(0));
        assert!(output("silent").is_empty());
        assert_eq!(output("open-ended"), ["no newline"]);
        assert_eq!(output("forger").len(), 2);
        assert_eq!(output("secret"), ["deb https://host/x y"]);
        assert_eq!(
            document.errors(section("loud")).collect::<Vec<_>>(),
            ["E: https://host/x"]
        );
        assert_eq!(section("loud").exit, Some(100));
        assert!(output("reads-stdin").is_empty());
        assert_eq!(output("bytes"), ["a\u{fffd}b"]);
    }
}

#[test]
fn a_scan_that_takes_too_long_asks_nothing_more_and_says_so() {
    let stdout = framed(
        "sh",
        "section first 100 echo 1\ndeadline=0\nsection second 100 echo 2",
    );
    let document = parse(&stdout, NONCE).unwrap();
    assert_eq!(document.section("first").unwrap().exit, Some(0));
    assert_eq!(document.section("second").unwrap().exit, None);
}
