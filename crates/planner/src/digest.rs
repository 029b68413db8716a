//! Digests of values. A plan holds no maps, so that one value has one JSON text; `tests/approval.rs` pins the hash of a
//! plan, so that nobody reorders fields and voids what was approved before an upgrade of Drydock.

use serde::Serialize;
use sha2::{Digest, Sha256};
use std::io::{self, BufWriter, Write};

/// A digest over parts, each of a known length: no two lists of parts give the same bytes.
pub(crate) struct Parts(Sha256);

impl Parts {
    pub(crate) fn new(purpose: &str) -> Self {
        let mut parts = Self(Sha256::new());
        parts.add(purpose.as_bytes());
        parts
    }

    pub(crate) fn add(&mut self, part: &[u8]) {
        let length = u64::try_from(part.len()).unwrap_or(u64::MAX);
        self.0.update(length.to_le_bytes());
        self.0.update(part);
    }

    /// Adds the value's JSON, by its digest: of a plan for thousands of servers no text is built.
    pub(crate) fn add_json(&mut self, value: &impl Serialize) {
        let mut text = BufWriter::with_capacity(8_192, Sink(Sha256::new()));
        // Plain data with string keys into a digest: neither can fail.
        let written = serde_json::to_writer(&mut text, value).is_ok();
        if let (true, Ok(sink)) = (written, text.into_inner()) {
            self.add(&sink.0.finalize());
        }
    }

    pub(crate) fn hex(self) -> String {
        hex::encode(self.0.finalize())
    }
}

struct Sink(Sha256);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_part_ends_counts() {
        let digest = |parts: &[&str]| {
            let mut all = Parts::new("test");
            parts.iter().for_each(|part| all.add(part.as_bytes()));
            all.hex()
        };
        assert_ne!(digest(&["ab", "c"]), digest(&["a", "bc"]));
        assert_ne!(digest(&["ab"]), digest(&["ab", ""]));
    }

    #[test]
    fn json_counts_to_its_last_byte() {
        let digest = |text: &str| {
            let mut all = Parts::new("test");
            all.add_json(&text);
            all.hex()
        };
        let long = "x".repeat(100_000);
        assert_eq!(digest(&long), digest(&long));
        assert_ne!(digest(&long), digest(&format!("{long}y")));
    }
}
