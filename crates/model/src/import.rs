//! What a paste of servers became: rows to review, what was ignored, what is wrong. Nothing is added to Drydock
//! before a person has confirmed the rows.

use crate::{HostKey, words};
use serde::{Deserialize, Serialize};

words! {
    /// What a paste is written in.
    pub enum PasteFormat {
        /// OpenSSH's client configuration.
        SshConfig = "ssh_config",
        /// Ansible's INI inventory.
        AnsibleIni = "ansible_ini",
        /// Ansible's YAML inventory.
        AnsibleYaml = "ansible_yaml",
    }
}

/// One server found in a paste.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportRow {
    /// The line of the paste, from 1.
    pub line: u32,
    /// The name in the paste.
    pub name: String,
    /// The address; the name itself when the paste gives none.
    pub host: String,
    /// The port; 22 when the paste gives none.
    pub port: u16,
    /// The account, when the paste names one.
    pub user: Option<String>,
    /// The groups it is in, outermost first.
    pub groups: Vec<String>,
    /// The name or `user@host:port` of the jump host.
    pub jump: Option<String>,
    /// Why this row cannot be added as it is; it must be corrected or left out.
    pub problem: Option<String>,
}

/// A line, or part of one, that was not used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasteNote {
    /// The line of the paste, from 1.
    pub line: u32,
    /// What was there, shortened, with every value that could be a password left out.
    pub text: String,
    /// Why it was ignored, or what is wrong with it.
    pub why: String,
}

/// A whole paste, read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// What it was taken for.
    pub format: PasteFormat,
    /// Servers, in the paste's order.
    pub rows: Vec<ImportRow>,
    /// What was not used, and why. Not a mistake.
    pub ignored: Vec<PasteNote>,
    /// What could not be read. While there is any, nothing can be imported.
    pub problems: Vec<PasteNote>,
}

/// One usable line of a `known_hosts` file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownHost {
    /// The line, from 1.
    pub line: u32,
    /// Host patterns as written; hashed names (`|1|…`) are kept and matched by whoever knows the host.
    pub patterns: Vec<String>,
    /// Whether the line is an `@cert-authority` line.
    pub is_authority: bool,
    /// Whether the line is a `@revoked` line.
    pub is_revoked: bool,
    /// The key.
    pub key: HostKey,
}
