//! The scan document: its frame, and what its sections are read into.

use model::Timestamp;
use remote::ScanOp;
use remote::probe::Probe;
use remote::scan::{Composer, Document, Seen, changes, facts, installed, parse, reread};

/// The nonce in every recorded document.
pub(crate) const NONCE: &str = "0123456789abcdef0123456789abcdef";

pub(crate) const FRAME_WORDS: &[&str] = &[
    "DRYDOCK-SCAN v1 BEGIN 0123456789abcdef0123456789abcdef 1\n",
    "DRYDOCK-SCAN v1 END 0123456789abcdef0123456789abcdef 1 2\n",
    "DRYDOCK-SCAN v2 BEGIN ",
    ">kernel\n",
    "<kernel 0 10 kept\n",
    "<kernel - 0 cut\n",
    "|",
    "!",
    "99999999999999999999",
    "-1",
    "\u{fffd}",
];

pub(crate) const SECTION_WORDS: &[&str] = &[
    ">packages\n|",
    ">updates\n|",
    ">simulate-security\n|",
    ">simulate-upgrade\n|",
    ">simulate-full\n|",
    ">policy\n|",
    ">sources\n|",
    ">disks\n|",
    ">kernel\n|",
    ">services\n|",
    ">reboot\n|",
    ">os-release\n|",
    "Inst libc6 [2.39-0] (2.40-1 Debian:13/stable [amd64])",
    "Conf libc6 (2.40-1 Debian:13/stable [amd64])",
    "Remv old [1.0]",
    "\t",
    "=",
    "ii ",
    "18446744073709551616",
    "-9223372036854775808",
    "1:2.3-4~5+6",
    "[",
    "]",
    "(",
    ")",
    "%",
];

/// A document as it comes.
pub(crate) fn document(bytes: &[u8]) {
    let _ = Probe::read(model::Account::Operate, true, bytes, bytes, Some(0));
    let _ = remote::scan::read(&op(), bytes, bytes, Some(1));
    if let Ok(document) = parse(bytes, NONCE) {
        read(&document);
    }
}

/// A document whose frame is whole, whatever is in it.
pub(crate) fn sections(bytes: &[u8]) {
    let document = parse(mended(bytes).as_bytes(), NONCE);
    if let Ok(document) = document {
        read(&document);
    }
}

fn op() -> ScanOp {
    ScanOp {
        account: model::Account::Operate,
        is_root: true,
        nonce: NONCE.to_owned(),
        refresh_older_than_secs: remote::NEVER_REFRESH,
    }
}

fn read(document: &Document) {
    let facts = facts(
        document,
        Timestamp::from_secs(0),
        Timestamp::from_micros(i64::MAX),
    );
    let packages = installed(document);
    let seen = Seen {
        facts: &facts,
        packages: packages.as_ref(),
    };
    assert!(
        changes(seen, seen).is_empty(),
        "a scan does not differ from itself"
    );
    let again = reread(document.as_text()).expect("what was read can be kept and read again");
    assert_eq!(again.as_text(), document.as_text());
}

/// The same lines in a whole frame: sections open at `>name`, hold what begins with `|` or `!`, and end where the next
/// one begins, with the status of their own last line.
pub(crate) fn mended(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let mut composer = Composer::new(NONCE, 1);
    let mut names = Vec::new();
    let mut open: Option<(String, String, String, u8)> = None;
    let mut close = |open: &mut Option<(String, String, String, u8)>| {
        if let Some((name, output, errors, exit)) = open.take() {
            composer.section(&name, &output, &errors, exit, 1);
        }
    };
    for line in text.lines() {
        let Some(first) = line.chars().next() else {
            continue;
        };
        let rest = line.get(first.len_utf8()..).unwrap_or_default();
        match (first, &mut open) {
            ('>', _) => {
                close(&mut open);
                let name: String = rest
                    .chars()
                    .filter(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || *c == '-')
                    .take(30)
                    .collect();
                if !name.is_empty() && !names.contains(&name) && names.len() < 60 {
                    names.push(name.clone());
                    open = Some((name, String::new(), String::new(), 0));
                }
            }
            ('|', Some((_, output, ..))) => output.extend([rest, "\n"]),
            ('!', Some((_, _, errors, _))) => errors.extend([rest, "\n"]),
            ('<', Some((.., exit))) => {
                *exit = rest
                    .split(' ')
                    .nth(1)
                    .and_then(|word| word.parse().ok())
                    .unwrap_or(0);
            }
            _ => {}
        }
    }
    close(&mut open);
    composer.end(2)
}
