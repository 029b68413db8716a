//! Answers as values.

use crate::here::{NONCE, asked, attempt};
use model::{Reach, Upgrade};
use remote::scan::Composer;
use remote::work::precheck::{PreCheck, PreCheckOp};
use remote::work::simulate::{SimulateOp, Simulated, Wanted};
use remote::work::state::{State, StateOp};

pub(crate) fn composed(sections: &[(&str, &str, &str, u8)]) -> Vec<u8> {
    let mut composer = Composer::new(NONCE, 1);
    for (name, output, errors, exit) in sections {
        composer.section(name, output, errors, *exit, 1);
    }
    composer.end(2).into_bytes()
}

pub(crate) fn simulate(sets: usize) -> SimulateOp {
    SimulateOp {
        asked: asked(),
        refresh_older_than_secs: 0,
        wanted: vec![
            Wanted {
                upgrade: Upgrade::Upgrade,
                only: Vec::new(),
                exclude: Vec::new(),
            };
            sets
        ],
    }
}

pub(crate) const APT: &str = "NOTE: This is only a simulation!\nReading package lists...\nThe following packages will be REMOVED:\n  lab-old\n\
    Remv lab-old [1.0-1]\n\
    Inst libc6:i386 [2.36-9+deb12u8] (2.36-9+deb12u9 Debian:12.9/stable, Debian-Security:12/stable-security [i386]) []\n\
    Inst labweb [1:2.0-1] (1:2.1-1 Lab:12/stable [all])\nInst lab-kept-data (1.1-1 Lab:12/stable [all])\n\
    Inst local (1.0 [amd64])\nConf labweb (1:2.1-1 Lab:12/stable [all])\n";
pub(crate) const URIS: &str = "Reading package lists...\n'http://x/labweb_1%3a2.1-1_all.deb' labweb_1%3a2.1-1_all.deb 1000 SHA256:ab\n\
    'http://x/libc6_2.36-9+deb12u9_i386.deb' libc6_2.36-9+deb12u9_i386.deb 2500 SHA256:cd\n";
pub(crate) const UNITS: &str = "labweb.service\tlabweb\tships\ncron.service\tlibc6\tuses\n";
pub(crate) const ABOUT: &str = "architecture=amd64\nnow=10\nrefreshed=9\n";

#[test]
fn a_transaction_is_read_with_versions_origins_and_sizes() {
    let bytes = composed(&[
        ("about", ABOUT, "", 0),
        ("free-0", APT, "", 0),
        ("pinned-0", APT, "", 0),
        ("uris-0", URIS, "", 0),
        (
            "free-1",
            "",
            "E: Unmet dependencies. Try apt --fix-broken install.\n",
            100,
        ),
        ("free-2", "Reading package lists...\n", "", 0),
        ("nothing-3", "", "", 0),
        ("units", UNITS, "", 0),
    ]);
    let op = simulate(4);
    let simulated = Simulated::read(&op, &bytes, b"", Some(0)).unwrap();
    assert_eq!(
        (simulated.refreshed_secs, &simulated.refresh_failed),
        (Some(9), &None)
    );
    let units: Vec<_> = simulated
        .units
        .iter()
        .map(|one| (one.unit.as_str(), one.package.as_str(), one.ships))
        .collect();
    assert_eq!(
        units,
        [
            ("cron.service", "libc6", false),
            ("labweb.service", "labweb", true)
        ]
    );
    let transaction = simulated.transactions[0].as_ref().unwrap();
    let changes: Vec<_> = transaction
        .changes
        .iter()
        .map(|change| {
            (
                change.package.as_str(),
                change.arch.as_str(),
                change.from.as_deref(),
                change.to.as_str(),
                change.origins.join("|"),
                change.download_bytes,
            )
        })
        .collect();
    assert_eq!(
        changes,
        [
            (
                "lab-kept-data",
                "all",
                None,
                "1.1-1",
                "Lab:12/stable".to_owned(),
                None
            ),
            (
                "labweb",
                "all",
                Some("1:2.0-1"),
                "1:2.1-1",
                "Lab:12/stable".to_owned(),
                Some(1_000)
            ),
            (
                "libc6:i386",
                "i386",
                Some("2.36-9+deb12u8"),
                "2.36-9+deb12u9",
                "Debian:12.9/stable|Debian-Security:12/stable-security".to_owned(),
                Some(2_500)
            ),
            ("local", "amd64", None, "1.0", String::new(), None),
        ]
    );
    assert_eq!(transaction.removals[0].package, "lab-old");
    assert_eq!(transaction.download_bytes, Some(3_500));
    let install = transaction.install(Upgrade::FullUpgrade, 5);
    assert_eq!((install.packages.len(), install.removals.len()), (4, 1));
    assert_eq!(
        simulated.transactions[1].as_ref().unwrap_err(),
        "apt-get failed with status 100: E: Unmet dependencies. Try apt --fix-broken install."
    );
    assert!(simulated.transactions[2].as_ref().unwrap().changes.is_empty());
    assert!(simulated.transactions[3].as_ref().unwrap().changes.is_empty());
}

