//! What the planner knows of the fleet.

use model::facts::Facts;
use model::plan::Simulation;
use model::{Account, Criticality, GroupId, Reach, ServerId, StackId, words};

/// The chosen servers, and every other server of their groups and every jump host on the way to them: without those it
/// cannot be counted what stays in service.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    /// In any order, each once.
    pub servers: Vec<SnapshotServer>,
}

/// One server as it was last seen.
#[derive(Debug, Clone)]
pub struct SnapshotServer {
    /// Its id.
    pub id: ServerId,
    /// Its name.
    pub name: String,
    /// Whether the run is asked to work on it.
    pub chosen: bool,
    /// Its stack.
    pub stack: Option<Named<StackId>>,
    /// Its group in that stack.
    pub group: Option<Named<GroupId>>,
    /// How much its absence matters: of two servers the less critical one goes first.
    pub criticality: Criticality,
    /// What Drydock's account there may do.
    pub account: Account,
    /// How the last attempt to look at it ended.
    pub reach: Reach,
    /// Whether Drydock itself needs it, and what for.
    pub own: Option<OwnHost>,
    /// The server whose connection carries this one.
    pub jump: Option<ServerId>,
    /// Whether it has been taken out of service and not been put back.
    pub out_of_service: bool,
    /// What works on it right now, as it stands in a sentence: `the run “Security upgrades” since 12:04 UTC`. Such a
    /// server is left out; whoever wants the run to queue behind the other one leaves this empty.
    pub held_by: Option<String>,
    /// What the last scan saw.
    pub facts: Option<Facts>,
    /// Its simulated transactions.
    pub simulations: Vec<Simulation>,
    /// The size of the newest kernel image with its initrd in bytes, where it was seen.
    pub kernel_bytes: Option<u64>,
}

impl SnapshotServer {
    /// Whether it serves right now, as far as Drydock can know.
    pub const fn in_service(&self) -> bool {
        self.reach.is_current() && !self.out_of_service
    }

    /// The group's id.
    pub fn group_id(&self) -> Option<GroupId> {
        self.group.as_ref().map(|group| group.id)
    }
}

/// An id with the name that people know it by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named<I> {
    /// The id.
    pub id: I,
    /// The name.
    pub name: String,
}

words! {
    /// What Drydock needs a server for. Such servers come last, in this order.
    pub enum OwnHost {
        /// Its name server.
        NameServer = "name_server",
        /// The proxy in front of it.
        Proxy = "proxy",
        /// Its database.
        Database = "database",
        /// It runs there itself.
        Drydock = "drydock",
    }
}
