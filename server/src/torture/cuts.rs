//! Connections that break while a log is followed, each at a random byte.

use super::gate::Gate;
use super::number;
use async_trait::async_trait;
use model::Reach;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use remote::work::follow::Followed;
use std::sync::{Mutex, PoisonError};
use world::{LogStream, ShellError};

/// Where connections break: after at most `DRYDOCK_TORTURE_CUTS` bytes of a log, drawn anew for each connection from
/// the seed `DRYDOCK_TORTURE_SEED`.
pub(super) struct Cuts {
    most: u64,
    drawn: Mutex<StdRng>,
    gate: Gate,
}

impl Cuts {
    /// `None`: connections are left alone.
    pub(super) fn of_environment() -> Option<Self> {
        let most: u64 = number("DRYDOCK_TORTURE_CUTS");
        (most > 0).then(|| Self {
            most,
            drawn: Mutex::new(StdRng::seed_from_u64(number("DRYDOCK_TORTURE_SEED"))),
            gate: Gate::of_environment(),
        })
    }
}

/// A log that ends after so many bytes.
pub(super) struct CutStream {
    inner: Box<dyn LogStream>,
    name: String,
    left: u64,
    gate: Gate,
}

impl CutStream {
    pub(super) fn new(inner: Box<dyn LogStream>, cuts: &Cuts, name: &str) -> Self {
        let mut drawn = cuts.drawn.lock().unwrap_or_else(PoisonError::into_inner);
        Self {
            inner,
            name: name.to_owned(),
            left: drawn.random_range(1..=cuts.most),
            gate: cuts.gate.clone(),
        }
    }
}

#[async_trait]
impl LogStream for CutStream {
    async fn next(&mut self) -> Result<Followed, ShellError> {
        if self.left == 0 {
            self.gate.pass("cut log".to_owned()).await;
            return Err(ShellError {
                reach: Reach::ConnectionLost,
                detail: format!("the crash harness cut the connection to {}", self.name),
                offered: Vec::new(),
            });
        }
        let followed = self.inner.next().await?;
        let Followed::Bytes(mut bytes) = followed else {
            return Ok(followed);
        };
        bytes.truncate(usize::try_from(self.left).unwrap_or(usize::MAX));
        self.left -= bytes.len() as u64;
        Ok(Followed::Bytes(bytes))
    }
}
