//! *Run now*: approval, run and audit in one transaction.

use super::not_yet;
use crate::{Actor, Error, Usecases};
use model::view::RunNow;
use model::{PlanId, Right};

impl Usecases {
    /// Approves the plan with this hash and puts its run into the queue. A second click joins the first. When the fleet
    /// is not what the plan was made from, nothing is started: the answer names a new plan that says what differs.
    ///
    /// # Errors
    /// When the role does not allow it; `Conflict` with a sentence when the plan is a draft, has no waves, is another
    /// one than the hash says, or waits for surveys.
    pub async fn run_plan(&self, actor: &Actor, plan: PlanId, hash: String) -> Result<RunNow, Error> {
        actor.needs(Right::Run)?;
        drop((plan, hash));
        not_yet("run_plan")
    }
}
