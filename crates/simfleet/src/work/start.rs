//! Starting an attempt, once, for the one worker that may.

use super::job::{Act, Job};
use crate::host::HostState;
use crate::pace::{Moment, SECOND};
use model::{InstanceId, Work};
use remote::work::start::StartOp;
use remote::work::{Attempt, exit};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Whose server it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Holder {
    pub(crate) instance: InstanceId,
    /// The highest number of a worker that was here.
    pub(crate) number: i64,
    pub(crate) since: Moment,
}

/// What an attempt is started with, as it is written into the world's file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct NewAttempt {
    pub(crate) step: model::StepId,
    pub(crate) attempt: u32,
    pub(crate) instance: InstanceId,
    pub(crate) fence: i64,
    pub(crate) work: Work,
}

impl NewAttempt {
    pub(crate) fn of(op: &StartOp) -> Self {
        Self {
            step: op.attempt.step,
            attempt: op.attempt.number,
            instance: op.fence.instance,
            fence: op.fence.number.max(0),
            work: op.work.clone(),
        }
    }
}

/// What comes of asking for a start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Beginning {
    Started,
    /// `newer`: the number of whoever asks is higher than any before.
    Already {
        newer: bool,
    },
    OtherInstance(Holder),
    Overtaken(i64),
}

impl Beginning {
    /// Whether it changes anything on the server.
    pub(crate) const fn is_a_change(&self) -> bool {
        matches!(self, Self::Started | Self::Already { newer: true })
    }
}

impl HostState {
    /// What comes of `op` here and now.
    pub(crate) fn asked_to_start(&self, op: &StartOp) -> Beginning {
        let mut newer = true;
        if let Some(holder) = self.holder {
            if holder.instance != op.fence.instance && !op.fence.take_over {
                return Beginning::OtherInstance(holder);
            }
            if op.fence.number.max(0) < holder.number {
                return Beginning::Overtaken(holder.number);
            }
            newer = holder.instance != op.fence.instance || op.fence.number > holder.number;
        }
        if self.jobs.contains_key(&op.attempt) {
            Beginning::Already { newer }
        } else {
            Beginning::Started
        }
    }

    /// Starts an attempt that was let through; one that is there already is left alone.
    pub(crate) fn start(&mut self, new: &NewAttempt) {
        let since = match self.holder {
            Some(holder) if holder.instance == new.instance => holder.since,
            _ => self.at,
        };
        self.holder = Some(Holder {
            instance: new.instance,
            number: new.fence,
            since,
        });
        let attempt = Attempt {
            step: new.step,
            number: new.attempt,
        };
        if self.jobs.contains_key(&attempt) {
            return;
        }
        let wait = |secs: u32| Act::Wait {
            give_up: self.at.plus(i64::from(secs) * SECOND),
            told: None,
        };
        let first = match &new.work {
            Work::Install(install) => wait(install.lock_wait_secs),
            Work::Reboot(reboot) => wait(reboot.lock_wait_secs),
            Work::Refresh | Work::Repair(_) | Work::Unattended(_) => wait(LOCK_WAIT_SECS),
            Work::RestartServices { .. } | Work::Command { .. } => wait(0),
        };
        let mut job = Job::new(attempt, new.work.clone(), self.at, self.boots, first);
        if let Err(why) = remote::work::check(&new.work) {
            job.say(self.at, &format!("{why} Nothing was done."));
            job.end(self.at, exit::UNSOUND);
        }
        self.jobs.insert(attempt, Arc::new(job));
    }
}

/// How long works wait for locks whose options name no limit, in seconds.
const LOCK_WAIT_SECS: u32 = 600;
