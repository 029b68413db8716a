//! Activity: what people did, and what Drydock checked.

use super::When;
use crate::{AuditId, RunId, ServerId, Timestamp};
use serde::{Deserialize, Serialize};

/// One line of the audit trail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityRow {
    /// Its id.
    pub id: AuditId,
    /// When.
    pub at: When,
    /// Who; `drydock` for what the schedule did.
    pub who: String,
    /// What, one sentence.
    pub what: String,
    /// From which address.
    pub from: Option<String>,
    /// Whether it was allowed and done.
    pub done: bool,
}

/// One check: a scan, a probe or a fingerprint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckRow {
    /// Its id.
    pub id: RunId,
    /// `scan`, `probe`, `fingerprint`.
    pub kind: String,
    /// The server, id and name.
    pub server: Option<(ServerId, String)>,
    /// `queued`, `running` or `ended`.
    pub state: String,
    /// How it ended, one sentence.
    pub outcome: Option<String>,
    /// When it was asked for.
    pub asked: When,
    /// How long it took, in milliseconds.
    pub took_ms: Option<i64>,
}

/// One page of both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityPage {
    /// When it was read.
    pub now: Timestamp,
    /// Newest first.
    pub audit: Vec<ActivityRow>,
    /// Newest first.
    pub checks: Vec<CheckRow>,
    /// This page, from 1.
    pub page: u32,
    /// Whether there are older ones.
    pub more: bool,
}
