//! The step *health after*: whether the server is well again.

use super::act::Act;
use super::ended::{Report, said_with};
use super::server::{Server, seen_shortly};
use super::{health, health_asked};
use async_trait::async_trait;
use engine::{Begun, Said, Settled, StepError, Verdict};
use model::plan::StepKind;
use std::time::Duration;

pub(super) struct HealthAfter;

#[async_trait]
impl Act for HealthAfter {
    fn kind(&self) -> StepKind {
        StepKind::HealthAfter
    }

    async fn start(&self, server: &Server<'_>) -> Result<Begun, StepError> {
        let settle = Duration::from_secs(u64::from(server.params.settle_secs));
        let checked = health::quiet(server, settle, server.pre_check().await?).await?;
        let report = health::compared(server, seen_shortly(&checked)).await?;
        match &server.params.step.check {
            Some(check) if report.wrong.is_none() => health_asked::begin(server, check).await,
            _ => Ok(Begun::Over(report.to_text())),
        }
    }

    async fn settle(&self, server: &Server<'_>) -> Result<Settled, StepError> {
        health_asked::settle(server).await
    }

    async fn verify(&self, server: &Server<'_>, report: Report) -> Result<Verdict, StepError> {
        if let Some(wrong) = &report.wrong {
            return Ok(Verdict::Failed(said_with(wrong.clone(), report.seen.as_ref())));
        }
        if let Some(check) = &server.params.step.check
            && let Some(why) = health::failure(check, &report)
        {
            return Ok(Verdict::Failed(Said::so(why)));
        }
        Ok(Verdict::Done(match &report.said {
            Some(said) => said_with(said.clone(), report.seen.as_ref()),
            None => Said::so("The health check says that it is well."),
        }))
    }
}
