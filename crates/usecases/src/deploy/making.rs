//! A plan out of what is known now, checked, hashed and ready to be kept.

use super::asked::Asked;
use super::fleet::Fleet;
use super::needs::sketch;
use crate::Error;
use model::options::Options;
use model::plan::{LeftOut, PLAN_VERSION, Plan};
use model::view::RefusalRow;
use model::{PlanId, ServerId, Timestamp};
use planner::Refusal;
use std::collections::HashSet;
use store::{NewPlan, Preview, StoreError, Tx};
use uuid::Uuid;

/// What stands at a server that has still to answer.
const BEING_ASKED: &str = "It is being asked what exactly would be installed.";

/// A plan, or why there is none, ready to be kept.
pub(crate) struct Made {
    pub(crate) plan: Plan,
    hash: String,
    refusals: Vec<RefusalRow>,
}

/// Makes the plan. `asking`: servers that have still to answer, whose part is a sketch until then.
pub(crate) fn make(
    mut fleet: Fleet,
    options: &Options,
    asking: &HashSet<ServerId>,
    now: Timestamp,
) -> Result<Made, Error> {
    for server in &mut fleet.snapshot.servers {
        if asking.contains(&server.id) {
            server.simulations = server
                .facts
                .as_ref()
                .and_then(|facts| sketch(facts, options, now))
                .into_iter()
                .collect();
        }
    }
    let (mut plan, refusals) = match planner::plan(&fleet.snapshot, options, &fleet.policy, now) {
        Ok(plan) => (plan, Vec::new()),
        Err(refusals) => refused(&fleet, options, refusals, now),
    };
    if refusals.is_empty() {
        let broken = planner::check(&plan, &fleet.snapshot, options, &fleet.policy);
        if let Some(first) = broken.first() {
            return Err(Error::internal(format!(
                "a plan breaks the rule {}: {} ({} in all)",
                first.rule,
                first.sentence,
                broken.len()
            )));
        }
    }
    for server in plan.waves.iter_mut().flat_map(|wave| &mut wave.servers) {
        if asking.contains(&server.server) {
            server.draft = Some(BEING_ASKED.to_owned());
        }
    }
    Ok(Made {
        hash: hash(&plan),
        plan,
        refusals,
    })
}

/// The hash of a plan with the text that this build would send.
pub(crate) fn hash(plan: &Plan) -> String {
    planner::hash(plan, &|work| remote::work::text(work))
}

fn refused(
    fleet: &Fleet,
    options: &Options,
    refusals: Vec<Refusal>,
    now: Timestamp,
) -> (Plan, Vec<RefusalRow>) {
    let generation = planner::generation(&fleet.snapshot, options, &fleet.policy);
    let name = format!("drydock refusal {generation} {}", now.micros());
    let mut left_out: Vec<LeftOut> = Vec::new();
    let mut rows = Vec::with_capacity(refusals.len());
    for refusal in refusals {
        left_out.extend(refusal.left_out);
        let group = refusal.group.and_then(|id| {
            let of_group = fleet
                .snapshot
                .servers
                .iter()
                .find_map(|server| server.group.as_ref().filter(|group| group.id == id));
            of_group.map(|group| (id, group.name.clone()))
        });
        rows.push(RefusalRow {
            field: refusal.field,
            group,
            sentence: refusal.sentence,
        });
    }
    let plan = Plan {
        v: PLAN_VERSION,
        id: PlanId::from_uuid(Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes())),
        made_at: now,
        generation,
        options: options.clone(),
        waves: Vec::new(),
        left_out,
        warnings: Vec::new(),
        impact: Vec::new(),
    };
    (plan, rows)
}

impl Made {
    /// What is written down.
    pub(crate) fn to_keep(
        &self,
        asked: Asked,
        before: Option<PlanId>,
        by: Option<&str>,
    ) -> Result<Keep, Error> {
        let asked = asked.estimated(&self.plan);
        let text = |value: Result<String, serde_json::Error>| value.map_err(Error::internal);
        let refused = (!self.refusals.is_empty()).then(|| serde_json::to_string(&self.refusals));
        Ok(Keep {
            plan: NewPlan {
                id: self.plan.id,
                stack: asked.asked.stack,
                hash: self.hash.clone(),
                generation: self.plan.generation.clone(),
                v: u32::from(PLAN_VERSION),
                body: text(serde_json::to_string(&self.plan))?,
                options: text(serde_json::to_string(&self.plan.options))?,
                created_by: by.map(str::to_owned),
            },
            preview: Preview {
                asked: Some(text(serde_json::to_string(&asked))?),
                before,
                replaced_by: None,
                refused: refused.map(text).transpose()?,
            },
        })
    }
}

/// A plan as it is written down.
pub(crate) struct Keep {
    pub(crate) plan: NewPlan,
    preview: Preview,
}

impl Keep {
    pub(crate) async fn write(&self, tx: &mut Tx, at: Timestamp) -> Result<(), StoreError> {
        tx.insert_plan(&self.plan, at).await?;
        tx.note_preview(self.plan.id, &self.preview).await
    }
}
