//! A write that is undone because its answer is a refusal.

use crate::StoreError;
use engine::Written;

/// Why a transaction is undone.
#[derive(Debug)]
pub(super) enum Refused {
    /// The database failed.
    Store(StoreError),
    /// This is the answer.
    With(Written),
}

impl Refused {
    pub(super) fn with(written: Written) -> Self {
        Self::With(written)
    }

    /// The answer, whether it was committed or undone.
    pub(super) fn flatten(done: Result<Written, Self>) -> Result<Written, StoreError> {
        match done {
            Ok(written) | Err(Self::With(written)) => Ok(written),
            Err(Self::Store(error)) => Err(error),
        }
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