#[test]
fn a_line_of_the_transaction_that_is_not_understood_fails_it() {
    for line in [
        "Inst labweb",
        "Inst labweb 1.0",
        "Inst labweb [1.0] 2.0",
        "Inst labweb [1.0] (2.0 Lab)",
        "Inst -o [1.0] (2.0 Lab [all])",
        "Inst labweb [1.0] (2;0 Lab [all])",
        "Remv labweb",
        "Inst labweb (2.0 Lab [all])\nInst labweb (2.0 Lab [all])",
    ] {
        let output = format!("{line}\n");
        let bytes = composed(&[
            ("about", ABOUT, "", 0),
            ("free-0", &output, "", 0),
            ("pinned-0", &output, "", 0),
        ]);
        let error = Simulated::read(&simulate(1), &bytes, b"", Some(0)).unwrap_err();
        assert_eq!(error.reach, Reach::Unreadable, "{line}");
    }
    let bytes = composed(&[("about", ABOUT, "", 0)]);
    assert!(
        Simulated::read(&simulate(1), &bytes, b"", Some(0)).is_err(),
        "one is missing"
    );
}

#[test]
fn a_refresh_that_failed_is_said() {
    let bytes = composed(&[
        ("refresh", "Err:1 http://x\n", "E: The repository is gone\n", 100),
        ("about", "architecture=amd64\nnow=10\nrefreshed=\n", "", 0),
    ]);
    let simulated = Simulated::read(&simulate(0), &bytes, b"", Some(0)).unwrap();
    assert_eq!(simulated.refreshed_secs, None);
    assert_eq!(
        simulated.refresh_failed.unwrap(),
        "apt-get update failed with status 100: E: The repository is gone."
    );
}

pub(crate) const DISKS: &str = "/\t/\t1000\t2000\n/boot\t/boot\t10\t20\n";
pub(crate) const LOCKS: &str = "/var/lib/dpkg/lock-frontend\t42\t1000\tapt-get -y install x\n";

