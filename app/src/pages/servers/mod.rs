//! The list of servers, and the ways to add some.

mod add;
mod address;
mod fields;
mod filters;
mod import;
mod list;
mod review;

pub(crate) use add::AddServerPage;
pub(crate) use fields::{criticalities, server_fields};
pub(crate) use import::ImportPage;
pub(crate) use list::ServersListPage;
