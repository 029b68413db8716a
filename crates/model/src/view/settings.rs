//! Settings: keys and people.

use super::When;
use crate::{KeyId, Role, Timestamp, UserId};
use serde::{Deserialize, Serialize};

/// One SSH key; never its private half.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyRow {
    /// Its id.
    pub id: KeyId,
    /// Its name.
    pub name: String,
    /// `ssh-ed25519`, `ecdsa-sha2-nistp256`, `ssh-rsa`, …
    pub algorithm: String,
    /// `SHA256:…`.
    pub fingerprint: String,
    /// The public line for `authorized_keys`.
    pub public: String,
    /// Whether Drydock made it.
    pub generated: bool,
    /// Servers that use it.
    pub servers: u32,
    /// When it was added.
    pub created: When,
}

/// The keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeysPage {
    /// When it was read.
    pub now: Timestamp,
    /// By name.
    pub keys: Vec<KeyRow>,
}

/// One person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonRow {
    /// Their id.
    pub id: UserId,
    /// Their name.
    pub name: String,
    /// Their role.
    pub role: Role,
    /// Whether they have set a password; if not, they are invited.
    pub joined: bool,
    /// Whether the account is switched off.
    pub disabled: bool,
    /// When they last logged in.
    pub last_login: Option<When>,
}

/// The people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeoplePage {
    /// When it was read.
    pub now: Timestamp,
    /// By name.
    pub people: Vec<PersonRow>,
}

/// A link that lets an invited person choose a password; shown once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InviteLink {
    /// Who is invited.
    pub name: String,
    /// The path with its token.
    pub path: String,
    /// Until when it works.
    pub until: When,
}
