//! Steps' logs: appended at their end and nowhere else, packed when the step has ended, read from any byte.

use super::load::cursor;
use super::log_times::{LogMark, add, of_segment, pack, take};
use crate::sql::{Row, statements, values};
use crate::zipped::{expand, squeeze};
use crate::{Store, StoreError, Tx};
use engine::{Appended, LogAppend, LogCursor};
use model::{RunId, StepId, Timestamp};

statements! {
    APPEND = "UPDATE steps SET log_len = $4, log_base = $5, log_lines = $6, log_cr = $7,
            proof_at = (SELECT now FROM clock)
        WHERE id = $1 AND attempt = $2 AND log_len = $3
            AND EXISTS (SELECT 1 FROM runs WHERE id = $8 AND epoch = $9 AND state = 'running')";
    WHERE_IS = "SELECT log_len, log_base, log_lines, log_cr FROM steps s JOIN runs r ON r.id = s.run_id
        WHERE s.id = $1 AND s.attempt = $2 AND r.id = $3 AND r.epoch = $4 AND r.state = 'running'";
    SEGMENT = "INSERT INTO log_segments (step_id, attempt, start, len, first_line, packed, bytes, at)
        VALUES ($1, $2, $3, $4, $5, FALSE, $6, (SELECT now FROM clock))";
    PACKED_SEGMENT = "INSERT INTO log_segments (step_id, attempt, start, len, first_line, packed, bytes, at, marks)
        VALUES ($1, $2, $3, $4, $5, TRUE, $6, $7, $8)";
    LOOSE = "SELECT g.attempt, g.start, g.len FROM log_segments g JOIN steps s ON s.id = g.step_id
        WHERE g.step_id = $1 AND NOT g.packed AND s.state = 'ended' ORDER BY g.attempt, g.start";
    LOOSE_BYTES = "SELECT start, first_line, bytes, at FROM log_segments
        WHERE step_id = $1 AND attempt = $2 AND start >= $3 AND start < $4 AND NOT packed ORDER BY start";
    REMOVE_LOOSE = "DELETE FROM log_segments
        WHERE step_id = $1 AND attempt = $2 AND start >= $3 AND start < $4 AND NOT packed";
    LEFT_LOOSE = "SELECT DISTINCT g.step_id FROM log_segments g JOIN steps s ON s.id = g.step_id
        WHERE NOT g.packed AND s.state = 'ended' LIMIT $1";
    OF_STEP = "SELECT run_id, attempt, log_len, log_base, log_lines, log_cr, state FROM steps WHERE id = $1";
    FROM_BYTE = "SELECT start, len, first_line, packed, bytes, at, marks FROM log_segments
        WHERE step_id = $1 AND attempt = $2 AND start < $4 AND start >= COALESCE(
            (SELECT MAX(start) FROM log_segments WHERE step_id = $1 AND attempt = $2 AND start <= $3), 0)
        ORDER BY start";
    AT_LINE = "SELECT start, len, first_line, packed, bytes FROM log_segments
        WHERE step_id = $1 AND attempt = $2 AND first_line < $3 ORDER BY start DESC LIMIT 1";
}

/// What is kept of one step's log; the rest is counted and drained.
pub const LOG_KEPT: u64 = 64 * 1024 * 1024;
/// How much one packed segment holds.
const PACKED: u64 = 1024 * 1024;

/// A part of a step's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogPart {
    /// The attempt whose log it is.
    pub attempt: u32,
    /// The first byte's place.
    pub offset: u64,
    /// Ends of lines before it.
    pub first_line: u64,
    /// The bytes as the server wrote them.
    pub bytes: Vec<u8>,
    /// When they were received, in order, at most one a second; the first may be of bytes before them. Nothing is known
    /// of logs that an older Drydock stored.
    pub marks: Vec<LogMark>,
    /// How long the log is so far. Beyond [`LOG_KEPT`] it was not kept.
    pub len: u64,
    /// Ends of lines so far.
    pub lines: u64,
    /// Whether the step has ended, so that nothing follows.
    pub ended: bool,
}

