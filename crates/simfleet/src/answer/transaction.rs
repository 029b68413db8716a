//! What `apt-get -s` prints: the transaction, and what it leaves out.

use crate::archive::List;
use crate::host::{Pending, Sight};
use std::fmt::Write as _;

/// One package that has a newer version.
#[derive(Debug)]
pub(super) struct Change {
    pub(super) package: String,
    pub(super) from: String,
    pub(super) to: String,
    /// Indexes of the lists that hold the new version.
    pub(super) lists: Vec<usize>,
    fate: Fate,
}

/// What the two kinds of upgrade do with a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// Both upgrade it.
    Upgraded,
    /// Only the one that may install new packages.
    NeedsNew,
    /// Neither: it is on hold.
    Held,
    /// Neither: it is not this machine's turn.
    Deferred,
}

/// Every pending package, sorted by name.
pub(super) fn changes(sight: &Sight) -> Vec<Change> {
    let tables = sight.spec.distro.tables();
    let lists =
        |versions: &crate::host::Versions| versions.first().map_or_else(Vec::new, |(_, lists)| lists.clone());
    let mut changes = Vec::new();
    for pending in &sight.pending {
        let source = &tables.sources[pending.source];
        for binary in source.binaries {
            changes.push(Change {
                package: (*binary).to_owned(),
                from: source.version_of(pending.from),
                to: source.version_of(pending.to),
                lists: lists(&pending.versions),
                fate: match pending.standing {
                    Pending::Ready => Fate::Upgraded,
                    Pending::Held => Fate::Held,
                    Pending::Phased(_) => Fate::Deferred,
                },
            });
        }
    }
    if let Some(pending) = &sight.kernel {
        let kernel = &tables.kernels[sight.spec.flavour];
        for meta in kernel.metas {
            changes.push(Change {
                package: (*meta).to_owned(),
                from: kernel.fill(kernel.version, pending.from),
                to: kernel.fill(kernel.version, pending.to),
                lists: lists(&pending.versions),
                fate: Fate::NeedsNew,
            });
        }
    }
    changes.sort_by(|a, b| a.package.cmp(&b.package));
    changes
}

/// `apt-get -s upgrade`, which installs nothing new.
pub(super) fn upgrade(sight: &Sight) -> String {
    transaction(sight, false)
}

/// `apt-get -s dist-upgrade`; `upgrade --with-new-pkgs` comes to the same here, since nothing is ever removed.
pub(super) fn full_upgrade(sight: &Sight) -> String {
    transaction(sight, true)
}

fn transaction(sight: &Sight, may_install: bool) -> String {
    let changes = changes(sight);
    let is_upgraded =
        |change: &&Change| change.fate == Fate::Upgraded || (may_install && change.fate == Fate::NeedsNew);
    let names = |keep: &dyn Fn(&&Change) -> bool| -> Vec<&str> {
        changes
            .iter()
            .filter(keep)
            .map(|change| change.package.as_str())
            .collect()
    };
    let new = if may_install {
        new_kernel(sight)
    } else {
        Vec::new()
    };
    let upgraded = names(&is_upgraded);
    let kept = names(&|change| change.fate == Fate::Held || (!may_install && change.fate == Fate::NeedsNew));
    let deferred = names(&|change| change.fate == Fate::Deferred);
    let mut text = "Reading package lists...\nBuilding dependency tree...\nReading state information...\n\
                    Calculating upgrade...\n"
        .to_owned();
    let added: Vec<&str> = new.iter().map(|(name, _, _)| name.as_str()).collect();
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
        new.len(),
        kept.len() + deferred.len()
    );
    let unfinished = sight.state.unfinished.len();
    if unfinished > 0 {
        let _ = writeln!(text, "{unfinished} not fully installed or removed.");
    }
    for change in changes.iter().filter(is_upgraded) {
        let origins = origins(sight, &change.lists);
        let _ = writeln!(
            text,
            "Inst {} [{}] ({} {origins} [amd64])",
            change.package, change.from, change.to
        );
    }
    for (name, version, lists) in &new {
        let _ = writeln!(text, "Inst {name} ({version} {} [amd64])", origins(sight, lists));
    }
    for change in changes.iter().filter(is_upgraded) {
        let _ = writeln!(
            text,
            "Conf {} ({} {} [amd64])",
            change.package,
            change.to,
            origins(sight, &change.lists)
        );
    }
    for (name, version, lists) in &new {
        let _ = writeln!(text, "Conf {name} ({version} {} [amd64])", origins(sight, lists));
    }
    text
}

/// The packages that the pending kernel brings: name, version, lists.
fn new_kernel(sight: &Sight) -> Vec<(String, String, Vec<usize>)> {
    let Some(pending) = &sight.kernel else {
        return Vec::new();
    };
    let kernel = &sight.spec.distro.tables().kernels[sight.spec.flavour];
    let lists = pending
        .versions
        .first()
        .map_or_else(Vec::new, |(_, lists)| lists.clone());
    kernel
        .brings
        .iter()
        .map(|package| {
            (
                kernel.fill(package, pending.to),
                kernel.fill(kernel.version, pending.to),
                lists.clone(),
            )
        })
        .collect()
}

fn origins(sight: &Sight, lists: &[usize]) -> String {
    let names: Vec<String> = lists
        .iter()
        .map(|list| origin(&sight.spec.distro.tables().lists[*list]))
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
fn wrapped(text: &mut String, names: &[&str]) {
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
