//! Operations as the product's checks carry them out, with the same limits.

use model::facts::{Facts, RebootNeed, reboot_need};
use model::{Account, HostKey, Reach, Status, server_status};
use remote::probe::{Probe, ProbeFailure};
use remote::scan::{self, Document, Seen};
use remote::{Op, ScanOp};
use ssh::{Settings, SshShell};
use std::time::Duration;
use world::{Clock as _, Limits, Shell as _, SystemClock, Target};

/// Package lists are refreshed when they are older than this, in seconds.
const REFRESH: u32 = 12 * 3_600;

const CONNECT: Duration = Duration::from_secs(10);

pub(crate) const SHORT: Limits = Limits {
    connect: CONNECT,
    answer: Duration::from_secs(30),
    stdout_bytes: 256 << 10,
};

const SCAN: Limits = Limits {
    connect: CONNECT,
    answer: scan::LONGEST.saturating_add(Duration::from_secs(30)),
    stdout_bytes: scan::ANSWER_MAX,
};

pub(crate) fn shell() -> SshShell {
    SshShell::new(Settings::default())
}

/// What a scan saw.
#[derive(Debug)]
pub(crate) struct Sight {
    pub(crate) document: Document,
    pub(crate) facts: Facts,
}

/// Why there is nothing to see.
#[derive(Debug)]
pub(crate) struct Blind {
    pub(crate) reach: Reach,
    pub(crate) detail: String,
    pub(crate) offered: Vec<HostKey>,
}

impl Sight {
    /// The server's state as its page shows it, and the reason.
    pub(crate) fn status(&self) -> (Status, String) {
        server_status(Reach::Reached, Some(&self.facts), SystemClock.now())
    }

    /// The verdict about a restart, with its evidence.
    pub(crate) fn restart(&self) -> (RebootNeed, Vec<String>) {
        let facts = &self.facts;
        reboot_need(
            &facts.reboot,
            &facts.kernel,
            facts.machine.is_container,
            &facts.old_libraries,
        )
    }

    /// The timeline's lines since an earlier scan, each as `kind: what`, details in the lines after it.
    pub(crate) fn changes_since(&self, earlier: &Self) -> Vec<String> {
        let packages = [
            scan::installed(&earlier.document),
            scan::installed(&self.document),
        ];
        let [before, after] = [(earlier, &packages[0]), (self, &packages[1])].map(|(sight, packages)| Seen {
            facts: &sight.facts,
            packages: packages.as_ref(),
        });
        let line = |change: model::facts::Change| {
            let mut lines = vec![format!("{}: {}", change.kind.as_str(), change.what)];
            lines.extend(change.details.iter().map(|detail| format!("    {detail}")));
            lines
        };
        scan::changes(before, after).into_iter().flat_map(line).collect()
    }
}

pub(crate) async fn scan(shell: &SshShell, target: &Target, account: Account) -> Result<Sight, Blind> {
    let op = ScanOp {
        account,
        is_root: is_root(target),
        refresh_older_than_secs: REFRESH,
        nonce: format!("{:032x}", rand::random::<u128>()),
    };
    let sent = SystemClock.now();
    let answer = shell
        .exec(target, &Op::Scan(op.clone()), SCAN)
        .await
        .map_err(|error| {
            assert!(!error.detail.is_empty(), "{error:?}");
            Blind {
                reach: error.reach,
                detail: error.detail,
                offered: error.offered,
            }
        })?;
    let document = scan::read(&op, &answer.stdout, &answer.stderr, answer.exit).map_err(|failure| Blind {
        reach: failure.reach,
        detail: failure.detail,
        offered: Vec::new(),
    })?;
    let facts = scan::facts(&document, sent, SystemClock.now());
    // What is kept is the document; the facts can be read from it again.
    let kept = scan::reread(document.as_text()).unwrap();
    assert_eq!(kept.as_text(), document.as_text());
    Ok(Sight { document, facts })
}

/// Scans with an account that operates.
pub(crate) async fn see(shell: &SshShell, target: &Target) -> Sight {
    scan(shell, target, Account::Operate).await.unwrap()
}

/// Scans a server of which a failure is expected.
pub(crate) async fn fail_to_see(shell: &SshShell, target: &Target) -> Blind {
    scan(shell, target, Account::Operate).await.unwrap_err()
}

/// Tests the log-in and what the account may do: what a person should know, or what is missing.
pub(crate) async fn probe(
    shell: &SshShell,
    target: &Target,
    account: Account,
) -> Result<Vec<String>, ProbeFailure> {
    let is_root = is_root(target);
    let op = Op::Probe { account, is_root };
    let answer = shell
        .exec(target, &op, SHORT)
        .await
        .map_err(|error| ProbeFailure {
            reach: error.reach,
            detail: error.detail,
        })?;
    Probe::read(account, is_root, &answer.stdout, &answer.stderr, answer.exit)?.verdict(account)
}

fn is_root(target: &Target) -> bool {
    target.login.as_ref().is_some_and(|login| login.user == "root")
}
