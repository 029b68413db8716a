//! The packages of one server's plan.

use crate::words;
use serde::{Deserialize, Serialize};

words! {
    /// Why a package is part of the plan.
    pub enum PackagePart {
        /// It is a security update.
        Security = "security",
        /// A security update brings it along.
        ComesAlong = "comes_along",
        /// It is one of *all upgrades*.
        Other = "other",
    }
}

/// One package that is installed at one version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedPackage {
    /// Its name, with `:arch` when it is of a foreign architecture.
    pub package: String,
    /// Its architecture.
    pub arch: String,
    /// The installed version; `None` for a new package.
    pub from: Option<String>,
    /// The version to install.
    pub to: String,
    /// Where it comes from.
    pub origins: Vec<String>,
    /// Why it is here.
    pub part: PackagePart,
    /// The size of its download in bytes, where known.
    pub download_bytes: Option<u64>,
}

/// One package that is removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedRemoval {
    /// Its name, with `:arch` when it is of a foreign architecture.
    pub package: String,
    /// The installed version.
    pub version: String,
}

/// A pending update that stays pending.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftPackage {
    /// Its name.
    pub package: String,
    /// Why, in a few words: `on hold`.
    pub why: String,
    /// Whether it is a security update.
    pub security: bool,
}
