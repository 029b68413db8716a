//! Restarts of units: predicted beside what happened.

use super::proof_server::Told;
use model::Work;
use model::deploy::{ActiveUnit, Seen};
use model::facts::Known;
use model::plan::{RestartCause, ServerPlan};
use model::view::{RebootProof, RestartProof};

/// Every unit that the plan names, and every one that was restarted although no plan said so.
pub(super) fn restarts(plan: &ServerPlan, told: &Told, reboot: &RebootProof) -> Vec<RestartProof> {
    let rebooted = reboot.happened == Known::Known(true);
    let asked: Vec<&String> = plan
        .steps
        .iter()
        .filter_map(|step| match &step.work {
            Some(Work::RestartServices { units }) => Some(units),
            _ => None,
        })
        .flatten()
        .collect();
    let (before, after) = (units(told.before.as_ref()), units(told.after.as_ref()));
    let happened = |unit: &String| match (&before, &after) {
        _ if rebooted || (told.restarted && asked.contains(&unit)) => Known::Known(true),
        (Ok(before), Ok(after)) => match (run_of(before, unit), run_of(after, unit)) {
            (Some(before), Some(after)) => Known::Known(before.invocation != after.invocation),
            (None, Some(_)) => Known::unknown("it was not active before the run"),
            (_, None) => Known::unknown("it was not active after the run"),
        },
        (Err(why), _) | (_, Err(why)) => Known::unknown(*why),
    };
    let mut restarts: Vec<RestartProof> = plan
        .restarts
        .iter()
        .map(|restart| RestartProof {
            unit: restart.unit.clone(),
            predicted: Some(restart.cause),
            expected: rebooted || restart.cause == RestartCause::Ships || asked.contains(&&restart.unit),
            happened: happened(&restart.unit),
        })
        .collect();
    if let (false, Ok(before), Ok(after)) = (rebooted, &before, &after) {
        // What starts and ends as it is needed is no news.
        let stays = before.iter().filter(|unit| unit.stays);
        let unforeseen = stays
            .filter(|unit| plan.restarts.iter().all(|known| known.unit != unit.unit))
            .filter(|unit| !asked.contains(&&unit.unit))
            .filter(|unit| run_of(after, &unit.unit).is_some_and(|now| now.invocation != unit.invocation));
        restarts.extend(unforeseen.map(|unit| RestartProof {
            unit: unit.unit.clone(),
            predicted: None,
            expected: false,
            happened: Known::Known(true),
        }));
    }
    restarts
}

fn units(seen: Option<&Seen>) -> Result<&[ActiveUnit], &str> {
    let more = seen
        .ok_or("it was not seen both before and after the run")?
        .more
        .as_ref();
    match &more.ok_or("an older Drydock did not note it")?.units {
        Known::Known(units) => Ok(units),
        Known::Unknown(why) => Err(why),
    }
}

fn run_of<'a>(units: &'a [ActiveUnit], name: &str) -> Option<&'a ActiveUnit> {
    units.iter().find(|unit| unit.unit == name)
}
