//! The engine with toy kinds, on a run store in memory that can be told to misbehave.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod memory;
mod schedule;
mod toys;
mod worker;
