//! When parts of a log were received. A loose segment carries the time of its append; packing keeps one mark per second.

use crate::StoreError;
use crate::sql::Row;
use crate::zipped::{expand, squeeze};
use model::Timestamp;
use serde::{Deserialize, Serialize};

/// The version of [`Packed`] that this build writes.
const VERSION: u16 = 1;
/// Two marks are at least this far apart, in microseconds.
const APART: i64 = 1_000_000;

/// From this byte of the log on, what follows was received at this time, by the database's clock.
pub type LogMark = (u64, Timestamp);

/// The marks of a packed segment after its first one.
#[derive(Debug, Serialize, Deserialize)]
struct Packed {
    v: u16,
    marks: Vec<LogMark>,
}

/// Takes in a mark that follows those in `marks`, unless it says hardly anything new.
pub(super) fn add(marks: &mut Vec<LogMark>, mark: LogMark) {
    let is_new = |last: &LogMark| mark.1.micros() - last.1.micros() >= APART;
    if marks.last().is_none_or(is_new) {
        marks.push(mark);
    }
}

/// The marks of loose segments as one packed segment from byte `start` on keeps them: the time of its first byte, and the
/// other marks.
pub(super) fn pack(
    start: u64,
    marks: &[LogMark],
) -> Result<(Option<Timestamp>, Option<Vec<u8>>), StoreError> {
    let first = marks.first().filter(|(from, _)| *from == start);
    let others = marks.get(usize::from(first.is_some())..).unwrap_or_default();
    let at = first.map(|(_, at)| *at);
    if others.is_empty() {
        return Ok((at, None));
    }
    let packed = Packed {
        v: VERSION,
        marks: others.to_vec(),
    };
    let text = serde_json::to_vec(&packed).map_err(StoreError::internal)?;
    Ok((at, Some(squeeze(&text)?)))
}

/// The marks of a stored segment, loose or packed.
pub(super) fn of_segment(row: &Row) -> Result<Vec<LogMark>, StoreError> {
    let mut marks = Vec::new();
    if let Some(at) = row.get::<Option<Timestamp>>("at")? {
        marks.push((row.get("start")?, at));
    }
    if let Some(packed) = row.get::<Option<Vec<u8>>>("marks")? {
        marks.extend(unpack(&packed)?);
    }
    Ok(marks)
}

/// Takes in a mark that follows those in `marks`, if it says something about the bytes from `from` to before `to`: of those
/// before, the last one does.
pub(super) fn take(marks: &mut Vec<LogMark>, mark: LogMark, from: u64, to: u64) {
    if mark.0 <= from {
        marks.clear();
        marks.push(mark);
    } else if mark.0 < to {
        add(marks, mark);
    }
}

/// The marks of a packed segment after its first one. A newer Drydock's are not known here.
fn unpack(packed: &[u8]) -> Result<Vec<LogMark>, StoreError> {
    let corrupt = |error| StoreError::corrupt(format!("the times of a log: {error}"));
    let packed: Packed = serde_json::from_slice(&expand(packed)?).map_err(corrupt)?;
    Ok(if packed.v <= VERSION {
        packed.marks
    } else {
        Vec::new()
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn mark(start: u64, millis: i64) -> LogMark {
        (start, Timestamp::from_micros(millis * 1_000))
    }

    #[test]
    fn what_is_packed_is_found_again_and_a_second_has_one_mark() {
        let mut marks = Vec::new();
        for (start, millis) in [
            (0, 0),
            (10, 100),
            (20, 999),
            (30, 1_000),
            (40, 1_900),
            (50, 7_000),
        ] {
            add(&mut marks, mark(start, millis));
        }
        assert_eq!(marks, [mark(0, 0), mark(30, 1_000), mark(50, 7_000)]);
        let (first, others) = pack(0, &marks).unwrap();
        assert_eq!(first, Some(marks[0].1));
        assert_eq!(unpack(&others.unwrap()).unwrap(), marks[1..]);
        assert_eq!(pack(0, &marks[..1]).unwrap(), (Some(marks[0].1), None));
        assert_eq!(pack(0, &[]).unwrap(), (None, None));
        // The first part was stored by a Drydock that kept no times.
        let (first, others) = pack(0, &marks[1..]).unwrap();
        assert_eq!(first, None);
        assert_eq!(unpack(&others.unwrap()).unwrap(), marks[1..]);
    }

    #[test]
    fn a_part_has_the_last_time_before_it_and_those_inside() {
        let mut marks = Vec::new();
        for (start, millis) in [(0, 0), (30, 1_000), (31, 2_000), (40, 9_000), (50, 12_000)] {
            take(&mut marks, mark(start, millis), 31, 50);
        }
        assert_eq!(marks, [mark(31, 2_000), mark(40, 9_000)]);
    }
}
