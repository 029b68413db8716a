//! The SSH adapter against servers in this process, and against OpenSSH's where the machine has it.

#![allow(clippy::unwrap_used)]

mod answers;
mod bounds;
mod contract;
mod host_keys;
mod jumps;
mod key_tool;
mod openssh;
mod reach;
mod reuse;
mod setup;
