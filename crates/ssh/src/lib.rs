//! Speaks to real servers over SSH: the adapter behind `world`'s [`Shell`](world::Shell) and
//! [`KeyTool`](world::KeyTool).
//!
//! A server is only ever spoken to with a host key that was pinned before; negotiation is limited to the pinned
//! keys' algorithms. Each server has one connection, kept for a while when idle; a jump host's connection carries
//! the connections of the servers behind it. See [`Settings`] for the bounds.

mod algorithms;
mod bounds;
mod budget;
mod connection;
mod dial;
mod exec;
mod failure;
mod follow;
mod gather;
mod handshake;
mod keys;
mod log_in;
mod opening;
mod pool;
mod shell;
mod switchboard;
mod tunnel;
mod wire;
mod witness;

pub use bounds::Settings;
pub use keys::SshKeys;
pub use shell::SshShell;
