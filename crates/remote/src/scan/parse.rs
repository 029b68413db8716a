//! The strict reader of a document's frame. Noise before and after is counted; inside, every line is accounted for.

use super::document::{DOCUMENT_VERSION, Document, Section};
use std::collections::HashSet;

/// The largest answer that is looked at, in bytes: far above what the script's own caps let through.
pub const ANSWER_MAX: usize = 16 << 20;
const SECTIONS_MAX: usize = 128;
const SECTION_NAME_MAX: usize = 40;
const FRAME: &str = "DRYDOCK-SCAN ";

/// Why an answer is not a document. Each is a sentence for the person who has to mend it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// Larger than [`ANSWER_MAX`].
    #[error("The answer has {0} bytes, more than the {ANSWER_MAX} that Drydock reads.")]
    TooLarge(usize),
    /// No frame was found.
    #[error("The answer holds no scan document; it begins with “{0}”.")]
    NoDocument(String),
    /// A frame of another scan.
    #[error("The answer holds the document of another scan.")]
    WrongNonce,
    /// A version that this build does not read.
    #[error(
        "The scan document has version {0}; this Drydock reads version {DOCUMENT_VERSION}. Install the scan script again."
    )]
    UnknownVersion(String),
    /// The last frame line is missing or incomplete.
    #[error("The scan document is cut off after line {0}.")]
    Truncated(usize),
    /// A line inside the document that the script did not write.
    #[error("Line {line} of the scan document was not written by the scan: “{text}”.")]
    ForeignLine {
        /// Counted from the document's first line.
        line: usize,
        /// Its beginning.
        text: String,
    },
    /// A section that opens or closes where it cannot, or names what is not a name.
    #[error("Line {line} of the scan document is out of place: {what}.")]
    OutOfPlace {
        /// Counted from the document's first line.
        line: usize,
        /// What is wrong with it.
        what: &'static str,
    },
    /// The same section twice.
    #[error("The scan document has the section {0} twice.")]
    Duplicate(String),
    /// The last line counts other sections than there are.
    #[error("The scan document has {found} sections and says that it has {said}.")]
    WrongCount {
        /// Sections read.
        found: usize,
        /// Sections named by the last line.
        said: usize,
    },
    /// More sections than any scan has.
    #[error("The scan document has more than {SECTIONS_MAX} sections.")]
    TooManySections,
}

/// Reads the document with that nonce out of an answer.
///
/// # Errors
/// [`DocumentError`] when there is no such document, or not a whole one.
pub fn parse(stdout: &[u8], nonce: &str) -> Result<Document, DocumentError> {
    if stdout.len() > ANSWER_MAX {
        return Err(DocumentError::TooLarge(stdout.len()));
    }
    let text = String::from_utf8_lossy(stdout);
    let mut seen_other = None;
    let mut before = 0_usize;
    let mut offset = 0;
    let mut began = None;
    for line in text.split_inclusive('\n') {
        if let Some(frame) = begin_of(line) {
            if frame.nonce == nonce {
                began = Some(frame);
                break;
            }
            seen_other = Some(DocumentError::WrongNonce);
        }
        before += usize::from(!line.trim().is_empty());
        offset += line.len();
    }
    let Some(frame) = began else {
        return Err(seen_other.unwrap_or_else(|| {
            let first = text.lines().find(|line| !line.trim().is_empty());
            DocumentError::NoDocument(first.map_or_else(String::new, super::document::shortened))
        }));
    };
    let rest = text.get(offset..).unwrap_or_default();
    let mut document = read(rest, &frame)?;
    let after = rest
        .get(document.text.len()..)
        .unwrap_or_default()
        .lines()
        .filter(|line| !line.trim().is_empty())
        .count();
    for (count, place) in [(before, "before"), (after, "after")] {
        if count > 0 {
            document.notes.push(format!(
                "{count} {} printed {place} the scan, by a shell profile or a log-in message.",
                if count == 1 { "line was" } else { "lines were" }
            ));
        }
    }
    let damaged = document
        .text
        .lines()
        .filter(|line| line.contains('\u{fffd}'))
        .count();
    if damaged > 0 {
        document.notes.push(format!(
            "{damaged} {} of the scan held bytes that are not UTF-8.",
            if damaged == 1 { "line" } else { "lines" }
        ));
    }
    Ok(document)
}

/// Reads a document that was kept: the text of [`Document::as_text`].
///
/// # Errors
/// [`DocumentError`] as [`parse`], and where there is anything around the document.
pub fn reread(text: &str) -> Result<Document, DocumentError> {
    if text.len() > ANSWER_MAX {
        return Err(DocumentError::TooLarge(text.len()));
    }
    let first = text.split_inclusive('\n').next().unwrap_or_default();
    let frame =
        begin_of(first).ok_or_else(|| DocumentError::NoDocument(super::document::shortened(first)))?;
    let document = read(text, &frame)?;
    if document.text.len() != text.len() {
        return Err(DocumentError::ForeignLine {
            line: document.text.lines().count() + 1,
            text: text
                .get(document.text.len()..)
                .map(|rest| super::document::shortened(rest.lines().next().unwrap_or_default()))
                .unwrap_or_default(),
        });
    }
    Ok(document)
}

