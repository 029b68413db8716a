//! Deployments against a server that a test scripts, with the real engine on a real store.

#![allow(clippy::unwrap_used)]

mod deploy;
mod health;
mod reboot;
mod scripted;
