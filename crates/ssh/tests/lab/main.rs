//! The whole way to real servers: the adapter, the scan's script and its reader, against the machines of `lab/`.
//!
//! `script/lab up` starts the machines; without them every test here is skipped, loudly. What the lab cannot have:
//! a server whose clock is wrong (its machines share this machine's clock) and a kernel of its own. Both are tested
//! on recorded documents, in `crates/remote`.

#![allow(clippy::unwrap_used)]

mod accounts;
mod agreement;
mod another_program;
mod archive;
mod bad_answers;
mod bad_connections;
mod deploy;
mod host;
mod lab;
mod look;
mod look_only;
mod package_lists;
mod phasing;
mod restart;
mod steps;
mod sudo;
