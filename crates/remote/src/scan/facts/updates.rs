//! Pending updates: what `apt list --upgradable` lists, each told apart by what a plain upgrade would do with it.

use super::policy::{Policies, Releases};
use super::simulation::Simulation;
use crate::scan::Document;
use crate::scan::document::shortened;
use model::facts::{Known, Update, UpdateKind, Updates};
use std::collections::HashSet;

pub(super) fn updates(document: &Document, architecture: &str) -> Known<Updates> {
    if document.section("upgradable").is_none() {
        return Known::unknown("apt is not installed");
    }
    read(document, architecture).map_or_else(Known::Unknown, Known::Known)
}

fn read(document: &Document, architecture: &str) -> Result<Updates, String> {
    let listed = document
        .answer("upgradable", "apt list")?
        .filter_map(|line| Listed::read(line, architecture).transpose())
        .collect::<Result<Vec<_>, _>>()?;
    let releases = Releases::read(document.answer("releases", "apt-cache policy")?);
    let policies = Policies::read(document.answer("versions", "apt-cache policy")?);
    let holds: HashSet<&str> = document.answer("holds", "apt-mark")?.map(str::trim).collect();
    let upgrade = Simulation::read(document.answer("upgrade", "apt-get upgrade")?);
    let full = Simulation::read(document.answer("full-upgrade", "apt-get dist-upgrade")?);
    let mut pending = Vec::with_capacity(listed.len());
    for Listed {
        package,
        from,
        to,
        suites,
    } in listed
    {
        if !policies.knows(&package) {
            return Err(format!("apt-cache policy said nothing about {package}"));
        }
        let kind = if holds.contains(package.as_str()) {
            UpdateKind::Held
        } else if upgrade.upgrades_to(&package, to) {
            UpdateKind::Ready
        } else if upgrade.defers(&package)
            || full.defers(&package)
            || (policies.is_phased(&package, to) && !full.upgrades_to(&package, to))
        {
            UpdateKind::Phased
        } else {
            UpdateKind::KeptBack
        };
        pending.push(Update {
            from: from.to_owned(),
            to: to.to_owned(),
            origin: policies
                .origin(&package, to, &releases)
                .unwrap_or_else(|| suites.to_owned()),
            security: policies.is_security(&package, from, &releases),
            kind,
            package,
        });
    }
    pending.sort_by(|a, b| a.package.cmp(&b.package));
    let names =
        |names: &std::collections::BTreeSet<&str>| names.iter().map(|name| (*name).to_owned()).collect();
    Ok(Updates {
        pending,
        would_install: names(&full.additions),
        would_remove: names(&full.removals),
    })
}

struct Listed<'a> {
    package: String,
    from: &'a str,
    to: &'a str,
    suites: &'a str,
}

impl<'a> Listed<'a> {
    /// `NAME/SUITE,SUITE VERSION ARCH [upgradable from: OLD]`; a line of apt's own talk is none. Any other line is an
    /// error: the number of updates must be the number of lines.
    fn read(line: &'a str, architecture: &str) -> Result<Option<Self>, String> {
        if line.trim().is_empty()
            || line.starts_with("Listing...")
            || ["N: ", "W: ", "WARNING: "]
                .iter()
                .any(|talk| line.starts_with(talk))
        {
            return Ok(None);
        }
        let not_understood = || {
            format!(
                "apt list printed a line that Drydock does not understand: {}",
                shortened(line)
            )
        };
        let (words, from) = line
            .strip_suffix(']')
            .and_then(|line| line.split_once(" [upgradable from: "))
            .ok_or_else(not_understood)?;
        let mut words = words.split(' ');
        let (Some(name), Some(to), Some(arch), None) =
            (words.next(), words.next(), words.next(), words.next())
        else {
            return Err(not_understood());
        };
        let (name, suites) = name.split_once('/').ok_or_else(not_understood)?;
        Ok(Some(Self {
            package: if arch == architecture || arch == "all" {
                name.to_owned()
            } else {
                format!("{name}:{arch}")
            },
            from,
            to,
            suites,
        }))
    }
}
