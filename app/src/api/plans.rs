//! Calls about plans: reading one, the exact commands of a step, running it, previewing the same again.

use super::packed::{Calls, Outcomes, Packed};
#[cfg(feature = "ssr")]
use super::request::{answer, ask, finish, tell};
#[cfg(feature = "ssr")]
use super::server_form::parse_id;
use super::{ApiError, Done};
use leptos::prelude::*;
#[cfg(feature = "ssr")]
use leptos::server_fn::ServerFn as _;
#[cfg(feature = "ssr")]
use model::view::RunNow;
use model::view::{PlanPage, StepText};

/// A plan; `page` of its servers is from 1.
#[server(name = ReadPlan, prefix = "/do", endpoint = "plan", protocol = Calls)]
pub(crate) async fn plan(id: String, page: u32) -> Result<Packed<PlanPage>, ApiError> {
    let ask = ask().await?;
    let id = answer(parse_id(&id))?;
    tell(ask.usecases.plan_page(&ask.actor, id, page).await)
}

/// The exact commands of one step.
#[server(name = ReadStepText, prefix = "/do", endpoint = "step_text", protocol = Calls)]
pub(crate) async fn step_text(plan: String, step: String) -> Result<Packed<StepText>, ApiError> {
    let ask = ask().await?;
    let (plan, step) = (answer(parse_id(&plan))?, answer(parse_id(&step))?);
    tell(ask.usecases.step_text(&ask.actor, plan, step).await)
}

/// Approves the plan with this hash and leads to its run; or to the new plan, when the fleet has changed.
#[server(prefix = "/do", endpoint = "run_plan", output = Outcomes)]
pub(crate) async fn run_plan(plan: String, hash: String) -> Result<Done, ApiError> {
    let done = async {
        let ask = ask().await?;
        let run = ask.usecases.run_plan(&ask.actor, parse_id(&plan)?, hash).await?;
        Ok(Done::go(match run {
            RunNow::Started(run) => format!("/runs/{run}"),
            RunNow::Changed(plan) => format!("/plans/{plan}"),
        }))
    };
    finish(RunPlan::PATH, done.await)
}

/// Previews what a plan was asked for, on the fleet as it is now.
#[server(prefix = "/do", endpoint = "preview_again", output = Outcomes)]
pub(crate) async fn preview_again(plan: String) -> Result<Done, ApiError> {
    let done = async {
        let ask = ask().await?;
        let plan = ask.usecases.preview_again(&ask.actor, parse_id(&plan)?).await?;
        Ok(Done::go(format!("/plans/{plan}")))
    };
    finish(PreviewAgain::PATH, done.await)
}
