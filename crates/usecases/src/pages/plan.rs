//! A plan's page.

use super::{plan_parts, when};
use crate::deploy::asked::{Asked, ticks};
use crate::deploy::run_plan;
use crate::{Actor, Error, Usecases};
use model::plan::Plan;
use model::run::PlanState;
use model::view::{
    DifferenceRow, PlanBefore, PlanPage, PlanServer, PlanWave, PreviewAsked, RefusalRow, StepFile, StepText,
};
use model::{ErrorCode, GroupId, PlanId, Right, RunId, StackId, StepId};
use std::collections::{BTreeSet, HashMap};
use store::{Awaited, Preview, RunFilter, StoredPlan};

/// Servers on one page.
const PER_PAGE: u32 = 100;
/// Servers that are left out and named.
const LEFT_OUT_SHOWN: usize = 200;
/// Open runs of one stack that are named.
const BEHIND_SHOWN: u32 = 10;

impl Usecases {
    /// A plan; `page` of its servers is from 1. When the last survey of a draft has ended, this is where the plan that
    /// takes its place is made, once, whoever looks.
    ///
    /// # Errors
    /// When the role does not allow it, or there is no such plan (any more).
    pub async fn plan_page(&self, actor: &Actor, plan: PlanId, page: u32) -> Result<PlanPage, Error> {
        actor.needs(Right::Read)?;
        let mut stored = self.stored_plan(plan).await?;
        let mut preview = self.store.preview(plan).await?.unwrap_or_default();
        let made_by = stored.plan.created_by.clone();
        let (awaited, replaced) = self.advance(plan, &preview, made_by.as_deref()).await?;
        preview.replaced_by = replaced;
        if replaced.is_some() {
            // Another look may have replaced it since the plan was read.
            stored.state = PlanState::Void;
        }
        self.page_of(actor, &stored, preview, &awaited, page).await
    }

    /// The exact text of one step of a plan: what the plan's hash covers, and what will run.
    ///
    /// # Errors
    /// When the role does not allow it, or there is no such plan or step.
    pub async fn step_text(&self, actor: &Actor, plan: PlanId, step: StepId) -> Result<StepText, Error> {
        actor.needs(Right::Read)?;
        let plan = run_plan::read(&self.stored_plan(plan).await?)?;
        let found = plan
            .servers()
            .flat_map(|server| &server.steps)
            .find(|one| one.id == step)
            .ok_or_else(|| Error::code(ErrorCode::NotFound))?;
        let files = found.work.iter().flat_map(remote::work::files);
        Ok(StepText {
            step,
            what: found.what.clone(),
            files: files
                .map(|file| StepFile {
                    name: file.name.to_owned(),
                    text: file.text,
                })
                .collect(),
        })
    }

    async fn stored_plan(&self, plan: PlanId) -> Result<StoredPlan, Error> {
        let stored = self.store.plan(plan).await?;
        stored.ok_or_else(|| Error::code(ErrorCode::NotFound))
    }

    async fn page_of(
        &self,
        actor: &Actor,
        stored: &StoredPlan,
        preview: Preview,
        awaited: &[Awaited],
        page: u32,
    ) -> Result<PlanPage, Error> {
        let plan = run_plan::read(stored)?;
        let asked = Asked::read(&preview)?;
        let refusals: Vec<RefusalRow> = match &preview.refused {
            Some(text) => serde_json::from_str(text).map_err(Error::internal)?,
            None => Vec::new(),
        };
        let run = self.store.run_of_plan(plan.id).await?;
        let reason = run_plan::not_runnable(stored, &preview, &plan, awaited);
        let may_run = actor.role.may(Right::Run) && reason.is_none() && run.is_none();
        let cannot_run = if run.is_some() {
            Some("This plan was run already.".to_owned())
        } else {
            reason.or_else(|| (!may_run).then(|| ErrorCode::NotAllowed.sentence().to_owned()))
        };
        let stacks: HashMap<StackId, String> = self.store.stack_names().await?.into_iter().collect();
        let of_plan: BTreeSet<StackId> = plan.servers().filter_map(|server| server.stack).collect();
        let (servers, pages, page) = self.servers_of_page(&plan, &stacks, &of_plan, page).await?;
        let left_out_more = plan.left_out.len().saturating_sub(LEFT_OUT_SHOWN);
        let is_open = run.is_none() && preview.replaced_by.is_none() && stored.state == PlanState::Draft;
        let behind = if is_open {
            self.open_runs_of(&of_plan).await?
        } else {
            Vec::new()
        };
        let before = self.before(&plan, &preview, asked.as_ref()).await?;
        let totals = plan_parts::totals(&plan);
        Ok(PlanPage {
            now: self.clock.now(),
            id: plan.id,
            what: ticks(&plan.options),
            hash: stored.plan.hash.clone(),
            state: stored.state,
            made: when(plan.made_at),
            made_by: stored.plan.created_by.clone(),
            approved: stored
                .approved_at
                .map(|at| (when(at), stored.approved_by.clone())),
            profile: asked.as_ref().and_then(|asked| asked.profile.clone()),
            stack: stored
                .plan
                .stack
                .and_then(|id| Some((id, stacks.get(&id)?.clone()))),
            asked: asked.map_or_else(
                || PreviewAsked {
                    stack: stored.plan.stack,
                    options: plan.options.clone(),
                    ..PreviewAsked::default()
                },
                |asked| asked.asked,
            ),
            surveys: plan_parts::surveys(awaited),
            replaced_by: preview.replaced_by,
            draft: plan.draft().map(str::to_owned),
            refusals,
            before,
            button: plan_parts::button(&totals, &plan),
            totals,
            waves: plan
                .waves
                .iter()
                .map(|wave| PlanWave {
                    position: wave.position,
                    kind: wave.kind,
                    servers: u32::try_from(wave.servers.len()).unwrap_or(u32::MAX),
                })
                .collect(),
            servers,
            page,
            pages,
            left_out_more: u32::try_from(left_out_more).unwrap_or(u32::MAX),
            left_out: plan.left_out.into_iter().take(LEFT_OUT_SHOWN).collect(),
            warnings: plan.warnings,
            impact: plan.impact,
            may_run,
            cannot_run,
            run,
            behind,
        })
    }

