//! Reading what pages show.

mod activity;
mod dashboard;
mod form;
mod server;
mod server_facts;
mod servers;
mod stacks;
mod when;

pub(crate) use when::{day, when};
