//! The parts of a plan's page that follow from the plan alone.

use super::when;
use crate::deploy::asked::{capitalised, count};
use model::plan::{PackagePart, Plan, RebootVerdict, ServerPlan, StepKind};
use model::view::{PlanTotals, SurveyProgress, SurveyRow, SurveyState};
use std::collections::HashSet;
use store::{Awaited, RunState};

/// Surveys that are named.
const SURVEYS_SHOWN: usize = 50;

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn has(server: &ServerPlan, kind: StepKind) -> bool {
    server.steps.iter().any(|step| step.kind == kind)
}

/// The plan in numbers.
pub(super) fn totals(plan: &Plan) -> PlanTotals {
    let mut totals = PlanTotals::default();
    let mut packages = HashSet::new();
    for server in plan.servers() {
        totals.servers += 1;
        totals.installs += number(server.packages.len());
        totals.removals += number(server.removals.len());
        let security = server
            .packages
            .iter()
            .filter(|package| package.part == PackagePart::Security);
        totals.security += number(security.count());
        let versions = server.packages.iter().map(|it| (&it.package, &it.arch, &it.to));
        packages.extend(versions);
        if has(server, StepKind::Reboot) {
            match server.reboot.verdict {
                RebootVerdict::Expected => totals.reboots += 1,
                RebootVerdict::Possible => totals.reboots_possible += 1,
                RebootVerdict::NotExpected => {}
            }
        }
        totals.restarts += u32::from(has(server, StepKind::RestartServices));
        totals.download_bytes = totals
            .download_bytes
            .saturating_add(server.download_bytes.unwrap_or(0));
    }
    totals.packages = number(packages.len());
    totals
}

/// What the button does, in numbers: `Apply 8 updates to 3 servers, reboot 2`.
pub(super) fn button(totals: &PlanTotals, plan: &Plan) -> String {
    let with = |kind| number(plan.servers().filter(|server| has(server, kind)).count());
    let mut parts = Vec::new();
    if totals.installs > 0 {
        let servers = with(StepKind::Install);
        parts.push(format!(
            "apply {} to {}",
            count(totals.installs, "update"),
            count(servers, "server")
        ));
    } else if with(StepKind::Repair) > 0 {
        let servers = count(with(StepKind::Repair), "server");
        parts.push(format!("finish interrupted installations on {servers}"));
    }
    let unattended = with(StepKind::Unattended);
    if unattended > 0 && totals.installs == 0 {
        parts.push(format!(
            "set up daily security upgrades on {}",
            count(unattended, "server")
        ));
    }
    if totals.restarts > 0 {
        parts.push(format!(
            "restart services on {}",
            count(totals.restarts, "server")
        ));
    }
    let servers = |number: u32| {
        if parts.is_empty() {
            count(number, "server")
        } else {
            number.to_string()
        }
    };
    let reboots = match (totals.reboots, totals.reboots_possible) {
        (0, 0) => None,
        (0, possible) => Some(format!("reboot {} if required", servers(possible))),
        (expected, 0) => Some(format!("reboot {}", servers(expected))),
        (expected, possible) => Some(format!("reboot {}, perhaps {possible} more", servers(expected))),
    };
    parts.extend(reboots);
    capitalised(&parts.join(", "))
}

/// How far the surveys are.
pub(super) fn surveys(awaited: &[Awaited]) -> SurveyProgress {
    let mut rows: Vec<SurveyRow> = awaited.iter().map(survey).collect();
    let with = |state| number(rows.iter().filter(|row| row.state == state).count());
    let (ended, failed) = (with(SurveyState::Ended), with(SurveyState::Failed));
    rows.sort_by_key(|row| match row.state {
        SurveyState::Failed => 0,
        SurveyState::Running => 1,
        SurveyState::Queued => 2,
        SurveyState::Ended => 3,
    });
    rows.truncate(SURVEYS_SHOWN);
    SurveyProgress {
        asked: number(awaited.len()),
        ended: ended + failed,
        failed,
        rows,
    }
}

fn survey(awaited: &Awaited) -> SurveyRow {
    let scans = awaited.kind.as_deref() == Some(model::CheckKind::Scan.as_str());
    let (state, said, since) = match awaited.state {
        Some(RunState::Queued) => (
            SurveyState::Queued,
            "Waits for a free worker.".to_owned(),
            awaited.asked_at,
        ),
        Some(RunState::Running) => {
            let said = if scans {
                "Reads its package lists anew and looks at what is pending."
            } else {
                "Simulates what would be installed."
            };
            (SurveyState::Running, said.to_owned(), awaited.started_at)
        }
        Some(RunState::Ended) | None => {
            let failed = !matches!(
                awaited.outcome.as_deref(),
                None | Some("simulated" | "seen" | "changed")
            );
            let said = match (&awaited.said, failed) {
                (Some(said), true) => said.clone(),
                (None, true) => "There was no answer.".to_owned(),
                (_, false) => "It has answered.".to_owned(),
            };
            let state = if failed {
                SurveyState::Failed
            } else {
                SurveyState::Ended
            };
            (state, said, awaited.ended_at)
        }
    };
    SurveyRow {
        server: awaited.server,
        name: awaited.name.clone().unwrap_or_else(|| awaited.server.to_string()),
        state,
        said,
        since: since.map(when),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_button_says_it_in_numbers() {
        let text = include_str!("../../../planner/tests/fixtures/plan-v1.json");
        let plan: Plan = serde_json::from_str(text).unwrap();
        let totals = |installs, reboots, reboots_possible, restarts| PlanTotals {
            installs,
            reboots,
            reboots_possible,
            restarts,
            ..PlanTotals::default()
        };
        let servers = with(&plan, StepKind::Install);
        assert_eq!(
            button(&totals(8, 2, 0, 0), &plan),
            format!("Apply 8 updates to {servers}, reboot 2")
        );
        let bare = Plan {
            waves: Vec::new(),
            ..plan
        };
        assert_eq!(button(&totals(0, 1, 0, 0), &bare), "Reboot 1 server");
        assert_eq!(
            button(&totals(0, 2, 1, 0), &bare),
            "Reboot 2 servers, perhaps 1 more"
        );
        assert_eq!(button(&totals(0, 0, 3, 0), &bare), "Reboot 3 servers if required");
        assert_eq!(
            button(&totals(0, 0, 0, 2), &bare),
            "Restart services on 2 servers"
        );
    }

    fn with(plan: &Plan, kind: StepKind) -> String {
        count(
            number(plan.servers().filter(|server| has(server, kind)).count()),
            "server",
        )
    }
}
