//! Kinds of runs, and the one list of them.

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
}

impl std::fmt::Debug for Registry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list()
            .entries(self.kinds.iter().map(|kind| kind.name()))
            .finish()
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
        Ok(Self { kinds })
    }

    /// The names of all kinds.
    pub fn names(&self) -> Vec<&'static str> {
        self.kinds.iter().map(|kind| kind.name()).collect()
    }

    pub(crate) fn kinds(&self) -> &[Arc<dyn RunKind>] {
        &self.kinds
    }

    pub(crate) fn find(&self, name: &str) -> Option<&Arc<dyn RunKind>> {
        self.kinds.iter().find(|kind| kind.name() == name)
    }
}
