//! The step *repair*: finishes what an interrupted package manager left behind.

use super::act::Act;
use super::ended::Report;
use super::server::Server;
use async_trait::async_trait;
use engine::{Probe, Said, StepError, Verdict};
use model::plan::StepKind;

pub(super) struct Repair;

#[async_trait]
impl Act for Repair {
    fn kind(&self) -> StepKind {
        StepKind::Repair
    }

    async fn probe(&self, server: &Server<'_>) -> Result<Probe, StepError> {
        Ok(if server.pre_check().await?.interrupted.needs_repair() {
            Probe::Go
        } else {
            Probe::Done(Said::so("Somebody else has finished the installation already."))
        })
    }

    async fn verify(&self, server: &Server<'_>, report: Report) -> Result<Verdict, StepError> {
        if report.code.is_none() && !server.pre_check().await?.interrupted.needs_repair() {
            return Ok(Verdict::Done(Said::so("Nothing is left half done.")));
        }
        Ok(report.verdict("The repair"))
    }
}
