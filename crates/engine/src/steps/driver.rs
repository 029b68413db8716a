//! The driver of one run: one task from claim to end, which heeds what somebody wants meanwhile.

use super::desk::{Desk, Lost};
use super::performance::PANICKED;
use super::plan::RunOutcome;
use super::port::Park;
use super::waves::{Exit, waves};
use crate::Wants;
use crate::drive::{Signal, chain};
use crate::run_store::RunStore;
use futures::FutureExt as _;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use tokio::sync::watch;
use tokio::time::MissedTickBehavior;

/// Drives one claim of a run. Returns when there is nothing left to do for this run here.
pub(crate) async fn drive_steps(desk: Desk, runs: Arc<dyn RunStore>, mut signal: watch::Receiver<Signal>) {
    let desk = Arc::new(desk);
    let mut hard = signal.clone();
    let stopped = tokio::select! {
        biased;
        // Whatever is written about a run that was lost is refused; this only ends the trying.
        hard = until_hard(&mut hard) => Some(hard),
        done = drive(&desk, &mut signal) => match done {
            Ok(hard) => hard,
            Err(Lost) => Some(Signal::Lost),
        },
    };
    match stopped {
        None => {}
        Some(Signal::Release) => release(&desk, runs.as_ref()).await,
        Some(Signal::Abandon) => {
            // The steps' tasks were dropped with `drive`: what is under way is on its own.
            let abandon = write_exit(&desk, Exit::Over(RunOutcome::Abandoned));
            tokio::select! {
                biased;
                _ = until_gone(&mut signal) => {}
                _ = abandon => {}
            }
        }
        Some(_) => {
            tracing::warn!(run.id = %desk.run.id, run.epoch = desk.run.epoch, "fenced off: another worker holds this run");
        }
    }
}

/// Waits for a signal that stops the driver at once.
async fn until_hard(signal: &mut watch::Receiver<Signal>) -> Signal {
    match signal.wait_for(|signal| signal.is_hard()).await {
        Ok(signal) => *signal,
        // The worker itself is gone.
        Err(_) => Signal::Lost,
    }
}

/// Waits until the run is lost, or the worker is gone.
async fn until_gone(signal: &mut watch::Receiver<Signal>) {
    drop(signal.wait_for(|signal| *signal == Signal::Lost).await);
}

/// Loads and works. `Some`: a person abandoned the run before it was loaded.
async fn drive(desk: &Arc<Desk>, signal: &mut watch::Receiver<Signal>) -> Result<Option<Signal>, Lost> {
    let plan = desk
        .persist("load", || desk.store.load(desk.run.id, desk.run.epoch))
        .await
        .ok_or(Lost)?;
    match plan.wants {
        Wants::Abandon => return Ok(Some(Signal::Abandon)),
        Wants::Cancel => desk.halt.send_modify(|halt| halt.cancel = true),
        Wants::Pause => desk.halt.send_modify(|halt| halt.pause = true),
        Wants::None => {}
    }
    let work = AssertUnwindSafe(waves(desk, plan)).catch_unwind();
    tokio::pin!(work);
    let mut proof = tokio::time::interval(desk.settings.proof_every);
    proof.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut open = true;
    let exit = loop {
        tokio::select! {
            biased;
            done = &mut work => break done,
            heard = signal.changed(), if open => match heard {
                Ok(()) => heed(desk, *signal.borrow_and_update()),
                Err(_) => open = false,
            },
            _ = proof.tick() => desk.write_alive().await,
        }
    };
    let exit = match exit {
        Ok(exit) => exit?,
        Err(_) => {
            tracing::error!(run.id = %desk.run.id, "a run's driver panicked");
            Exit::Park(Park::Stuck {
                known: PANICKED.to_owned(),
            })
        }
    };
    write_exit(desk, exit).await?;
    Ok(None)
}

fn heed(desk: &Desk, signal: Signal) {
    match signal {
        Signal::Cancel => desk.halt.send_modify(|halt| halt.cancel = true),
        Signal::Pause => desk.halt.send_modify(|halt| halt.pause = true),
        // A pause that was taken back is found out when the run is parked: some lanes may have stopped already.
        Signal::None | Signal::Abandon | Signal::Release | Signal::Lost => {}
    }
}

async fn write_exit(desk: &Desk, exit: Exit) -> Result<(), Lost> {
    let (run, epoch) = (desk.run.id, desk.run.epoch);
    match exit {
        Exit::Over(outcome) => {
            desk.persist_ours("run's end", || desk.store.end_run(run, epoch, outcome))
                .await
        }
        Exit::Park(park) => {
            desk.persist_ours("run's stop", || desk.store.park(run, epoch, &park))
                .await
        }
    }
}

/// Gives the run back to the queue; its acts go on by themselves.
async fn release(desk: &Desk, runs: &dyn RunStore) {
    let released = runs.release(desk.run.id, desk.run.epoch);
    match tokio::time::timeout(desk.settings.store_timeout, released).await {
        Ok(Ok(_)) => {}
        // Its lease passes by itself, and another worker takes it over.
        Ok(Err(error)) => {
            tracing::warn!(run.id = %desk.run.id, error = %chain(&error), "a run could not be given back");
        }
        Err(_) => tracing::warn!(run.id = %desk.run.id, "the database took too long to take a run back"),
    }
}
