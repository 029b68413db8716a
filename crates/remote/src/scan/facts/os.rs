//! The operating system, from `/etc/os-release`, and until when it gets security updates.

use crate::scan::Document;
use model::facts::{Known, Os, OsFamily, Support};

pub(super) fn os(document: &Document) -> Os {
    let lines: Vec<(&str, String)> = document
        .answer("os-release", "the server")
        .map(|lines| lines.filter_map(assignment).collect())
        .unwrap_or_default();
    let get = |key: &str| {
        lines
            .iter()
            .find(|(name, _)| *name == key)
            .map_or("", |(_, value)| value.as_str())
    };
    let (id, like, version) = (get("ID"), get("ID_LIKE"), get("VERSION_ID"));
    let (family, support) = family(id, like);
    let name = match (get("PRETTY_NAME"), id) {
        ("", "") => "An unknown operating system",
        ("", id) => id,
        (name, _) => name,
    };
    Os {
        family,
        support,
        name: name.to_owned(),
        version: version.to_owned(),
        codename: get("VERSION_CODENAME").to_owned(),
        end_of_life: end_of_life(family, version),
    }
}

/// `KEY=value`, `KEY="value"` or `KEY='value'`, with the escapes of os-release(5).
fn assignment(line: &str) -> Option<(&str, String)> {
    let (key, value) = line.trim().split_once('=')?;
    if let Some(literal) = value.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
        return Some((key, literal.to_owned()));
    }
    let value = value
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or(value);
    let mut text = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        text.extend(if c == '\\' { chars.next() } else { Some(c) });
    }
    Some((key, text))
}

fn family(id: &str, like: &str) -> (OsFamily, Support) {
    const RHEL: &[&str] = &[
        "rhel",
        "centos",
        "fedora",
        "rocky",
        "almalinux",
        "ol",
        "amzn",
        "scientific",
        "eurolinux",
        "cloudlinux",
    ];
    const KNOWN: &[&str] = &[
        "alpine", "arch", "debian", "gentoo", "nixos", "opensuse", "sles", "suse", "ubuntu", "void",
    ];
    let is_like = |list: &[&str]| {
        like.split_ascii_whitespace()
            .chain([id])
            .any(|word| list.contains(&word))
    };
    match id {
        "debian" => (OsFamily::Debian, Support::Full),
        "ubuntu" => (OsFamily::Ubuntu, Support::Full),
        _ if is_like(RHEL) => (OsFamily::Rhel, Support::Recognised),
        _ if is_like(KNOWN) => (OsFamily::Other, Support::Recognised),
        _ => (OsFamily::Other, Support::None),
    }
}

/// Last days of free security updates by version, from Debian's package distro-info-data 0.58+deb12u7
/// (`debian.csv`, column `eol-lts`; `ubuntu.csv`, column `eol`).
const LAST_DAYS: &[(OsFamily, &str, &str)] = &[
    (OsFamily::Debian, "8", "2020-06-30"),
    (OsFamily::Debian, "9", "2022-06-30"),
    (OsFamily::Debian, "10", "2024-06-30"),
    (OsFamily::Debian, "11", "2026-08-31"),
    (OsFamily::Debian, "12", "2028-06-30"),
    (OsFamily::Debian, "13", "2030-06-30"),
    (OsFamily::Ubuntu, "14.04", "2019-04-25"),
    (OsFamily::Ubuntu, "16.04", "2021-04-30"),
    (OsFamily::Ubuntu, "18.04", "2023-05-31"),
    (OsFamily::Ubuntu, "18.10", "2019-07-18"),
    (OsFamily::Ubuntu, "19.04", "2020-01-23"),
    (OsFamily::Ubuntu, "19.10", "2020-07-17"),
    (OsFamily::Ubuntu, "20.04", "2025-05-29"),
    (OsFamily::Ubuntu, "20.10", "2021-07-22"),
    (OsFamily::Ubuntu, "21.04", "2022-01-20"),
    (OsFamily::Ubuntu, "21.10", "2022-07-14"),
    (OsFamily::Ubuntu, "22.04", "2027-06-01"),
    (OsFamily::Ubuntu, "22.10", "2023-07-20"),
    (OsFamily::Ubuntu, "23.04", "2024-01-25"),
    (OsFamily::Ubuntu, "23.10", "2024-07-11"),
    (OsFamily::Ubuntu, "24.04", "2029-05-31"),
    (OsFamily::Ubuntu, "24.10", "2025-07-10"),
    (OsFamily::Ubuntu, "25.04", "2026-01-15"),
    (OsFamily::Ubuntu, "25.10", "2026-07-09"),
    (OsFamily::Ubuntu, "26.04", "2031-05-29"),
    (OsFamily::Ubuntu, "26.10", "2027-07-15"),
];

fn end_of_life(family: OsFamily, version: &str) -> Known<String> {
    if version.is_empty() {
        return Known::unknown("the server does not say which release it runs");
    }
    LAST_DAYS
        .iter()
        .find(|(of, release, _)| *of == family && *release == version)
        .map_or_else(
            || Known::unknown("Drydock does not know when this release ends"),
            |(_, _, day)| Known::Known((*day).to_owned()),
        )
}
