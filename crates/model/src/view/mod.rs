//! Pages' views: plain fields in the page's words, read once on the server. A view that shows ages carries `now`,
//! and the first render formats against it, so that browser and server write the same text.

mod activity;
mod dashboard;
mod deploy;
mod forms;
mod log;
mod plan;
mod proof;
mod reboots;
mod run;
mod runs;
mod server;
mod servers;
mod session;
mod settings;
mod stacks;

pub use activity::{ActivityPage, ActivityRow, CheckRow};
pub use dashboard::{Dashboard, NeedsPerson, StackCard, Tile, Tiles, TrendDay};
pub use deploy::{DeployForm, DeployGroup, DeployServer, PreviewAsked, ProfileRow};
pub use forms::{KeyChoice, ServerChoices, ServerFormPage, ServerValues};
pub use log::{LogFind, LogFound, LogFrom, LogPart};
pub use plan::{
    DifferenceRow, PlanBefore, PlanPage, PlanServer, PlanTotals, PlanWave, RefusalRow, RunNow, StepFile,
    StepText, SurveyProgress, SurveyRow, SurveyState,
};
pub use proof::{
    Beside, KeptFile, PackageProof, ProofPage, ProofStage, ProofTotals, RebootProof, RestartProof,
    ServerProof,
};
pub use reboots::{OutRow, RebootRow, RebootsAsked, RebootsPage};
pub use run::{
    LaneStanding, RunAsk, RunAsked, RunButtons, RunCell, RunHead, RunLane, RunLink, RunNews, RunPage, RunWave,
};
pub use runs::{Headline, RunRow, RunsAsked, RunsPage};
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
