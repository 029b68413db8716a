//! Calls about runs: the list, one run, its log and its proof, and what is asked of it.

use super::packed::{Calls, Outcomes, Packed};
#[cfg(feature = "ssr")]
use super::request::{answer, ask, finish, tell};
#[cfg(feature = "ssr")]
use super::server_form::parse_id;
use super::{ApiError, Done};
use leptos::prelude::*;
#[cfg(feature = "ssr")]
use leptos::server_fn::ServerFn as _;
use model::view::{LogFind, LogFound, LogFrom, LogPart, ProofPage, RunPage, RunsAsked, RunsPage};
#[cfg(feature = "ssr")]
use model::{ErrorCode, PublicError, view::RunAsk, view::RunAsked};
use serde::{Deserialize, Serialize};

/// One page of the list.
#[server(name = ReadRuns, prefix = "/do", endpoint = "runs", protocol = Calls)]
pub(crate) async fn runs(asked: RunsAsked) -> Result<Packed<RunsPage>, ApiError> {
    let ask = ask().await?;
    tell(ask.usecases.runs(&ask.actor, asked).await)
}

/// One run with a page of its matrix.
#[server(name = ReadRun, prefix = "/do", endpoint = "run", protocol = Calls)]
pub(crate) async fn run(id: String, wave: Option<u32>, page: u32) -> Result<Packed<RunPage>, ApiError> {
    let ask = ask().await?;
    let id = answer(parse_id(&id))?;
    tell(ask.usecases.run_page(&ask.actor, id, wave, page).await)
}

/// One page of a run's proof.
#[server(name = ReadProof, prefix = "/do", endpoint = "proof", protocol = Calls)]
pub(crate) async fn proof(id: String, page: u32) -> Result<Packed<ProofPage>, ApiError> {
    let ask = ask().await?;
    let id = answer(parse_id(&id))?;
    tell(ask.usecases.proof(&ask.actor, id, page).await)
}

/// A step's log, as an address names it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogOf {
    /// The run.
    pub(crate) run: String,
    /// The step; empty: none is chosen.
    pub(crate) step: String,
    /// The attempt; `None`: the last.
    pub(crate) attempt: Option<u32>,
}

/// A part of a step's log; `None` where no such step is chosen.
#[server(name = ReadLog, prefix = "/do", endpoint = "log", protocol = Calls)]
pub(crate) async fn log_part(of: LogOf, from: LogFrom) -> Result<Packed<Option<LogPart>>, ApiError> {
    let ask = ask().await?;
    let (Ok(run), Ok(step)) = (parse_id(&of.run), parse_id(&of.step)) else {
        return tell(Ok::<_, PublicError>(None));
    };
    let part = ask
        .usecases
        .log_part(&ask.actor, run, step, of.attempt, from)
        .await;
    tell(match part {
        Err(error) if error.kind() == ErrorCode::NotFound => Ok(None),
        other => other.map(Some),
    })
}

/// Looks for something in a step's log.
#[server(name = FindInLog, prefix = "/do", endpoint = "find_in_log", protocol = Calls)]
pub(crate) async fn find_in_log(of: LogOf, find: LogFind) -> Result<Packed<LogFound>, ApiError> {
    let ask = ask().await?;
    let run = answer(parse_id(&of.run))?;
    let step = answer(parse_id(&of.step))?;
    tell(
        ask.usecases
            .find_in_log(&ask.actor, run, step, of.attempt, find)
            .await,
    )
}

/// Asks something of a run.
#[server(prefix = "/do", endpoint = "ask_run", output = Outcomes)]
pub(crate) async fn ask_run(run: String, wanted: String) -> Result<Done, ApiError> {
    let done = async {
        let ask = ask().await?;
        let wanted: RunAsk = wanted.parse().map_err(|()| unknown_choice("wanted"))?;
        let asked = ask.usecases.ask_run(&ask.actor, parse_id(&run)?, wanted).await?;
        Ok(Done::say(match (asked, wanted) {
            (RunAsked::TooLate, _) => {
                "Too late: the run is past that point. This page shows where it is now."
            }
            (RunAsked::Soon, RunAsk::Pause) => {
                "It pauses at the next safe point: servers under way finish what must not be interrupted first."
            }
            (RunAsked::Now, RunAsk::Pause) => {
                "The run is paused. It keeps its servers until you resume or cancel it."
            }
            (_, RunAsk::Resume) => "The run goes on.",
            (RunAsked::Soon, RunAsk::Cancel) => {
                "It ends at the next safe point: servers under way finish what must not be interrupted first."
            }
            (RunAsked::Now, RunAsk::Cancel) => "The run is cancelled.",
            (_, RunAsk::Abandon) => {
                "Drydock lets go of the run. Look at the servers that were under way before you trust them."
            }
        }))
    };
    finish(AskRun::PATH, done.await)
}

/// Says what became of a stuck step.
#[server(prefix = "/do", endpoint = "settle_step", output = Outcomes)]
pub(crate) async fn settle_step(run: String, step: String, settlement: String) -> Result<Done, ApiError> {
    let done = async {
        let ask = ask().await?;
        let settlement = settlement.parse().map_err(|()| unknown_choice("settlement"))?;
        let (run, step) = (parse_id(&run)?, parse_id(&step)?);
        let asked = ask
            .usecases
            .settle_step(&ask.actor, run, step, settlement)
            .await?;
        Ok(Done::say(match asked {
            RunAsked::TooLate => "Too late: the step is not stuck any more. This page shows where it is now.",
            RunAsked::Now | RunAsked::Soon => "Noted. The run goes on once none of its steps is stuck.",
        }))
    };
    finish(SettleStep::PATH, done.await)
}

/// Plans anew what failed in a run, and leads to the plan.
#[server(prefix = "/do", endpoint = "retry_failed", output = Outcomes)]
pub(crate) async fn retry_failed(run: String) -> Result<Done, ApiError> {
    let done = async {
        let ask = ask().await?;
        let plan = ask.usecases.retry_failed(&ask.actor, parse_id(&run)?).await?;
        Ok(Done::go(format!("/plans/{plan}")))
    };
    finish(RetryFailed::PATH, done.await)
}

/// Says that a server is back in service.
#[server(prefix = "/do", endpoint = "mark_in_service", output = Outcomes)]
pub(crate) async fn mark_in_service(server: String) -> Result<Done, ApiError> {
    let done = async {
        let ask = ask().await?;
        ask.usecases
            .mark_in_service(&ask.actor, parse_id(&server)?)
            .await?;
        Ok(Done::say("Noted: the server is in service."))
    };
    finish(MarkInService::PATH, done.await)
}

#[cfg(feature = "ssr")]
fn unknown_choice(field: &str) -> PublicError {
    PublicError::invalid(
        field,
        "That is not one of the choices. Reload the page and try again.",
    )
}
