//! What has to be simulated on a server before it can be planned.

use model::Upgrade;
use model::facts::{Facts, UpdateKind};
use model::options::Options;

/// One simulation to ask a server for. Its answer is stored with the options' own picks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Which transaction.
    pub upgrade: Upgrade,
    /// These packages and what they bring along. For [`Upgrade::Security`] the names of the security updates, and empty
    /// is an empty transaction; for the others empty means all.
    pub only: Vec<String>,
    /// Never these.
    pub exclude: Vec<String>,
}

/// What `options` want simulated on a server with these facts; nothing when no upgrade is ticked. A held package is not
/// asked for: somebody held it.
pub fn wanted(options: &Options, facts: &Facts) -> Option<Wanted> {
    let upgrade = options.upgrade()?;
    let picks = &options.picks;
    let only = if upgrade == Upgrade::Security {
        facts
            .updates
            .get()
            .into_iter()
            .flat_map(|updates| &updates.pending)
            .filter(|update| update.security && update.kind != UpdateKind::Held)
            .map(|update| &update.package)
            .filter(|package| picks.picks(package) && !picks.excludes(package))
            .cloned()
            .collect()
    } else {
        picks.only.clone()
    };
    Some(Wanted {
        upgrade,
        only,
        exclude: picks.exclude.clone(),
    })
}
