//! The lines of a log that a page holds: a window over a log of any length, never larger than [`MOST`] lines.
//!
//! Byte offsets are the truth: what is said about bytes that are here already changes nothing, and a gap is noticed.

use model::view::LogPart;
use std::sync::Arc;

/// Most lines in the window; the ones farther from where somebody reads are dropped.
pub(super) const MOST: usize = 2_000;
/// How many lines a chunk grows to. A chunk is what is drawn at once, so the last one is drawn again for every line.
const CHUNK: usize = 100;

/// Some lines that follow each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Chunk {
    /// Another one for every content.
    pub(super) serial: u32,
    /// The number of the first line, from 0.
    pub(super) first: u64,
    /// The lines.
    pub(super) lines: Vec<String>,
}

impl Chunk {
    fn end(&self) -> u64 {
        self.first + self.lines.len() as u64
    }
}

/// What came of a part of a live log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Heard {
    /// It was added, or there was nothing in it that is not here.
    Here,
    /// Bytes before it are missing: read from [`Window::next`] first.
    Missing,
    /// The window is not at the log's end, so it was only counted.
    Elsewhere,
}

/// The window.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Window {
    chunks: Vec<Arc<Chunk>>,
    /// The line at which what comes begins, while there is none here.
    empty_at: u64,
    serial: u32,
    /// From which line on which time of receipt holds, in order.
    times: Vec<(u64, String)>,
    /// Whether the last line may go on.
    open: bool,
    /// Whether the window reaches to what was last read of the log's end.
    at_end: bool,
    /// Where what follows begins, while the window is at the end.
    next: u64,
    /// How long the log is known to be, in bytes.
    pub(super) len: u64,
    /// Ends of lines so far.
    pub(super) total_lines: u64,
    /// How much of a log is kept, in bytes.
    pub(super) kept: u64,
    /// Whether the log is complete.
    pub(super) ended: bool,
    /// Whose attempt it is, from 1.
    pub(super) attempt: u32,
    /// The step's last attempt.
    pub(super) attempts: u32,
}

impl Window {
    /// A window on one part. With `from_tail` the last lines are kept when there are too many, else the first.
    pub(super) fn of(part: LogPart, from_tail: bool) -> Self {
        let mut window = Self {
            attempt: part.attempt,
            ..Self::default()
        };
        window.know(&part);
        window.open = part.open;
        window.next = part.next;
        window.at_end = is_end(&part);
        window.empty_at = part.first_line;
        window.push(part.first_line, part.lines);
        if from_tail {
            window.drop_first();
        } else {
            window.drop_last();
        }
        window
    }

    /// The chunks, in order.
    pub(super) fn chunks(&self) -> Vec<Arc<Chunk>> {
        self.chunks.clone()
    }

    /// The number of the first line, from 0.
    pub(super) fn first_line(&self) -> u64 {
        self.chunks.first().map_or(self.empty_at, |chunk| chunk.first)
    }

    /// The number after the last line's.
    pub(super) fn end_line(&self) -> u64 {
        self.chunks.last().map_or(self.empty_at, |chunk| chunk.end())
    }

    /// Whether `line` is here.
    pub(super) fn has(&self, line: u64) -> bool {
        (self.first_line()..self.end_line()).contains(&line)
    }

    /// When Drydock received a line that is here, if that is known.
    pub(super) fn time_of(&self, line: u64) -> Option<&str> {
        let known = self.times.partition_point(|(from, _)| *from <= line);
        self.times.get(known.wrapping_sub(1)).map(|(_, at)| at.as_str())
    }

