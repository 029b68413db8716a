//! Steps carried out on real machines, through cuts, restarts and everything else that happens to servers.

mod bad_days;
mod new_libc;
mod packages;
mod reboots;
mod survives;
mod worker;
