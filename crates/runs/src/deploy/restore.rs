//! The step *restore*: puts the server back into service, by the lead's command.

use super::act::Act;
use super::ended::Report;
use super::server::Server;
use async_trait::async_trait;
use engine::{StepError, Verdict};
use model::plan::StepKind;

pub(super) struct Restore;

#[async_trait]
impl Act for Restore {
    fn kind(&self) -> StepKind {
        StepKind::Restore
    }

    async fn verify(&self, _server: &Server<'_>, report: Report) -> Result<Verdict, StepError> {
        Ok(report.command_verdict("The command that puts the server back into service"))
    }
}
