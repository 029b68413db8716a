//! What workers do: one file per kind of check, and under `deploy` one per kind of step. Nothing is decided here beyond
//! what a check saw; nothing is planned.

mod deploy;
mod desk;
mod fingerprint;
mod look;
mod probe;
mod scan;
mod survey;
mod written;

pub use desk::Desk;

use engine::{DuplicateKind, Registry, RunKind, StepStore};
use std::sync::Arc;

/// Every kind that this build's workers know.
///
/// # Errors
/// When two kinds have the same name, which is a mistake in this crate.
pub fn registry(desk: &Arc<Desk>) -> Result<Registry, DuplicateKind> {
    registry_on(desk, Arc::new(desk.store.clone()))
}

/// The same, where runs with steps are written to `steps`: the desk's store, behind whatever a test puts before it.
///
/// # Errors
/// As [`registry`].
pub fn registry_on(desk: &Arc<Desk>, steps: Arc<dyn StepStore>) -> Result<Registry, DuplicateKind> {
    let kinds: Vec<Arc<dyn RunKind>> = vec![
        Arc::new(scan::Scan::new(Arc::clone(desk))),
        Arc::new(probe::Probe(Arc::clone(desk))),
        Arc::new(fingerprint::Fingerprint(Arc::clone(desk))),
        Arc::new(survey::Surveyor(Arc::clone(desk))),
    ];
    Registry::new(kinds)?.with_steps(steps, vec![deploy::kind(desk)?])
}

#[cfg(test)]
mod tests {
    use model::CheckKind;

    #[test]
    fn every_kind_that_can_be_asked_for_has_a_worker() {
        let files = [
            include_str!("scan.rs"),
            include_str!("probe.rs"),
            include_str!("fingerprint.rs"),
            include_str!("survey.rs"),
        ]
        .concat();
        for kind in CheckKind::ALL {
            assert!(files.contains(&format!("CheckKind::{kind:?}.as_str()")), "{kind}");
        }
    }
}
