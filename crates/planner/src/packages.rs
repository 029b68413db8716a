//! What is installed on one server: its simulated transaction, as far as the options allow it.

use crate::SnapshotServer;
use crate::care::Inputs;
use crate::eligible::Left;
use crate::reboot::kernel_release;
use crate::words::{count, list};
use model::facts::{Facts, Known, UpdateKind};
use model::options::Options;
use model::plan::{
    LeftOutReason, LeftPackage, PackageChange, PackagePart, PlannedPackage, PlannedRemoval, Simulation,
    Transaction,
};
use model::{Timestamp, Upgrade, short_duration};
use std::collections::HashSet;

/// The packages of one server.
#[derive(Default)]
pub(crate) struct Packages<'a> {
    pub(crate) changes: Vec<&'a PackageChange>,
    pub(crate) planned: Vec<PlannedPackage>,
    pub(crate) removals: Vec<PlannedRemoval>,
    pub(crate) left: Vec<LeftPackage>,
    pub(crate) download_bytes: Option<u64>,
    pub(crate) transaction: Option<&'a Transaction>,
    pub(crate) simulated_at: Option<Timestamp>,
    pub(crate) draft: Option<String>,
}

impl Packages<'_> {
    pub(crate) fn is_empty(&self) -> bool {
        self.planned.is_empty() && self.removals.is_empty()
    }
}

/// The packages of `server`, or why it is left out. Nothing when no upgrade is ticked.
pub(crate) fn packages<'a>(
    inputs: &Inputs<'_>,
    server: &'a SnapshotServer,
    facts: &'a Facts,
) -> Result<Packages<'a>, Left> {
    let Some(upgrade) = inputs.options.upgrade() else {
        return Ok(Packages::default());
    };
    fresh_lists(inputs, facts)?;
    let interrupted = facts
        .unfinished_packages
        .get()
        .is_some_and(|list| !list.is_empty());
    let found = match newest_simulation(server, inputs.options, upgrade) {
        None => Err("Its updates have not been simulated yet. Scan it and preview again.".to_owned()),
        Some(simulation) => match &simulation.transaction {
            Known::Known(transaction) => Ok((simulation, transaction)),
            Known::Unknown(why) => Err(format!("Its updates could not be simulated: {why}.")),
        },
    };
    let (simulation, transaction) = match found {
        Ok(found) => found,
        // That is why it failed: the plan finishes it, and the updates come with the next one.
        Err(_) if interrupted => return Ok(Packages::default()),
        Err(sentence) => return Err((LeftOutReason::NotSimulated, sentence)),
    };
    let picks = &inputs.options.picks;
    // What is excluded and not part of the whole makes no difference to it.
    let is_exact = simulation.picks == *picks
        || (picks.only.is_empty()
            && !transaction
                .changes
                .iter()
                .any(|change| picks.excludes(&change.package)));
    let mut changes: Vec<&PackageChange> = transaction
        .changes
        .iter()
        .filter(|change| is_exact || (picks.picks(&change.package) && !picks.excludes(&change.package)))
        .collect();
    changes.sort_by(|a, b| (&a.package, &a.arch).cmp(&(&b.package, &b.arch)));
    // What a pick would remove is only known once it has been simulated for itself.
    let keeps_removals = is_exact || picks.only.is_empty();
    let mut removals: Vec<PlannedRemoval> = transaction
        .removals
        .iter()
        .filter(|_| keeps_removals)
        .map(|removal| PlannedRemoval {
            package: removal.package.clone(),
            version: removal.version.clone(),
        })
        .collect();
    removals.sort_by(|a, b| a.package.cmp(&b.package));
    allowed(inputs, upgrade, &changes, &removals)?;
    enough_room(inputs, server, facts, transaction, &changes)?;
    Ok(Packages {
        planned: changes.iter().map(|change| planned(change, upgrade)).collect(),
        left: left(inputs, facts, upgrade, &changes),
        download_bytes: download(transaction, &changes),
        simulated_at: Some(simulation.simulated_at),
        draft: draft(inputs, simulation, is_exact),
        transaction: Some(transaction),
        changes,
        removals,
    })
}

fn fresh_lists(inputs: &Inputs<'_>, facts: &Facts) -> Result<(), Left> {
    let doubt = match &facts.sources {
        Known::Known(sources) => sources.doubt(inputs.now),
        Known::Unknown(why) => Some(format!("how fresh its package lists are is not known ({why})")),
    };
    doubt.map_or(Ok(()), |doubt| {
        Err((
            LeftOutReason::StaleLists,
            format!("Its pending updates are not known: {doubt}. Mend its package sources, then scan it."),
        ))
    })
}

/// The newest simulation of exactly the chosen packages, else of all.
pub(crate) fn newest_simulation<'a>(
    server: &'a SnapshotServer,
    options: &Options,
    upgrade: Upgrade,
) -> Option<&'a Simulation> {
    let newest = |exact: bool| {
        server
            .simulations
            .iter()
            .filter(|one| one.upgrade == upgrade)
            .filter(|one| {
                if exact {
                    one.picks == options.picks
                } else {
                    one.picks.is_all()
                }
            })
            .max_by_key(|one| one.simulated_at)
    };
    newest(true).or_else(|| newest(false))
}