    /// Whether there is nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.chunks.is_empty()
    }

    /// Whether the window reaches to the log's end.
    pub(super) const fn is_at_end(&self) -> bool {
        self.at_end
    }

    /// Where what follows begins, in bytes.
    pub(super) const fn next(&self) -> u64 {
        self.next
    }

    /// Where to read on below the window: this line. The last one is read again when it may have gone on.
    pub(super) fn later_from(&self) -> u64 {
        self.end_line().saturating_sub(u64::from(self.open))
    }

    /// Takes in what the log's end says. Of too many lines the last are kept while somebody follows the end, else those
    /// that somebody reads.
    pub(super) fn hear(&mut self, part: LogPart, follows: bool) -> Heard {
        if part.attempt != self.attempt {
            return Heard::Here;
        }
        self.know(&part);
        if !self.at_end {
            return Heard::Elsewhere;
        }
        if part.offset != self.next && !self.only_line_feed_is_between(&part) {
            return if part.next <= self.next {
                Heard::Here
            } else {
                Heard::Missing
            };
        }
        if part.next > self.next {
            let first = part.first_line;
            self.splice(first, part.continues, part.lines);
            self.open = part.open;
            self.next = part.next;
            if follows {
                self.drop_first();
            } else {
                self.drop_last();
            }
        }
        Heard::Here
    }

    /// Takes in lines before the window, of a part that was asked for at a line before it. When they do not reach to the
    /// window, they become it.
    pub(super) fn add_earlier(&mut self, mut part: LogPart) {
        let first = self.first_line();
        let end = part.first_line + part.lines.len() as u64;
        if self.is_empty() || end < first || part.first_line >= first {
            *self = Self::of(part, false);
            return;
        }
        self.know(&part);
        part.lines
            .truncate(usize::try_from(first - part.first_line).unwrap_or(usize::MAX));
        let mut earlier = Self {
            serial: self.serial,
            ..Self::default()
        };
        earlier.push(part.first_line, part.lines);
        self.serial = earlier.serial;
        earlier.chunks.append(&mut self.chunks);
        self.chunks = earlier.chunks;
        self.drop_last();
    }

    /// Takes in lines after the window, of a part that was asked for at [`Window::later_from`].
    pub(super) fn add_later(&mut self, part: LogPart) {
        let here = self.first_line()..=self.end_line();
        if self.is_empty() || !here.contains(&part.first_line) {
            *self = Self::of(part, false);
            return;
        }
        self.know(&part);
        self.cut_from(part.first_line);
        self.open = part.open;
        // What a complete log ends with may be half a character, which is never shown.
        self.at_end = is_end(&part) || part.next == self.next;
        self.next = part.next;
        self.push(part.first_line, part.lines);
        self.drop_first();
    }

    /// Whether nothing is between the window and a part but the second half of `\r\n`, which is in no line.
    fn only_line_feed_is_between(&self, part: &LogPart) -> bool {
        part.offset == self.next + 1 && !self.open && !part.continues && part.first_line == self.end_line()
    }

    fn know(&mut self, part: &LogPart) {
        self.len = self.len.max(part.len);
        self.total_lines = self.total_lines.max(part.total_lines);
        self.attempts = self.attempts.max(part.attempts);
        self.kept = part.kept;
        self.ended |= part.ended;
        for (line, at) in &part.times {
            if self.time_of(*line) != Some(at) {
                let place = self.times.partition_point(|(from, _)| from <= line);
                self.times.insert(place, (*line, at.clone()));
            }
        }
    }

    /// Adds lines of which the first may continue the last one here.
    fn splice(&mut self, first: u64, continues: bool, mut lines: Vec<String>) {
        if continues
            && self.open
            && !lines.is_empty()
            && let Some(last) = self.chunks.last().and_then(|chunk| chunk.lines.last())
        {
            let whole = format!("{last}{}", lines[0]);
            lines[0] = whole;
            let at = self.end_line() - 1;
            self.cut_from(at);
            self.push(at, lines);
        } else {
            self.push(first, lines);
        }
    }

    /// Drops the lines from `line` on.
    fn cut_from(&mut self, line: u64) {
        self.empty_at = line;
        while let Some(last) = self.chunks.last() {
            if last.first >= line {
                self.chunks.pop();
            } else if last.end() > line {
                let keep = usize::try_from(line - last.first).unwrap_or(usize::MAX);
                let chunk = Chunk {
                    serial: self.serial,
                    first: last.first,
                    lines: last.lines[..keep].to_vec(),
                };
                self.serial += 1;
                self.chunks.pop();
                self.chunks.push(Arc::new(chunk));
            } else {
                break;
            }
        }
    }

    fn push(&mut self, first: u64, lines: Vec<String>) {
        let mut lines = lines.into_iter().peekable();
        if lines.peek().is_none() {
            return;
        }
        let mut first = first;
        // The last chunk grows first.
        let mut begun = Vec::new();
        if let Some(last) = self.chunks.last()
            && last.lines.len() < CHUNK
            && last.end() == first
        {
            first = last.first;
            begun = last.lines.clone();
            self.chunks.pop();
        }
        while lines.peek().is_some() {
            let room = CHUNK.saturating_sub(begun.len());
            begun.extend(lines.by_ref().take(room));
            let chunk = Chunk {
                serial: self.serial,
                first,
                lines: std::mem::take(&mut begun),
            };
            self.serial += 1;
            first = chunk.end();
            self.chunks.push(Arc::new(chunk));
        }
    }

    fn count(&self) -> usize {
        self.chunks.iter().map(|chunk| chunk.lines.len()).sum()
    }

    fn drop_first(&mut self) {
        let mut count = self.count();
        while count > MOST && self.chunks.len() > 1 {
            count -= self.chunks.remove(0).lines.len();
        }
    }

    fn drop_last(&mut self) {
        let mut count = self.count();
        while count > MOST && self.chunks.len() > 1 {
            count -= self.chunks.pop().map_or(0, |chunk| chunk.lines.len());
            self.at_end = false;
            self.open = false;
        }
    }
}

/// Whether a part reaches to the log's end. What is still being written may end in half a character, which comes with
/// what follows.
fn is_end(part: &LogPart) -> bool {
    const HALF_MOST: u64 = 64;
    let held_back = if part.ended { 0 } else { HALF_MOST };
    part.next + held_back >= part.len.min(part.kept)
}

#[cfg(test)]
mod tests;
