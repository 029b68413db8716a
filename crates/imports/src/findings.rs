//! What was not used and what is wrong, line by line, bounded in number and length.

use model::PasteNote;

const NOTES_MAX: usize = 500;
const TEXT_SHOWN: usize = 80;

/// Notes in the order in which they were made. Callers pass names and keywords as the text, never values.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    ignored: Notes,
    problems: Notes,
}

#[derive(Debug, Default)]
struct Notes {
    kept: Vec<PasteNote>,
    left_out: usize,
}

impl Findings {
    pub(crate) fn ignore(&mut self, line: u32, text: &str, why: impl Into<String>) {
        self.ignored.add(line, text, why.into());
    }

    pub(crate) fn problem(&mut self, line: u32, text: &str, why: impl Into<String>) {
        self.problems.add(line, text, why.into());
    }

    /// What was ignored and what is wrong, by line.
    pub(crate) fn into_notes(self) -> (Vec<PasteNote>, Vec<PasteNote>) {
        (self.ignored.finish(), self.problems.finish())
    }
}

impl Notes {
    fn add(&mut self, line: u32, text: &str, why: String) {
        if self.kept.len() >= NOTES_MAX {
            self.left_out += 1;
            return;
        }
        self.kept.push(PasteNote {
            line,
            text: shown(text),
            why,
        });
    }

    fn finish(mut self) -> Vec<PasteNote> {
        self.kept.sort_by_key(|note| note.line);
        self.kept.dedup();
        if self.left_out > 0 {
            let line = self.kept.last().map_or(1, |note| note.line);
            self.kept.push(PasteNote {
                line,
                text: String::new(),
                why: format!("{} more of this kind are not listed.", self.left_out),
            });
        }
        self.kept
    }
}

/// At most 80 characters without control characters.
fn shown(text: &str) -> String {
    let mut chars = text.chars().filter(|c| !c.is_control());
    let mut shown: String = chars.by_ref().take(TEXT_SHOWN).collect();
    if chars.next().is_some() {
        shown.push('…');
    }
    shown
}

/// The number of a line counted from 0, as people count.
pub(crate) fn line_number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX).saturating_add(1)
}
