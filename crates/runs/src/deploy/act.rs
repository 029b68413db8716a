//! What the kinds of steps have in common: an act is started on the server once, followed, and asked about.

use super::ended::Report;
use super::follow;
use super::server::Server;
use crate::desk::Desk;
use async_trait::async_trait;
use engine::{Begun, Probe, Settled, StepContext, StepError, StepKind, Verdict};
use model::deploy::DEPLOY_VERSION;
use model::plan;
use std::sync::Arc;

/// One kind of step. What is not said otherwise is an act that works by itself on the server.
#[async_trait]
pub(super) trait Act: Send + Sync + 'static {
    fn kind(&self) -> plan::StepKind;

    async fn probe(&self, _server: &Server<'_>) -> Result<Probe, StepError> {
        Ok(Probe::Go)
    }

    async fn start(&self, server: &Server<'_>) -> Result<Begun, StepError> {
        server.start_planned().await
    }

    async fn follow(&self, server: &Server<'_>) -> Result<Report, StepError> {
        follow::to_the_end(server).await
    }

    async fn settle(&self, server: &Server<'_>) -> Result<Settled, StepError> {
        server.settle().await
    }

    async fn verify(&self, server: &Server<'_>, report: Report) -> Result<Verdict, StepError>;
}

/// An act as the engine's kind of step.
pub(super) struct Acting<A> {
    pub(super) desk: Arc<Desk>,
    pub(super) act: A,
}

#[async_trait]
impl<A: Act> StepKind for Acting<A> {
    fn name(&self) -> &'static str {
        self.act.kind().as_str()
    }

    fn version(&self) -> u32 {
        DEPLOY_VERSION
    }

    async fn probe(&self, step: &StepContext) -> Result<Probe, StepError> {
        let server = Server::of(&self.desk, step).await?;
        self.act.probe(&server).await
    }

    async fn start(&self, step: &StepContext) -> Result<Begun, StepError> {
        let server = Server::of(&self.desk, step).await?;
        self.act.start(&server).await
    }

    async fn follow(&self, step: &StepContext) -> Result<String, StepError> {
        let server = Server::of(&self.desk, step).await?;
        Ok(self.act.follow(&server).await?.to_text())
    }

    async fn verify(&self, step: &StepContext, report: &str, gone: bool) -> Result<Verdict, StepError> {
        let server = Server::of(&self.desk, step).await?;
        if gone {
            // What the act said until it was cut off belongs to its log.
            follow::what_is_left(&server).await?;
        }
        let report = Report::read(report)?;
        // A restart that worked took its own unit with it.
        let is_away = self.act.kind() == plan::StepKind::Reboot && report.code == Some(0);
        let forgotten = async {
            if report.is_of_a_unit() && !is_away {
                // The end is stored. Until systemd forgets the unit, one that failed looks like a failed service.
                server.forget().await;
            }
        };
        let (verdict, ()) = tokio::join!(self.act.verify(&server, report.clone()), forgotten);
        verdict
    }

    async fn settle(&self, step: &StepContext) -> Result<Settled, StepError> {
        let server = Server::of(&self.desk, step).await?;
        self.act.settle(&server).await
    }
}
