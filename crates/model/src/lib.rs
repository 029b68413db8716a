//! Drydock's vocabulary, shared by browser and server: ids, servers, stacks, facts, states, inputs, errors and the
//! pages' views. Nothing here does I/O, reads a clock or makes an id, so all of it runs in WebAssembly.

mod account;
mod check;
pub mod deploy;
mod error;
pub mod facts;
mod id;
mod import;
pub mod input;
mod live;
pub mod options;
pub mod plan;
mod reach;
mod role;
pub mod run;
mod server;
mod stack;
mod state;
mod summary;
mod tagged;
mod time;
pub mod view;
mod words;
mod work;

pub use account::{PASSWORD_MAX, PASSWORD_MIN, check_new_password, check_person_name};
pub use check::{CheckKind, NoParams, SURVEY_VERSION, ScanParams, Survey, SurveyParams};
pub use error::{ErrorCode, PublicError};
pub use id::{
    AuditId, ChangeId, GroupId, InstanceId, KeyId, NotAnId, PlanId, ProfileId, RunId, ServerId, StackId,
    StepId, UserId,
};
pub use import::{ImportRow, KnownHost, PasteFormat, PasteNote, Review};
pub use live::{LiveCursor, LiveMessage, Topic};
pub use reach::Reach;
pub use role::{ROLES, Right, Role};
pub use server::{
    Account, Criticality, Endpoint, HostKey, HostKeyState, KeyAlgorithm, NAME_MAX, Transport, is_host,
    is_name, is_user,
};
pub use stack::{Stack, StackKind};
pub use state::{FACTS_STALE_AFTER_SECS, Status, server_status};
pub use summary::{Summary, status_at};
pub use time::{Timestamp, short_duration};
pub use work::{Install, Pinned, Reboot, Repair, Unattended, Upgrade, Work};
