//! The step *health before*: whether the server and its group are well enough to begin. What it saw is what later
//! steps compare with.

use super::act::Act;
use super::ended::{Report, said_with};
use super::server::{Server, seen_in_full};
use super::{health, health_asked};
use async_trait::async_trait;
use engine::{Begun, Probe, Said, Settled, StepError, Verdict};
use model::deploy::Seen;
use model::plan::StepKind;

pub(super) struct HealthBefore;

#[async_trait]
impl Act for HealthBefore {
    fn kind(&self) -> StepKind {
        StepKind::HealthBefore
    }

    async fn probe(&self, server: &Server<'_>) -> Result<Probe, StepError> {
        if server.params.step.check.is_some() {
            return Ok(Probe::Go);
        }
        Ok(Probe::Done(look(server).await?))
    }

    async fn start(&self, server: &Server<'_>) -> Result<Begun, StepError> {
        let Some(check) = &server.params.step.check else {
            return Ok(Begun::Over(Report::default().to_text()));
        };
        health_asked::begin(server, check).await
    }

    async fn settle(&self, server: &Server<'_>) -> Result<Settled, StepError> {
        health_asked::settle(server).await
    }

    async fn verify(&self, server: &Server<'_>, report: Report) -> Result<Verdict, StepError> {
        if let Some(check) = &server.params.step.check
            && let Some(why) = health::failure(check, &report)
        {
            return Ok(Verdict::Failed(Said::so(why)));
        }
        Ok(Verdict::Done(look(server).await?))
    }
}

async fn look(server: &Server<'_>) -> Result<Said, StepError> {
    let (document, facts) = server.look().await?;
    let seen = seen_in_full(&document, &facts, &server.params.packages);
    Ok(said_with(sentence(&seen), Some(&seen)))
}

fn sentence(seen: &Seen) -> String {
    match seen.failed_units.as_deref() {
        Some([]) => "It answers, and no unit has failed.".to_owned(),
        Some(units) => format!("It answers; failed already: {}.", units.join(", ")),
        None => "It answers; its failed units could not be seen.".to_owned(),
    }
}
