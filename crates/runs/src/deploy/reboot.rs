//! The step *reboot*: restarts the server if its own evidence asks for it, and proves that it came back.

use super::act::Act;
use super::ended::{Report, said_with};
use super::follow;
use super::health;
use super::server::{Server, no_database, seen};
use async_trait::async_trait;
use engine::{Probe, Said, Settled, StepError, Verdict};
use model::facts::{Facts, Known, RebootNeed, reboot_need};
use model::plan::{StepKind, When};
use model::{RunId, StepId};
use std::time::{Duration, Instant};

/// How often a server that is away is tried.
const TRY_EVERY: Duration = Duration::from_secs(1);
/// What is left of the step's time for saying that it did not come back.
const LAST_WORDS: Duration = Duration::from_secs(5);
/// The script's words when it restarts the machine.
const RESTARTING: &str = "drydock: Restarting this server: boot ";

pub(super) struct Reboot;

#[async_trait]
impl Act for Reboot {
    fn kind(&self) -> StepKind {
        StepKind::Reboot
    }

    async fn probe(&self, server: &Server<'_>) -> Result<Probe, StepError> {
        if server.params.step.when == When::Always {
            return Ok(Probe::Go);
        }
        let (_, facts) = server.look().await?;
        Ok(match evidence(&facts) {
            (RebootNeed::Yes, _) => Probe::Go,
            (_, why) => Probe::Skip(said_with(
                format!("No reboot is required. {}", why.join(" ")),
                Some(&seen(&facts)),
            )),
        })
    }

    async fn follow(&self, server: &Server<'_>) -> Result<Report, StepError> {
        match follow::to_the_end(server).await {
            Err(StepError::NotConnected(_) | StepError::Lost(_)) if ended_boot(server).await?.is_some() => {
                // It said that it restarts, and then the connection ended: that is its end.
                Ok(Report {
                    code: Some(0),
                    ..Report::default()
                })
            }
            other => other,
        }
    }

    async fn settle(&self, server: &Server<'_>) -> Result<Settled, StepError> {
        match server.settle().await {
            Err(StepError::NotConnected(_) | StepError::Lost(_)) if ended_boot(server).await?.is_some() => {
                Ok(Settled::Ended)
            }
            other => other,
        }
    }

    async fn verify(&self, server: &Server<'_>, report: Report) -> Result<Verdict, StepError> {
        let Some(ended) = ended_boot(server).await? else {
            let why = report.failure("The restart");
            let why = why.unwrap_or_else(|| "The server was not told to restart.".to_owned());
            return Ok(Verdict::Failed(Said::so(why)));
        };
        if report.code.is_some_and(|code| code != 0) {
            return Ok(report.verdict("The restart"));
        }
        let wait = Duration::from_secs(u64::from(server.params.reboot_wait_secs));
        let until = (Instant::now() + wait).min(server.step.deadline - LAST_WORDS.min(wait));
        let facts = match back(server, &ended, until).await {
            Ok(facts) => facts,
            Err(why) => return Ok(Verdict::Failed(Said::so(format!("Not back: {why}")))),
        };
        let report = match health::quiet(server, Duration::ZERO).await {
            Ok(report) => report,
            Err(StepError::Failed(why)) => return Err(StepError::Failed(why)),
            Err(other) => return Err(other),
        };
        let mut wrong: Vec<String> = report.wrong.into_iter().collect();
        wrong.extend(still_asks(&facts));
        let took = format!(
            "boot {ended} ended, boot {} runs, kernel {}",
            facts.machine.boot_id.get().map_or("unknown", String::as_str),
            facts.kernel.running
        );
        Ok(if wrong.is_empty() {
            Verdict::Done(said_with(format!("Back healthy: {took}."), report.seen.as_ref()))
        } else {
            Verdict::Failed(said_with(
                format!("Back degraded: {took}. {}", wrong.join(" ")),
                report.seen.as_ref(),
            ))
        })
    }
}

/// Whether the server needs a reboot, with the reasons.
fn evidence(facts: &Facts) -> (RebootNeed, Vec<String>) {
    reboot_need(
        &facts.reboot,
        &facts.kernel,
        facts.machine.is_container,
        &facts.old_libraries,
    )
}

/// What still asks for a reboot after one.
fn still_asks(facts: &Facts) -> Option<String> {
    let (need, why) = evidence(facts);
    (need == RebootNeed::Yes).then(|| format!("It still asks for a reboot. {}", why.join(" ")))
}

/// Waits until the server answers from another boot than the one that ended; else why it is not back, a sentence.
async fn back(server: &Server<'_>, ended: &str, until: Instant) -> Result<Box<Facts>, String> {
    loop {
        let trouble = match server.look().await {
            Ok((_, facts)) => match &facts.machine.boot_id {
                Known::Known(boot) if boot != ended => return Ok(facts),
                Known::Known(_) => "the server has not gone down yet.".to_owned(),
                Known::Unknown(why) => format!("its boot id could not be seen: {why}."),
            },
            // A changed host key is nothing to wait for.
            Err(StepError::Failed(why)) => return Err(why),
            Err(StepError::NotConnected(why) | StepError::Lost(why)) => why,
        };
        if Instant::now() >= until {
            return Err(format!("{trouble} Look at the server's console."));
        }
        server
            .step
            .note(&format!("Waiting for the server to come back: {trouble}"))
            .await;
        tokio::time::sleep(TRY_EVERY).await;
    }
}

/// The boot that the act says it ended, out of its stored log.
async fn ended_boot(server: &Server<'_>) -> Result<Option<String>, StepError> {
    let (run, step) = (
        RunId::from_uuid(server.step.run),
        StepId::from_uuid(server.step.step),
    );
    let attempt = Some(server.step.attempt);
    let part = server
        .desk
        .store
        .log_part(run, step, attempt, 0, 1 << 20)
        .await
        .map_err(no_database)?;
    Ok(part.and_then(|part| boot_in(&String::from_utf8_lossy(&part.bytes))))
}

fn boot_in(log: &str) -> Option<String> {
    let boot = log
        .lines()
        .find_map(|line| line.strip_prefix(RESTARTING)?.strip_suffix(" ends."))?;
    Some(boot.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_boot_that_ended_is_in_the_log_once_the_restart_was_ordered() {
        let log = "drydock: Waiting for x\ndrydock: Restarting this server: boot 1b-2 ends.\n";
        assert_eq!(boot_in(log).as_deref(), Some("1b-2"));
        assert_eq!(boot_in("drydock: Waiting for x\n"), None);
        // Half a line may be all that came.
        assert_eq!(boot_in("drydock: Restarting this server: boot 1b"), None);
    }
}
