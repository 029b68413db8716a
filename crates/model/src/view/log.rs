//! A step's log, a part at a time.

use crate::{StepId, Timestamp};
use serde::{Deserialize, Serialize};

/// Where a part of a log begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum LogFrom {
    /// Near its end, with so many lines before the last one.
    Tail(u32),
    /// At this byte; [`LogPart::next`] of the part before it.
    Byte(u64),
    /// At this line, from 0: what a link to a line names.
    Line(u64),
    /// So that it ends before this byte; [`LogPart::offset`] of the part after it.
    Before(u64),
}

/// A part of a log as lines. A carriage return ends a line, too, so that a progress bar becomes lines. Colours are kept
/// as `ESC [ … m`; every other control character is gone. What is not UTF-8 is `\u{fffd}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogPart {
    /// When it was read.
    pub now: Timestamp,
    /// The step.
    pub step: StepId,
    /// The attempt whose log it is, from 1.
    pub attempt: u32,
    /// The step's last attempt, so that earlier ones can be chosen.
    pub attempts: u32,
    /// The first byte's place.
    pub offset: u64,
    /// The number of the first line, from 0.
    pub first_line: u64,
    /// Whether the first line began before `offset`: it continues the line that is shown already.
    pub continues: bool,
    /// The lines.
    pub lines: Vec<String>,
    /// When Drydock received them: from a line on (by its number, from 0), the time as absolute text with its zone, such
    /// as `2026-11-21 09:03:19 UTC`. Lines before the first of these have no known time.
    pub times: Vec<(u64, String)>,
    /// Whether the last line has no end yet: what follows continues it.
    pub open: bool,
    /// Where what follows begins.
    pub next: u64,
    /// How long the log is so far, in bytes.
    pub len: u64,
    /// Ends of lines so far.
    pub total_lines: u64,
    /// How much of a log is kept, in bytes: what lies beyond was counted and thrown away.
    pub kept: u64,
    /// Whether the step has ended and the log is complete.
    pub ended: bool,
}

/// What to look for in a log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogFind {
    /// This text, upper and lower case counting as the same; `None`: the next line that looks like an error.
    pub text: Option<String>,
    /// From this line on, or (with `backwards`) from this line back.
    pub line: u64,
    /// Whether to look towards the beginning.
    pub backwards: bool,
}

/// Where it was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogFound {
    /// The line, from 0; `None`: nowhere.
    pub line: Option<u64>,
    /// Where that line begins, in bytes.
    pub offset: u64,
}