impl Tx {
    async fn append_log(&mut self, append: LogAppend) -> Result<Appended, StoreError> {
        let (step, from, to) = (append.step, append.from, append.to);
        let values = values![
            step.step,
            step.attempt,
            from.len,
            to.len,
            to.base,
            to.lines,
            to.after_cr,
            step.run,
            step.epoch,
        ];
        if self.run(&APPEND, values).await? == 0 {
            let values = values![step.step, step.attempt, step.run, step.epoch];
            return Ok(match self.first(&WHERE_IS, values).await? {
                None => Appended::Fenced,
                Some(row) => match cursor(&row)? {
                    is if is == to => Appended::Stored,
                    is => Appended::Elsewhere(is),
                },
            });
        }
        let room = usize::try_from(LOG_KEPT.saturating_sub(from.len)).unwrap_or(usize::MAX);
        let mut bytes = append.bytes;
        bytes.truncate(room);
        if !bytes.is_empty() {
            // A line feed after a carriage return belongs to the line that has just ended.
            let joined = from.after_cr && bytes.first() == Some(&b'\n');
            let first_line = from.lines - u64::from(joined);
            let len = bytes.len() as u64;
            let values = values![step.step, step.attempt, from.len, len, first_line, bytes];
            self.run(&SEGMENT, values).await?;
        }
        self.progress(RunId::from_uuid(step.run));
        Ok(Appended::Stored)
    }
}

