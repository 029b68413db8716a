//! The check *survey*: simulates on one server what options want installed, so that it can be planned.

use crate::desk::{Desk, NotBegun};
use crate::look;
use async_trait::async_trait;
use engine::{Ended, RunContext, RunKind, outcome};
use model::facts::{Facts, Known};
use model::plan::{
    PackageChange, Removal, RestartCause, SIMULATION_VERSION, Simulation, Transaction, UnitRestart,
};
use model::{CheckKind, Reach, SURVEY_VERSION, Survey, SurveyParams};
use remote::Op;
use remote::work::ANSWER_MAX;
use remote::work::precheck::{self, PreCheck, PreCheckOp};
use remote::work::simulate::{self, SimulateOp, Simulated, Wanted};
use std::sync::Arc;
use std::time::Duration;
use world::{Limits, Target};

/// The check *survey*.
pub(crate) struct Surveyor(pub(crate) Arc<Desk>);

#[async_trait]
impl RunKind for Surveyor {
    fn name(&self) -> &'static str {
        CheckKind::Survey.as_str()
    }

    fn version(&self) -> u32 {
        CheckKind::Survey.version()
    }

    fn deadline(&self) -> Duration {
        simulate::LONGEST
            .saturating_add(precheck::LONGEST)
            .saturating_add(Duration::from_secs(120))
    }

    fn width(&self) -> usize {
        self.0.scans_at_once
    }

    async fn run(&self, context: RunContext) -> Ended {
        match self.survey(&context).await {
            Ok(ended) => ended,
            Err(error) => error.end(&context),
        }
    }
}

/// Why there is no answer, a sentence.
struct NoAnswer(String);

impl Surveyor {
    async fn survey(&self, context: &RunContext) -> Result<Ended, NotBegun> {
        let desk = &self.0;
        let params: SurveyParams = serde_json::from_str(&context.params).map_err(NotBegun::Parameters)?;
        let (_, target) = desk.target(context).await?;
        if target.pinned.is_empty() {
            let said = Reach::KeyUnconfirmed.sentence();
            return Ok(Ended::new(outcome::FAILED, said.to_owned()));
        }
        let answers = async { tokio::try_join!(self.simulate(&target, &params), self.pre_check(&target)) };
        let answers = tokio::select! {
            answers = answers => answers,
            () = context.cancel.cancelled() => return Ok(Ended::plain(outcome::CANCELLED)),
        };
        let (simulated, checked) = match answers {
            Ok(answers) => answers,
            Err(NoAnswer(said)) => return Ok(Ended::new(outcome::FAILED, said)),
        };
        let facts = desk.store.facts(target.server).await?;
        let survey = Survey {
            v: SURVEY_VERSION,
            said: sentence(&simulated),
            simulation: Simulation {
                v: SIMULATION_VERSION,
                upgrade: params.upgrade,
                picks: params.picks,
                simulated_at: desk.clock.now(),
                transaction: transaction(simulated, facts.as_ref().map(|stored| &stored.facts)),
            },
            kernel_bytes: Some(checked.kernel_bytes).filter(|bytes| *bytes > 0),
        };
        let json = serde_json::to_string(&survey).map_err(NotBegun::Parameters)?;
        Ok(Ended::new("simulated", json))
    }

    async fn simulate(&self, target: &Target, params: &SurveyParams) -> Result<Simulated, NoAnswer> {
        let op = SimulateOp {
            asked: look::asked(target),
            refresh_older_than_secs: params.refresh_older_than_secs,
            wanted: vec![Wanted {
                upgrade: params.upgrade,
                only: params.only.clone(),
                exclude: params.exclude.clone(),
            }],
        };
        let answer = self
            .exec(target, Op::Simulate(op.clone()), simulate::LONGEST)
            .await?;
        Simulated::read(&op, &answer.stdout, &answer.stderr, answer.exit)
            .map_err(|error| no_answer(error.reach, &error.detail))
    }

    async fn pre_check(&self, target: &Target) -> Result<PreCheck, NoAnswer> {
        let op = PreCheckOp {
            asked: look::asked(target),
        };
        let answer = self
            .exec(target, Op::PreCheck(op.clone()), precheck::LONGEST)
            .await?;
        PreCheck::read(&op, &answer.stdout, &answer.stderr, answer.exit)
            .map_err(|error| no_answer(error.reach, &error.detail))
    }

    async fn exec(&self, target: &Target, op: Op, longest: Duration) -> Result<world::Answer, NoAnswer> {
        let limits = Limits {
            answer: longest.saturating_add(Duration::from_secs(30)),
            stdout_bytes: ANSWER_MAX,
            ..look::SHORT
        };
        let answer = self.0.shell.exec(target, &op, limits).await;
        answer.map_err(|error| no_answer(error.reach, &error.detail))
    }
}

