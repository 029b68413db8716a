//! The scan's answer as one document, kept exactly as it was printed.
//!
//! ```text
//! DRYDOCK-SCAN v1 BEGIN <nonce> <server's clock in ns>
//! >machine                       a section opens
//! |hostname=web-1                a line of its standard output
//! !cat: /x: No such file         a line of its standard error
//! <machine 0 12 kept             it closes: exit status (or `-`: not run), milliseconds, `kept` or `cut`
//! DRYDOCK-SCAN v1 END <nonce> <number of sections> <server's clock in ns>
//! ```
//!
//! Every line between the two frame lines has one of the four prefixes, so nothing that a server prints can pass for
//! a frame, and nothing that a shell profile prints can pass for an answer.

use std::ops::Range;

/// The version of the document that this build asks for and reads.
pub const DOCUMENT_VERSION: u16 = 1;

/// A complete document. It exists only if it was whole: see [`crate::scan::parse`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    pub(super) text: String,
    pub(super) nonce: String,
    pub(super) began_ns: Option<i64>,
    pub(super) ended_ns: Option<i64>,
    pub(super) sections: Vec<Section>,
    pub(super) notes: Vec<String>,
}

/// One section: what one tool, or one kind of file, said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    pub(super) name: String,
    pub(super) body: Range<usize>,
    /// The tool's exit status; `None` when it was not run.
    pub exit: Option<u8>,
    /// How long it took.
    pub millis: u32,
    /// Whether it printed more than the script passes on.
    pub cut: bool,
}

impl Section {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Document {
    /// The document's exact text, from its first frame line to its last, without the noise around it. Bytes that were
    /// not UTF-8 have become U+FFFD.
    pub fn as_text(&self) -> &str {
        &self.text
    }

    /// The nonce in its frame.
    pub fn nonce(&self) -> &str {
        &self.nonce
    }

    /// What the server's clock said when the script began and ended, in nanoseconds since 1970, when it could say.
    pub const fn server_clock_ns(&self) -> Option<(i64, i64)> {
        match (self.began_ns, self.ended_ns) {
            (Some(began), Some(ended)) => Some((began, ended)),
            _ => None,
        }
    }

    /// The sections in the order they were printed.
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// Sentences about what was tolerated while reading: noise around the document, bytes that were not UTF-8.
    /// They are not part of the document's text.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// The section of that name.
    pub fn section(&self, name: &str) -> Option<&Section> {
        self.sections.iter().find(|section| section.name == name)
    }

    /// The section's standard output, line by line.
    pub fn output<'a>(&'a self, section: &Section) -> impl Iterator<Item = &'a str> + use<'a> {
        self.lines(section, '|')
    }

    /// The section's standard error, line by line.
    pub fn errors<'a>(&'a self, section: &Section) -> impl Iterator<Item = &'a str> + use<'a> {
        self.lines(section, '!')
    }

    fn lines<'a>(&'a self, section: &Section, prefix: char) -> impl Iterator<Item = &'a str> + use<'a> {
        self.text
            .get(section.body.clone())
            .unwrap_or_default()
            .split_terminator('\n')
            .filter_map(move |line| line.strip_prefix(prefix))
    }

    /// The output of a section that ran and ended well, or the reason why there is none, as a plain sentence without
    /// its full stop. `what` names the tool in that sentence.
    pub(crate) fn answer<'a>(
        &'a self,
        name: &str,
        what: &str,
    ) -> Result<impl Iterator<Item = &'a str> + use<'a>, String> {
        let Some(section) = self.section(name) else {
            return Err(format!("the scan did not ask {what}"));
        };
        match self.failure(section, what) {
            None => Ok(self.output(section)),
            Some(why) => Err(why),
        }
    }

    /// Why a section's output is not to be used; `None` when it is.
    pub(crate) fn failure(&self, section: &Section, what: &str) -> Option<String> {
        match section.exit {
            Some(0) if section.cut => Some(format!("{what} printed more than Drydock reads")),
            Some(0) => None,
            None => Some(format!("there was no time left to ask {what}")),
            Some(127) => Some(format!("{what} is not installed")),
            Some(124 | 137) => Some(format!("{what} did not finish in time")),
            Some(status) => {
                let said = self
                    .errors(section)
                    .map(str::trim)
                    .filter(|line| !line.is_empty())
                    .find(|line| line.starts_with("E:") || line.starts_with("Error:"))
                    .or_else(|| self.errors(section).map(str::trim).find(|line| !line.is_empty()));
                Some(match said {
                    Some(said) => format!("{what} failed with status {status}: {}", shortened(said)),
                    None => format!("{what} failed with status {status}"),
                })
            }
        }
    }
}

/// At most 200 characters of one line of a server's output, control characters left out.
pub(crate) fn shortened(line: &str) -> String {
    const MOST: usize = 200;
    let mut chars = line.chars().filter(|c| !c.is_control());
    let mut text: String = chars.by_ref().take(MOST).collect();
    if chars.next().is_some() {
        text.push('…');
    }
    text.trim_end_matches('.').to_owned()
}
