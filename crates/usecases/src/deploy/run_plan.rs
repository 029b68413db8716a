//! *Run now*: approval, run and audit in one transaction.

use super::asked::{Asked, count, ticks};
use super::making;
use crate::{Actor, Error, Usecases, deployment};
use model::plan::{PLAN_VERSION, Plan};
use model::run::PlanState;
use model::view::RunNow;
use model::{ErrorCode, PlanId, PublicError, Right, Timestamp};
use store::{Awaited, NewAudit, NewRun, Preview, StoredPlan};

impl Usecases {
    /// Approves the plan with this hash and puts its run into the queue. A second click joins the first. When the fleet
    /// is not what the plan was made from, nothing is started: the answer names a new plan that says what differs.
    ///
    /// # Errors
    /// When the role does not allow it; `Conflict` with a sentence when the plan is a draft, has no waves, is another
    /// one than the hash says, or waits for surveys.
    pub async fn run_plan(&self, actor: &Actor, plan: PlanId, hash: String) -> Result<RunNow, Error> {
        actor.needs(Right::Run)?;
        let stored = self
            .store
            .plan(plan)
            .await?
            .ok_or_else(|| Error::code(ErrorCode::NotFound))?;
        if stored.plan.hash != hash {
            return Err(conflict("This is not the plan that was shown. Reload the page."));
        }
        if let Some(run) = self.store.run_of_plan(plan).await? {
            return Ok(RunNow::Started(run));
        }
        let preview = self.store.preview(plan).await?.unwrap_or_default();
        let read = read(&stored)?;
        let awaited = self.store.awaited(plan).await?;
        if let Some(why) = not_runnable(&stored, &preview, &read, &awaited) {
            return Err(conflict(&why));
        }
        let asked = Asked::read(&preview)?
            .ok_or_else(|| conflict("It is not known what this plan was asked for with. Preview again."))?;
        let now = self.clock.now();
        if self.has_changed(&read, &asked, &hash, now).await? {
            let again = Asked {
                at: now,
                fleet_changed: true,
                ..asked
            };
            return Ok(RunNow::Changed(self.preview_as(actor, again, Some(plan)).await?));
        }
        let run = deployment(&read, Some(&actor.name)).map_err(|why| conflict(&why.to_string()))?;
        let run = NewRun {
            parent: asked.parent,
            ..run
        };
        self.approve(actor, plan, hash, &read, run, now).await
    }

    /// Whether the fleet is not what the plan was made from, or this build would say something else to a server.
    async fn has_changed(
        &self,
        plan: &Plan,
        asked: &Asked,
        hash: &str,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let fleet = self.fleet(&asked.asked, now).await?;
        let generation = planner::generation(&fleet.snapshot, &plan.options, &fleet.policy);
        let too_old = now.secs_since(plan.made_at) > fleet.policy.facts_max_age_secs;
        Ok(too_old || generation != plan.generation || making::hash(plan) != hash)
    }

    async fn approve(
        &self,
        actor: &Actor,
        id: PlanId,
        hash: String,
        plan: &Plan,
        run: NewRun,
        now: Timestamp,
    ) -> Result<RunNow, Error> {
        let servers = u32::try_from(plan.servers().count()).unwrap_or(u32::MAX);
        let what = format!("ran on {}: {}", count(servers, "server"), ticks(&plan.options));
        let line = self.line(actor, "run", what, None);
        let by = actor.name.clone();
        let run = self
            .store
            .write::<_, Error, _>(move |tx| {
                Box::pin(async move {
                    if !tx.approve_plan(id, &hash, now, Some(&by)).await? {
                        return Ok(None);
                    }
                    let run = tx.enqueue_run(&run).await?;
                    tx.audit(&NewAudit {
                        subject: Some(run.to_string()),
                        ..line
                    })
                    .await?;
                    Ok(Some(run))
                })
            })
            .await?;
        let run = match run {
            Some(run) => Some(run),
            // Somebody was first: join that run.
            None => self.store.run_of_plan(id).await?,
        };
        run.map(RunNow::Started)
            .ok_or_else(|| Error::code(ErrorCode::Conflict))
    }
}

/// A stored plan's body.
pub(crate) fn read(stored: &StoredPlan) -> Result<Plan, Error> {
    if stored.plan.v > u32::from(PLAN_VERSION) {
        return Err(Error::internal("a plan that a newer Drydock wrote"));
    }
    serde_json::from_str(&stored.plan.body).map_err(Error::internal)
}

/// Why a plan that was not run yet cannot be run, one sentence, whoever asks.
pub(crate) fn not_runnable(
    stored: &StoredPlan,
    preview: &Preview,
    plan: &Plan,
    awaited: &[Awaited],
) -> Option<String> {
    if preview.replaced_by.is_some() {
        return Some("A newer plan took the place of this one.".to_owned());
    }
    if preview.refused.is_some() {
        return Some("There is no plan: the reasons stand above.".to_owned());
    }
    let open = awaited.iter().filter(|it| !it.is_over()).count();
    if open > 0 {
        let open = count(u32::try_from(open).unwrap_or(u32::MAX), "server");
        return Some(
            format!("{open} have still to say what would be installed.")
                .replace("1 server have", "1 server has"),
        );
    }
    if !awaited.is_empty() {
        return Some("The servers have answered; reload the page for the plan that may be run.".to_owned());
    }
    match stored.state {
        PlanState::Draft => plan
            .draft()
            .map(|why| format!("This plan is a draft: {why} Preview again.")),
        PlanState::Void => Some("What this plan was made from is not so any more. Preview again.".to_owned()),
        PlanState::Approved => Some("This plan was run already.".to_owned()),
    }
}

fn conflict(sentence: &str) -> Error {
    Error::public(PublicError::conflict(sentence))
}