    async fn servers_of_page(
        &self,
        plan: &Plan,
        stacks: &HashMap<StackId, String>,
        of_plan: &BTreeSet<StackId>,
        page: u32,
    ) -> Result<(Vec<PlanServer>, u32, u32), Error> {
        let servers = u32::try_from(plan.servers().count()).unwrap_or(u32::MAX);
        let pages = servers.div_ceil(PER_PAGE).max(1);
        let page = page.clamp(1, pages);
        let skip = usize::try_from((page - 1).saturating_mul(PER_PAGE)).unwrap_or(usize::MAX);
        let mut groups: HashMap<GroupId, String> = HashMap::new();
        for stack in of_plan {
            let of_stack = self.store.groups_of(*stack).await?;
            groups.extend(of_stack.into_iter().map(|group| (group.id, group.name)));
        }
        let with_wave = plan
            .waves
            .iter()
            .flat_map(|wave| wave.servers.iter().map(move |server| (wave.position, server)));
        let rows = with_wave
            .skip(skip)
            .take(usize::try_from(PER_PAGE).unwrap_or(usize::MAX))
            .map(|(wave, server)| PlanServer {
                wave,
                stack: server.stack.and_then(|id| stacks.get(&id).cloned()),
                group: server.group.and_then(|id| groups.get(&id).cloned()),
                plan: server.clone(),
            });
        Ok((rows.collect(), pages, page))
    }

    /// The plan that this one was made from, and what differs.
    async fn before(
        &self,
        plan: &Plan,
        preview: &Preview,
        asked: Option<&Asked>,
    ) -> Result<Option<PlanBefore>, Error> {
        let Some(id) = preview.before else { return Ok(None) };
        let Some(stored) = self.store.plan(id).await? else {
            return Ok(None);
        };
        let old = run_plan::read(&stored)?;
        let differences = planner::differences(&old, plan)
            .into_iter()
            .map(|it| DifferenceRow {
                server: it.server.map(|server| (server, it.name)),
                what: it.what,
            });
        Ok(Some(PlanBefore {
            id,
            fleet_changed: asked.is_some_and(|asked| asked.fleet_changed),
            differences: differences.collect(),
        }))
    }

    /// Open runs of these stacks, oldest first, each with its headline.
    pub(super) async fn open_runs_of(
        &self,
        stacks: &BTreeSet<StackId>,
    ) -> Result<Vec<(RunId, String)>, Error> {
        let mut open: Vec<store::RunRecord> = Vec::new();
        for stack in stacks {
            let filter = RunFilter {
                stack: Some(*stack),
                open: true,
                ..RunFilter::default()
            };
            for run in self.store.runs_page(&filter, 1, BEHIND_SHOWN).await?.runs {
                if open.iter().all(|known| known.id != run.id) {
                    open.push(run);
                }
            }
        }
        open.sort_by_key(|run| (run.asked_at, run.id));
        let mut named = Vec::with_capacity(open.len());
        for run in open {
            let headline = self.headline(&run).await?;
            named.push((run.id, headline.text));
        }
        Ok(named)
    }
}
