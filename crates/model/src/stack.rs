//! A stack: one application in one environment. Only server stacks exist so far; racks follow.

use crate::{Criticality, StackId, UserId, words};
use serde::{Deserialize, Serialize};

words! {
    /// The two kinds of stack.
    pub enum StackKind {
        /// Machines over SSH.
        Servers = "servers",
        /// An AWS CloudFormation stack.
        Rack = "rack",
    }
}

/// A stack as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stack {
    /// Its id.
    pub id: StackId,
    /// Its name, unique in this Drydock; see [`crate::is_name`].
    pub name: String,
    /// `production`, `staging`, … in the team's own words.
    pub environment: String,
    /// Which kind it is.
    pub kind: StackKind,
    /// Whose it is.
    pub owner: Option<UserId>,
    /// How much its absence matters.
    pub criticality: Criticality,
}