fn draft(inputs: &Inputs<'_>, simulation: &Simulation, is_exact: bool) -> Option<String> {
    let age = inputs.now.secs_since(simulation.simulated_at);
    if !is_exact {
        return Some("What the chosen packages bring along is simulated before the run.".to_owned());
    }
    (age > inputs.policy.simulation_max_age_secs).then(|| {
        format!(
            "This was simulated {} ago; it is simulated again before the run.",
            short_duration(age)
        )
    })
}

fn allowed(
    inputs: &Inputs<'_>,
    upgrade: Upgrade,
    changes: &[&PackageChange],
    removals: &[PlannedRemoval],
) -> Result<(), Left> {
    if upgrade != Upgrade::FullUpgrade && !removals.is_empty() {
        let names: Vec<&str> = removals.iter().map(|removal| removal.package.as_str()).collect();
        let sentence = format!(
            "Its updates would remove {}. Only a full upgrade may remove packages.",
            list(&names)
        );
        return Err((LeftOutReason::WouldRemove, sentence));
    }
    let excluded = changes
        .iter()
        .find(|change| inputs.options.picks.excludes(&change.package));
    excluded.map_or(Ok(()), |change| {
        let sentence = format!(
            "Its updates need {}, which is excluded. Exclude what needs it as well, or allow it.",
            change.package
        );
        Err((LeftOutReason::NeedsExcluded, sentence))
    })
}

/// `/boot` needs 1.5 times the present image and initrd for every new kernel (`reliability.md`).
fn enough_room(
    inputs: &Inputs<'_>,
    server: &SnapshotServer,
    facts: &Facts,
    transaction: &Transaction,
    changes: &[&PackageChange],
) -> Result<(), Left> {
    let no_room = |needed: u64, place: &str, free: u64| {
        let sentence = format!(
            "It needs {} MB of free space on {place} and has {} MB. Make room and preview again.",
            needed.div_ceil(1_000_000),
            free / 1_000_000
        );
        Err((LeftOutReason::NoRoom, sentence))
    };
    let grows = transaction
        .disk_bytes
        .and_then(|bytes| u64::try_from(bytes).ok())
        .unwrap_or(0);
    let needed = download(transaction, changes)
        .unwrap_or(0)
        .saturating_add(grows)
        .saturating_add(inputs.policy.disk_reserve_bytes);
    if !changes.is_empty() && facts.machine.root_free_bytes < needed {
        return no_room(needed, "its disk", facts.machine.root_free_bytes);
    }
    let kernels = changes
        .iter()
        .filter(|change| change.from.is_none() && kernel_release(&change.package).is_some())
        .count();
    if let (Some(free), Some(size)) = (facts.machine.boot_free_bytes, server.kernel_bytes) {
        let kernels = u64::try_from(kernels).unwrap_or(u64::MAX);
        let needed = size.saturating_mul(3).saturating_mul(kernels) / 2;
        if free < needed {
            return no_room(needed, "/boot", free);
        }
    }
    Ok(())
}

/// apt's own sum for the whole transaction, else the sum of what is known of every package.
fn download(transaction: &Transaction, changes: &[&PackageChange]) -> Option<u64> {
    if changes.len() == transaction.changes.len() && transaction.download_bytes.is_some() {
        return transaction.download_bytes;
    }
    changes.iter().try_fold(0_u64, |sum, change| {
        Some(sum.saturating_add(change.download_bytes?))
    })
}

fn planned(change: &PackageChange, upgrade: Upgrade) -> PlannedPackage {
    PlannedPackage {
        package: change.package.clone(),
        arch: change.arch.clone(),
        from: change.from.clone(),
        to: change.to.clone(),
        origins: change.origins.clone(),
        part: match (change.security, upgrade) {
            (true, _) => PackagePart::Security,
            (false, Upgrade::Security) => PackagePart::ComesAlong,
            (false, _) => PackagePart::Other,
        },
        download_bytes: change.download_bytes,
    }
}

/// Pending updates that were asked for and stay pending.
fn left(
    inputs: &Inputs<'_>,
    facts: &Facts,
    upgrade: Upgrade,
    changes: &[&PackageChange],
) -> Vec<LeftPackage> {
    let planned: HashSet<&str> = changes.iter().map(|change| change.package.as_str()).collect();
    let picks = &inputs.options.picks;
    let pending = facts
        .updates
        .get()
        .into_iter()
        .flat_map(|updates| &updates.pending);
    pending
        .filter(|update| update.security || upgrade != Upgrade::Security)
        .filter(|update| !planned.contains(update.package.as_str()))
        .map(|update| LeftPackage {
            package: update.package.clone(),
            why: if picks.excludes(&update.package) {
                "excluded"
            } else if !picks.picks(&update.package) {
                "not picked"
            } else {
                match update.kind {
                    UpdateKind::Held => "on hold",
                    UpdateKind::Phased => "phased: this server gets it later",
                    UpdateKind::KeptBack => "kept back",
                    UpdateKind::Ready => "not in the simulation",
                }
            }
            .to_owned(),
            security: update.security,
        })
        .collect()
}

/// `Install 3 packages (2 security updates), remove 1 package.`
pub(crate) fn sentence(packages: &Packages<'_>) -> String {
    let security = packages
        .planned
        .iter()
        .filter(|package| package.part == PackagePart::Security)
        .count();
    let mut text = format!("Install {}", count(packages.planned.len(), "package"));
    if security > 0 {
        text.push_str(&format!(" ({})", count(security, "security update")));
    }
    if !packages.removals.is_empty() {
        text.push_str(&format!(", remove {}", count(packages.removals.len(), "package")));
    }
    text.push('.');
    text
}
