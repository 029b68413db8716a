//! Installed packages, pending updates, and where they come from.

use super::Found;
use crate::dpkg_version::compare_versions;
use model::facts::{ChangeKind, Facts, Known, UpdateKind};
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn packages(old: &BTreeMap<&str, &str>, new: &BTreeMap<&str, &str>, found: &mut Found) {
    let mut upgraded = Vec::new();
    let mut set_back = Vec::new();
    let mut installed = Vec::new();
    for (name, to) in new {
        match old.get(name) {
            None => installed.push(format!("{name} {to}")),
            Some(from) if from != to => {
                let line = format!("{name} {from} → {to}");
                match compare_versions(from, to) {
                    Ordering::Greater => set_back.push(line),
                    _ => upgraded.push(line),
                }
            }
            Some(_) => {}
        }
    }
    let removed: Vec<String> = old
        .iter()
        .filter(|(name, _)| !new.contains_key(*name))
        .map(|(name, version)| format!("{name} {version}"))
        .collect();
    for (verb, things) in [
        ("upgraded", upgraded),
        ("set back to an older version", set_back),
        ("installed", installed),
        ("removed", removed),
    ] {
        let count = things.len();
        if count > 0 {
            let noun = if count == 1 { "package" } else { "packages" };
            found.say(ChangeKind::Packages, format!("{count} {noun} {verb}"), things);
        }
    }
}

pub(super) fn updates(old: &Facts, new: &Facts, found: &mut Found) {
    if let (Known::Known(a), Known::Known(b)) = (&old.updates, &new.updates) {
        let known: BTreeSet<(&str, &str)> = a
            .pending
            .iter()
            .map(|u| (u.package.as_str(), u.to.as_str()))
            .collect();
        for (security, word) in [(true, "security updates"), (false, "other updates")] {
            let count =
                |list: &[model::facts::Update]| list.iter().filter(|u| u.security == security).count();
            let (from, to) = (count(&a.pending), count(&b.pending));
            if from != to {
                let details = b
                    .pending
                    .iter()
                    .filter(|u| {
                        u.security == security && !known.contains(&(u.package.as_str(), u.to.as_str()))
                    })
                    .map(|u| format!("{} {} → {}", u.package, u.from, u.to))
                    .collect();
                found.say(
                    ChangeKind::Updates,
                    format!("Pending {word} {from} → {to}"),
                    details,
                );
            }
        }
        let held = |list: &[model::facts::Update]| -> BTreeSet<String> {
            list.iter()
                .filter(|u| u.kind == UpdateKind::Held)
                .map(|u| u.package.clone())
                .collect()
        };
        let (from, to) = (held(&a.pending), held(&b.pending));
        let newly: Vec<String> = to.difference(&from).cloned().collect();
        found.list(ChangeKind::Updates, "", "packages", "set on hold", newly);
    }
}

/// Sources, and the server's own automatic updates.
pub(super) fn sources(old: &Facts, new: &Facts, found: &mut Found) {
    if let (Known::Known(a), Known::Known(b)) = (&old.sources, &new.sources) {
        let names = |sources: &model::facts::Sources, failing: bool| -> BTreeSet<String> {
            sources
                .sources
                .iter()
                .filter(|source| !failing || source.error.is_some())
                .map(|source| source.name.clone())
                .collect()
        };
        let (from, to) = (names(a, false), names(b, false));
        let difference = |x: &BTreeSet<String>, y: &BTreeSet<String>| x.difference(y).cloned().collect();
        found.list(
            ChangeKind::Sources,
            "Source ",
            "sources",
            "added",
            difference(&to, &from),
        );
        found.list(
            ChangeKind::Sources,
            "Source ",
            "sources",
            "removed",
            difference(&from, &to),
        );
        let (bad, now_bad) = (names(a, true), names(b, true));
        found.list(
            ChangeKind::Sources,
            "Source ",
            "sources",
            "failed",
            difference(&now_bad, &bad),
        );
        let healed = bad
            .difference(&now_bad)
            .filter(|name| to.contains(*name))
            .cloned()
            .collect();
        found.list(
            ChangeKind::Sources,
            "Source ",
            "sources",
            "can be fetched again",
            healed,
        );
    }
    if let (Known::Known(a), Known::Known(b)) = (&old.unattended, &new.unattended)
        && a != b
    {
        let mut details = Vec::new();
        for (what, from, to) in [
            ("works by itself", a.works(), b.works()),
            ("security origins only", a.security_only, b.security_only),
            (
                "restarts the server by itself",
                a.automatic_reboot,
                b.automatic_reboot,
            ),
        ] {
            if from != to {
                details.push(format!("{what}: {} → {}", yes(from), yes(to)));
            }
        }
        found.say(
            ChangeKind::Unattended,
            "The server's own automatic updates are set otherwise",
            details,
        );
    }
}

const fn yes(is: bool) -> &'static str {
    if is { "yes" } else { "no" }
}
