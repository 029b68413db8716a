//! The way to servers, with a gate before and after whatever changes one.

use super::broken::{Broken, Holed};
use super::cuts::{CutStream, Cuts};
use super::gate::Gate;
use async_trait::async_trait;
use model::{HostKey, Reach};
use remote::Op;
use remote::work::follow::FollowOp;
use std::sync::Arc;
use std::time::Duration;
use world::{Answer, Limits, LogStream, Shell, ShellError, Target};

/// The adapters behind gates. What a gate is told begins with `before` or `after`. The gate before an act stands behind
/// Drydock's last look at its own lease: who is held here has checked, and has not acted.
pub(crate) struct GatedShell {
    inner: Arc<dyn Shell>,
    gate: Gate,
    cuts: Option<Arc<Cuts>>,
    broken: Option<Broken>,
}

impl GatedShell {
    pub(crate) fn around(inner: Arc<dyn Shell>) -> Self {
        Self {
            inner,
            gate: Gate::of_environment(),
            cuts: Cuts::of_environment().map(Arc::new),
            broken: Broken::of_environment(),
        }
    }
}

/// What it takes to send an operation that changes a server.
struct Sending {
    inner: Arc<dyn Shell>,
    gate: Gate,
    broken: Option<Broken>,
    target: Target,
    op: Op,
    limits: Limits,
}

impl Sending {
    /// Sends it, or what a broken promise makes of it, between two gates.
    async fn through(self, effect: String) -> Result<Answer, ShellError> {
        self.gate.pass(format!("before {effect}")).await;
        let answer = self.send().await;
        self.gate.pass(format!("after {effect}")).await;
        answer
    }

    async fn send(&self) -> Result<Answer, ShellError> {
        let (before, op) = match self.broken {
            Some(broken) => broken.instead_of(&self.op),
            None => (None, self.op.clone()),
        };
        if let Some(before) = before {
            self.inner.exec(&self.target, &before, self.limits).await?;
        }
        self.inner.exec(&self.target, &op, self.limits).await
    }
}

/// What an operation changes on a server, in the words of a gate; `None` for one that only looks.
fn effect(op: &Op) -> Option<String> {
    let about =
        |word: &str, attempt: &remote::work::Attempt| format!("{word} {}.{}", attempt.step, attempt.number);
    match op {
        Op::Start(op) => Some(about("start", &op.attempt)),
        Op::Stop(op) => Some(about("stop", &op.attempt)),
        Op::Tidy(_) => Some("tidy".to_owned()),
        Op::Scan(_)
        | Op::Probe { .. }
        | Op::Follow(_)
        | Op::State(_)
        | Op::Kept(_)
        | Op::Simulate(_)
        | Op::PreCheck(_) => None,
    }
}

#[async_trait]
impl Shell for GatedShell {
    async fn exec(&self, target: &Target, op: &Op, limits: Limits) -> Result<Answer, ShellError> {
        let Some(effect) = effect(op) else {
            return self.inner.exec(target, op, limits).await;
        };
        let sending = Sending {
            inner: Arc::clone(&self.inner),
            gate: self.gate.clone(),
            broken: self.broken,
            target: target.clone(),
            op: op.clone(),
            limits,
        };
        // A command that is on its way cannot be recalled: it arrives although whoever sent it has given up meanwhile.
        let sent = tokio::spawn(sending.through(effect));
        sent.await.unwrap_or_else(|error| {
            Err(ShellError {
                reach: Reach::ConnectionLost,
                detail: error.to_string(),
                offered: Vec::new(),
            })
        })
    }

    async fn follow(
        &self,
        target: &Target,
        op: &FollowOp,
        connect: Duration,
    ) -> Result<Box<dyn LogStream>, ShellError> {
        let stream = self.inner.follow(target, op, connect).await?;
        Ok(match &self.cuts {
            None if self.broken == Some(Broken::ChunkDropped) => Box::new(Holed {
                inner: stream,
                whole: true,
            }),
            Some(cuts) => Box::new(CutStream::new(stream, cuts, &target.name)),
            None => stream,
        })
    }

    async fn offered_keys(&self, target: &Target, limits: Limits) -> Result<Vec<HostKey>, ShellError> {
        self.inner.offered_keys(target, limits).await
    }

    async fn let_go(&self, target: &Target) {
        self.inner.let_go(target).await;
    }

    async fn knock(&self, target: &Target, within: Duration) -> Result<(), ShellError> {
        self.inner.knock(target, within).await
    }
}
