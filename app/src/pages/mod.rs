//! One file or folder per page.

pub(crate) mod activity;
pub(crate) mod dashboard;
pub(crate) mod deploy;
pub(crate) mod entrance;
pub(crate) mod not_found;
pub(crate) mod plans;
pub(crate) mod reboots;
pub(crate) mod run;
pub(crate) mod runs;
pub(crate) mod server;
pub(crate) mod servers;
pub(crate) mod settings;
pub(crate) mod stacks;
pub(crate) mod welcome;
