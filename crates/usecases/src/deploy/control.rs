//! What people ask of a run that is there: pause, resume, cancel, let go, settle, retry; and of a server it left out.

use super::asked::Asked;
use crate::{Actor, Error, Usecases};
use model::run::{RunState, Settlement, StepOutcome};
use model::view::{PreviewAsked, RunAsk, RunAsked};
use model::{ErrorCode, PlanId, PublicError, Right, RunId, ServerId, StepId};
use std::collections::BTreeMap;
use store::{Asked as Came, LaneStep};

impl Usecases {
    /// Asks something of a run.
    ///
    /// # Errors
    /// When the role does not allow it, or there is no such run. That it comes too late is an answer, not an error.
    pub async fn ask_run(&self, actor: &Actor, run: RunId, ask: RunAsk) -> Result<RunAsked, Error> {
        actor.needs(Right::Run)?;
        self.run_record(run).await?;
        let (action, what) = match ask {
            RunAsk::Pause => ("pause_run", "paused a run"),
            RunAsk::Resume => ("resume_run", "let a run go on"),
            RunAsk::Cancel => ("cancel_run", "cancelled a run"),
            RunAsk::Abandon => ("abandon_run", "let go of a run"),
        };
        let line = self.line(actor, action, what.to_owned(), Some(run.to_string()));
        let by = actor.name.clone();
        self.store
            .write::<_, Error, _>(move |tx| {
                Box::pin(async move {
                    let came = match ask {
                        RunAsk::Pause => tx.pause_run(run, Some(&by)).await?,
                        RunAsk::Resume => tx.resume_run(run, Some(&by)).await?,
                        RunAsk::Cancel => tx.cancel_run(run, Some(&by)).await?,
                        RunAsk::Abandon => tx.abandon_run(run, Some(&by)).await?,
                    };
                    if came != Came::TooLate {
                        tx.audit(&line).await?;
                    }
                    Ok(asked(came))
                })
            })
            .await
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
        let found = self.store.lane_of(step).await?;
        let (_, kind, server) = found
            .filter(|(of, ..)| *of == run)
            .ok_or_else(|| Error::code(ErrorCode::NotFound))?;
        let said = match settlement {
            Settlement::LookAgain => "had Drydock look again at",
            Settlement::Done => "said that this is done:",
            Settlement::Failed => "said that this failed:",
        };
        let what = format!("{said} the step {} on {server}", kind.replace('_', " "));
        let line = self.line(actor, "settle_step", what, Some(run.to_string()));
        let by = actor.name.clone();
        self.store
            .write::<_, Error, _>(move |tx| {
                Box::pin(async move {
                    let came = tx.settle_step(run, step, settlement, Some(&by)).await?;
                    if came != Came::TooLate {
                        tx.audit(&line).await?;
                    }
                    Ok(asked(came))
                })
            })
            .await
    }

    /// Previews the same options for the servers of an ended run that failed or were not reached. The run that comes of
    /// it names this one as its parent.
    ///
    /// # Errors
    /// When the role does not allow it; `Conflict` when the run goes on, or nothing in it failed.
    pub async fn retry_failed(&self, actor: &Actor, run: RunId) -> Result<PlanId, Error> {
        actor.needs(Right::Run)?;
        let record = self.run_record(run).await?;
        if record.state != RunState::Ended {
            return Err(conflict(
                "This run goes on. Wait until it has ended, or cancel it.",
            ));
        }
        let preview = match record.plan {
            Some(plan) => self.store.preview(plan).await?,
            None => None,
        };
        let asked = preview.as_ref().map(Asked::read).transpose()?.flatten();
        let asked = asked.ok_or_else(|| {
            conflict("It is not known what this run was asked for with. Begin anew from the stack's page.")
        })?;
        let now = self.clock.now();
        let mut servers = Vec::new();
        for server in not_done(&self.store.step_results(run).await?) {
            if self.store.server(server, now).await?.is_some() {
                servers.push(server);
            }
        }
        if servers.is_empty() {
            return Err(conflict(
                "Every server of this run is done; there is nothing to retry.",
            ));
        }
        let again = Asked {
            parent: Some(run),
            profile: asked.profile,
            ..Asked::new(
                PreviewAsked {
                    // A server may be in another stack by now.
                    stack: None,
                    servers,
                    ..asked.asked
                },
                now,
            )
        };
        self.preview_as(actor, again, None).await
    }

    /// Says that a person has put a server back into service that a run took out.
    ///
    /// # Errors
    /// When the role does not allow it, or there is no such server; `Conflict` while the run that took it out goes on.
    pub async fn mark_in_service(&self, actor: &Actor, server: ServerId) -> Result<(), Error> {
        actor.needs(Right::MarkInService)?;
        let found = self.store.server(server, self.clock.now()).await?;
        let found = found.ok_or_else(|| Error::code(ErrorCode::NotFound))?;
        let out = self.store.out_of_service().await?;
        let Some(out) = out.into_iter().find(|out| out.server == server) else {
            return Ok(());
        };
        if out.under_way {
            return Err(conflict(
                "The run that took this server out is still under way, and puts it back itself. Cancel that run first.",
            ));
        }
        let what = format!("put {} back into service", found.name);
        let line = self.line(actor, "mark_in_service", what, Some(server.to_string()));
        self.store
            .write::<_, Error, _>(move |tx| {
                Box::pin(async move {
                    tx.mark_in_service(server).await?;
                    tx.audit(&line).await?;
                    Ok(())
                })
            })
            .await
    }
}

/// Servers of which a step failed, or on which nothing was begun.
fn not_done(steps: &[LaneStep]) -> Vec<ServerId> {
    let mut lanes: BTreeMap<&str, (bool, bool)> = BTreeMap::new();
    for one in steps {
        let (failed, begun) = lanes.entry(one.lane.as_str()).or_default();
        *failed |= one.step.outcome.is_some_and(StepOutcome::is_failure);
        *begun |= one
            .step
            .outcome
            .is_some_and(|outcome| outcome != StepOutcome::Skipped);
    }
    lanes
        .into_iter()
        .filter(|(_, (failed, begun))| *failed || !*begun)
        .filter_map(|(lane, _)| lane.parse().ok())
        .collect()
}

const fn asked(came: Came) -> RunAsked {
    match came {
        Came::Now => RunAsked::Now,
        Came::Soon => RunAsked::Soon,
        Came::TooLate => RunAsked::TooLate,
    }
}

fn conflict(sentence: &str) -> Error {
    Error::public(PublicError::conflict(sentence))
}
