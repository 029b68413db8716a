//! Kinds of runs, and the one list of them.

use crate::steps::{StepStore, SteppedKind};
use crate::{Ended, RunContext};
use async_trait::async_trait;
use std::sync::Arc;
use std::time::Duration;

/// What a light run does. One file per kind; its identity and its limits are part of it.
#[async_trait]
pub trait RunKind: Send + Sync + 'static {
    /// Its name in the database.
    fn name(&self) -> &'static str;

    /// The newest version of its parameters that it reads. Runs with newer ones are left to newer workers.
    fn version(&self) -> u32;

    /// How long one attempt may take. After that the run's token fires, and soon after the attempt is dropped.
    fn deadline(&self) -> Duration;

    /// How many of its runs one worker does at the same time, at least one.
    fn width(&self) -> usize;

    /// Does the run. The future is dropped when the lease is lost, so nothing that matters may happen only after
    /// an await that follows it. A panic ends the run as failed.
    async fn run(&self, context: RunContext) -> Ended;
}

/// Two kinds of one name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("two kinds are called {0}")]
pub struct DuplicateKind(pub &'static str);

/// The kinds that a worker knows.
#[derive(Clone, Default)]
pub struct Registry {
    kinds: Vec<Arc<dyn RunKind>>,
    stepped: Vec<SteppedKind>,
    step_store: Option<Arc<dyn StepStore>>,
}

impl std::fmt::Debug for Registry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.names()).finish()
    }
}

impl Registry {
    /// A registry of `kinds`.
    ///
    /// # Errors
    /// When two have the same name.
    pub fn new(kinds: Vec<Arc<dyn RunKind>>) -> Result<Self, DuplicateKind> {
        for (at, kind) in kinds.iter().enumerate() {
            if kinds[..at].iter().any(|other| other.name() == kind.name()) {
                return Err(DuplicateKind(kind.name()));
            }
        }
        Ok(Self {
            kinds,
            ..Self::default()
        })
    }

    /// The registry with kinds of runs that consist of steps, which live in `store`.
    ///
    /// # Errors
    /// When two kinds have the same name.
    pub fn with_steps(
        mut self,
        store: Arc<dyn StepStore>,
        stepped: Vec<SteppedKind>,
    ) -> Result<Self, DuplicateKind> {
        for kind in stepped {
            if self.names().contains(&kind.name) {
                return Err(DuplicateKind(kind.name));
            }
            self.stepped.push(kind);
        }
        self.step_store = Some(store);
        Ok(self)
    }

    /// The names of all kinds.
    pub fn names(&self) -> Vec<&'static str> {
        let light = self.kinds.iter().map(|kind| kind.name());
        light.chain(self.stepped.iter().map(|kind| kind.name)).collect()
    }

    /// The kinds of runs with steps, and where those live.
    pub(crate) fn stepped(&self) -> Option<(&Arc<dyn StepStore>, &[SteppedKind])> {
        self.step_store
            .as_ref()
            .map(|store| (store, self.stepped.as_slice()))
    }

    pub(crate) fn kinds(&self) -> &[Arc<dyn RunKind>] {
        &self.kinds
    }

    pub(crate) fn find(&self, name: &str) -> Option<&Arc<dyn RunKind>> {
        self.kinds.iter().find(|kind| kind.name() == name)
    }
}
