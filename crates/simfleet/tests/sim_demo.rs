//! Every server of the demo shows what it is there for.

#![allow(clippy::unwrap_used)]

mod simulated;

use model::facts::{Facts, Known, RebootNeed, UpdateKind, reboot_need};
use model::{Reach, Status};
use simulated::{DAY_SECS, MADE, Simulated, StandingClock, open};
use std::collections::BTreeMap;

/// What each server is meant to show; the seed may not change it.
const MEANT: [(&str, Reach, Status); 24] = [
    ("lb-1", Reach::Reached, Status::Healthy),
    ("lb-2", Reach::Reached, Status::Attention),
    ("web-1", Reach::Reached, Status::Attention),
    ("web-2", Reach::Reached, Status::Healthy),
    ("web-3", Reach::Reached, Status::Attention),
    ("web-4", Reach::Reached, Status::Attention),
    ("web-5", Reach::TimedOut, Status::Failed),
    ("web-6", Reach::KeyChanged, Status::Failed),
    ("worker-1", Reach::Reached, Status::Healthy),
    ("worker-2", Reach::Reached, Status::Attention),
    ("worker-3", Reach::KeyUnconfirmed, Status::Waiting),
    ("db-1", Reach::Reached, Status::Attention),
    ("db-2", Reach::Reached, Status::Healthy),
    ("api-1", Reach::Reached, Status::Healthy),
    ("api-2", Reach::Reached, Status::Unknown),
    ("api-3", Reach::Unsupported, Status::Unknown),
    ("api-db-1", Reach::Reached, Status::Attention),
    ("api-cache-1", Reach::Reached, Status::Healthy),
    ("api-build-1", Reach::Reached, Status::Attention),
    ("data-bastion", Reach::Reached, Status::Healthy),
    ("data-db-1", Reach::Reached, Status::Attention),
    ("data-db-2", Reach::Reached, Status::Healthy),
    ("data-pipeline-1", Reach::Reached, Status::Attention),
    ("data-metrics-1", Reach::Reached, Status::Healthy),
];

fn demo(seed: u64, folder: &tempfile::TempDir) -> Simulated {
    let path = folder.path().join(format!("world-{seed}"));
    open(
        &path,
        simfleet::LayoutKind::Demo,
        seed,
        StandingClock::at(MADE),
        1e6,
    )
}

fn need(facts: &Facts) -> RebootNeed {
    reboot_need(
        &facts.reboot,
        &facts.kernel,
        facts.machine.is_container,
        &facts.old_libraries,
    )
    .0
}

fn kinds(facts: &Facts, kind: UpdateKind) -> Vec<&str> {
    let pending = &facts.updates.get().unwrap().pending;
    pending
        .iter()
        .filter(|update| update.kind == kind)
        .map(|update| update.package.as_str())
        .collect()
}

#[tokio::test]
async fn every_state_is_the_one_it_is_meant_to_be_with_any_seed() {
    let folder = tempfile::tempdir().unwrap();
    for seed in [1, 2, 66, 2_026] {
        let demo = demo(seed, &folder);
        let mut seen = Vec::new();
        for server in &demo.layout.servers {
            let look = demo.look(server).await;
            seen.push((
                server.name.clone(),
                look.reach,
                look.status,
                look.reason,
                look.why,
            ));
        }
        let short: Vec<_> = seen
            .iter()
            .map(|(name, reach, status, ..)| (name.as_str(), *reach, *status))
            .collect();
        assert_eq!(short, MEANT, "seed {seed}: {seen:#?}");
    }
}

