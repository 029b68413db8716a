//! What a simulated server answers to a survey: what apt would do, how large it is, and which units it concerns.

use super::{Sections, update};
use crate::apt::{file_name, refused, simulated, size, source_of};
use crate::host::{Change, Item, Sight, installed};
use crate::work::{library_of, unit_shipped_by};
use model::Upgrade;
use remote::scan::Composer;
use remote::work::simulate::{SimulateOp, Wanted};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// The document. `refreshed`: the lists were refreshed for it.
pub(crate) fn survey(sight: &Sight, op: &SimulateOp, refreshed: bool) -> String {
    let wall = sight.clock(sight.pace.wall(sight.state.at));
    let clock = wall.micros().saturating_mul(1_000);
    let mut writer = Sections {
        composer: Composer::new(&op.asked.nonce, clock),
    };
    if refreshed {
        let (said, exit) = update(sight);
        // apt's own errors go to standard error.
        let (errors, said): (Vec<&str>, Vec<&str>) = said.lines().partition(|line| line.starts_with("E:"));
        let (said, errors) = (said.join("\n"), errors.join("\n"));
        writer.composer.section("refresh", &said, &errors, exit, 2_840);
    }
    let at = sight.state.refreshed.map(|at| sight.clock_secs(at).to_string());
    let about = format!(
        "architecture=amd64\nnow={}\nrefreshed={}\n",
        wall.secs(),
        at.unwrap_or_default()
    );
    writer.add("about", &about);
    let known = installed(&sight.spec, &sight.state);
    let mut concerned: Vec<Change> = Vec::new();
    for (number, wanted) in op.wanted.iter().enumerate() {
        concerned.extend(transaction(&mut writer, sight, &known, number, wanted));
    }
    writer.add("units", &units(sight, &concerned));
    writer.composer.end(clock)
}

/// One transaction: free, then pinned without what is excluded, with its sizes. Returns what it would do.
fn transaction(
    writer: &mut Sections,
    sight: &Sight,
    known: &BTreeMap<String, String>,
    number: usize,
    wanted: &Wanted,
) -> Vec<Change> {
    let (spec, offer, unfinished) = (&sight.spec, &sight.offer, sight.state.unfinished.len());
    let is_excluded = |name: &str| wanted.exclude.iter().any(|excluded| excluded == name);
    let kept = wanted.only.iter().filter(|name| !is_excluded(name));
    let words: Vec<(&str, Option<&str>)> = kept.map(|name| (name.as_str(), None)).collect();
    let is_nothing = words.is_empty() && (wanted.upgrade == Upgrade::Security || !wanted.only.is_empty());
    if is_nothing {
        writer.add(&format!("nothing-{number}"), "");
        return Vec::new();
    }
    let free = if words.is_empty() {
        Ok(offer.whole(true))
    } else {
        offer.install(&words, known)
    };
    let free = match free {
        Ok(free) => free,
        Err(why) => {
            let name = format!("free-{number}");
            let said = refused(&why);
            writer.composer.section(&name, "", &said, 100, 640);
            return Vec::new();
        }
    };
    writer.add(
        &format!("free-{number}"),
        &simulated(spec, offer, &free, unfinished),
    );
    // A kernel's packages depend on each other: without one of them the others stay, too.
    let no_kernel = free
        .iter()
        .any(|change| matches!(change.item, Item::Kernel { .. }) && is_excluded(&change.package));
    let pins: Vec<(&str, Option<&str>)> = free
        .iter()
        .filter(|change| !is_excluded(&change.package))
        .filter(|change| !(no_kernel && matches!(change.item, Item::Kernel { .. })))
        .map(|change| (change.package.as_str(), Some(change.to.as_str())))
        .collect();
    if pins.is_empty() {
        return Vec::new();
    }
    let pinned = offer.install(&pins, known).unwrap_or_default();
    writer.add(
        &format!("pinned-{number}"),
        &simulated(spec, offer, &pinned, unfinished),
    );
    writer.add(&format!("uris-{number}"), &uris(sight, &pinned));
    pinned
}

/// `apt-get --print-uris`
fn uris(sight: &Sight, changes: &[Change]) -> String {
    changes.iter().fold(String::new(), |mut text, change| {
        let uri = source_of(&sight.spec, change).map_or("", |list| list.uri);
        let file = file_name(&change.package, &change.to);
        let size = size(&change.package, &change.to).download;
        let place = change.package.chars().next().unwrap_or('x');
        let _ = writeln!(text, "'{uri}/pool/main/{place}/{file}' {file} {size} ");
        text
    })
}

/// Running units that the changes concern: unit, package, and how.
fn units(sight: &Sight, changes: &[Change]) -> String {
    let running = sight.spec.role.units(sight.spec.distro);
    let mut lines = BTreeSet::new();
    for change in changes {
        let Item::Binary { source, name, .. } = change.item else {
            continue;
        };
        let source = &sight.spec.distro.tables().sources[source];
        if let Some(unit) = unit_shipped_by(source, name)
            && !sight.state.failed_units.contains(&unit)
        {
            lines.insert(format!("{unit}\t{name}\tships\n"));
        }
        if library_of(source) == name {
            let used = source.used_by.iter().filter(|unit| running.contains(unit));
            lines.extend(used.map(|unit| format!("{unit}\t{name}\tuses\n")));
        }
    }
    lines.into_iter().collect()
}
