//! A run in one sentence, the status it wears, and which buttons it has.

use crate::deploy::asked::{Asked, count, ticks};
use crate::{Actor, Error, Usecases};
use model::options::Options;
use model::run::{RunOutcome, RunState, RunWants, StepOutcome, StepState};
use model::view::{Headline, RunButtons};
use model::{Right, Status, Timestamp, short_duration};
use store::RunRecord;

/// What a run's list row needs of its plan.
#[derive(Debug, Clone, Default)]
pub(crate) struct RunMeta {
    /// What it does in a few words.
    pub(crate) what: String,
    /// The profile's name.
    pub(crate) profile: Option<String>,
    verbs: Verbs,
    wave_secs: Vec<u32>,
}

/// What a run does to servers, in the forms that sentences need.
#[derive(Debug, Clone, Copy)]
struct Verbs {
    to: &'static str,
    doing: &'static str,
    done: &'static str,
}

impl Default for Verbs {
    fn default() -> Self {
        Self {
            to: "work on",
            doing: "Working on",
            done: "Worked on",
        }
    }
}

impl Verbs {
    fn of(options: &Options) -> Self {
        if options.upgrade().is_some() {
            Self {
                to: "upgrade",
                doing: "Upgrading",
                done: "Upgraded",
            }
        } else if options.restart_services {
            Self {
                to: "restart services on",
                doing: "Restarting services on",
                done: "Restarted services on",
            }
        } else if options.reboot {
            Self {
                to: "reboot",
                doing: "Rebooting",
                done: "Rebooted",
            }
        } else {
            Self::default()
        }
    }
}

impl Usecases {
    /// What a run's plan was asked for with.
    pub(crate) async fn run_meta(&self, run: &RunRecord) -> Result<RunMeta, Error> {
        let preview = match run.plan {
            Some(plan) => self.store.preview(plan).await?.unwrap_or_default(),
            None => return Ok(RunMeta::default()),
        };
        let Some(asked) = Asked::read(&preview)? else {
            return Ok(RunMeta {
                what: "Deployment".to_owned(),
                ..RunMeta::default()
            });
        };
        Ok(RunMeta {
            what: ticks(&asked.asked.options),
            verbs: Verbs::of(&asked.asked.options),
            profile: asked.profile,
            wave_secs: asked.wave_secs,
        })
    }

    /// A run in one sentence.
    pub(crate) async fn headline(&self, run: &RunRecord) -> Result<Headline, Error> {
        let meta = self.run_meta(run).await?;
        let heard_at = self.heard_at(run).await?;
        Ok(headline(run, &meta, heard_at, self.clock.now()))
    }

    /// The last proof of life of any of the run's servers, while it is under way; also when its worker is gone and the
    /// next one has not taken it yet.
    pub(crate) async fn heard_at(&self, run: &RunRecord) -> Result<Option<Timestamp>, Error> {
        Ok(match run.state {
            RunState::Running | RunState::Queued if run.started_at.is_some() => {
                self.store.last_proof(run.id).await?
            }
            _ => None,
        })
    }
}

/// The run in one sentence.
pub(crate) fn headline(
    run: &RunRecord,
    meta: &RunMeta,
    heard_at: Option<Timestamp>,
    now: Timestamp,
) -> Headline {
    let servers = count(run.lanes, "server");
    let good = run.lanes_ended.saturating_sub(run.lanes_failed);
    let mut so_far = String::new();
    if run.lanes_ended > 0 {
        so_far.push_str(&format!(", {good} done"));
    }
    if run.lanes_failed > 0 {
        so_far.push_str(&format!(", {} failed", run.lanes_failed));
    }
    let (text, is_live) = match (run.state, run.outcome) {
        (RunState::Queued, _) if run.started_at.is_none() => {
            (format!("Waiting to {} {servers}", meta.verbs.to), false)
        }
        (RunState::Queued | RunState::Running, _) => {
            let ending = match run.wants {
                RunWants::None => "",
                RunWants::Pause => ", pausing at the next safe point",
                RunWants::Cancel => ", stopping at the next safe point",
                RunWants::Abandon => ", letting go",
            };
            // Never a bare "running": without an age of the last proof of life it says that there is none.
            let unheard = if heard_at.is_none() {
                ", no server heard yet"
            } else {
                ""
            };
            (
                format!("{} {servers}{so_far}{ending}{unheard}", meta.verbs.doing),
                true,
            )
        }
        (RunState::Waiting, _) => (
            format!(
                "Waiting before the next wave: {} of {servers} done",
                run.lanes_ended
            ),
            false,
        ),
        (RunState::Paused, _) => (format!("Paused: {good} of {servers} done{}", failed(run)), false),
        (RunState::Stuck, _) => (
            format!("Needs a person: {good} of {servers} done{}", failed(run)),
            false,
        ),
        (RunState::Ended, outcome) => (ended(run, meta, outcome, good, &servers), false),
    };
    Headline {
        text,
        done_at: if is_live { done_at(run, meta, now) } else { None },
        heard_at: heard_at.filter(|_| is_live),
    }
}

