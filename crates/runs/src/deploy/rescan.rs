//! The step *rescan*: looks at the server again and writes the facts down: what Proof shows as *after*.

use super::act::Act;
use super::ended::{Report, said_with};
use super::server::Server;
use async_trait::async_trait;
use engine::{Begun, Settled, StepError, Verdict};
use model::plan::StepKind;

pub(super) struct Rescan;

#[async_trait]
impl Act for Rescan {
    fn kind(&self) -> StepKind {
        StepKind::Rescan
    }

    async fn start(&self, server: &Server<'_>) -> Result<Begun, StepError> {
        let report = Report {
            code: Some(0),
            seen: Some(server.look_and_write().await?),
            ..Report::default()
        };
        Ok(Begun::Over(report.to_text()))
    }

    async fn verify(&self, _server: &Server<'_>, report: Report) -> Result<Verdict, StepError> {
        Ok(Verdict::Done(said_with(
            "The server's facts are those of after the run.",
            report.seen.as_ref(),
        )))
    }

    async fn settle(&self, _server: &Server<'_>) -> Result<Settled, StepError> {
        // It may have been written; to look again changes nothing.
        Ok(Settled::NotStarted)
    }
}
