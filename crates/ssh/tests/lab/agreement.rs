//! What the server's own tools say, read without Drydock's script, to hold facts against.

use crate::host::Host;
use crate::look::Sight;
use model::facts::Facts;
use std::collections::BTreeSet;

/// A pending update: package, installed version, candidate.
pub(crate) type Pending = BTreeSet<(String, String, String)>;

/// What `apt list --upgradable` lists: `NAME/SUITE VERSION ARCH [upgradable from: OLD]`.
pub(crate) fn apt_lists(host: &Host) -> Pending {
    let listed = host.run("LC_ALL=C.UTF-8 apt list --upgradable 2>/dev/null");
    let pending: Pending = listed
        .lines()
        .filter(|line| line.contains("upgradable from: "))
        .map(|line| {
            let (name, rest) = line.split_once('/').unwrap();
            let to = rest.split(' ').nth(1).unwrap();
            let from = line.rsplit(' ').next().unwrap().trim_end_matches(']');
            (name.to_owned(), from.to_owned(), to.to_owned())
        })
        .collect();
    assert_eq!(pending.len(), listed.lines().count() - 1, "{listed}");
    pending
}

/// The same out of facts.
pub(crate) fn pending(facts: &Facts) -> Pending {
    let pending = &facts.updates.get().unwrap().pending;
    let triples: Pending = pending
        .iter()
        .map(|update| (update.package.clone(), update.from.clone(), update.to.clone()))
        .collect();
    assert_eq!(triples.len(), pending.len());
    triples
}

/// Units in state *failed*.
fn failed_units(host: &Host) -> Vec<String> {
    let listed = host.run("systemctl list-units --failed --plain --no-legend");
    listed
        .lines()
        .filter_map(|line| line.split_whitespace().next().map(str::to_owned))
        .collect()
}

/// Sockets that listen beyond loopback: protocol, address, port.
fn open_ports(host: &Host) -> BTreeSet<(String, String, u16)> {
    let listed = host.run("ss -lntuH");
    listed
        .lines()
        .filter_map(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            let (address, port) = words[4].rsplit_once(':')?;
            let is_loopback = address.starts_with("127.") || address == "[::1]";
            (!is_loopback).then(|| (words[0].to_owned(), address.to_owned(), port.parse().unwrap()))
        })
        .collect()
}

/// Services that needrestart says run old libraries.
fn old_libraries(host: &Host) -> Vec<String> {
    let said = host.run("needrestart -b -l 2>/dev/null");
    let mut services: Vec<String> = said
        .lines()
        .filter_map(|line| line.strip_prefix("NEEDRESTART-SVC: "))
        .map(str::to_owned)
        .collect();
    services.sort();
    services
}

/// Everything a scan by root says, against the server's own tools.
pub(crate) fn agrees(host: &Host, sight: &Sight) {
    let (facts, described) = (&sight.facts, host.described());
    assert!(facts.as_root, "{}", host.name);
    assert_eq!(facts.machine.hostname, host.name);
    assert_eq!(facts.machine.machine_id.get(), Some(&described.machine_id));
    assert_eq!(facts.machine.boot_id.get(), host.boot_id().as_ref());
    assert_eq!(facts.machine.virtualisation.get().unwrap(), "systemd-nspawn");
    let name = host.run(". /etc/os-release; echo \"$PRETTY_NAME\"");
    assert_eq!(facts.os.name, name.trim());
    assert_eq!(facts.os.support, model::facts::Support::Full);
    assert_eq!(facts.kernel.running, host.run("uname -r").trim());
    assert_eq!(pending(facts), apt_lists(host), "{}", host.name);
    assert_eq!(
        facts.failed_units.get(),
        Some(&failed_units(host)),
        "{}",
        host.name
    );
    let ports: BTreeSet<_> = facts.open_ports.get().unwrap().iter().collect();
    let ports: BTreeSet<_> = ports
        .into_iter()
        .map(|port| (port.protocol.clone(), port.address.clone(), port.port))
        .collect();
    assert_eq!(ports, open_ports(host), "{}", host.name);
    assert_eq!(
        facts.old_libraries.get().unwrap().services,
        old_libraries(host),
        "{}",
        host.name
    );
    let needs_restart = host.holds("test -e /run/reboot-required");
    assert_eq!(facts.reboot.flag.get(), Some(&needs_restart));
    let clock = facts.clock_offset_ms.abs();
    assert!(clock < 5_000, "{clock} ms");
}
