//! What differs between two scans of one server; the lines of its timeline.

use crate::words;
use serde::{Deserialize, Serialize};

words! {
    /// What a change is about.
    pub enum ChangeKind {
        /// Packages were upgraded, installed, removed or set back.
        Packages = "packages",
        /// The machine was started again.
        Boot = "boot",
        /// Another kernel runs, or one was installed.
        Kernel = "kernel",
        /// The operating system is another release.
        Os = "os",
        /// The machine itself is another one, or has another size.
        Machine = "machine",
        /// Other updates are pending.
        Updates = "updates",
        /// Package sources came, went, failed or work again.
        Sources = "sources",
        /// The evidence for a reboot changed.
        Reboot = "reboot",
        /// Other services run old libraries.
        OldLibraries = "old_libraries",
        /// The server's own automatic updates are set otherwise.
        Unattended = "unattended",
        /// Software that Drydock knows by name has another version.
        Components = "components",
        /// Units failed or recovered.
        Units = "units",
        /// Ports were opened or closed.
        Ports = "ports",
        /// Containers came, went, started or stopped.
        Containers = "containers",
    }
}

/// One difference between two scans.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// What it is about.
    pub kind: ChangeKind,
    /// What changed, one sentence without its full stop: `3 packages upgraded`.
    pub what: String,
    /// More of it, one line each: `openssl 3.0.14-1 → 3.0.15-1`.
    pub details: Vec<String>,
}
