//! Operations, and the one function that renders them to text.

use crate::scan::{INSTALLED_PATH, script};
use model::Account;

/// One thing that is said to a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Op {
    /// Read everything; see [`crate::scan`].
    Scan(ScanOp),
    /// Prove that the account can log in and do what it must; see [`crate::probe`].
    Probe {
        /// What the account must be able to do.
        account: Account,
        /// Whether the account is root itself, so that no sudo is needed.
        is_root: bool,
    },
}

/// How to scan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScanOp {
    /// What the account may do.
    pub account: Account,
    /// Whether the account is root itself, so that no sudo is needed.
    pub is_root: bool,
    /// Refresh the package lists when the last successful refresh is older than this many seconds; 0 always does,
    /// [`NEVER_REFRESH`] never. The look-only script refreshes every twelve hours, whatever is asked here.
    pub refresh_older_than_secs: u32,
    /// 32 lower-case hexadecimal digits that frame the document, so that noise cannot look like it.
    pub nonce: String,
}

/// For [`ScanOp::refresh_older_than_secs`]: leave the package lists alone.
pub const NEVER_REFRESH: u32 = u32::MAX;

/// An operation as text: the command line for the login shell, and what goes to its standard input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// Valid in every login shell: plain words only.
    pub command: String,
    /// The script.
    pub stdin: Vec<u8>,
}

/// The operation's text.
pub fn render(op: &Op) -> Rendered {
    match op {
        Op::Scan(scan) => match scan.account {
            Account::LookOnly => Rendered {
                command: as_root(scan.is_root, INSTALLED_PATH),
                stdin: format!("{}\n", scan.nonce).into_bytes(),
            },
            Account::Operate => Rendered {
                command: as_root(scan.is_root, SHELL),
                stdin: script::sent(&scan.nonce, scan.refresh_older_than_secs).into_bytes(),
            },
        },
        Op::Probe { account, is_root } => Rendered {
            command: as_root(*is_root || *account == Account::LookOnly, SHELL),
            stdin: format!("script={INSTALLED_PATH}\n{}", include_str!("probe.sh")).into_bytes(),
        },
    }
}

const SHELL: &str = "/bin/sh -s";

/// sudo's messages are read by [`crate::scan::failure`], so they are asked for in English.
fn as_root(already: bool, command: &str) -> String {
    if already {
        command.to_owned()
    } else {
        format!("env LC_ALL=C sudo -n {command}")
    }
}
