//! The step *unattended*: sets up, or switches off, daily unattended security upgrades. Its script proves them.

use super::act::Act;
use super::ended::Report;
use super::server::Server;
use async_trait::async_trait;
use engine::{StepError, Verdict};
use model::plan::StepKind;

pub(super) struct Unattended;

#[async_trait]
impl Act for Unattended {
    fn kind(&self) -> StepKind {
        StepKind::Unattended
    }

    async fn verify(&self, _server: &Server<'_>, report: Report) -> Result<Verdict, StepError> {
        Ok(report.verdict("Setting up the daily security upgrades"))
    }
}
