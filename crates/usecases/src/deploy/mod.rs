//! *Deploy with options*: what changes something. Preview, run, control, profiles, care.

mod advance;
pub(crate) mod asked;
mod care;
mod control;
mod fleet;
mod making;
mod needs;
mod own;
mod preview;
mod profiles;
pub(crate) mod run_plan;
