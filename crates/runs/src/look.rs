//! One look at a server: an operation goes out, its answer is read strictly, and every way it can fail becomes a state
//! with its own words. Writes nothing.

use model::facts::Facts;
use model::{Account, HostKey, Reach};
use rand::RngExt as _;
use remote::Op;
use remote::scan::{self, Document, ScanOp};
use remote::work::Asked;
use std::time::Duration;
use world::{Clock, Limits, Shell, Target};

/// Ten seconds to connect, which four retransmissions of a lost packet fit into.
pub(crate) const CONNECT: Duration = Duration::from_secs(10);

/// A scan's limits: the script ends by itself before this; 16 MiB is some hundred times a large server's document.
const SCAN: Limits = Limits {
    connect: CONNECT,
    answer: scan::LONGEST.saturating_add(Duration::from_secs(30)),
    stdout_bytes: scan::ANSWER_MAX,
};

/// What one look found.
#[derive(Debug, Clone)]
pub(crate) enum Look {
    /// A complete document and its facts.
    Seen {
        reach: Reach,
        document: Document,
        facts: Box<Facts>,
        more_host_keys: Vec<HostKey>,
    },
    /// The state to show, and why.
    Failed {
        reach: Reach,
        detail: String,
        /// An answer that could not be read.
        answer: Option<Vec<u8>>,
        /// Keys that were offered instead of the pinned ones.
        offered: Vec<HostKey>,
    },
}

/// Scans a server.
pub(crate) async fn scan(
    shell: &dyn Shell,
    clock: &dyn Clock,
    target: &Target,
    account: Account,
    refresh_older_than_secs: u32,
) -> Look {
    if target.pinned.is_empty() {
        return Look::Failed {
            reach: Reach::KeyUnconfirmed,
            detail: "No host key of this server is confirmed.".to_owned(),
            answer: None,
            offered: Vec::new(),
        };
    }
    let Asked { is_root, nonce } = asked(target);
    let scan_op = ScanOp {
        account,
        is_root,
        refresh_older_than_secs,
        nonce,
    };
    let op = Op::Scan(scan_op.clone());
    let sent = clock.now();
    let answer = match shell.exec(target, &op, SCAN).await {
        Ok(answer) => answer,
        Err(error) => {
            let (reach, detail, offered) = (error.reach, error.detail, error.offered);
            return Look::Failed {
                reach,
                detail,
                answer: None,
                offered,
            };
        }
    };
    let received = clock.now();
    match scan::read(&scan_op, &answer.stdout, &answer.stderr, answer.exit) {
        Ok(document) => {
            let facts = Box::new(scan::facts(&document, sent, received));
            let reach = match facts.os.support {
                model::facts::Support::Full => Reach::Reached,
                model::facts::Support::Recognised | model::facts::Support::None => Reach::Unsupported,
            };
            Look::Seen {
                reach,
                document,
                facts,
                more_host_keys: answer.more_host_keys,
            }
        }
        Err(failure) => Look::Failed {
            reach: failure.reach,
            detail: failure.detail,
            answer: Some(answer.stdout),
            offered: Vec::new(),
        },
    }
}

/// How an operation asks this server, with a nonce that was never used before.
pub(crate) fn asked(target: &Target) -> Asked {
    Asked {
        is_root: is_root(target),
        nonce: format!("{:032x}", rand::rng().random::<u128>()),
    }
}

/// The limits of an operation that prints a few lines.
pub(crate) const SHORT: Limits = Limits {
    connect: CONNECT,
    answer: Duration::from_secs(30),
    stdout_bytes: 256 << 10,
};

/// Whether the account is root itself, so that no sudo is needed.
pub(crate) fn is_root(target: &Target) -> bool {
    target.login.as_ref().is_some_and(|login| login.user == "root")
}
