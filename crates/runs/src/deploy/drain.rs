//! The step *drain*: takes the server out of service, by the lead's command.

use super::act::Act;
use super::ended::Report;
use super::server::Server;
use async_trait::async_trait;
use engine::{StepError, Verdict};
use model::plan::StepKind;

pub(super) struct Drain;

#[async_trait]
impl Act for Drain {
    fn kind(&self) -> StepKind {
        StepKind::Drain
    }

    async fn verify(&self, _server: &Server<'_>, report: Report) -> Result<Verdict, StepError> {
        Ok(report.command_verdict("The command that takes the server out of service"))
    }
}
