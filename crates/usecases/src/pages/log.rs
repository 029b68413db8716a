//! A step's log: parts as lines for the page, bytes for the download.

use super::log_lines::{Lines, clean, split};
use super::when;
use crate::{Actor, Error, Usecases};
use model::view::{LogFrom, LogPart};
use model::{ErrorCode, Right, RunId, StepId};
use store::{LOG_KEPT, LogMark};

/// What one part shows at most, in bytes.
const PART: u64 = 256 * 1024;
/// What one part of a download holds at most, in bytes.
const CHUNK: u64 = 1024 * 1024;

/// A part of a log's bytes as the server wrote them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogFile {
    /// What to call the file: `web-1-install-1.log`.
    pub name: String,
    /// At most a megabyte.
    pub bytes: Vec<u8>,
    /// Where the next part begins; `None`: this was the last.
    pub next: Option<u64>,
}

/// A window of a log with the byte before it.
pub(super) struct Window {
    pub(super) part: store::LogPart,
    pub(super) before: Option<u8>,
}

impl Window {
    pub(super) fn lines(&self) -> Lines<'_> {
        split(
            &self.part.bytes,
            self.part.offset,
            self.before,
            self.part.first_line,
        )
    }
}

impl Usecases {
    /// A part of a step's log, of `attempt` or of the last one; at most about 256 KiB.
    ///
    /// # Errors
    /// When the role does not allow it, or there is no such step in this run.
    pub async fn log_part(
        &self,
        actor: &Actor,
        run: RunId,
        step: StepId,
        attempt: Option<u32>,
        from: LogFrom,
    ) -> Result<LogPart, Error> {
        actor.needs(Right::Read)?;
        // What is appended between the two reads is not lost: it is what the next part begins with.
        let head = self.window(run, step, attempt, u64::MAX, 0).await?.part;
        let end = head.len.min(LOG_KEPT);
        let (start, until, most) = match from {
            LogFrom::Byte(byte) => (byte.min(end), u64::MAX, usize::MAX),
            LogFrom::Tail(lines) => (
                end.saturating_sub(PART),
                end,
                usize::try_from(lines.max(1)).unwrap_or(usize::MAX),
            ),
            LogFrom::Before(byte) => (byte.min(end).saturating_sub(PART), byte.min(end), usize::MAX),
            LogFrom::Line(line) => {
                let at = self.store.log_line(step, head.attempt, line).await?;
                (at.unwrap_or(end).min(end), u64::MAX, usize::MAX)
            }
        };
        let most_bytes = until.saturating_sub(start).min(PART);
        let window = self
            .window(run, step, Some(head.attempt), start, most_bytes)
            .await?;
        let mut lines = window.lines();
        let backwards = matches!(from, LogFrom::Tail(_) | LogFrom::Before(_));
        if backwards && lines.continues && lines.lines.len() > 1 {
            lines.lines.remove(0);
            lines.continues = false;
        }
        let skip = lines.lines.len().saturating_sub(most);
        if skip > 0 {
            lines.lines.drain(..skip);
            lines.continues = false;
        }
        let (_, last) = self.step_of(run, step).await?;
        Ok(LogPart {
            now: self.clock.now(),
            step,
            attempt: head.attempt,
            attempts: last,
            offset: lines.lines.first().map_or(lines.next, |line| line.start),
            first_line: lines.lines.first().map_or(window.part.lines, |line| line.number),
            continues: lines.continues,
            open: lines.lines.last().is_some_and(|line| !line.ended),
            lines: lines.lines.iter().map(|line| clean(line.bytes)).collect(),
            times: times(&lines, &window.part.marks),
            next: lines.next,
            len: window.part.len,
            total_lines: window.part.lines,
            kept: LOG_KEPT,
            ended: window.part.ended,
        })
    }

    /// A part of a log for the download: from byte 0, then from [`LogFile::next`].
    ///
    /// # Errors
    /// When the role does not allow it, or there is no such step in this run.
    pub async fn log_file(
        &self,
        actor: &Actor,
        run: RunId,
        step: StepId,
        attempt: Option<u32>,
        from: u64,
    ) -> Result<LogFile, Error> {
        actor.needs(Right::Read)?;
        let found = self.store.lane_of(step).await?;
        let (_, kind, server) = found
            .filter(|(of, ..)| *of == run)
            .ok_or_else(|| Error::code(ErrorCode::NotFound))?;
        let part = self.window(run, step, attempt, from, CHUNK).await?.part;
        let next = part.offset.saturating_add(part.bytes.len() as u64);
        Ok(LogFile {
            name: format!("{server}-{}-{}.log", kind.replace('_', "-"), part.attempt),
            next: (!part.bytes.is_empty() && next < part.len.min(LOG_KEPT)).then_some(next),
            bytes: part.bytes,
        })
    }

    /// At most `most` bytes from byte `start` on, and the byte before them.
    pub(super) async fn window(
        &self,
        run: RunId,
        step: StepId,
        attempt: Option<u32>,
        start: u64,
        most: u64,
    ) -> Result<Window, Error> {
        let read = async |offset: u64, most: u64| {
            let part = self.store.log_part(run, step, attempt, offset, most).await?;
            part.ok_or_else(|| Error::code(ErrorCode::NotFound))
        };
        let part = read(start, most).await?;
        let before = match part.offset.checked_sub(1) {
            Some(before) if most > 0 => read(before, 1).await?.bytes.first().copied(),
            _ => None,
        };
        Ok(Window { part, before })
    }

    /// The kind of a step of the run, and its last attempt.
    pub(super) async fn step_of(&self, run: RunId, step: StepId) -> Result<(String, u32), Error> {
        let found = self.store.step(step).await?;
        let found = found.filter(|(of, ..)| *of == run);
        let (_, record, _) = found.ok_or_else(|| Error::code(ErrorCode::NotFound))?;
        Ok((record.kind, record.attempt))
    }
}

/// From which line on which time of receipt holds. A line that began before the part has its time from there.
fn times(lines: &Lines<'_>, marks: &[LogMark]) -> Vec<(u64, String)> {
    let mut times: Vec<(u64, String)> = Vec::new();
    let mut said = None;
    for line in lines.lines.iter().skip(usize::from(lines.continues)) {
        let known = marks.partition_point(|(from, _)| *from <= line.start);
        let at = known.checked_sub(1).and_then(|last| marks.get(last));
        if let Some((_, at)) = at.filter(|(_, at)| said != Some(at.secs())) {
            said = Some(at.secs());
            times.push((line.number, when(*at).absolute));
        }
    }
    times
}
