//! One simulated server: what it is, how it lives, and what it would answer.

mod change;
mod changing;
mod identity;
mod installed;
mod life;
mod offer;
mod role;
mod sight;
mod spec;
mod state;
mod timers;

pub(crate) use change::{Change, Fate, Item, Refused};
pub(crate) use identity::{boot_id, host_keys, machine_id};
pub(crate) use installed::{installed, qualified};
pub(crate) use life::{Happening, Life};
pub(crate) use offer::Offer;
pub(crate) use role::{Role, Whom};
pub(crate) use sight::{Sight, Versions};
pub(crate) use spec::{Chatter, HostSpec, Unattended};
pub(crate) use state::{HostState, Pending, Surroundings};
