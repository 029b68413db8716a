//! The run that does a plan: one file per kind of step. Nothing is chosen here that the plan does not say.

mod act;
mod drain;
mod ended;
mod follow;
mod health;
mod health_after;
mod health_asked;
mod health_before;
mod install;
mod pre_checks;
mod reboot;
mod repair;
mod rescan;
mod restart_services;
mod restore;
mod server;
mod unattended;

use crate::desk::Desk;
use act::{Act, Acting};
use engine::{DuplicateKind, StepKind, SteppedKind};
use model::deploy::{DEPLOY, DEPLOY_VERSION};
use std::sync::Arc;

/// How many deployments one worker drives at the same time.
const WIDTH: usize = 16;

/// The kind *deploy*.
///
/// # Errors
/// When two kinds of steps have the same name, which is a mistake in this module.
pub(crate) fn kind(desk: &Arc<Desk>) -> Result<SteppedKind, DuplicateKind> {
    fn acting(desk: &Arc<Desk>, act: impl Act) -> Arc<dyn StepKind> {
        Arc::new(Acting {
            desk: Arc::clone(desk),
            act,
        })
    }
    let steps = vec![
        acting(desk, health_before::HealthBefore),
        acting(desk, pre_checks::PreChecks),
        acting(desk, repair::Repair),
        acting(desk, drain::Drain),
        acting(desk, install::Install),
        acting(desk, unattended::Unattended),
        acting(desk, restart_services::RestartServices),
        acting(desk, reboot::Reboot),
        acting(desk, health_after::HealthAfter),
        acting(desk, restore::Restore),
        acting(desk, rescan::Rescan),
    ];
    SteppedKind::new(DEPLOY, DEPLOY_VERSION, WIDTH, steps)
}
