//! Planning, as a function: a snapshot of the fleet, options and policy become a plan, or refusals that say what to do.
//! Pure: no I/O, no clock, no random source, so that the preview *is* the plan. [`check`] holds every plan against the
//! rules again, and shares no code with the planner.

mod asked;
mod bounds;
mod care;
mod check;
mod differences;
mod digest;
mod eligible;
mod generation;
mod hash;
mod impact;
mod packages;
mod policy;
mod reboot;
mod refusal;
mod restarts;
mod server;
mod snapshot;
mod steps;
mod unattended;
mod wanted;
mod warnings;
mod waves;
mod words;

pub use bounds::{Bound, OutOfBounds, inside};
pub use check::{Rule, Violation, check};
pub use differences::{Difference, differences};
pub use generation::generation;
pub use hash::hash;
pub use policy::{GroupPolicy, Policy};
pub use refusal::{Refusal, RefusalKind};
pub use snapshot::{Named, OwnHost, Snapshot, SnapshotServer};
pub use wanted::{Wanted, wanted};

use care::Inputs;
use model::options::Options;
use model::plan::{LeftOut, PLAN_VERSION, Plan};
use model::{PlanId, StepId, Timestamp};
use server::Drafted;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// Plans what `options` ask for on the chosen servers of `snapshot`.
///
/// The plan may be a draft ([`Plan::draft`]): made from simulations that are too old or of other packages, so that it
/// may be looked at and not be run.
///
/// # Errors
/// Every reason why there is no plan, each with a sentence that says what to do.
pub fn plan(
    snapshot: &Snapshot,
    options: &Options,
    policy: &Policy,
    now: Timestamp,
) -> Result<Plan, Vec<Refusal>> {
    let mut refusals: Vec<Refusal> = options
        .validate()
        .err()
        .into_iter()
        .flatten()
        .map(Refusal::field)
        .collect();
    refusals.extend(refusal::of_snapshot(snapshot));
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let inputs = Inputs::new(snapshot, options, policy, now);
    let (drafted, left_out) = draft(&inputs);
    if drafted.is_empty() {
        return Err(vec![Refusal::nothing_to_do(left_out)]);
    }
    let mut refusals = waves::impossible(&inputs, &drafted);
    refusals.extend(asked::impossible(&inputs, &drafted));
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let mut waves = waves::arrange(&inputs, drafted);
    let generation = generation(snapshot, options, policy);
    let id = plan_id(&generation, now);
    let steps = waves
        .iter_mut()
        .flat_map(|wave| &mut wave.servers)
        .flat_map(|server| &mut server.steps);
    for (position, step) in (0..).zip(steps) {
        step.position = position;
        step.id = step_id(id, position);
    }
    let impact = impact::of(&inputs, &waves);
    let warnings = warnings::of(&inputs, &waves, &impact);
    Ok(Plan {
        v: PLAN_VERSION,
        id,
        made_at: now,
        generation,
        options: options.clone(),
        waves,
        left_out,
        warnings,
        impact,
    })
}

/// Every chosen server, in order of names: what is done on it, or why nothing is.
fn draft<'a>(inputs: &Inputs<'a>) -> (Vec<Drafted<'a>>, Vec<LeftOut>) {
    let mut chosen: Vec<&SnapshotServer> = inputs.snapshot.servers.iter().filter(|s| s.chosen).collect();
    chosen.sort_by(|a, b| words::name_order(&a.name, &b.name).then_with(|| a.id.cmp(&b.id)));
    let mut drafted = Vec::with_capacity(chosen.len());
    let mut left_out = Vec::new();
    let mut machines = HashMap::new();
    for server in chosen {
        let outcome =
            eligible::machine_is_new(server, &machines).and_then(|()| server::draft(inputs, server));
        match outcome {
            Ok(draft) => {
                if let Some(machine) = eligible::machine(server) {
                    machines.insert(machine, server.name.as_str());
                }
                drafted.push(draft);
            }
            Err((reason, sentence)) => left_out.push(LeftOut {
                server: server.id,
                name: server.name.clone(),
                reason,
                sentence,
            }),
        }
    }
    (drafted, left_out)
}

/// The id of the plan of these inputs at this time.
fn plan_id(generation: &str, now: Timestamp) -> PlanId {
    let name = format!("drydock plan {generation} {}", now.micros());
    PlanId::from_uuid(Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes()))
}

/// The id of the step at `position` of a plan: the same wherever it is computed.
pub fn step_id(plan: PlanId, position: u32) -> StepId {
    StepId::from_uuid(Uuid::new_v5(&plan.uuid(), position.to_string().as_bytes()))
}

/// The ids of the snapshot's servers that occur more than once.
fn repeated(snapshot: &Snapshot) -> Vec<&SnapshotServer> {
    let mut seen = HashSet::new();
    snapshot
        .servers
        .iter()
        .filter(|server| !seen.insert(server.id))
        .collect()
}