impl Store {
    /// Steps are taken in the order of their ids, as everybody does who takes more than one.
    pub(super) async fn write_logs(&self, appends: Vec<LogAppend>) -> Result<Vec<Appended>, StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                let mut order: Vec<usize> = (0..appends.len()).collect();
                order.sort_by_key(|at| appends[*at].step.step);
                let mut appends: Vec<Option<LogAppend>> = appends.into_iter().map(Some).collect();
                let mut answers = vec![Appended::Fenced; appends.len()];
                for at in order {
                    if let Some(append) = appends[at].take() {
                        answers[at] = tx.append_log(append).await?;
                    }
                }
                Ok(answers)
            })
        })
        .await
    }

    /// Packs what is loose of an ended step's log, a megabyte at a time.
    pub(super) async fn pack_step_log(&self, step: StepId) -> Result<(), StoreError> {
        let loose = self.read().await?.all(&LOOSE, values![step]).await?;
        let mut parts: Vec<(u32, u64, u64)> = Vec::new();
        for row in &loose {
            let (attempt, start, len): (u32, u64, u64) =
                (row.get("attempt")?, row.get("start")?, row.get("len")?);
            match parts.last_mut() {
                Some((of, from, to)) if *of == attempt && *to == start && start + len - *from <= PACKED => {
                    *to = start + len;
                }
                _ => parts.push((attempt, start, start + len)),
            }
        }
        for (attempt, from, to) in parts {
            self.pack_part(step, attempt, from, to).await?;
        }
        Ok(())
    }

    async fn pack_part(&self, step: StepId, attempt: u32, from: u64, to: u64) -> Result<(), StoreError> {
        let rows = self
            .read()
            .await?
            .all(&LOOSE_BYTES, values![step, attempt, from, to])
            .await?;
        let Some(first) = rows.first() else { return Ok(()) };
        let first_line: u64 = first.get("first_line")?;
        let (mut bytes, mut marks) = (Vec::new(), Vec::new());
        for row in &rows {
            bytes.extend(row.get::<Vec<u8>>("bytes")?);
            if let Some(at) = row.get::<Option<Timestamp>>("at")? {
                add(&mut marks, (row.get("start")?, at));
            }
        }
        if bytes.len() as u64 != to - from {
            // Somebody else packs it, too.
            return Ok(());
        }
        let packed =
            tokio::task::spawn_blocking(move || Ok::<_, StoreError>((squeeze(&bytes)?, pack(from, &marks)?)));
        let (packed, (at, marks)) = packed.await.map_err(StoreError::internal)??;
        self.write(move |tx| {
            Box::pin(async move {
                if tx.run(&REMOVE_LOOSE, values![step, attempt, from, to]).await? == 0 {
                    return Ok(());
                }
                let values = values![step, attempt, from, to - from, first_line, packed, at, marks];
                tx.run(&PACKED_SEGMENT, values).await.map(drop)
            })
        })
        .await
    }

    /// Packs logs whose steps have ended and whose worker did not get to it. Returns how many.
    ///
    /// # Errors
    /// [`StoreError`]; what was packed before it stays packed.
    pub async fn pack_logs(&self, limit: u32) -> Result<usize, StoreError> {
        let rows = self.read().await?.all(&LEFT_LOOSE, values![limit]).await?;
        for row in &rows {
            self.pack_step_log(row.get("step_id")?).await?;
        }
        Ok(rows.len())
    }

    /// At most `most` bytes of a step's log, from byte `offset` on; of the attempt `attempt`, or of the last one.
    /// `None`: there is no such step in this run.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn log_part(
        &self,
        run: RunId,
        step: StepId,
        attempt: Option<u32>,
        offset: u64,
        most: u64,
    ) -> Result<Option<LogPart>, StoreError> {
        let mut conn = self.read().await?;
        let Some(head) = conn.first(&OF_STEP, values![step]).await? else {
            return Ok(None);
        };
        if head.get::<RunId>("run_id")? != run {
            return Ok(None);
        }
        let (last, state): (u32, String) = (head.get("attempt")?, head.get("state")?);
        let (is, attempt) = (cursor(&head)?, attempt.unwrap_or(last));
        let until = offset.saturating_add(most);
        let mut part = LogPart {
            attempt,
            offset: offset.min(is.len),
            first_line: is.lines,
            bytes: Vec::new(),
            marks: Vec::new(),
            len: is.len,
            lines: is.lines,
            ended: state == "ended" || attempt != last,
        };
        if most == 0 {
            return Ok(Some(part));
        }
        for row in conn
            .all(&FROM_BYTE, values![step, attempt, offset, until])
            .await?
        {
            let (start, bytes) = segment(&row)?;
            let skip = usize::try_from(offset.saturating_sub(start)).unwrap_or(usize::MAX);
            let Some(wanted) = bytes.get(skip..).filter(|wanted| !wanted.is_empty()) else {
                continue;
            };
            if part.bytes.is_empty() {
                part.first_line = lines_before(&row, &bytes[..skip])?;
            }
            let room = usize::try_from(most).unwrap_or(usize::MAX) - part.bytes.len();
            part.bytes.extend(wanted.iter().take(room));
            let end = part.offset + part.bytes.len() as u64;
            for mark in of_segment(&row)? {
                take(&mut part.marks, mark, part.offset, end);
            }
        }
        Ok(Some(part))
    }

    /// Where line `line` of a step's log begins, counted from 0. `None`: the log has no such line, or it was not kept.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn log_line(&self, step: StepId, attempt: u32, line: u64) -> Result<Option<u64>, StoreError> {
        if line == 0 {
            return Ok(Some(0));
        }
        // It begins behind the end of the line before it, which is in the last segment that begins before that.
        let mut conn = self.read().await?;
        let Some(row) = conn.first(&AT_LINE, values![step, attempt, line]).await? else {
            return Ok(None);
        };
        let (start, bytes) = segment(&row)?;
        let mut at = LogCursor {
            len: start,
            lines: row.get("first_line")?,
            ..LogCursor::default()
        };
        for byte in bytes.iter().chain(std::iter::once(&0)) {
            // A line feed after a carriage return is still the line before.
            if at.lines == line && !(at.after_cr && *byte == b'\n') {
                return Ok(Some(at.len));
            }
            at = at.after(std::slice::from_ref(byte));
        }
        Ok(None)
    }
}

fn segment(row: &Row) -> Result<(u64, Vec<u8>), StoreError> {
    let (packed, bytes): (bool, Vec<u8>) = (row.get("packed")?, row.get("bytes")?);
    Ok((row.get("start")?, if packed { expand(&bytes)? } else { bytes }))
}

fn lines_before(row: &Row, skipped: &[u8]) -> Result<u64, StoreError> {
    let first: u64 = row.get("first_line")?;
    Ok(first + LogCursor::default().after(skipped).lines)
}