struct Frame<'a> {
    version: &'a str,
    nonce: &'a str,
    clock: &'a str,
}

/// `DRYDOCK-SCAN v<N> BEGIN <nonce> <clock>`, newline included.
fn begin_of(line: &str) -> Option<Frame<'_>> {
    let mut words = line.strip_suffix('\n')?.strip_prefix(FRAME)?.split(' ');
    let version = words.next()?.strip_prefix('v')?;
    if words.next()? != "BEGIN" {
        return None;
    }
    let (nonce, clock) = (words.next()?, words.next()?);
    words.next().is_none().then_some(Frame {
        version,
        nonce,
        clock,
    })
}

fn clock_of(word: &str) -> Option<i64> {
    word.parse().ok().filter(|ns| *ns > 0)
}

struct Open {
    name: String,
    body: usize,
}

fn read(text: &str, frame: &Frame<'_>) -> Result<Document, DocumentError> {
    if frame.version != DOCUMENT_VERSION.to_string() {
        return Err(DocumentError::UnknownVersion(super::document::shortened(
            frame.version,
        )));
    }
    let end = format!("{FRAME}v{DOCUMENT_VERSION} END {} ", frame.nonce);
    let mut sections: Vec<Section> = Vec::new();
    let mut names = HashSet::new();
    let mut open: Option<Open> = None;
    let mut offset = 0;
    let mut number = 0;
    for line in text.split_inclusive('\n') {
        number += 1;
        let start = offset;
        offset += line.len();
        let Some(line) = line.strip_suffix('\n') else {
            return Err(DocumentError::Truncated(number - 1));
        };
        if number == 1 {
            continue;
        }
        let out_of_place = |what| DocumentError::OutOfPlace { line: number, what };
        match line.chars().next() {
            Some('|' | '!') if open.is_some() => {}
            Some('|' | '!') => return Err(out_of_place("it belongs to no section")),
            Some('>') => {
                if open.is_some() {
                    return Err(out_of_place("a section opens inside another"));
                }
                let name = line.get(1..).unwrap_or_default();
                if !is_section_name(name) {
                    return Err(out_of_place("a section's name is not one"));
                }
                if !names.insert(name) {
                    return Err(DocumentError::Duplicate(name.to_owned()));
                }
                if sections.len() >= SECTIONS_MAX {
                    return Err(DocumentError::TooManySections);
                }
                open = Some(Open {
                    name: name.to_owned(),
                    body: offset,
                });
            }
            Some('<') => {
                let Some(opened) = open.take() else {
                    return Err(out_of_place("a section closes that is not open"));
                };
                let section = closed(line.get(1..).unwrap_or_default(), opened, start)
                    .ok_or_else(|| out_of_place("a section does not close as it opened"))?;
                sections.push(section);
            }
            _ => {
                let Some(rest) = line.strip_prefix(end.as_str()) else {
                    return Err(DocumentError::ForeignLine {
                        line: number,
                        text: super::document::shortened(line),
                    });
                };
                if open.is_some() {
                    return Err(out_of_place("the document ends inside a section"));
                }
                let (count, clock) = rest
                    .split_once(' ')
                    .and_then(|(count, clock)| Some((count.parse::<usize>().ok()?, clock)))
                    .ok_or_else(|| out_of_place("the last line is not complete"))?;
                if count != sections.len() {
                    return Err(DocumentError::WrongCount {
                        found: sections.len(),
                        said: count,
                    });
                }
                return Ok(Document {
                    text: text.get(..offset).unwrap_or_default().to_owned(),
                    nonce: frame.nonce.to_owned(),
                    began_ns: clock_of(frame.clock),
                    ended_ns: clock_of(clock),
                    sections,
                    notes: Vec::new(),
                });
            }
        }
    }
    Err(DocumentError::Truncated(number))
}

fn closed(words: &str, opened: Open, body_end: usize) -> Option<Section> {
    let mut words = words.split(' ');
    if words.next()? != opened.name {
        return None;
    }
    let exit = match words.next()? {
        "-" => None,
        status => Some(status.parse().ok()?),
    };
    let millis = words.next()?.parse().ok()?;
    let cut = match words.next()? {
        "kept" => false,
        "cut" => true,
        _ => return None,
    };
    words.next().is_none().then_some(Section {
        name: opened.name,
        body: opened.body..body_end,
        exit,
        millis,
        cut,
    })
}

fn is_section_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= SECTION_NAME_MAX
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}
