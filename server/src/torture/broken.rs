//! Promises that are broken on purpose, so that the harness can show that it would have noticed.

use super::number;
use async_trait::async_trait;
use model::Work;
use remote::Op;
use remote::work::follow::Followed;
use std::sync::atomic::{AtomicBool, Ordering};
use world::{Clock as _, LogStream, ShellError, SystemClock};

/// What `DRYDOCK_TORTURE_BREAK` names: `1`, `2` or `3`, in the order of the variants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Broken {
    /// Every command carries a number that is higher than any before: servers refuse no worker that lost its run.
    FenceOff,
    /// The first installation is started a second time, as another attempt.
    StepTwice,
    /// The first half of what each connection brings of a log first is lost.
    ChunkDropped,
}

impl Broken {
    /// `None`: every promise is kept.
    pub(super) fn of_environment() -> Option<Self> {
        match number::<u8>("DRYDOCK_TORTURE_BREAK") {
            1 => Some(Self::FenceOff),
            2 => Some(Self::StepTwice),
            3 => Some(Self::ChunkDropped),
            _ => None,
        }
    }

    /// What a server is sent instead of `op`, and what it is sent before that.
    pub(super) fn instead_of(self, op: &Op) -> (Option<Op>, Op) {
        static DONE: AtomicBool = AtomicBool::new(false);
        let Op::Start(start) = op else {
            return (None, op.clone());
        };
        let mut start = start.clone();
        let installs = matches!(start.work, Work::Install(_));
        match self {
            Self::FenceOff => {
                start.fence.number = SystemClock.now().micros();
                (None, Op::Start(start))
            }
            Self::StepTwice if installs && !DONE.swap(true, Ordering::Relaxed) => {
                start.attempt.number += 1;
                (Some(Op::Start(start)), op.clone())
            }
            Self::StepTwice | Self::ChunkDropped => (None, op.clone()),
        }
    }
}

/// A log that has lost the first half of its first bytes.
pub(super) struct Holed {
    pub(super) inner: Box<dyn LogStream>,
    pub(super) whole: bool,
}

#[async_trait]
impl LogStream for Holed {
    async fn next(&mut self) -> Result<Followed, ShellError> {
        let followed = self.inner.next().await?;
        let Followed::Bytes(mut bytes) = followed else {
            return Ok(followed);
        };
        if std::mem::take(&mut self.whole) {
            bytes.drain(..bytes.len() / 2);
        }
        Ok(Followed::Bytes(bytes))
    }
}
