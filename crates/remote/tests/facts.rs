//! Facts out of recorded documents: all of each as a golden file, and single ones said one by one.
#![allow(clippy::unwrap_used)]

mod support;

use model::Timestamp;
use model::facts::{Known, OsFamily, RebootNeed, Support, reboot_need};
use support::{altered, document, facts_of, facts_with, names};

#[test]
fn golden() {
    for name in names() {
        let json = serde_json::to_string_pretty(&facts_of(&name)).unwrap();
        insta::assert_snapshot!(name, json);
    }
}

#[test]
fn a_kernel_upgrade_leaves_evidence_until_the_restart() {
    let verdict = |name: &str| {
        let facts = facts_of(name);
        reboot_need(
            &facts.reboot,
            &facts.kernel,
            facts.machine.is_container,
            &facts.old_libraries,
        )
    };
    assert_eq!(verdict("debian-pending").0, RebootNeed::No);
    let (need, said) = verdict("debian-upgraded");
    assert_eq!(need, RebootNeed::Yes);
    assert!(said[0].contains("linux-image-6.1.0-99-lab-amd64"), "{said:?}");
    assert_eq!(verdict("debian-restarted").0, RebootNeed::No);
    assert_eq!(verdict("half-installed").0, RebootNeed::RestartServices);
}

#[test]
fn kernels_are_judged_by_flavour_and_running_newer_is_fine() {
    let newest = |changes: &[(&str, &str)]| facts_with(&altered("ubuntu", changes)).kernel.newest_installed;
    let known = |release: &str| Known::Known(release.to_owned());
    assert_eq!(
        newest(&[]),
        known("6.8.0-45-generic"),
        "6.8.0-1016-aws is of another flavour"
    );
    assert_eq!(
        newest(&[("release=6.8.0-44-generic", "release=6.11.0-9-generic")]),
        known("6.11.0-9-generic")
    );
    assert_eq!(
        newest(&[("release=6.8.0-44-generic", "release=6.8.0-44-lowlatency")]),
        Known::unknown("no kernel of the running kernel's flavour (lowlatency) is installed")
    );
    let debian = [
        ("release=6.8.0-44-generic", "release=6.12.41+deb13-amd64"),
        (
            "build=#44-Ubuntu SMP PREEMPT_DYNAMIC Tue Aug 13",
            "build=#1 SMP PREEMPT_DYNAMIC Debian 6.12.41-1 (2025-08-12)",
        ),
        (
            "linux-image-6.8.0-45-generic\t6.8.0-45.45",
            "linux-image-6.12.41+deb13-amd64\t6.12.41-2",
        ),
    ];
    assert_eq!(
        newest(&debian),
        known("6.12.41+deb13-amd64 (build 6.12.41-2)"),
        "the same release was built anew"
    );
}

#[test]
fn half_done_installations_are_named() {
    let facts = facts_of("half-installed");
    assert_eq!(
        facts.unfinished_packages,
        Known::Known(vec!["labweb (unpacked)".to_owned()])
    );
}

#[test]
fn old_libraries_are_found_without_needrestart_and_only_by_root() {
    let old = facts_of("deleted-libraries").old_libraries;
    assert_eq!(
        old.get().unwrap().services,
        ["labweb.service", "labworker.service"]
    );
    let facts = facts_of("without-root");
    assert!(!facts.as_root);
    assert!(facts.old_libraries.why_unknown().unwrap().contains("only root"));
    assert!(
        facts
            .open_ports
            .get()
            .unwrap()
            .iter()
            .all(|port| port.process.is_none())
    );
    assert!(facts.updates.get().is_some(), "updates need no root");
}

#[test]
fn only_sockets_beyond_loopback_are_open_ports() {
    let facts = facts_of("ubuntu");
    let ports: Vec<_> = facts
        .open_ports
        .get()
        .unwrap()
        .iter()
        .map(|port| (port.protocol.as_str(), port.port, port.is_open_to_anywhere()))
        .collect();
    assert_eq!(
        ports,
        [
            ("tcp", 22, true),
            ("tcp", 22, true),
            ("tcp", 80, true),
            ("tcp", 443, true),
            ("udp", 68, false)
        ]
    );
}

#[test]
fn the_rhel_family_is_recognised_and_what_can_be_read_is() {
    let facts = facts_of("rocky");
    assert_eq!(
        (facts.os.family, facts.os.support),
        (OsFamily::Rhel, Support::Recognised)
    );
    assert!(facts.updates.why_unknown().unwrap().contains("Rocky Linux 9.4"));
    assert_eq!(
        facts.kernel.newest_installed,
        Known::Known("5.14.0-427.42.1.el9_4.x86_64".to_owned()),
        "the rescue image is no kernel to restart into"
    );
    assert!(facts.old_libraries.get().unwrap().service_manager);
}

#[test]
fn nothing_is_guessed_where_every_tool_failed() {
    let facts = facts_of("nothing-works");
    for why in [
        facts.updates.why_unknown(),
        facts.sources.why_unknown(),
        facts.reboot.flag.why_unknown(),
        facts.kernel.newest_installed.why_unknown(),
        facts.old_libraries.why_unknown(),
        facts.unattended.why_unknown(),
        facts.failed_units.why_unknown(),
        facts.open_ports.why_unknown(),
        facts.containers.why_unknown(),
        facts.unfinished_packages.why_unknown(),
    ] {
        assert!(why.is_some_and(|why| !why.is_empty()));
    }
}

#[test]
fn a_wrong_clock_is_said_and_its_dates_are_corrected() {
    let document = document("debian-upgraded");
    let (began, ended) = document.server_clock_ns().unwrap();
    let two_hours = 2 * 3_600 * 1_000_000;
    // Drydock's clock is two hours behind the server's.
    let facts = remote::scan::facts(
        &document,
        Timestamp::from_micros(began / 1_000 - two_hours),
        Timestamp::from_micros(ended / 1_000 - two_hours),
    );
    assert_eq!(facts.clock_offset_ms, 7_200_000);
    assert!(
        facts.notes.iter().any(|note| note.contains("2 h ahead of")),
        "{:?}",
        facts.notes
    );
    let right = facts_of("debian-upgraded");
    assert_eq!(
        facts.reboot.flag_since.unwrap(),
        right.reboot.flag_since.unwrap().plus_secs(-7_200)
    );
}

#[test]
fn a_clock_that_cannot_be_read_is_said() {
    let document = altered("rocky", &[("1731672000000000000", "-")]);
    let now = Timestamp::from_secs(1_731_672_100);
    let facts = remote::scan::facts(&document, now, now);
    assert_eq!(facts.clock_offset_ms, 0);
    assert!(
        facts
            .notes
            .iter()
            .any(|note| note.contains("clock could not be read"))
    );
}
