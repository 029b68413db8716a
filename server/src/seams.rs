//! Where the crash harness gets between the parts. Without the feature `torture` each of these gives what it was given.

use engine::{StepStore, WorkerSettings};
use std::sync::Arc;
use store::Store;
use world::{Clock, Shell};

#[cfg(not(feature = "torture"))]
mod plain {
    use super::{Arc, Clock, Shell, StepStore, Store, WorkerSettings};
    use world::SystemClock;

    /// The time of day.
    pub(crate) fn clock() -> Arc<dyn Clock> {
        Arc::new(SystemClock)
    }

    /// A worker's times.
    pub(crate) fn worker_settings() -> WorkerSettings {
        WorkerSettings::default()
    }

    /// The way to servers.
    pub(crate) fn shell(shell: Arc<dyn Shell>) -> Arc<dyn Shell> {
        shell
    }

    /// Where runs with steps are written.
    pub(crate) fn steps(store: &Store) -> Arc<dyn StepStore> {
        Arc::new(store.clone())
    }
}
#[cfg(not(feature = "torture"))]
pub(crate) use plain::{clock, shell, steps, worker_settings};

#[cfg(feature = "torture")]
mod gated {
    use super::{Arc, Clock, Shell, StepStore, Store, WorkerSettings};
    use crate::torture::{GatedShell, GatedSteps, ShiftedClock, hasty};

    /// The time of day, as the harness shifted it.
    pub(crate) fn clock() -> Arc<dyn Clock> {
        Arc::new(ShiftedClock::of_environment())
    }

    /// A worker's times, as short as the harness wants them.
    pub(crate) fn worker_settings() -> WorkerSettings {
        hasty()
    }

    /// The way to servers, with a gate before and after whatever changes one.
    pub(crate) fn shell(shell: Arc<dyn Shell>) -> Arc<dyn Shell> {
        Arc::new(GatedShell::around(shell))
    }

    /// Where runs with steps are written, with a gate after every transition that was committed.
    pub(crate) fn steps(store: &Store) -> Arc<dyn StepStore> {
        Arc::new(GatedSteps::around(store))
    }
}
#[cfg(feature = "torture")]
pub(crate) use gated::{clock, shell, steps, worker_settings};
