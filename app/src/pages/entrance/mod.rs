//! The pages that nobody needs to be logged in for.

mod first_run;
mod join;
mod log_in;

pub(crate) use first_run::FirstRunPage;
pub(crate) use join::JoinPage;
pub(crate) use log_in::LogInPage;
