//! What differs between two scans, and what does not.
#![allow(clippy::unwrap_used)]

mod support;

use model::Timestamp;
use model::facts::Change;
use remote::scan::{Document, Seen, changes, facts, installed};
use support::{NONCE, altered, bytes, document, facts_with};

fn between(before: &Document, after: &Document) -> Vec<Change> {
    let (old, new) = (facts_with(before), facts_with(after));
    let (old_packages, new_packages) = (installed(before), installed(after));
    changes(
        Seen {
            facts: &old,
            packages: old_packages.as_ref(),
        },
        Seen {
            facts: &new,
            packages: new_packages.as_ref(),
        },
    )
}

fn lines(changes: &[Change]) -> String {
    let mut text = String::new();
    for change in changes {
        text.push_str(&format!("{}: {}\n", change.kind, change.what));
        for detail in &change.details {
            text.push_str(&format!("    {detail}\n"));
        }
    }
    text
}

#[test]
fn an_upgrade_behind_our_back() {
    insta::assert_snapshot!(lines(&between(
        &document("debian-pending"),
        &document("debian-upgraded")
    )));
}

#[test]
fn a_restart() {
    insta::assert_snapshot!(lines(&between(
        &document("debian-upgraded"),
        &document("debian-restarted")
    )));
}

#[test]
fn every_kind_of_thing_that_can_change() {
    let after = altered(
        "ubuntu",
        &[
            ("hostname=web-1", "hostname=web-01"),
            ("cpus=4", "cpus=8"),
            ("boot_id=0b7c", "boot_id=1b7c"),
            ("|release=6.8.0-44-generic", "|release=6.8.0-45-generic"),
            ("|image=6.8.0-45-generic", "|image=6.8.0-46-generic"),
            ("docker-ce\t5:27.2.1-1", "docker-ce\t5:26.1.0-1"),
            ("|tzdata\t2024a-3ubuntu1.1\tii ", "|zip\t3.0-13\tii "),
            ("openssl\t3.0.13-0ubuntu3.1", "openssl\t3.0.13-0ubuntu3.5"),
            ("|certbot.service", "|cron.service"),
            ("0.0.0.0:80 ", "0.0.0.0:8080 "),
            (
                "app.1|registry.example.com:5000/app:v42|",
                "app.1|registry.example.com:5000/app:v43|",
            ),
            (
                "cache|redis:7|Restarting (1) 4 seconds ago",
                "queue|redis:7|Up 2 seconds",
            ),
            (
                "old|app:v1|Up 5 minutes (Paused)",
                "old|app:v1|Exited (137) 1 second ago",
            ),
            ("nginx/1.24.0", "nginx/1.26.2"),
            ("ruby|ruby 3.2.3", "perl|perl 5.38.2"),
            ("Automatic-Reboot \"true\"", "Automatic-Reboot \"false\""),
            (
                "https://esm.ubuntu.com/apps/ubuntu|",
                "https://mirror.example.net/apps|",
            ),
            ("|NEEDRESTART-SVC: dbus.service", "|NEEDRESTART-SVC: cron.service"),
            (
                "|openssl/noble-updates 3.0.13-0ubuntu3.5 amd64 [upgradable from: 3.0.13-0ubuntu3.1]\n",
                "",
            ),
            ("|postgresql-16\n<holds", "|postgresql-16\n|docker-ce\n<holds"),
        ],
    );
    insta::assert_snapshot!(lines(&between(&document("ubuntu"), &after)));
}

#[test]
fn what_one_scan_did_not_know_is_no_change() {
    let found = between(&document("ubuntu"), &document("nothing-works"));
    let text = lines(&found);
    for kind in [
        "updates",
        "ports",
        "units",
        "containers",
        "packages",
        "reboot",
        "sources",
    ] {
        assert!(!text.contains(&format!("{kind}:")), "{text}");
    }
}

#[test]
fn times_numbers_of_processes_and_log_ins_do_not_make_a_scan_new() {
    let again = altered(
        "ubuntu",
        &[
            (
                "BEGIN 0123456789abcdef0123456789abcdef 1731672000000000000",
                "BEGIN 0123456789abcdef0123456789abcdef 1731675600000000000",
            ),
            ("now=1731672001", "now=1731675601"),
            ("booted=1729584000", "booted=1729584001"),
            ("pid=1001", "pid=4711"),
            ("session #31", "session #32"),
            ("Up 2 hours (healthy)", "Up 3 hours (healthy)"),
            ("Exited (0) 2 hours ago", "Exited (0) 3 hours ago"),
            ("  19419432      52%", "  19419000      52%"),
            (" 10 kept", " 20 kept"),
        ],
    );
    assert_eq!(lines(&between(&document("ubuntu"), &again)), "");
}

#[test]
fn a_refresh_that_went_well_is_seen_by_its_time_alone() {
    let text = String::from_utf8(bytes("debian-pending")).unwrap();
    let start = text.find(">refresh\n").unwrap();
    let end = text.find(">lists\n").unwrap();
    let without = format!("{}{}", &text[..start], &text[end..])
        .replace(&format!("END {NONCE} 23"), &format!("END {NONCE} 22"));
    let without = remote::scan::parse(without.as_bytes(), NONCE).unwrap();
    let now = Timestamp::from_secs(1_800_000_000);
    assert_eq!(
        facts(&without, now, now).sources,
        facts(&document("debian-pending"), now, now).sources
    );
}
