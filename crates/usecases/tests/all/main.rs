//! The use-cases over a real database. What the store does on each database is the store's own tests' business.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod automation;
mod deploy;
mod deploying;
mod entrance;
mod roles;
mod run_pages;
mod servers;
mod settings;
mod stuck;
mod support;
