//! What `apt-get -s` prints: the transaction, and what it leaves out.

use crate::archive::List;
use crate::host::{Change, Fate, HostSpec, Offer, Refused};
use std::fmt::Write as _;

/// What stands above the `Inst` lines, and above the downloads: everything up to the sum. `chosen` is what is done,
/// `unfinished` how many packages dpkg has still to configure.
pub(crate) fn summary(offer: &Offer, chosen: &[Change], unfinished: usize) -> String {
    let upgrades = offer.upgrades();
    let names = |changes: &mut dyn Iterator<Item = &Change>| -> Vec<String> {
        changes.map(|change| change.package.clone()).collect()
    };
    let is_chosen = |change: &Change| chosen.iter().any(|one| one.package == change.package);
    let left = |deferred: bool| {
        let left = upgrades.iter().filter(|change| !is_chosen(change));
        names(&mut left.filter(|change| (change.fate == Fate::Deferred) == deferred))
    };
    let (kept, deferred) = (left(false), left(true));
    let added = names(&mut chosen.iter().filter(|change| change.from.is_none()));
    let upgraded = names(&mut chosen.iter().filter(|change| change.from.is_some()));
    let mut text = "Reading package lists...\nBuilding dependency tree...\nReading state information...\n\
                    Calculating upgrade...\n"
        .to_owned();
    for (said, names) in [
        ("The following NEW packages will be installed:", &added),
        ("The following packages have been kept back:", &kept),
        (
            "The following upgrades have been deferred due to phasing:",
            &deferred,
        ),
        ("The following packages will be upgraded:", &upgraded),
    ] {
        if !names.is_empty() {
            let _ = writeln!(text, "{said}");
            wrapped(&mut text, names);
        }
    }
    let _ = writeln!(
        text,
        "{} upgraded, {} newly installed, 0 to remove and {} not upgraded.",
        upgraded.len(),
        added.len(),
        kept.len() + deferred.len()
    );
    if unfinished > 0 {
        let _ = writeln!(text, "{unfinished} not fully installed or removed.");
    }
    text
}

/// `apt-get -s` of a transaction.
pub(crate) fn simulated(spec: &HostSpec, offer: &Offer, chosen: &[Change], unfinished: usize) -> String {
    let mut text = summary(offer, chosen, unfinished);
    for change in chosen {
        let old = change
            .from
            .as_ref()
            .map_or_else(String::new, |from| format!("[{from}] "));
        let _ = writeln!(
            text,
            "Inst {} {old}({} {} [amd64])",
            change.package,
            change.to,
            origins(spec, &change.lists)
        );
    }
    for change in chosen {
        let _ = writeln!(
            text,
            "Conf {} ({} {} [amd64])",
            change.package,
            change.to,
            origins(spec, &change.lists)
        );
    }
    text
}

/// What apt says on standard error when it makes no transaction.
pub(crate) fn refused(why: &Refused) -> String {
    match why {
        Refused::Unknown(name) => format!("E: Unable to locate package {name}\n"),
        Refused::NoSuchVersion(name, version) => {
            format!("E: Version '{version}' for '{name}' was not found\n")
        }
        Refused::Held(_) => "E: Held packages were changed and -y was used without \
                             --allow-change-held-packages.\n"
            .to_owned(),
    }
}

/// The list that a package is fetched from, the first that holds it.
pub(crate) fn source_of(spec: &HostSpec, change: &Change) -> Option<&'static List> {
    spec.distro.tables().lists.get(*change.lists.first()?)
}

fn origins(spec: &HostSpec, lists: &[usize]) -> String {
    let names: Vec<String> = lists
        .iter()
        .map(|list| origin(&spec.distro.tables().lists[*list]))
        .collect();
    names.join(", ")
}

/// The origin of a list as apt writes it in a transaction: `Debian-Security:12/oldstable-security`.
fn origin(list: &List) -> String {
    if list.version.is_empty() {
        format!("{}:{}", list.label, list.archive)
    } else {
        format!("{}:{}/{}", list.label, list.version, list.archive)
    }
}

/// Names in lines of at most 79 columns, as apt breaks them.
fn wrapped(text: &mut String, names: &[String]) {
    let mut column = 0;
    for name in names {
        if column == 0 || column + 1 + name.len() > 79 {
            if column > 0 {
                text.push('\n');
            }
            text.push(' ');
            column = 1;
        }
        text.push(' ');
        text.push_str(name);
        column += 1 + name.len();
    }
    text.push('\n');
}
