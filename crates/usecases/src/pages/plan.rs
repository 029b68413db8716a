//! A plan's page.

use crate::deploy::not_yet;
use crate::{Actor, Error, Usecases};
use model::view::{PlanPage, StepText};
use model::{PlanId, Right, StepId};

impl Usecases {
    /// A plan; `page` of its servers is from 1. When the last survey of a draft has ended, this is where the plan that
    /// takes its place is made, once, whoever looks.
    ///
    /// # Errors
    /// When the role does not allow it, or there is no such plan (any more).
    pub async fn plan_page(&self, actor: &Actor, plan: PlanId, page: u32) -> Result<PlanPage, Error> {
        actor.needs(Right::Read)?;
        let _ = (plan, page);
        not_yet("plan_page")
    }

    /// The exact text of one step of a plan: what the plan's hash covers, and what will run.
    ///
    /// # Errors
    /// When the role does not allow it, or there is no such plan or step.
    pub async fn step_text(&self, actor: &Actor, plan: PlanId, step: StepId) -> Result<StepText, Error> {
        actor.needs(Right::Read)?;
        let _ = (plan, step);
        not_yet("step_text")
    }
}
