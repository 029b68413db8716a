//! What apt knows: its lists, where they come from, and every version of what is pending.

use crate::archive::List;
use crate::fault::Fault;
use crate::host::{Pending, Sight, Versions};
use crate::pace::{DAY, Moment};
use std::fmt::Write as _;

/// What `apt-get update` says, and its status.
pub(crate) fn update(sight: &Sight) -> (String, u8) {
    let failed = sight.has(Fault::BrokenLists);
    let mut text = String::new();
    let mut errors = String::new();
    for (place, list) in lists_of(sight).enumerate() {
        let number = place + 1;
        let name = format!("{} {} InRelease", list.uri, list.suite);
        if failed && number == sight.lists.len() {
            let _ = writeln!(
                text,
                "Err:{number} {name}\n  502  Bad Gateway [IP: 203.0.113.7 80]"
            );
            let _ = writeln!(
                errors,
                "E: Failed to fetch {}/dists/{}/InRelease  502  Bad Gateway [IP: 203.0.113.7 80]\n\
                 E: Some index files failed to download. They have been ignored, or old ones used instead.",
                list.uri, list.suite
            );
        } else {
            let _ = writeln!(text, "Hit:{number} {name}");
        }
    }
    let exit = if failed { 100 } else { 0 };
    (format!("{text}Reading package lists...\n{errors}"), exit)
}

fn lists_of(sight: &Sight) -> impl Iterator<Item = &'static List> + '_ {
    let tables = sight.spec.distro.tables();
    sight.lists.iter().map(|list| &tables.lists[*list])
}

/// The name of a list's file, up to `_InRelease` or the index's own place.
fn file_of(list: &List) -> String {
    let place = list.uri.trim_start_matches("http://").replace('/', "_");
    format!("{place}_dists_{}_", list.suite)
}

/// How old the lists are; see `lists.sh` of the scan.
pub(super) fn lists(sight: &Sight, now: i64) -> String {
    let refreshed = sight.state.refreshed.map(|at| sight.clock_secs(at).to_string());
    let mut text = format!("now={now}\nrefreshed={}\n", refreshed.unwrap_or_default());
    for index in &sight.lists {
        let list = &sight.spec.distro.tables().lists[*index];
        // An archive signs its Release file anew four times a day.
        let fetched = sight.state.lists[*index];
        let signed = sight.pace.wall(Moment(fetched.0.div_euclid(DAY / 4) * (DAY / 4)));
        let _ = writeln!(
            text,
            "release={}InRelease\ndate={}",
            file_of(list),
            archive_date(signed.secs())
        );
        if let Some(days) = list.valid_days {
            let _ = writeln!(
                text,
                "valid_until={}",
                archive_date(signed.secs() + days * 86_400)
            );
        }
    }
    for list in lists_of(sight) {
        let _ = writeln!(
            text,
            "packages={}{}_binary-amd64_Packages",
            file_of(list),
            list.component
        );
    }
    text
}

/// `Wed, 25 Nov 2026 22:17:41 UTC`
fn archive_date(secs: i64) -> String {
    jiff::Timestamp::from_second(secs)
        .unwrap_or(jiff::Timestamp::UNIX_EPOCH)
        .strftime("%a, %d %b %Y %H:%M:%S UTC")
        .to_string()
}

/// `apt-get indextargets`
pub(super) fn targets(sight: &Sight) -> String {
    let codename = sight.spec.distro.tables().codename;
    lists_of(sight).fold(String::new(), |mut text, list| {
        let _ = writeln!(
            text,
            "/var/lib/apt/lists/{}{component}_binary-amd64_Packages|{component}/binary-amd64/Packages|{}|{}|{component}|{}|{}|{}|{}",
            file_of(list),
            list.uri,
            list.suite,
            list.origin,
            list.label,
            list.archive,
            if list.label == "Docker CE" { codename } else { list.suite },
            component = list.component,
        );
        text
    })
}

/// The line by which apt names an index.
fn index_of(list: &List) -> String {
    format!("{} {}/{} amd64 Packages", list.uri, list.suite, list.component)
}

/// `apt-cache policy`
pub(super) fn releases(sight: &Sight) -> String {
    let mut text = "Package files:\n 100 /var/lib/dpkg/status\n     release a=now\n".to_owned();
    for list in lists_of(sight) {
        let version = if list.version.is_empty() {
            String::new()
        } else {
            format!("v={},", list.version)
        };
        let _ = writeln!(
            text,
            " 500 {}\n     release {version}o={},a={},n={},l={},c={},b=amd64\n     origin mirror.example.net",
            index_of(list),
            list.origin,
            list.archive,
            list.suite,
            list.label,
            list.component
        );
    }
    text + "Pinned packages:\n"
}

/// `apt list --upgradable`
pub(super) fn upgradable(sight: &Sight) -> String {
    let mut text = "Listing...\n".to_owned();
    for change in sight.offer.upgrades() {
        let suites: Vec<&str> = change
            .lists
            .iter()
            .map(|list| sight.spec.distro.tables().lists[*list].archive)
            .collect();
        let _ = writeln!(
            text,
            "{}/{} {} amd64 [upgradable from: {}]",
            change.package,
            suites.join(","),
            change.to,
            change.from.unwrap_or_default()
        );
    }
    text
}

/// `apt-cache policy NAME…` for everything pending.
pub(super) fn versions(sight: &Sight) -> String {
    let tables = sight.spec.distro.tables();
    let mut text = String::new();
    for pending in &sight.offer.pending {
        let source = &tables.sources[pending.source];
        let phased = match pending.standing {
            Pending::Phased(percent) => Some(percent),
            Pending::Ready | Pending::Held => None,
        };
        for binary in &pending.binaries {
            let version = |release| source.version_of(release);
            table(
                &mut text,
                sight,
                binary,
                pending.from,
                &pending.versions,
                &version,
                phased,
            );
        }
    }
    if let Some(pending) = &sight.offer.kernel {
        let kernel = &tables.kernels[sight.spec.flavour];
        for meta in kernel.metas {
            let version = |release| kernel.fill(kernel.version, release);
            table(
                &mut text,
                sight,
                meta,
                pending.from,
                &pending.versions,
                &version,
                None,
            );
        }
    }
    text
}

fn table(
    text: &mut String,
    sight: &Sight,
    package: &str,
    installed: usize,
    versions: &Versions,
    version: &dyn Fn(usize) -> String,
    phased: Option<u8>,
) {
    let candidate = versions.first().map_or(installed, |(release, _)| *release);
    let _ = writeln!(
        text,
        "{package}:\n  Installed: {}\n  Candidate: {}\n  Version table:",
        version(installed),
        version(candidate)
    );
    for (release, lists) in versions {
        let mark = if *release == installed { " ***" } else { "    " };
        let priority = if lists.is_empty() { 100 } else { 500 };
        let phase = match phased {
            Some(percent) if *release == candidate => format!(" (phased {percent}%)"),
            _ => String::new(),
        };
        let _ = writeln!(text, "{mark} {} {priority}{phase}", version(*release));
        for list in lists {
            let _ = writeln!(
                text,
                "        500 {}",
                index_of(&sight.spec.distro.tables().lists[*list])
            );
        }
        if *release == installed {
            text.push_str("        100 /var/lib/dpkg/status\n");
        }
    }
}

/// `apt-mark showhold`
pub(super) fn holds(sight: &Sight) -> String {
    let mut text = String::new();
    for source in sight.spec.distro.tables().sources {
        if sight.spec.held.contains(&source.name) {
            for binary in source.binaries {
                let _ = writeln!(text, "{binary}");
            }
        }
    }
    text
}