#[tokio::test]
async fn the_demo_holds_what_a_team_has_seen_before() {
    let folder = tempfile::tempdir().unwrap();
    let demo = demo(66, &folder);
    assert_eq!((demo.layout.stacks.len(), demo.layout.servers.len()), (3, 24));

    let restart = demo.facts("lb-2").await;
    assert_eq!(need(&restart), RebootNeed::Yes);
    assert_eq!(restart.reboot.flag, Known::Known(true));
    assert!(restart.reboot.flag_since.unwrap() < MADE.plus_secs(-9 * DAY_SECS));
    assert_ne!(
        restart.kernel.newest_installed.get(),
        Some(&restart.kernel.running)
    );
    assert!(restart.unattended.get().unwrap().works());

    let phased = demo.facts("web-2").await;
    assert!(
        kinds(&phased, UpdateKind::Phased).contains(&"systemd"),
        "{:?}",
        phased.updates
    );
    assert!(kinds(&phased, UpdateKind::Ready).is_empty());

    let kernel = demo.facts("web-3").await;
    assert_eq!(need(&kernel), RebootNeed::Yes);
    assert!(
        kernel
            .reboot
            .packages
            .iter()
            .any(|package| package.starts_with("linux-image-6.8.0-"))
    );

    let old = demo.facts("worker-1").await;
    assert_eq!(need(&old), RebootNeed::RestartServices);
    assert!(
        old.old_libraries
            .get()
            .unwrap()
            .services
            .contains(&"ssh.service".to_owned())
    );
    assert_eq!(old.updates.get().unwrap().counts().all_security(), 0);

    let many = demo.facts("worker-2").await;
    assert!(many.updates.get().unwrap().counts().security > 20);
    assert_eq!(kinds(&many, UpdateKind::KeptBack), ["linux-image-amd64"]);
    assert!(
        many.updates
            .get()
            .unwrap()
            .would_install
            .iter()
            .any(|name| name.starts_with("linux-image-6.1.0-"))
    );

    let held = demo.facts("db-1").await;
    assert_eq!(kinds(&held, UpdateKind::Held), ["postgresql-15"]);
    assert!(held.updates.get().unwrap().counts().security_not_ready > 0);

    let broken = demo.facts("api-2").await;
    let sources = broken.sources.get().unwrap();
    assert!(
        sources.refresh_failed.as_ref().unwrap().contains("502"),
        "{sources:?}"
    );
    assert_eq!(
        sources
            .sources
            .iter()
            .filter(|source| source.error.is_some())
            .count(),
        1
    );

    let ended = demo.facts("api-db-1").await;
    assert_eq!(ended.os.end_of_life, Known::Known("2026-08-31".to_owned()));

    let container = demo.facts("api-cache-1").await;
    assert!(container.machine.is_container);
    assert!(container.kernel.newest_installed.get().is_none());

    let skewed = demo.facts("api-build-1").await;
    assert_eq!(skewed.clock_offset_ms, 540_000);
    assert_eq!(
        skewed.failed_units,
        Known::Known(vec!["build-cache-prune.service".to_owned()])
    );
    assert!(
        skewed.sources.get().unwrap().last_success.unwrap() <= MADE,
        "the server's dates are corrected"
    );

    let interrupted = demo.facts("data-pipeline-1").await;
    assert_eq!(interrupted.unfinished_packages.get().unwrap().len(), 2);

    let look = demo.facts("data-metrics-1").await;
    assert!(look.as_root && look.notes.is_empty(), "{:?}", look.notes);
    assert!(look.containers.get().unwrap().len() == 2);
    assert!(
        look.open_ports
            .get()
            .unwrap()
            .iter()
            .any(|port| port.is_open_to_anywhere() && port.port == 3_000)
    );
}

#[tokio::test]
async fn one_of_the_web_group_runs_another_docker() {
    let folder = tempfile::tempdir().unwrap();
    let demo = demo(66, &folder);
    let mut versions: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for name in ["web-1", "web-2", "web-3", "web-4"] {
        let facts = demo.facts(name).await;
        let docker = facts
            .components
            .iter()
            .find(|component| component.name == "docker")
            .unwrap();
        versions.entry(docker.version.clone()).or_default().push(name);
    }
    assert_eq!(versions.len(), 2, "{versions:?}");
    assert_eq!(versions["28.3.1"], ["web-4"]);
}

#[tokio::test]
async fn every_fact_is_there_where_it_can_be() {
    let folder = tempfile::tempdir().unwrap();
    let demo = demo(66, &folder);
    for server in &demo.layout.servers {
        let look = demo.look(server).await;
        let Some(facts) = look.facts.filter(|_| look.reach == Reach::Reached) else {
            continue;
        };
        let name = &server.name;
        for (what, why) in [
            ("machine id", facts.machine.machine_id.why_unknown()),
            ("boot id", facts.machine.boot_id.why_unknown()),
            ("boot time", facts.machine.booted_at.why_unknown()),
            ("virtualisation", facts.machine.virtualisation.why_unknown()),
            ("end of life", facts.os.end_of_life.why_unknown()),
            ("updates", facts.updates.why_unknown()),
            ("sources", facts.sources.why_unknown()),
            ("flag", facts.reboot.flag.why_unknown()),
            ("old libraries", facts.old_libraries.why_unknown()),
            ("automatic updates", facts.unattended.why_unknown()),
            ("failed units", facts.failed_units.why_unknown()),
            ("open ports", facts.open_ports.why_unknown()),
            ("containers", facts.containers.why_unknown()),
            ("unfinished packages", facts.unfinished_packages.why_unknown()),
        ] {
            assert_eq!(why, None, "{name}: {what}");
        }
        assert!(facts.machine.booted_at.get().unwrap() < &MADE, "{name}");
        assert!(
            facts.machine.cpus > 0 && facts.machine.memory_bytes > 0 && facts.machine.root_free_bytes > 0
        );
        assert!(
            facts
                .components
                .iter()
                .any(|component| component.name == "openssl"),
            "{name}"
        );
        let unexpected: Vec<&String> = facts
            .notes
            .iter()
            .filter(|note| !note.contains("clock"))
            .collect();
        assert!(unexpected.is_empty(), "{name}: {unexpected:?}");
        for update in &facts.updates.get().unwrap().pending {
            assert_eq!(
                remote::compare_versions(&update.to, &update.from),
                std::cmp::Ordering::Greater,
                "{name}: {update:?}"
            );
            assert!(update.origin.contains(':'), "{name}: {update:?}");
        }
    }
}
