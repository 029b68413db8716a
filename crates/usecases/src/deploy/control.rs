//! What people ask of a run that is there: pause, resume, cancel, let go, settle, retry; and of a server it left out.

use super::not_yet;
use crate::{Actor, Error, Usecases};
use model::run::Settlement;
use model::view::{RunAsk, RunAsked};
use model::{PlanId, Right, RunId, ServerId, StepId};

impl Usecases {
    /// Asks something of a run.
    ///
    /// # Errors
    /// When the role does not allow it, or there is no such run. That it comes too late is an answer, not an error.
    pub async fn ask_run(&self, actor: &Actor, run: RunId, ask: RunAsk) -> Result<RunAsked, Error> {
        actor.needs(Right::Run)?;
        let _ = (run, ask);
        not_yet("ask_run")
    }

    /// Says what became of a step that is stuck. With its last stuck step a run goes on.
    ///
    /// # Errors
    /// When the role does not allow it, or there is no such step in the run.
    pub async fn settle_step(
        &self,
        actor: &Actor,
        run: RunId,
        step: StepId,
        settlement: Settlement,
    ) -> Result<RunAsked, Error> {
        actor.needs(Right::Run)?;
        let _ = (run, step, settlement);
        not_yet("settle_step")
    }

    /// Previews the same options for the servers of an ended run that failed or were not reached. The run that comes of
    /// it names this one as its parent.
    ///
    /// # Errors
    /// When the role does not allow it; `Conflict` when the run goes on, or nothing in it failed.
    pub async fn retry_failed(&self, actor: &Actor, run: RunId) -> Result<PlanId, Error> {
        actor.needs(Right::Run)?;
        let _ = run;
        not_yet("retry_failed")
    }

    /// Says that a person has put a server back into service that a run took out.
    ///
    /// # Errors
    /// When the role does not allow it, or there is no such server; `Conflict` while the run that took it out goes on.
    pub async fn mark_in_service(&self, actor: &Actor, server: ServerId) -> Result<(), Error> {
        actor.needs(Right::MarkInService)?;
        let _ = server;
        not_yet("mark_in_service")
    }
}
