//! How a server changes: by its own timers, and by what is done to it. Its state at any moment follows from its
//! specification, the archives and the list of what was done; nothing has to run in between.

use super::spec::HostSpec;
use super::state::{HostState, Surroundings};
use super::timers::Timer;
use crate::archive::Archive;
use crate::command::{Deed, Install};
use crate::fault::Fault;
use crate::pace::{DAY, Moment, Pace, SECOND};
use crate::stream::scatter;
use crate::work::NewAttempt;
use remote::work::Attempt;
use std::sync::Arc;

/// Something that was done to a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Happening {
    Refresh,
    Install(Install),
    Reboot,
    RestartServices,
    Fault(Fault, bool),
    Start(Box<NewAttempt>),
    /// systemd is to forget an attempt's unit.
    Forget(Attempt),
    Tidy(Vec<Attempt>),
}

impl Happening {
    /// A command of the world's file, as it concerns its host.
    pub(crate) fn of(deed: &Deed) -> Option<Self> {
        match deed {
            Deed::Made { .. } | Deed::Speed { .. } => None,
            Deed::Refresh { .. } => Some(Self::Refresh),
            Deed::Install { what, .. } => Some(Self::Install(what.clone())),
            Deed::Reboot { .. } => Some(Self::Reboot),
            Deed::Fault { fault, on, .. } => Some(Self::Fault(*fault, *on)),
            Deed::Start { new, .. } => Some(Self::Start(new.clone())),
            Deed::Forget { step, attempt, .. } => Some(Self::Forget(Attempt {
                step: *step,
                number: *attempt,
            })),
            Deed::Tidy { attempts, .. } => {
                let attempts = attempts.iter();
                let attempts = attempts.map(|(step, number)| Attempt {
                    step: *step,
                    number: *number,
                });
                Some(Self::Tidy(attempts.collect()))
            }
        }
    }
}

/// Days in microseconds.
#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)]
fn days(days: f64) -> i64 {
    (days * DAY as f64) as i64
}

/// A server and everything that was done to it, with the last state that was worked out.
#[derive(Debug)]
pub(crate) struct Life {
    pub(crate) spec: Arc<HostSpec>,
    pub(crate) key: u64,
    /// How long a restart takes.
    boot_micros: i64,
    made: Moment,
    seed: u64,
    /// In order.
    happenings: Vec<(Moment, Happening)>,
    /// The last state, and how many happenings it has seen.
    last: Option<(HostState, usize)>,
}

impl Life {
    /// A server of a world that was made at `made`, with the past that its specification tells.
    pub(crate) fn new(spec: HostSpec, seed: u64, made: Moment) -> Self {
        let before = |past: f64| made.plus(-days(past));
        let start = before(spec.upgraded);
        let mut happenings = Vec::new();
        // Faults are there from the start of the told history, so that what they spoil is spoilt.
        happenings.extend(
            spec.faults
                .iter()
                .map(|fault| (start, Happening::Fault(*fault, true))),
        );
        if spec.booted < spec.upgraded {
            happenings.push((before(spec.booted), Happening::Reboot));
        }
        if let Some(restarted) = spec.services_restarted {
            happenings.push((before(restarted), Happening::RestartServices));
        }
        happenings.sort_by_key(|(at, _)| *at);
        let key = crate::stream::key(seed, &["life", &spec.host]);
        Self {
            key,
            boot_micros: i64::try_from(12 + scatter(key, 0) % 6).unwrap_or(15) * SECOND,
            spec: Arc::new(spec),
            made,
            seed,
            happenings,
            last: None,
        }
    }

    /// Adds what was done to it at `at`.
    pub(crate) fn happen(&mut self, at: Moment, happening: Happening) {
        if self.last.as_ref().is_some_and(|(state, _)| state.at > at) {
            self.last = None;
        }
        self.happenings.push((at, happening));
    }

    /// The server at `moment`; `archive` must reach that far.
    pub(crate) fn at(&mut self, archive: &Archive, pace: &Arc<Pace>, moment: Moment) -> &HostState {
        let kept = self.last.take().filter(|(state, _)| state.at <= moment);
        let around = Surroundings {
            spec: &self.spec,
            archive,
            pace,
            key: self.key,
            seed: self.seed,
        };
        let (mut state, mut seen) = kept.unwrap_or_else(|| {
            let start = self.made.plus(-days(self.spec.upgraded));
            let booted = self.made.plus(-days(self.spec.booted.max(self.spec.upgraded)));
            (HostState::upgraded(&around, start, booted), 0)
        });
        let refresh = Timer::refresh(self.key);
        let upgrade = Timer::upgrade(self.key);
        let never = Moment(i64::MAX);
        loop {
            let done = self
                .happenings
                .get(seen)
                .map_or(never, |(at, _)| *at)
                .max(state.at);
            let (refreshes, upgrades) = if state.unattended.is_some() {
                (refresh.after(state.at), upgrade.after(state.at))
            } else {
                (never, never)
            };
            let restarts = state.restarts_at.unwrap_or(never);
            let acts = state.next_act().unwrap_or(never);
            let next = done.min(acts).min(refreshes).min(upgrades).min(restarts);
            if next > moment {
                break;
            }
            state.at = next;
            if next == done {
                if let Some((_, happening)) = self.happenings.get(seen) {
                    state.undergo(&around, happening, self.boot_micros);
                }
                seen += 1;
            } else if next == acts {
                state.act(&around);
            } else if next == restarts {
                state.reboot(&around, self.boot_micros);
            } else if next == refreshes {
                // The timer's own failure is nobody's to see but the next scan's.
                let _ = state.refresh(&around);
            } else {
                state.upgrade_by_itself(&around);
            }
        }
        state.at = moment;
        &self.last.insert((state, seen)).0
    }
}
