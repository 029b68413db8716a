//! The hosts of a run, as a file that both sides read.

use anyhow::Context as _;
use model::HostKey;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// Every host of a run.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Hosts {
    pub(crate) hosts: Vec<Host>,
}

/// One host.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Host {
    pub(crate) name: String,
    pub(crate) address: String,
    pub(crate) port: u16,
    pub(crate) host_keys: Vec<HostKey>,
}

impl Hosts {
    /// Reads the file.
    pub(crate) fn read(path: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read(path).with_context(|| path.display().to_string())?;
        Ok(serde_json::from_slice(&text)?)
    }
}
