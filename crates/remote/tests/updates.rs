//! Pending updates and package sources out of recorded documents.
#![allow(clippy::unwrap_used)]

mod support;

use model::facts::UpdateKind;
use support::{altered, document, facts_of, facts_with, names};

fn kinds(name: &str) -> Vec<(String, UpdateKind, bool)> {
    let facts = facts_of(name);
    let updates = facts.updates.get().unwrap();
    updates
        .pending
        .iter()
        .map(|update| (update.package.clone(), update.kind, update.security))
        .collect()
}

#[test]
fn the_lab_tells_held_kept_back_phased_and_security_apart() {
    use UpdateKind::{Held, KeptBack, Phased, Ready};
    let expected = [
        ("lab-held", Held, false),
        ("lab-kept", KeptBack, false),
        ("lab-phased", Phased, false),
        ("lab-via-updates", Ready, true),
        ("labweb", Ready, false),
        ("liblab", Ready, true),
        ("linux-image-lab-amd64", KeptBack, true),
    ];
    assert_eq!(
        kinds("debian-pending"),
        expected.map(|(name, kind, security)| (name.to_owned(), kind, security))
    );
}

#[test]
fn ubuntu_tells_phased_pro_and_foreign_architectures_apart() {
    use UpdateKind::{Held, KeptBack, Phased, Ready};
    let expected = [
        ("docker-ce", Ready, false),
        ("ffmpeg", Ready, true),
        ("libc6:i386", Ready, false),
        ("libssl3t64", Ready, true),
        ("linux-generic", KeptBack, true),
        ("openssl", Ready, true),
        ("postgresql-16", Held, true),
        ("snapd", Phased, true),
        ("tzdata", Phased, false),
    ];
    assert_eq!(
        kinds("ubuntu"),
        expected.map(|(name, kind, security)| (name.to_owned(), kind, security))
    );
    let facts = facts_of("ubuntu");
    let counts = facts.updates.get().unwrap().counts();
    assert_eq!(counts.total(), 9, "as many as apt lists");
    assert_eq!((counts.security, counts.security_not_ready), (3, 3));
}

#[test]
fn every_listed_update_is_counted_and_origins_are_apts_own() {
    for name in names() {
        let document = document(&name);
        let facts = facts_with(&document);
        let Some(updates) = facts.updates.get() else {
            continue;
        };
        let lines = |section: &str| {
            let section = document.section(section).unwrap();
            document.output(section).map(str::to_owned).collect::<Vec<_>>()
        };
        let listed = lines("upgradable")
            .iter()
            .filter(|line| line.contains("upgradable from"))
            .count();
        assert_eq!(
            usize::try_from(updates.counts().total()).unwrap(),
            listed,
            "{name}"
        );
        let simulated = lines("full-upgrade");
        for update in &updates.pending {
            let start = format!("Inst {} [{}] ({} ", update.package, update.from, update.to);
            if let Some(line) = simulated.iter().find(|line| line.starts_with(&start)) {
                let origin = &line[start.len()..line.rfind(" [").filter(|at| *at > start.len()).unwrap()];
                let origin = origin.split(" [").next().unwrap();
                assert_eq!(update.origin, origin, "{name}: {line}");
            }
        }
    }
}

#[test]
fn a_line_of_apts_that_is_not_understood_is_no_update_less() {
    let document = altered(
        "debian-pending",
        &[(
            "|liblab/oldstable-security 1.0-1+deb12u1 amd64 [",
            "|liblab in a new format [",
        )],
    );
    let facts = facts_with(&document);
    assert!(
        facts
            .updates
            .why_unknown()
            .unwrap()
            .contains("liblab in a new format")
    );
}

#[test]
fn a_dead_source_makes_the_lists_doubtful_and_is_named_without_its_password() {
    let facts = facts_of("dead-source");
    let sources = facts.sources.get().unwrap();
    let dead = &sources.sources[0];
    assert_eq!(dead.name, "http://10.88.0.1:8099/gone bookworm main");
    assert_eq!(dead.error.as_deref(), Some("404 File not found"));
    assert_eq!(dead.refreshed_at, None);
    assert_eq!(
        sources.sources[1].refreshed_at,
        Some(facts.seen_at),
        "found unchanged just now"
    );
    assert!(
        sources
            .doubt(facts.seen_at)
            .unwrap()
            .starts_with("the last refresh failed: Failed to fetch")
    );
    assert!(!document("dead-source").as_text().contains("geheim"));
}

