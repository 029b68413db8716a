//! The calls that pages make, one file per area: each is a thin way into one use-case.
//!
//! What only reads takes and gives JSON and is called by resources. What changes something takes a posted form and
//! gives [`Done`], so that the same form works with scripts and without. This is the only module in which code for
//! the server stands beside code for the browser.

mod activity;
mod dashboard;
mod deploy;
mod error;
mod flash;
mod host_keys;
mod import;
mod keys;
mod outcome;
mod packed;
mod people;
mod plans;
mod post;
mod reboots;
#[cfg(feature = "ssr")]
mod request;
mod runs;
mod server_form;
mod servers;
mod session;
mod stacks;

pub(crate) use activity::activity;
pub(crate) use dashboard::dashboard;
pub(crate) use deploy::{Preview, RemoveProfile, SaveProfile, SetCare, deploy_form};
pub(crate) use error::ApiError;
pub(crate) use flash::{Flash, take_flash};
pub(crate) use host_keys::{ConfirmHostKeys, DecideHostKeys, Fingerprint};
pub(crate) use import::{ImportServers, review_paste};
pub(crate) use keys::{AddKey, GenerateKey, RemoveKey, keys};
pub(crate) use outcome::Done;
#[cfg(not(feature = "ssr"))]
pub(crate) use packed::unpack;
pub(crate) use packed::{InPage, Packed, unpack_line};
#[cfg(feature = "ssr")]
pub use packed::{pack, packed_line, unpack};
pub(crate) use people::{Invite, InviteAgain, SetDisabled, SetRole, people};
pub(crate) use plans::{PreviewAgain, RunPlan, plan, step_text};
pub(crate) use post::post;
pub(crate) use reboots::{PlanReboots, reboots};
pub(crate) use runs::{
    AskRun, LogOf, MarkInService, RetryFailed, SettleStep, find_in_log, log_part, proof, run, runs,
};
pub(crate) use servers::{AddServer, EditServer, Probe, RemoveServer, Scan, server, server_form, servers};
pub(crate) use session::{FirstRun, Join, LogIn, LogOut, SwitchScheduleOn, entrance, frame, invitation};
pub(crate) use stacks::{CreateStack, EditStack, RemoveStack, stack, stacks};

/// Gives the answer to this request the status "not found". Does nothing in the browser.
pub(crate) fn mark_not_found() {
    #[cfg(feature = "ssr")]
    request::set_status(404);
}
