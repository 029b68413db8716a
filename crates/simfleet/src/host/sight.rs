//! What there is to see of a server at one moment, worked out while the world is at hand; everything that a scan
//! says is rendered from it afterwards.

use super::offer::Offer;
use super::spec::HostSpec;
use super::state::{HostState, Surroundings};
use crate::fault::Fault;
use crate::pace::{Moment, Pace};
use model::Timestamp;
use std::sync::Arc;

/// A server at one moment.
#[derive(Debug, Clone)]
pub(crate) struct Sight {
    pub(crate) seed: u64,
    pub(crate) spec: Arc<HostSpec>,
    pub(crate) state: HostState,
    pub(crate) pace: Arc<Pace>,
    pub(crate) offer: Offer,
    /// The indexes of its lists.
    pub(crate) lists: Vec<usize>,
}

/// The releases that apt knows, newest first, each with the lists that hold it; the installed one may be in none.
pub(crate) type Versions = Vec<(usize, Vec<usize>)>;

impl Sight {
    pub(crate) fn of(around: &Surroundings<'_>, state: &HostState) -> Self {
        Self {
            seed: around.seed,
            spec: Arc::clone(around.spec),
            state: state.clone(),
            pace: Arc::clone(around.pace),
            offer: Offer::of(around, state),
            lists: around.lists().collect(),
        }
    }

    /// What the server's own clock shows at a moment, in seconds since 1970.
    pub(crate) fn clock_secs(&self, moment: Moment) -> i64 {
        self.clock(self.pace.wall(moment)).secs()
    }

    /// What the server's own clock shows at a time on the wall.
    pub(crate) fn clock(&self, wall: Timestamp) -> Timestamp {
        if self.has(Fault::WrongClock) {
            wall.plus_secs(540)
        } else {
            wall
        }
    }

    pub(crate) fn has(&self, fault: Fault) -> bool {
        self.state.faults.contains(&fault)
    }
}
