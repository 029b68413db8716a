//! What cargo knows of this workspace and of everything it pulls in.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::Context;
use serde::Deserialize;

use crate::cargo::cargo;
use crate::command::output;
use crate::places::Places;

#[derive(Deserialize)]
pub(super) struct Workspace {
    pub(super) packages: Vec<Package>,
    workspace_members: Vec<String>,
}

#[derive(Deserialize)]
pub(super) struct Package {
    id: String,
    pub(super) name: String,
    pub(super) version: String,
    pub(super) license: Option<String>,
    pub(super) manifest_path: PathBuf,
    pub(super) dependencies: Vec<Dependency>,
    pub(super) features: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
pub(super) struct Dependency {
    pub(super) name: String,
    /// `None` is a normal dependency, else `dev` or `build`.
    pub(super) kind: Option<String>,
    pub(super) features: Vec<String>,
}

impl Workspace {
    pub(super) fn load(places: &Places) -> anyhow::Result<Self> {
        let version = output(std::process::Command::new("rustc").arg("-vV"))?;
        let host = version
            .lines()
            .find_map(|line| line.strip_prefix("host: "))
            .context("rustc -vV names no host")?;
        // Without a platform cargo would first download what only other systems use.
        let metadata = output(cargo(places, "metadata").args([
            "--format-version",
            "1",
            "--locked",
            "--filter-platform",
            host,
        ]))?;
        Ok(serde_json::from_str(&metadata)?)
    }

    /// Our own crates.
    pub(super) fn ours(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter().filter(|package| self.is_ours(package))
    }

    /// Everybody else's.
    pub(super) fn theirs(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter().filter(|package| !self.is_ours(package))
    }

    fn is_ours(&self, package: &Package) -> bool {
        self.workspace_members.contains(&package.id)
    }
}

impl Package {
    /// What this crate names in its own manifest, but for its tests.
    pub(super) fn named(&self) -> impl Iterator<Item = &str> {
        self.dependencies
            .iter()
            .filter(|d| d.kind.as_deref() != Some("dev"))
            .map(|d| d.name.as_str())
    }
}
