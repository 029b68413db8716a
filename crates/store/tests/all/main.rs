//! The store's tests, each on both databases. One program, so that there is one PostgreSQL cluster.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod activity;
mod asked;
mod backup;
mod crashes;
mod facts;
mod fleet;
mod gated;
mod holds;
mod host_keys;
mod lists;
mod live;
mod people;
mod previews;
mod queue;
mod retention;
mod run_logs;
mod run_pages;
mod schema;
mod secrets;
mod settings;
mod steps;
mod support;
mod toy_runs;
mod toy_world;
mod worker;
mod writes;
