//! What the form that adds or changes a server offers and holds.

use crate::{Account, Criticality, KeyId, ServerId, Transport};
use serde::{Deserialize, Serialize};

/// One of Drydock's keys, to choose from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyChoice {
    /// Its id.
    pub id: KeyId,
    /// Its name.
    pub name: String,
    /// The public line for `authorized_keys`.
    pub public: String,
}

/// What the form offers. Names are offered as suggestions; others may be typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerChoices {
    /// Keys by name.
    pub keys: Vec<KeyChoice>,
    /// Stacks by name, each with its groups' names.
    pub stacks: Vec<(String, Vec<String>)>,
    /// Names of servers that are jump hosts already, then others, at most 100.
    pub jumps: Vec<String>,
}

/// A server's values as the form shows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerValues {
    /// Its id.
    pub id: ServerId,
    /// Real or simulated; a simulated server's connection cannot be changed.
    pub transport: Transport,
    /// Its name.
    pub name: String,
    /// DNS name or address.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// The account.
    pub user: String,
    /// What the account may do.
    pub account: Account,
    /// The key.
    pub key: Option<KeyId>,
    /// The jump host's name.
    pub jump: Option<String>,
    /// The stack's name.
    pub stack: Option<String>,
    /// The group's name.
    pub group: Option<String>,
    /// How much its absence matters.
    pub criticality: Criticality,
}

/// The form's page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerFormPage {
    /// The server to change; `None` adds one.
    pub server: Option<ServerValues>,
    /// What can be chosen.
    pub choices: ServerChoices,
}
