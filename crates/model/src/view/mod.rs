//! Pages' views: plain fields in the page's words, read once on the server. A view that shows ages carries `now`,
//! and the first render formats against it, so that browser and server write the same text.

mod activity;
mod dashboard;
mod forms;
mod server;
mod servers;
mod session;
mod settings;
mod stacks;

pub use activity::{ActivityPage, ActivityRow, CheckRow};
pub use dashboard::{Dashboard, NeedsPerson, StackCard, Tile, Tiles, TrendDay};
pub use forms::{KeyChoice, ServerChoices, ServerFormPage, ServerValues};
pub use server::{
    ComponentRow, EvidenceCard, FactLine, HostKeyRow, ServerPage, Setup, SourceRow, TimelineRow, UpdateRow,
};
pub use servers::{ServerRow, ServersPage, ServersQuery, Sort};
pub use session::{Frame, Invitation, Me, SetupState};
pub use settings::{InviteLink, KeyRow, KeysPage, PeoplePage, PersonRow};
pub use stacks::{GroupCells, ServerCell, StackPage, StackRow, StacksPage};

use crate::Timestamp;
use serde::{Deserialize, Serialize};

/// A point in time for a page: the instant, and its absolute text with the zone, formatted on the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct When {
    /// The instant.
    pub at: Timestamp,
    /// Such as `2026-11-21 09:03:19 UTC`.
    pub absolute: String,
}
