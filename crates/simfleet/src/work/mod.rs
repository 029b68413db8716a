//! Steps on a simulated server: attempts that are started once, work for a while by themselves, print a log while they
//! do, and change the server. What an attempt does and prints follows from the server's state when it does it; nothing
//! has to run, or to watch, meanwhile.

mod chatter;
mod daily;
mod install;
mod job;
mod kept;
mod packages;
mod proceed;
mod reboot;
mod script;
mod small;
mod start;

pub(crate) use job::{End, Job};
pub(crate) use packages::{library_of, unit_shipped_by};
pub(crate) use proceed::{LOCK, pid_of};
pub(crate) use start::{Beginning, Holder, NewAttempt};
