//! What forms send, with the one validator that runs in the browser and again on the server.

use crate::{
    Account, Criticality, KeyId, PublicError, Role, ServerId, StackId, UserId, is_host, is_name, is_user,
};
use serde::{Deserialize, Serialize};

/// A server as a person describes it; also one confirmed row of an import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewServer {
    /// Unique name; see [`is_name`].
    pub name: String,
    /// DNS name or address.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// The account to log in as.
    pub user: String,
    /// What that account may do.
    pub account: Account,
    /// Which of Drydock's keys to use. Only a simulated server has none; without one a real server is refused.
    pub key: Option<KeyId>,
    /// The jump host: a server that Drydock has, or has in the same import.
    pub jump: Option<JumpChoice>,
    /// The stack to put it into; a name that does not exist yet is created.
    pub stack: Option<StackChoice>,
    /// The group inside the stack, created when it does not exist; needs a stack.
    pub group: Option<String>,
    /// How much its absence matters.
    pub criticality: Criticality,
    /// Lines of a `known_hosts` file that hold this server's keys, when the person has them.
    pub known_hosts: Option<String>,
}

/// Which server is the jump host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JumpChoice {
    /// One that Drydock has.
    Existing(ServerId),
    /// By its name: one that is added in the same import, else one that Drydock has.
    Named(String),
}

/// Which stack to put a server into.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StackChoice {
    /// One that Drydock has.
    Existing(StackId),
    /// A name: taken when it exists, created when not.
    Named(String),
}

impl NewServer {
    /// Checks every field that can be checked without the database.
    ///
    /// # Errors
    /// Names the first field that is not accepted.
    pub fn check(&self) -> Result<(), PublicError> {
        if !is_name(&self.name) {
            return Err(PublicError::invalid(
                "name",
                "A server's name has 1 to 64 letters, digits and . - _, and starts with a letter or digit.",
            ));
        }
        if !is_host(&self.host) {
            return Err(PublicError::invalid(
                "host",
                "The address is a DNS name or an IP address, without user, port or brackets.",
            ));
        }
        if self.port == 0 {
            return Err(PublicError::invalid(
                "port",
                "A port is a number from 1 to 65535.",
            ));
        }
        if !is_user(&self.user) {
            return Err(PublicError::invalid(
                "user",
                "The account is a Unix user name, such as root or deploy.",
            ));
        }
        if let Some(StackChoice::Named(name)) = &self.stack
            && !is_name(name)
        {
            return Err(PublicError::invalid(
                "stack",
                "A stack's name has 1 to 64 letters, digits and . - _.",
            ));
        }
        if let Some(group) = &self.group {
            if self.stack.is_none() {
                return Err(PublicError::invalid(
                    "group",
                    "A group is inside a stack: choose a stack, or leave the group empty.",
                ));
            }
            if !is_name(group) {
                return Err(PublicError::invalid(
                    "group",
                    "A group's name has 1 to 64 letters, digits and . - _.",
                ));
            }
        }
        if self
            .known_hosts
            .as_ref()
            .is_some_and(|text| text.len() > KNOWN_HOSTS_MAX)
        {
            return Err(PublicError::invalid(
                "known_hosts",
                "At most 64 KiB of known_hosts lines.",
            ));
        }
        Ok(())
    }
}

/// The largest accepted `known_hosts` text, in bytes.
pub const KNOWN_HOSTS_MAX: usize = 64 * 1024;
/// The largest accepted paste of an inventory, in bytes.
pub const PASTE_MAX: usize = 1024 * 1024;

/// A stack as a person describes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewStack {
    /// Unique name.
    pub name: String,
    /// `production`, `staging`, …
    pub environment: String,
    /// How much its absence matters.
    pub criticality: Criticality,
    /// Whose it is.
    pub owner: Option<UserId>,
}

impl NewStack {
    /// Checks the fields.
    ///
    /// # Errors
    /// Names the first field that is not accepted.
    pub fn check(&self) -> Result<(), PublicError> {
        if !is_name(&self.name) {
            return Err(PublicError::invalid(
                "name",
                "A stack's name has 1 to 64 letters, digits and . - _.",
            ));
        }
        if !is_name(&self.environment) {
            return Err(PublicError::invalid(
                "environment",
                "An environment is one word, such as production.",
            ));
        }
        Ok(())
    }
}

/// A person to invite.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewPerson {
    /// The log-in name.
    pub name: String,
    /// The role.
    pub role: Role,
}
