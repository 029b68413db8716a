//! Reading what pages show.

mod activity;
mod dashboard;
mod deploy_form;
mod form;
mod headline;
mod log;
mod log_find;
mod log_lines;
mod plan;
mod plan_parts;
mod proof;
mod proof_misses;
mod proof_restarts;
mod proof_server;
#[cfg(test)]
mod proof_tests;
mod reboots;
mod run;
mod runs;
mod server;
mod server_facts;
mod servers;
mod stacks;
mod when;

pub use log::LogFile;
pub(crate) use when::{day, when};
