//! The step *reboot*: restarts the server if its own evidence asks for it, and proves that it came back.

use super::act::Act;
use super::ended::{Report, said_with};
use super::follow;
use super::health;
use super::server::{Server, no_database, seen};
use crate::look::CONNECT;
use async_trait::async_trait;
use engine::{Probe, Said, Settled, StepError, Verdict};
use model::facts::{Facts, RebootNeed, reboot_need};
use model::plan::{StepKind, When};
use model::{RunId, StepId};
use remote::work::precheck::PreCheck;
use remote::work::state::State;
use std::time::{Duration, Instant};

/// How long the first answers of a server that is to be back may take,
const ANSWER_FIRST: Duration = Duration::from_secs(3);
/// and, the longer it was waited for, the later ones.
const ANSWER_MOST: Duration = Duration::from_secs(60);
/// How long it may take at first to hear that it is there at all; later a quarter of the time that it was waited for.
const KNOCK_FIRST: Duration = Duration::from_millis(300);
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
        let said = ended_boot(server).await?.is_some();
        match follow::to_the_end_or(server, RESTARTING, said).await {
            Err(StepError::NotConnected(_) | StepError::Lost(_)) if ended_boot(server).await?.is_some() => {
                // It said that it restarts, and then nothing more came: that is its end, and what else it wrote is read
                // when it is back.
                Ok(Report::default())
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
        let checked = match back(server, &ended, until).await {
            Ok(checked) => checked,
            Err(Away::NotBack(why)) => return Ok(Verdict::Failed(Said::so(format!("Not back: {why}")))),
            Err(Away::Refused(report)) => {
                follow::what_is_left(server).await?;
                server.forget().await;
                return Ok(report.verdict("The restart"));
            }
        };
        if report.code.is_none() {
            follow::what_is_left(server).await?;
        }
        health::quiet(server, Duration::ZERO, checked).await?;
        let (_, facts) = server.look().await?;
        let report = health::compared(server, seen(&facts)).await?;
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

/// Why a server is not back from its restart.
enum Away {
    /// It does not answer as it should, a sentence.
    NotBack(String),
    /// It never went: the act failed after it had said that it restarts.
    Refused(Report),
}

/// Waits until the server answers from another boot than the one that ended. It is asked by the short look: a whole one
/// costs a server that is starting seconds.
async fn back(server: &Server<'_>, ended: &str, until: Instant) -> Result<PreCheck, Away> {
    let begun = Instant::now();
    let mut told = String::new();
    loop {
        let left = until.saturating_duration_since(Instant::now());
        let most = begun
            .elapsed()
            .clamp(ANSWER_FIRST, ANSWER_MOST)
            .min(left.max(ANSWER_FIRST));
        let knock = (begun.elapsed() / 4).clamp(KNOCK_FIRST, CONNECT);
        let trouble = match tokio::time::timeout(most, server.pre_check_anew(knock)).await {
            Ok(Ok(checked)) => match &checked.boot_id {
                Some(boot) if boot != ended => return Ok(checked),
                Some(_) => match tokio::time::timeout(most, server.state()).await {
                    Ok(Ok(State::Ended(end))) if end.code != 0 => {
                        return Err(Away::Refused(Report {
                            code: Some(end.code),
                            ..Report::default()
                        }));
                    }
                    _ => "the server has not gone down yet.".to_owned(),
                },
                None => "its boot id could not be seen.".to_owned(),
            },
            // A changed host key is nothing to wait for.
            Ok(Err(StepError::Failed(why))) => return Err(Away::NotBack(why)),
            Ok(Err(StepError::NotConnected(why) | StepError::Lost(why))) => why,
            Err(_) => format!("it did not answer within {} s.", most.as_secs()),
        };
        if Instant::now() >= until {
            return Err(Away::NotBack(format!("{trouble} Look at the server's console.")));
        }
        if trouble != told {
            server
                .step
                .note(&format!("Waiting for the server to come back: {trouble}"))
                .await;
            told = trouble;
        }
        tokio::time::sleep(health::pause(begun.elapsed())).await;
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
