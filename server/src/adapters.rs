//! Which adapter speaks to which server: the one place where that is chosen.

use async_trait::async_trait;
use model::{HostKey, Reach, Transport};
use remote::Op;
use remote::work::follow::FollowOp;
use simfleet::SimShell;
use ssh::SshShell;
use std::time::Duration;
use web::Http;
use world::{Answer, Get, Limits, LogStream, Shell, ShellError, Target, Web, WebError};

const NO_DEMO: &str =
    "This server is simulated, and the simulated fleet is not running. Start Drydock with --demo.";

/// Chooses by the target's transport.
pub(crate) struct Adapters {
    /// To real servers.
    pub(crate) ssh: SshShell,
    /// To what real ones serve by HTTP.
    pub(crate) http: Http,
    /// To simulated ones; there is a world only in the demo.
    pub(crate) sim: Option<SimShell>,
}

impl Adapters {
    fn of(&self, target: &Target) -> Result<&dyn Shell, ShellError> {
        match target.transport {
            Transport::Ssh => Ok(&self.ssh),
            Transport::Sim => self
                .sim
                .as_ref()
                .map(|sim| sim as &dyn Shell)
                .ok_or_else(|| ShellError {
                    reach: Reach::Unreachable,
                    detail: NO_DEMO.to_owned(),
                    offered: Vec::new(),
                }),
        }
    }
}

#[async_trait]
impl Shell for Adapters {
    async fn exec(&self, target: &Target, op: &Op, limits: Limits) -> Result<Answer, ShellError> {
        self.of(target)?.exec(target, op, limits).await
    }

    async fn follow(
        &self,
        target: &Target,
        op: &FollowOp,
        connect: Duration,
    ) -> Result<Box<dyn LogStream>, ShellError> {
        self.of(target)?.follow(target, op, connect).await
    }

    async fn offered_keys(&self, target: &Target, limits: Limits) -> Result<Vec<HostKey>, ShellError> {
        self.of(target)?.offered_keys(target, limits).await
    }

    async fn let_go(&self, target: &Target) {
        if let Ok(shell) = self.of(target) {
            shell.let_go(target).await;
        }
    }

    async fn knock(&self, target: &Target, within: Duration) -> Result<(), ShellError> {
        self.of(target)?.knock(target, within).await
    }
}

#[async_trait]
impl Web for Adapters {
    async fn get(&self, target: &Target, get: &Get, limit: Duration) -> Result<u16, WebError> {
        match (target.transport, &self.sim) {
            (Transport::Ssh, _) => self.http.get(target, get, limit).await,
            (Transport::Sim, Some(sim)) => sim.get(target, get, limit).await,
            (Transport::Sim, None) => Err(WebError::NotAllowed(NO_DEMO.to_owned())),
        }
    }
}
