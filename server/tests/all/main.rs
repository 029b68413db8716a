//! The real binary, started as a person would.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod compression;
mod drydock;
mod entrance;
mod keep;
mod levels;
