//! The two databases: how each is opened and written to.

pub(crate) mod dialect;
pub(crate) mod folder;
mod job;
pub(crate) mod migrations;
pub(crate) mod postgres;
pub(crate) mod sqlite;
mod writer;

pub(crate) use postgres::Postgres;
pub(crate) use sqlite::Sqlite;
