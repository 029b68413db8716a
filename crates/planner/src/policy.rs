//! What a stack's settings demand of every plan.

use model::GroupId;
use model::options::Care;
use serde::{Deserialize, Serialize};

/// The settings that planning obeys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// Settings of groups, each group at most once.
    pub groups: Vec<GroupPolicy>,
    /// Facts older than this are not planned from, in seconds.
    pub facts_max_age_secs: i64,
    /// A plan from simulations older than this is a draft, in seconds.
    pub simulation_max_age_secs: i64,
    /// What must stay free on a disk after an installation, in bytes.
    pub disk_reserve_bytes: u64,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            groups: Vec::new(),
            facts_max_age_secs: model::FACTS_STALE_AFTER_SECS,
            simulation_max_age_secs: 900,
            disk_reserve_bytes: 256 * 1024 * 1024,
        }
    }
}

/// The settings of one group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupPolicy {
    /// The group; `None`: servers that are in no group.
    pub group: Option<GroupId>,
    /// How many of its servers must stay in service at any time. Means nothing for servers in no group.
    pub min_in_service: u32,
    /// Drain, restore, health check and settle time; each unless the options say otherwise.
    pub care: Care,
}