fn no_answer(reach: Reach, detail: &str) -> NoAnswer {
    NoAnswer(format!("{} {detail}", reach.sentence()))
}

fn sentence(simulated: &Simulated) -> String {
    match (&simulated.refresh_failed, simulated.transactions.first()) {
        (Some(why), _) => format!("The package lists could not be refreshed: {why}"),
        (None, Some(Ok(transaction))) => format!(
            "apt would install {} and remove {} packages.",
            transaction.changes.len(),
            transaction.removals.len()
        ),
        (None, Some(Err(why))) => format!("apt could not simulate it: {why}"),
        (None, None) => "Nothing was simulated.".to_owned(),
    }
}

/// The answer in the plan's words. From old lists nothing is planned.
fn transaction(simulated: Simulated, facts: Option<&Facts>) -> Known<Transaction> {
    if let Some(why) = simulated.refresh_failed {
        return Known::unknown(format!(
            "the package lists could not be refreshed: {}",
            bare(&why)
        ));
    }
    let found = match simulated.transactions.into_iter().next() {
        Some(Ok(found)) => found,
        Some(Err(why)) => return Known::unknown(bare(&why)),
        None => return Known::unknown("nothing was simulated"),
    };
    let pending = facts.and_then(|facts| facts.updates.get());
    let is_security = |change: &simulate::Change| {
        let known =
            pending.and_then(|updates| updates.pending.iter().find(|one| one.package == change.package));
        known.map_or_else(
            || change.origins.iter().any(|origin| is_security_origin(origin)),
            |update| update.security,
        )
    };
    Known::Known(Transaction {
        changes: found
            .changes
            .iter()
            .map(|change| PackageChange {
                package: change.package.clone(),
                arch: change.arch.clone(),
                from: change.from.clone(),
                to: change.to.clone(),
                origins: change.origins.clone(),
                security: is_security(change),
                download_bytes: change.download_bytes,
            })
            .collect(),
        removals: found
            .removals
            .into_iter()
            .map(|removal| Removal {
                package: removal.package,
                version: removal.version,
            })
            .collect(),
        download_bytes: found.download_bytes,
        disk_bytes: None,
        restarts: Known::Known(
            simulated
                .units
                .into_iter()
                .map(|one| UnitRestart {
                    unit: one.unit,
                    package: one.package,
                    cause: if one.ships {
                        RestartCause::Ships
                    } else {
                        RestartCause::UsesLibrary
                    },
                })
                .collect(),
        ),
    })
}

/// A sentence's words, to stand inside another one.
fn bare(sentence: &str) -> String {
    sentence.trim_end_matches('.').to_owned()
}

/// `Debian-Security:12/oldstable-security`, `Ubuntu:24.04/noble-security`, as a scan judges them.
fn is_security_origin(origin: &str) -> bool {
    let (label, rest) = origin.split_once(':').unwrap_or((origin, ""));
    label == "Debian-Security" || rest.ends_with("-security")
}

#[cfg(test)]
mod tests {
    use super::*;
    use remote::work::simulate::{Change, UnitUse};

    fn change(origin: &str) -> Change {
        Change {
            package: "liblab".to_owned(),
            arch: "amd64".to_owned(),
            from: None,
            to: "2".to_owned(),
            origins: vec![origin.to_owned()],
            download_bytes: Some(5),
        }
    }

    fn simulated(origin: &str) -> Simulated {
        Simulated {
            refresh_failed: None,
            refreshed_secs: Some(1),
            transactions: vec![Ok(simulate::Transaction {
                changes: vec![change(origin)],
                ..Default::default()
            })],
            units: vec![UnitUse {
                unit: "labweb.service".to_owned(),
                package: "liblab".to_owned(),
                ships: false,
            }],
        }
    }

    #[test]
    fn a_new_package_is_a_security_update_by_its_origin() {
        for (origin, security) in [
            ("Debian-Security:12/oldstable-security", true),
            ("Ubuntu:24.04/noble-security", true),
            ("Debian:12.5/stable", false),
        ] {
            let Known::Known(found) = transaction(simulated(origin), None) else {
                panic!("it is known")
            };
            assert_eq!(found.changes[0].security, security, "{origin}");
            let restarts = found.restarts.get().map(Vec::as_slice).unwrap_or_default();
            assert_eq!(restarts[0].cause, RestartCause::UsesLibrary);
        }
    }

    #[test]
    fn nothing_is_planned_from_lists_that_could_not_be_refreshed() {
        let failed = Simulated {
            refresh_failed: Some("It failed.".to_owned()),
            ..simulated("Debian:12/stable")
        };
        assert_eq!(
            transaction(failed, None).why_unknown(),
            Some("the package lists could not be refreshed: It failed")
        );
    }
}
