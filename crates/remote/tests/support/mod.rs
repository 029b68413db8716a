//! The recorded documents under `fixtures/documents`.
//!
//! `ubuntu`, `rocky` and `nothing-works` are written by hand in the tools' formats; the others were printed by the
//! script on machines of the lab.
#![allow(dead_code, clippy::unwrap_used)]

use model::Timestamp;
use model::facts::Facts;
use remote::scan::{Document, facts, parse};
use std::path::PathBuf;

/// The nonce in every recorded document.
pub(crate) const NONCE: &str = "0123456789abcdef0123456789abcdef";

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/documents")
}

/// The names of all recorded documents, sorted.
pub(crate) fn names() -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder())
        .unwrap()
        .filter_map(|entry| {
            let name = entry.unwrap().file_name().into_string().unwrap();
            name.strip_suffix(".scan").map(str::to_owned)
        })
        .collect();
    names.sort();
    assert!(names.len() > 10, "the recorded documents are missing");
    names
}

/// The bytes of one.
pub(crate) fn bytes(name: &str) -> Vec<u8> {
    std::fs::read(folder().join(name).with_extension("scan")).unwrap()
}

/// One, read.
pub(crate) fn document(name: &str) -> Document {
    parse(&bytes(name), NONCE).unwrap()
}

/// Its facts, as if Drydock's clock were the server's.
pub(crate) fn facts_of(name: &str) -> Facts {
    facts_with(&document(name))
}

/// A document's facts, as if Drydock's clock were the server's.
pub(crate) fn facts_with(document: &Document) -> Facts {
    let (began, ended) = document.server_clock_ns().unwrap();
    facts(
        document,
        Timestamp::from_micros(began / 1_000),
        Timestamp::from_micros(ended / 1_000),
    )
}

/// A recorded document with some of its text replaced.
pub(crate) fn altered(name: &str, changes: &[(&str, &str)]) -> Document {
    let mut text = String::from_utf8_lossy(&bytes(name)).into_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "{name} does not hold {from:?}");
        text = text.replace(from, to);
    }
    parse(text.as_bytes(), NONCE).unwrap()
}
