//! Every kind of account, key and way to a server that the product takes.

use crate::agreement::agrees;
use crate::host::{Host, pin};
use crate::lab::lab;
use crate::look::{SHORT, Sight, probe, see, shell};
use futures::future::join_all;
use model::facts::{Counts, RebootNeed, UpdateKind};
use model::{Account, HostKey, Status, Timestamp};
use world::{Clock as _, KeyError, Shell as _, SystemClock, Target};

#[tokio::test(flavor = "multi_thread")]
async fn root_a_sudo_user_a_jump_host_and_a_german_fish_are_scanned_whole() {
    let Some(lab) = lab() else { return };
    assert_eq!(lab.locked_key("ed25519_passphrase"), KeyError::NeedsPassphrase);
    let shell = shell();
    let mut hosts = Vec::new();
    for (name, key) in [
        ("de1", "ed25519_passphrase"),
        ("hop1", "rsa"),
        ("root1", "ed25519"),
        ("sudo1", "ecdsa"),
    ] {
        let host = lab.visit(name).await;
        let pair = lab.key(key);
        assert_eq!(pair.public, lab.public_key(key));
        let target = host.target(&pair);
        // As on a server that Drydock has not seen yet.
        host.run("rm -f /var/lib/drydock/apt-refreshed");
        hosts.push((host, target));
    }
    let begun = SystemClock.now();
    let sights = join_all(hosts.iter().map(|(_, target)| async {
        // A first look, as when the server is added: its keys, the log-in, and then the scan.
        offers_its_keys(&shell, target).await;
        let notes = probe(&shell, target, Account::Operate).await.unwrap();
        assert_eq!(notes, Vec::<String>::new(), "{}", target.name);
        see(&shell, target).await
    }))
    .await;
    for ((host, _), sight) in hosts.iter().zip(&sights) {
        agrees(host, sight);
        has_the_updates_of_the_lab(sight);
        has_fresh_lists(sight, begun);
        has_the_services_of_the_lab(host, sight);
        let notes = if host.name == "sudo1" {
            vec!["2 lines were printed before the scan, by a shell profile or a log-in message."]
        } else {
            Vec::new()
        };
        assert_eq!(sight.facts.notes, notes, "{}", host.name);
        assert_eq!(
            sight.status(),
            (Status::Attention, "3 security updates.".to_owned())
        );
    }
}

/// Asked without any log-in, also through the jump host, for every kind of key that the server has.
async fn offers_its_keys(shell: &ssh::SshShell, target: &Target) {
    let nobody = Target {
        login: None,
        ..target.clone()
    };
    let mut offered = shell.offered_keys(&nobody, SHORT).await.unwrap();
    offered.sort();
    let mut real: Vec<HostKey> = target.pinned.clone();
    real.sort();
    assert_eq!(offered, real, "{}", target.name);
}

/// The table of `lab/README.md`.
fn has_the_updates_of_the_lab(sight: &Sight) {
    let updates = sight.facts.updates.get().unwrap();
    let kernel = format!("linux-image-lab-{}", sight.facts.machine.architecture);
    let seen: Vec<_> = updates
        .pending
        .iter()
        .map(|update| (update.package.as_str(), update.security, update.kind))
        .collect();
    let listed = [
        ("lab-held", false, UpdateKind::Held),
        ("lab-kept", false, UpdateKind::KeptBack),
        ("lab-phased", false, UpdateKind::Phased),
        // The newest version is no security update; one between it and the installed version is.
        ("lab-via-updates", true, UpdateKind::Ready),
        ("labweb", false, UpdateKind::Ready),
        ("liblab", true, UpdateKind::Ready),
        (kernel.as_str(), true, UpdateKind::KeptBack),
    ];
    assert_eq!(seen, listed);
    let counts = Counts {
        security: 2,
        other: 1,
        held: 1,
        kept_back: 2,
        phased: 1,
        security_not_ready: 1,
    };
    assert_eq!(updates.counts(), counts);
    assert_eq!(updates.would_install.len(), 2, "{:?}", updates.would_install);
    assert_eq!(updates.would_remove, Vec::<String>::new());
}

fn has_fresh_lists(sight: &Sight, begun: Timestamp) {
    let sources = sight.facts.sources.get().unwrap();
    let names: Vec<&str> = sources
        .sources
        .iter()
        .map(|source| source.name.as_str())
        .collect();
    assert!(
        matches!(names.as_slice(), [main, security]
            if main.ends_with("/lab bookworm main") && security.ends_with("/lab-security bookworm-security main")),
        "{names:?}"
    );
    for source in &sources.sources {
        assert_eq!(source.error, None);
        // The machine writes down whole seconds.
        assert!(source.refreshed_at >= Some(begun.plus_secs(-1)), "{source:?}");
    }
    assert_eq!(sources.doubt(SystemClock.now()), None);
}

fn has_the_services_of_the_lab(host: &Host, sight: &Sight) {
    let ports = sight.facts.open_ports.get().unwrap();
    let process = |number: u16| -> Vec<&str> {
        let on = ports.iter().filter(|port| port.port == number);
        let mut names: Vec<&str> = on
            .map(|port| port.process.as_deref().unwrap_or("nobody"))
            .collect();
        names.dedup();
        names
    };
    assert_eq!(process(22), ["sshd"], "{}", host.name);
    assert_eq!(process(8080), ["labweb"], "{}", host.name);

    // As Debian installs it, but with its timers masked.
    let unattended = sight.facts.unattended.get().unwrap();
    assert!(
        unattended.installed && unattended.every_days == 1,
        "{unattended:?}"
    );
    assert!(!unattended.timers_active && !unattended.works(), "{unattended:?}");
    assert!(!unattended.security_only, "{unattended:?}");
    assert!(!unattended.automatic_reboot, "{unattended:?}");
    assert_eq!(sight.restart().0, RebootNeed::No);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_key_logs_in_at_every_pinned_kind_of_host_key() {
    let Some(lab) = lab() else { return };
    let host = lab.visit("root1").await;
    for key in ["ed25519", "ecdsa", "rsa", "ed25519_passphrase"] {
        let target = host.target(&lab.key(key));
        for line in &host.described().host_keys {
            let target = Target {
                pinned: vec![pin(line)],
                ..target.clone()
            };
            let notes = probe(&shell(), &target, Account::Operate).await;
            assert_eq!(notes, Ok(Vec::new()), "{key} at {line}");
        }
    }
}
