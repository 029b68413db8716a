//! Operations, and the one function that renders them to text.

use crate::scan::{INSTALLED_PATH, script};
use crate::work::follow::FollowOp;
use crate::work::kept::KeptOp;
use crate::work::precheck::PreCheckOp;
use crate::work::simulate::SimulateOp;
use crate::work::start::StartOp;
use crate::work::state::StateOp;
use crate::work::stop::StopOp;
use crate::work::tidy::TidyOp;
use crate::work::{Asked, send};
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
    /// Start an attempt of a step, once; see [`crate::work`].
    Start(StartOp),
    /// Send an attempt's log from a byte on.
    Follow(FollowOp),
    /// What became of an attempt.
    State(StateOp),
    /// Which configuration files were kept while an attempt worked.
    Kept(KeptOp),
    /// Let systemd forget an attempt that has ended.
    Stop(StopOp),
    /// Remove the directories of old attempts.
    Tidy(TidyOp),
    /// What apt would do.
    Simulate(SimulateOp),
    /// Whether a package manager could work now.
    PreCheck(PreCheckOp),
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
        Op::Start(op) => step(&op.asked, &send::start(op)),
        Op::Follow(op) => step(&op.asked, &send::follow(op)),
        Op::State(op) => step(&op.asked, &send::state(op)),
        Op::Kept(op) => step(&op.asked, &send::kept(op)),
        Op::Stop(op) => step(&op.asked, &send::stop(op)),
        Op::Tidy(op) => step(&op.asked, &send::tidy(op)),
        Op::Simulate(op) => step(&op.asked, &send::simulate(op)),
        Op::PreCheck(op) => step(&op.asked, &send::pre_check()),
    }
}

const SHELL: &str = "/bin/sh -s";

fn step(asked: &Asked, body: &str) -> Rendered {
    Rendered {
        command: as_root(asked.is_root, SHELL),
        stdin: format!("nonce={}\n{body}", send::plain_nonce(&asked.nonce)).into_bytes(),
    }
}

/// sudo's messages are read by [`crate::scan::failure`], so they are asked for in English.
fn as_root(already: bool, command: &str) -> String {
    if already {
        command.to_owned()
    } else {
        format!("env LC_ALL=C sudo -n {command}")
    }
}
