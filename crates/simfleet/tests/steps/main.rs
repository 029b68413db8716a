//! Steps on simulated servers: started once, followed from any byte, and true about what they did.

#![allow(clippy::unwrap_used)]

mod attempts;
mod chatter;
mod machine;
mod packages;
#[path = "../simulated/mod.rs"]
mod simulated;

use simulated::{MADE, Simulated, demo};

/// The demo's world, as it was just made.
fn made() -> (tempfile::TempDir, Simulated) {
    let folder = tempfile::tempdir().unwrap();
    let world = demo(&folder.path().join("world"), MADE);
    (folder, world)
}
