//! Simulated servers: a stateful world behind `world`'s traits, and an SSH fleet for the SSH adapter.
//!
//! A [`SimWorld`] is a file of commands. Its state follows from that file, its seed and the time, so it goes on while
//! nobody looks and is found again after a crash. [`SimShell`] speaks to its servers, [`Layout`] says which there
//! are. Random numbers come from streams named after what they are drawn for (`stream.rs`), so that no server's luck
//! depends on another's.

mod answer;
mod apt;
mod archive;
mod command;
mod connect;
mod fault;
mod follow;
mod host;
mod journal;
mod known;
mod layout;
mod pace;
mod past;
mod scan;
mod shell;
pub mod sshd;
mod steps;
mod stream;
mod web;
mod work;
mod world;

pub use self::world::SimWorld;
pub use command::Install;
pub use fault::Fault;
pub use journal::WorldError;
pub use layout::{Layout, LayoutKind, LayoutServer, LayoutStack, SCALE_MAX};
pub use past::{Past, PastAttempt};
pub use shell::SimShell;
