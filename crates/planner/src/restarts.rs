//! What restarts without a reboot, and what *restart services instead* may restart.

use crate::packages::Packages;
use crate::words::bare;
use model::facts::Facts;
use model::plan::{PredictedRestart, RestartCause};
use std::collections::{BTreeMap, BTreeSet};

/// Units that lose something no restart brings back (sessions, every client's bus), or that are no services to
/// restart. needrestart leaves them alone for the same reasons. A name before `*` is a beginning.
const LEFT_ALONE: &[&str] = &[
    "apt-daily*",
    "dbus-broker.service",
    "dbus.service",
    "display-manager.service",
    "drydock-*",
    "gdm*",
    "getty@*",
    "lightdm.service",
    "serial-getty@*",
    "systemd-logind.service",
    "unattended-upgrades.service",
    "user@*",
];

/// Every unit that is expected to restart, or to run old libraries, sorted by unit.
pub(crate) fn predicted(facts: &Facts, packages: &Packages<'_>) -> Vec<PredictedRestart> {
    let planned: BTreeSet<&str> = packages
        .changes
        .iter()
        .map(|change| bare(&change.package))
        .collect();
    let mut units: BTreeMap<&str, PredictedRestart> = BTreeMap::new();
    let affected = packages
        .transaction
        .and_then(|transaction| transaction.restarts.get())
        .into_iter()
        .flatten()
        .filter(|restart| planned.contains(bare(&restart.package)));
    for restart in affected {
        let one = PredictedRestart {
            unit: restart.unit.clone(),
            cause: restart.cause,
            package: Some(restart.package.clone()),
        };
        // What a maintainer script restarts needs no other reason.
        match units.get(restart.unit.as_str()) {
            Some(known) if (known.cause, &known.package) <= (one.cause, &one.package) => {}
            _ => {
                units.insert(&restart.unit, one);
            }
        }
    }
    for unit in facts
        .old_libraries
        .get()
        .into_iter()
        .flat_map(|old| &old.services)
    {
        units.entry(unit).or_insert_with(|| PredictedRestart {
            unit: unit.clone(),
            cause: RestartCause::OldLibrary,
            package: None,
        });
    }
    units.into_values().collect()
}

/// Why it is not known what the packages restart.
pub(crate) fn unknown(packages: &Packages<'_>) -> Option<String> {
    let why = packages.transaction?.restarts.why_unknown()?;
    (!packages.is_empty()).then(|| why.to_owned())
}

/// The units that a step restarts: those that no maintainer script restarts and that can be restarted.
pub(crate) fn to_restart(predicted: &[PredictedRestart]) -> Vec<String> {
    predicted
        .iter()
        .filter(|restart| restart.cause != RestartCause::Ships && !is_left_alone(&restart.unit))
        .map(|restart| restart.unit.clone())
        .collect()
}

/// Whether restarting this unit would do harm that a reboot would not.
pub(crate) fn is_left_alone(unit: &str) -> bool {
    LEFT_ALONE.iter().any(|pattern| match pattern.strip_suffix('*') {
        Some(start) => unit.starts_with(start),
        None => unit == *pattern,
    })
}
