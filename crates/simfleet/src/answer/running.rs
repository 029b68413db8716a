//! What runs: units, old libraries, sockets, containers, and the versions of the software behind them.

use crate::archive::Part;
use crate::host::{Sight, Whom, machine_id};
use crate::work::End;
use std::fmt::Write as _;

pub(super) fn failed_units(sight: &Sight) -> String {
    let mut text = String::new();
    for unit in &sight.state.failed_units {
        let name = unit.trim_end_matches(".service");
        let _ = writeln!(text, "{unit} loaded failed failed {name}");
    }
    // The unit of a step that failed is a failed one, until systemd is told to forget it.
    for job in sight.state.jobs.values() {
        if matches!(job.end, End::Ended(_, code) if code != 0) && job.unit_is_there(&sight.state) {
            let attempt = job.attempt;
            let _ = writeln!(
                text,
                "drydock-{attempt}.service loaded failed failed Drydock: step {attempt}"
            );
        }
    }
    text
}

/// Units that run. A unit's invocation is another one after every start.
pub(super) fn active_units(sight: &Sight) -> String {
    let (spec, state) = (&sight.spec, &sight.state);
    let units = spec.role.units(spec.distro).into_iter();
    units
        .filter(|unit| !state.failed_units.contains(unit))
        .fold(String::new(), |mut text, unit| {
            let started = state.started.get(unit).copied().unwrap_or(state.booted);
            let run = format!("{} {unit} {} {}", spec.host, state.boots, started.0);
            let file = match unit {
                "dbus.service" | "systemd-journald.service" | "systemd-logind.service" => "static",
                _ => "enabled",
            };
            let _ = writeln!(text, "{unit}\t{}\trunning\t{file}", machine_id(sight.seed, &run));
            text
        })
}

/// needrestart's batch protocol.
pub(super) fn needrestart(sight: &Sight) -> String {
    let mut text = "NEEDRESTART-VER: 3.6\n".to_owned();
    for unit in &sight.state.old {
        let _ = writeln!(text, "NEEDRESTART-SVC: {unit}");
    }
    text
}

/// Control groups of processes that map deleted libraries, where there is no needrestart.
pub(super) fn deleted_libraries(sight: &Sight) -> String {
    sight.state.old.iter().fold(String::new(), |mut text, unit| {
        let _ = writeln!(text, "/system.slice/{unit}");
        text
    })
}

/// `ss -lntupH`
pub(super) fn sockets(sight: &Sight) -> String {
    let address = sight
        .spec
        .build(sight.seed)
        .address
        .map(|part| part.to_string())
        .join(".");
    let mut text = String::new();
    for (place, port) in sight.spec.role.ports().iter().enumerate() {
        let (local, remote) = match port.whom {
            Whom::Anyone => ("0.0.0.0", "0.0.0.0:*"),
            Whom::PrivateNetwork => (address.as_str(), "0.0.0.0:*"),
            Whom::ThisMachine => ("127.0.0.1", "0.0.0.0:*"),
        };
        let _ = writeln!(
            text,
            "{:<5} LISTEN 0      511    {local}:{}      {remote}    users:((\"{}\",pid={},fd=6))",
            port.protocol,
            port.port,
            port.process,
            700 + place * 131
        );
    }
    text
}

pub(super) fn has_docker(sight: &Sight) -> bool {
    sight.spec.role.has(Part::Docker) && version_of(sight, "docker-ce").is_some()
}

/// `docker ps -a`. Containers that run began when the server did, or a little later.
pub(super) fn containers(sight: &Sight, now: i64) -> String {
    let up = said_duration(now - sight.clock_secs(sight.state.booted) - 40);
    sight
        .spec
        .role
        .containers()
        .iter()
        .fold(String::new(), |mut text, container| {
            let status = match (container.running, container.healthy) {
                (true, true) => format!("Up {up} (healthy)"),
                (true, false) => format!("Up {up}"),
                (false, _) => format!("Exited (0) {up} ago"),
            };
            let _ = writeln!(text, "{}|{}|{status}", container.name, container.image);
            text
        })
}

/// As Docker says it: one unit, rounded down.
fn said_duration(secs: i64) -> String {
    match secs.max(1) {
        secs @ 0..=59 => format!("{secs} seconds"),
        secs @ 60..=3_599 => format!("{} minutes", secs / 60),
        secs @ 3_600..=172_799 => format!("{} hours", secs / 3_600),
        secs @ 172_800..=1_209_599 => format!("{} days", secs / 86_400),
        secs => format!("{} weeks", secs / 604_800),
    }
}

/// The upstream part of an installed source's version.
fn version_of(sight: &Sight, name: &str) -> Option<String> {
    let sources = sight.spec.distro.tables().sources;
    let index = sources.iter().position(|source| source.name == name)?;
    let installed = sight.state.installed.get(index).copied().flatten()?;
    let version = sources[index].version_of(installed);
    let version = version
        .split_once(':')
        .map_or(version.as_str(), |(_, version)| version);
    let end = version.find(['-', '+', '~']).unwrap_or(version.len());
    Some(version[..end].to_owned())
}

/// What each known tool prints of its version; see `components.sh` of the scan.
pub(super) fn components(sight: &Sight) -> String {
    let tables = sight.spec.distro.tables();
    let mut text = String::new();
    let known: &[(&str, &str, &str)] = &[
        ("docker-ce", "docker", "{}"),
        (
            "containerd.io",
            "containerd",
            "containerd containerd.io {} 05044ec0a9a7",
        ),
        ("nginx", "nginx", "nginx version: nginx/{}"),
        (
            "haproxy",
            "haproxy",
            "HAProxy version {} 2026/10/02 - https://haproxy.org/",
        ),
        (
            "ruby",
            "ruby",
            "ruby {} (2026-01-24 revision 0) [x86_64-linux-gnu]",
        ),
        ("nodejs", "node", "v{}"),
        (
            "redis",
            "redis",
            "Redis server v={} sha=00000000:0 malloc=jemalloc-5.3.0 bits=64",
        ),
        ("postgresql", "postgresql", "postgres (PostgreSQL) {}"),
        ("openssl", "openssl", "OpenSSL {} (Library: OpenSSL {})"),
        ("systemd", "systemd", "systemd {} ({}-1)"),
        ("openssh", "openssh", "OpenSSH_{}, OpenSSL 3.0"),
    ];
    for (prefix, component, said) in known {
        // `nodejs`, `ruby3.1` and `postgresql-15`, but not `postgresql-client-15`.
        let source = tables.sources.iter().find(|source| {
            source.name.strip_prefix(prefix).is_some_and(|rest| {
                let rest = rest.trim_start_matches('-');
                rest.is_empty() || rest.starts_with(|c: char| c.is_ascii_digit())
            })
        });
        if let Some(version) = source.and_then(|source| version_of(sight, source.name)) {
            let _ = writeln!(text, "{component}|{}", said.replace("{}", &version));
        }
    }
    text
}
