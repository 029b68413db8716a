//! A run's waves in order, a wave's lanes beside each other, a lane's steps one after the other.

use super::desk::{Desk, Lost};
use super::lane::{Mode, Next, has_begun, has_failed, next, was_cut};
use super::perform::perform;
use super::performance::Performed;
use super::plan::{Gate, Lane, RunOutcome, RunPlan, Wave};
use super::port::Park;
use std::collections::VecDeque;
use std::sync::Arc;
use tokio::task::JoinSet;

/// How a driver is done with a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Exit {
    /// It is over.
    Over(RunOutcome),
    /// It is let go of for now.
    Park(Park),
}

/// How a lane is done with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LaneEnd {
    Over,
    Stopped,
}

/// Does what is left of a run.
pub(super) async fn waves(desk: &Arc<Desk>, mut plan: RunPlan) -> Result<Exit, Lost> {
    let budget = plan.failure_budget;
    for lane in plan.waves.iter().flat_map(|wave| &wave.lanes) {
        if has_failed(&lane.steps) {
            desk.count_failed(&lane.name, budget);
        }
    }
    let mut all_over = true;
    for wave in std::mem::take(&mut plan.waves) {
        let begun = wave.lanes.iter().any(|lane| has_begun(&lane.steps));
        if let Some(gate) = wave.gate
            && !begun
            && desk.mode() == Mode::Go
        {
            if !plan.resume_due {
                return Ok(Exit::Park(Park::Waiting {
                    resume_after: match gate {
                        Gate::Person => None,
                        Gate::After(time) => Some(time),
                    },
                }));
            }
            plan.resume_due = false;
            let number = wave.number;
            desk.persist_ours("wave", || {
                desk.store.open_wave(desk.run.id, desk.run.epoch, number)
            })
            .await?;
        }
        all_over &= one_wave(desk, wave, budget).await?;
    }
    Ok(exit(desk, all_over))
}

/// How it ends, when every lane is over or has stopped.
fn exit(desk: &Desk, all_over: bool) -> Exit {
    let halt = desk.halt.borrow().clone();
    if let Some(known) = halt.stuck {
        return Exit::Park(Park::Stuck { known });
    }
    let failed = desk.failed();
    if halt.cancel && !all_over {
        return Exit::Over(RunOutcome::Cancelled);
    }
    if halt.spent {
        return Exit::Over(RunOutcome::Failed);
    }
    if all_over {
        return Exit::Over(if failed == 0 {
            RunOutcome::Succeeded
        } else {
            RunOutcome::PartlyFailed
        });
    }
    Exit::Park(Park::Paused {
        why: halt.below_minimum,
    })
}

/// Works on the lanes of a wave. Whether all of them are over.
async fn one_wave(desk: &Arc<Desk>, wave: Wave, budget: u32) -> Result<bool, Lost> {
    let width = usize::try_from(wave.width)
        .unwrap_or(usize::MAX)
        .clamp(1, desk.settings.lanes_per_run.max(1));
    let mut waiting: VecDeque<Lane> = wave.lanes.into();
    // What was begun is gone on with first: it may be out of service.
    let (begun, fresh): (VecDeque<_>, VecDeque<_>) =
        waiting.drain(..).partition(|lane| has_begun(&lane.steps));
    waiting.extend(begun);
    waiting.extend(fresh);
    let mut under_way = JoinSet::new();
    let mut all_over = true;
    loop {
        while under_way.len() < width
            && let Some(lane) = waiting.pop_front()
        {
            if !has_begun(&lane.steps) && desk.mode() != Mode::Go {
                all_over = false;
                continue;
            }
            let desk = Arc::clone(desk);
            under_way.spawn(async move { one_lane(&desk, wave.number, lane, budget).await });
        }
        match under_way.join_next().await {
            None => return Ok(all_over),
            Some(Ok(ended)) => all_over &= ended? == LaneEnd::Over,
            Some(Err(error)) => {
                // The kinds' panics are caught; this one is a mistake in the engine.
                tracing::error!(%error, run.id = %desk.run.id, "a lane ended unexpectedly");
                all_over = false;
                desk.halt.send_modify(|halt| {
                    halt.stuck = Some(super::performance::PANICKED.to_owned());
                });
            }
        }
    }
}

async fn one_lane(desk: &Arc<Desk>, wave: u32, mut lane: Lane, budget: u32) -> Result<LaneEnd, Lost> {
    let end = |lane: &Lane| {
        if was_cut(&lane.steps) {
            LaneEnd::Stopped
        } else {
            LaneEnd::Over
        }
    };
    if !lane.held && matches!(next(&lane.steps, Mode::Go), Next::Over { .. }) {
        return Ok(end(&lane));
    }
    // A lane that waits for a session before its first step is at a safe point.
    let mut halt = desk.halt.subscribe();
    let session = tokio::select! {
        biased;
        session = desk.sessions.acquire() => session,
        _ = halt.wait_for(|halt| halt.mode() != Mode::Go), if !has_begun(&lane.steps) => return Ok(LaneEnd::Stopped),
    };
    // Closed never; but then there is no worker either.
    let Ok(_session) = session else {
        return Err(Lost);
    };
    loop {
        match next(&lane.steps, desk.mode()) {
            Next::Stop => return Ok(LaneEnd::Stopped),
            Next::Over { failed, out } => {
                let name = lane.name.as_str();
                desk.persist_ours("lane's end", || {
                    desk.store
                        .end_lane(desk.run.id, desk.run.epoch, name, failed, out)
                })
                .await?;
                return Ok(end(&lane));
            }
            Next::Do { at, stoppable } => {
                let Some(step) = lane.steps.get_mut(at) else {
                    return Err(Lost);
                };
                match perform(desk, wave, &lane.name, step, stoppable).await? {
                    Performed::Ended => {
                        if has_failed(&lane.steps) {
                            desk.count_failed(&lane.name, budget);
                        }
                    }
                    Performed::Halted => {}
                    Performed::Stuck(known) => {
                        desk.halt.send_modify(|halt| halt.stuck = Some(known));
                        return Ok(LaneEnd::Stopped);
                    }
                }
            }
        }
    }
}