#[test]
fn a_pre_check_tells_space_locks_and_what_is_half_done() {
    let op = PreCheckOp { asked: asked() };
    let bytes = composed(&[
        ("disks", DISKS, "", 0),
        ("boot-files", "bytes=77\n", "", 0),
        ("locks", LOCKS, "", 0),
        (
            "interrupted",
            "package\tlab-old\tok half-configured\njournal\n",
            "",
            0,
        ),
        ("boot", "id=b-1\nkernel=6.1.0-1-amd64\n", "", 0),
        ("running", "drydock-x.1.service\n", "", 0),
        (
            "failed-units",
            "web.service loaded failed failed Web\n● old.service loaded failed failed x\n",
            "",
            0,
        ),
    ]);
    let check = PreCheck::read(&op, &bytes, b"", Some(0)).unwrap();
    assert_eq!(
        (check.disks[1].free_bytes, check.disks[1].total_bytes),
        (10_240, 20_480)
    );
    assert_eq!(check.kernel_bytes, 77);
    assert_eq!((check.locks[0].pid, check.locks[0].since_secs), (42, Some(1_000)));
    assert!(check.interrupted.needs_repair() && check.interrupted.journal);
    assert_eq!(check.running, ["drydock-x.1.service"]);
    assert_eq!(
        (check.boot_id.as_deref(), check.kernel.as_str()),
        (Some("b-1"), "6.1.0-1-amd64")
    );
    let failed = check.failed_units.get().map(Vec::as_slice);
    assert_eq!(
        failed,
        Some(["old.service".to_owned(), "web.service".to_owned()].as_slice())
    );
    for (section, bad) in [
        ("disks", "/\t/\t-1\t2\n"),
        ("locks", "x\n"),
        ("interrupted", "what\n"),
        ("boot", "what\n"),
    ] {
        let mut sections = vec![
            ("disks", DISKS, "", 0),
            ("boot-files", "bytes=77\n", "", 0),
            ("locks", LOCKS, "", 0),
            ("boot", "id=b-1\nkernel=x\n", "", 0),
        ];
        sections.retain(|(name, ..)| *name != section);
        sections.push((section, bad, "", 0));
        assert!(
            PreCheck::read(&op, &composed(&sections), b"", Some(0)).is_err(),
            "{section}"
        );
    }
}

pub(crate) const ATTEMPT: &str = "directory=yes\nclaimed=yes\nalive=no\nunit_runs=no\nexit=0\npid=4\npid_boot=b\npid_at=5\nboot=b\nnow=9\n\
    log_bytes=3\nlog_at=7\ndropped=\n";

#[test]
fn an_end_counts_only_as_a_number_and_carries_what_systemd_saw() {
    let op = StateOp {
        asked: asked(),
        attempt: attempt(1),
    };
    let unit = "LoadState=loaded\nActiveState=active\nSubState=exited\nResult=success\nExecMainCode=1\nExecMainStatus=0\n\
        InvocationID=abc\nCPUUsageNSec=123\n";
    let read = |attempt: &str, unit: &str| {
        let bytes = composed(&[
            ("attempt", attempt, "", 0),
            ("unit", unit, "", 0),
            ("processes", "", "", 0),
        ]);
        State::read(&op, &bytes, b"", Some(0))
    };
    let Ok(State::Ended(ended)) = read(ATTEMPT, unit) else {
        panic!()
    };
    assert_eq!(
        (ended.code, ended.log.bytes, ended.log.idle_secs),
        (0, 3, Some(2))
    );
    assert_eq!(ended.unit.unwrap().invocation, "abc");
    for no_end in ["exit=\n", "exit=x\n", "exit=-1\n", "exit=1 2\n"] {
        let state = read(&ATTEMPT.replace("exit=0\n", no_end), unit).unwrap();
        assert!(matches!(state, State::Gone(_)), "{no_end} {state:?}");
    }
    let Ok(State::Running(running)) = read(
        &ATTEMPT
            .replace("exit=0", "exit=")
            .replace("alive=no", "alive=yes"),
        unit,
    ) else {
        panic!()
    };
    assert_eq!(running.cpu_nanos, Some(123));
    assert!(read(&ATTEMPT.replace("claimed=yes\n", ""), unit).is_err());
    assert!(read(&format!("{ATTEMPT}claimed=no\n"), unit).is_err());
    assert!(read(&ATTEMPT.replace("log_bytes=3", "log_bytes=+3"), unit).is_err());
    let sudo = State::read(
        &StateOp {
            asked: remote::work::Asked {
                is_root: false,
                ..asked()
            },
            ..op.clone()
        },
        b"",
        b"sudo: a password is required\n",
        Some(1),
    );
    assert_eq!(sudo.unwrap_err().reach, Reach::NoSudo);
}
