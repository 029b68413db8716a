//! The step *restart services*: restarts services that run old libraries. Its script looks whether they run again.

use super::act::Act;
use super::ended::Report;
use super::server::Server;
use async_trait::async_trait;
use engine::{StepError, Verdict};
use model::plan::StepKind;

pub(super) struct RestartServices;

#[async_trait]
impl Act for RestartServices {
    fn kind(&self) -> StepKind {
        StepKind::RestartServices
    }

    async fn verify(&self, _server: &Server<'_>, report: Report) -> Result<Verdict, StepError> {
        Ok(report.verdict("Restarting the services"))
    }
}