fn failed(run: &RunRecord) -> String {
    match run.lanes_failed {
        0 => String::new(),
        failed => format!(", {failed} failed"),
    }
}

fn ended(run: &RunRecord, meta: &RunMeta, outcome: Option<RunOutcome>, good: u32, servers: &str) -> String {
    let took = run
        .started_at
        .zip(run.ended_at)
        .map(|(from, to)| format!(" in {}", short_duration(to.secs_since(from))))
        .unwrap_or_default();
    match outcome {
        Some(RunOutcome::Succeeded) => format!("{} {servers}{took}", meta.verbs.done),
        Some(RunOutcome::PartlyFailed | RunOutcome::Failed) => {
            format!("{} {good} of {servers}{took}{}", meta.verbs.done, failed(run))
        }
        Some(RunOutcome::Cancelled) if run.started_at.is_none() => "Cancelled before it began".to_owned(),
        Some(RunOutcome::Cancelled) => format!("Cancelled after {good} of {servers}{}", failed(run)),
        Some(RunOutcome::Abandoned) | None => {
            format!("Let go of after {good} of {servers}; the others need to be looked at")
        }
    }
}

/// When it will be done: by its own pace once a fifth of its servers is done and there is more than one wave, by the
/// plan's estimate before that.
fn done_at(run: &RunRecord, meta: &RunMeta, now: Timestamp) -> Option<Timestamp> {
    let started = run.started_at?;
    let planned: i64 = meta.wave_secs.iter().map(|secs| i64::from(*secs)).sum();
    let (ended, lanes) = (i64::from(run.lanes_ended), i64::from(run.lanes));
    let total = if meta.wave_secs.len() > 1 && ended > 0 && ended * 5 >= lanes {
        now.secs_since(started).saturating_mul(lanes) / ended
    } else {
        planned
    };
    (total > 0).then(|| started.plus_secs(total))
}

/// The status that a run wears.
pub(crate) const fn run_status(run: &RunRecord) -> Status {
    match (run.state, run.outcome) {
        (RunState::Queued, _) => Status::Unknown,
        (RunState::Running, _) => Status::Running,
        (RunState::Waiting, _) if run.resume_at.is_some() => Status::Running,
        (RunState::Waiting | RunState::Paused | RunState::Stuck, _) => Status::Waiting,
        (RunState::Ended, Some(RunOutcome::Succeeded)) => Status::Healthy,
        (RunState::Ended, Some(RunOutcome::PartlyFailed | RunOutcome::Cancelled)) => Status::Attention,
        (RunState::Ended, _) => Status::Failed,
    }
}

/// The status that a step wears. What has not begun, or was left out, is grey.
pub(crate) const fn step_status(state: StepState, outcome: Option<StepOutcome>) -> Status {
    match (state, outcome) {
        (StepState::Starting | StepState::Started | StepState::Verifying, _) => Status::Running,
        (StepState::Stuck, _) => Status::Waiting,
        (StepState::Ended, Some(StepOutcome::Changed | StepOutcome::FoundDone | StepOutcome::TookOver)) => {
            Status::Healthy
        }
        (StepState::Ended, Some(StepOutcome::Warned)) => Status::Attention,
        (StepState::Ended, Some(StepOutcome::Failed | StepOutcome::Abandoned)) => Status::Failed,
        (StepState::Pending, _) | (StepState::Ended, Some(StepOutcome::Skipped) | None) => Status::Unknown,
    }
}

/// What the person may ask of the run.
pub(crate) fn buttons(actor: &Actor, run: &RunRecord) -> RunButtons {
    if !actor.role.may(Right::Run) {
        return RunButtons::default();
    }
    let is_open = run.state != RunState::Ended;
    let letting_go = run.wants == RunWants::Abandon;
    RunButtons {
        pause: run.wants == RunWants::None
            && matches!(
                run.state,
                RunState::Running | RunState::Queued | RunState::Waiting
            ),
        resume: matches!(run.state, RunState::Waiting | RunState::Paused)
            || (run.state == RunState::Running && run.wants == RunWants::Pause),
        cancel: is_open && !letting_go && run.wants != RunWants::Cancel,
        abandon: is_open && !letting_go && run.started_at.is_some(),
        retry_failed: !is_open && !matches!(run.outcome, Some(RunOutcome::Succeeded)) && run.plan.is_some(),
        settle: run.state == RunState::Stuck,
    }
}
