//! Writes documents as the script does: for the simulated fleet, and for tests.

use super::document::DOCUMENT_VERSION;
use std::fmt::Write as _;

/// A document in the making.
#[derive(Debug, Clone)]
pub struct Composer {
    text: String,
    nonce: String,
    sections: usize,
}

impl Composer {
    /// Opens a document. `clock_ns` is the server's clock in nanoseconds since 1970.
    pub fn new(nonce: &str, clock_ns: i64) -> Self {
        Self {
            text: format!("DRYDOCK-SCAN v{DOCUMENT_VERSION} BEGIN {nonce} {clock_ns}\n"),
            nonce: nonce.to_owned(),
            sections: 0,
        }
    }

    /// Adds a section with what a tool printed to standard output and to standard error, and its exit status.
    pub fn section(&mut self, name: &str, output: &str, errors: &str, exit: u8, millis: u32) -> &mut Self {
        self.text.push('>');
        self.text.push_str(name);
        self.text.push('\n');
        for (prefix, lines) in [('|', output), ('!', errors)] {
            for line in lines.split_terminator('\n') {
                self.text.push(prefix);
                self.text.push_str(line);
                self.text.push('\n');
            }
        }
        // Writing to a String cannot fail.
        let _ = writeln!(self.text, "<{name} {exit} {millis} kept");
        self.sections += 1;
        self
    }

    /// Closes the document and returns its text.
    pub fn end(mut self, clock_ns: i64) -> String {
        let _ = writeln!(
            self.text,
            "DRYDOCK-SCAN v{DOCUMENT_VERSION} END {} {} {clock_ns}",
            self.nonce, self.sections
        );
        self.text
    }
}