#[test]
fn a_source_whose_release_file_is_void_is_the_one_that_failed() {
    let document = altered(
        "dead-source",
        &[
            (
                "E: Failed to fetch http://10.88.0.1:8099/gone/dists/bookworm/main/binary-amd64/Packages  404  File not found [IP: 10.88.0.1 8099]",
                "E: Release file for http://10.88.0.1:8099/lab-security/dists/bookworm-security/InRelease is expired (invalid since 2d 3h). Updates for this repository will not be applied.",
            ),
            ("|Err:5 ", "|Ign:5 "),
        ],
    );
    let facts = facts_with(&document);
    let failed: Vec<_> = facts
        .sources
        .get()
        .unwrap()
        .sources
        .iter()
        .filter(|source| source.error.is_some())
        .map(|source| source.name.as_str())
        .collect();
    assert_eq!(
        failed,
        ["http://10.88.0.1:8099/lab-security bookworm-security main"]
    );
}

#[test]
fn locked_lists_are_no_failure_of_a_source_but_are_said() {
    let facts = facts_of("locked-lists");
    let sources = facts.sources.get().unwrap();
    assert_eq!(sources.refresh_failed, None);
    assert!(
        facts.notes[0].contains("kept them locked for a minute"),
        "{:?}",
        facts.notes
    );
    assert!(facts.notes[0].contains("(process 118)"), "{:?}", facts.notes);
    assert_eq!(
        sources.doubt(facts.seen_at).as_deref(),
        Some("the lists were never refreshed")
    );
}

#[test]
fn broken_sources_leave_updates_unknown_with_apts_own_words() {
    let facts = facts_of("broken-sources-list");
    let why = facts.updates.why_unknown().unwrap();
    assert!(why.contains("Malformed entry 1 in list file"), "{why}");
    assert!(facts.sources.why_unknown().is_some());
}

#[test]
fn an_expired_list_is_void_unless_apt_was_told_not_to_mind() {
    let facts = facts_of("debian-archive");
    let until = facts
        .sources
        .get()
        .unwrap()
        .sources
        .iter()
        .find_map(|source| source.valid_until)
        .unwrap();
    assert!(facts.sources.get().unwrap().doubt(facts.seen_at).is_none());
    assert!(
        facts
            .sources
            .get()
            .unwrap()
            .doubt(until.plus_secs(1))
            .unwrap()
            .contains("has expired")
    );

    let lenient = altered(
        "debian-archive",
        &[("|APT::Periodic \"\";", "|Acquire::Check-Valid-Until \"false\";")],
    );
    let late = until.plus_secs(3_600);
    let facts = remote::scan::facts(&lenient, late, late);
    assert!(
        facts
            .sources
            .get()
            .unwrap()
            .sources
            .iter()
            .all(|source| source.valid_until.is_none())
    );
    assert!(
        facts
            .notes
            .iter()
            .any(|note| note.contains("apt is told not to mind")),
        "{:?}",
        facts.notes
    );
}

#[test]
fn a_list_that_is_not_the_signed_one_is_damaged() {
    let list = "10.88.0.1:8099_lab_dists_bookworm_main_binary-amd64_Packages";
    let sources = |bytes: &str| {
        let signed =
            "|release=10.88.0.1:8099_lab_dists_bookworm_InRelease\n|signed=4446 main/binary-amd64/Packages\n";
        let document = altered(
            "debian-pending",
            &[
                ("|release=10.88.0.1:8099_lab_dists_bookworm_InRelease\n", signed),
                (
                    &format!("|packages={list}\n"),
                    &format!("|packages={list}\n|bytes={bytes}\n"),
                ),
            ],
        );
        facts_with(&document).sources.get().unwrap().clone()
    };
    for whole in ["4446", "", "many"] {
        assert!(
            sources(whole).sources.iter().all(|source| source.error.is_none()),
            "{whole}"
        );
    }
    let cut = sources("500");
    let errors: Vec<_> = cut.sources.iter().map(|source| source.error.as_deref()).collect();
    let damage = "its list is damaged, it has 500 bytes instead of 4446: delete the files in /var/lib/apt/lists and scan again";
    assert_eq!(errors, [Some(damage), None]);
    let now = cut.last_success.unwrap();
    assert_eq!(
        cut.doubt(now).unwrap(),
        "the source http://10.88.0.1:8099/lab bookworm main failed"
    );
}
