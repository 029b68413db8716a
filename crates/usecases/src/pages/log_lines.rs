//! A log's bytes as lines for people: where each begins, and its text without what a terminal would obey.

/// A line of a part of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line<'a> {
    /// Where it begins, or goes on, in the log.
    pub(super) start: u64,
    /// Its number, from 0.
    pub(super) number: u64,
    /// Its bytes without their end.
    pub(super) bytes: &'a [u8],
    /// Whether its end was seen.
    pub(super) ended: bool,
}

/// A part of a log as lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lines<'a> {
    /// In order.
    pub(super) lines: Vec<Line<'a>>,
    /// Whether the first one began before the part.
    pub(super) continues: bool,
    /// Where what follows begins: behind the last byte that is in a line.
    pub(super) next: u64,
}

/// Splits the bytes at `offset`. `before` is the byte before them, `number` the number of ends of lines before them.
/// Carriage return, line feed, and both together each end a line.
pub(super) fn split(bytes: &[u8], offset: u64, before: Option<u8>, number: u64) -> Lines<'_> {
    let mut at = usize::from(before == Some(b'\r') && bytes.first() == Some(&b'\n'));
    let mut number = number;
    let continues = before.is_some_and(|byte| byte != b'\n' && byte != b'\r');
    let mut lines = Vec::new();
    let place = |at: usize| offset + at as u64;
    while at < bytes.len() {
        let rest = &bytes[at..];
        let end = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
        let Some(end) = end else {
            let whole = whole(rest);
            if whole > 0 {
                lines.push(Line {
                    start: place(at),
                    number,
                    bytes: &rest[..whole],
                    ended: false,
                });
            }
            at += whole;
            break;
        };
        lines.push(Line {
            start: place(at),
            number,
            bytes: &rest[..end],
            ended: true,
        });
        number += 1;
        let both = rest[end] == b'\r' && rest.get(end + 1) == Some(&b'\n');
        at += end + 1 + usize::from(both);
    }
    Lines {
        lines,
        continues,
        next: place(at),
    }
}

/// How much of an unfinished line can be shown: without half a character or half an escape sequence at its end, unless
/// that never ends.
fn whole(bytes: &[u8]) -> usize {
    const HALF_MAX: usize = 64;
    if let Some(escape) = bytes.iter().rposition(|byte| *byte == 0x1b)
        && bytes.len() - escape < HALF_MAX
        && sequence(&bytes[escape..]).is_none()
    {
        return escape;
    }
    match std::str::from_utf8(bytes) {
        Err(error) if error.error_len().is_none() => error.valid_up_to().max(bytes.len().saturating_sub(3)),
        _ => bytes.len(),
    }
}

/// The length of the escape sequence that the bytes begin with; `None` when it is not complete.
fn sequence(bytes: &[u8]) -> Option<usize> {
    match bytes.get(1)? {
        b'[' => {
            let end = bytes
                .iter()
                .skip(2)
                .position(|byte| (0x40..=0x7e).contains(byte))?;
            Some(end + 3)
        }
        // A title and the like: until BEL, or ESC \.
        b']' | b'P' | b'X' | b'^' | b'_' => {
            bytes
                .iter()
                .enumerate()
                .skip(2)
                .find_map(|(at, byte)| match (*byte, bytes.get(at + 1)) {
                    (0x07, _) => Some(at + 1),
                    (0x1b, Some(b'\\')) => Some(at + 2),
                    _ => None,
                })
        }
        _ => Some(2),
    }
}

/// A line's text: colours stay as `ESC [ … m`, tabulators stay, every other control character is gone, so are those
/// that turn the direction of what follows.
pub(super) fn clean(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_ref();
    while let Some(c) = rest.chars().next() {
        if c == '\u{1b}' {
            let mut length = sequence(rest.as_bytes()).unwrap_or(1);
            while !rest.is_char_boundary(length) {
                length += 1;
            }
            let (escape, after) = rest.split_at(length);
            if is_colour(escape) {
                out.push_str(escape);
            }
            rest = after;
            continue;
        }
        if !is_hidden(c) {
            out.push(c);
        }
        rest = &rest[c.len_utf8()..];
    }
    out
}

fn is_colour(escape: &str) -> bool {
    escape
        .strip_prefix("\u{1b}[")
        .and_then(|rest| rest.strip_suffix('m'))
        .is_some_and(|inner| {
            inner
                .bytes()
                .all(|byte| byte.is_ascii_digit() || matches!(byte, b';' | b':'))
        })
}

fn is_hidden(c: char) -> bool {
    (c.is_control() && c != '\t')
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A line's text without colours, for searching.
pub(super) fn plain(bytes: &[u8]) -> String {
    let text = clean(bytes);
    let mut out = String::with_capacity(text.len());
    let mut parts = text.split('\u{1b}');
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        out.push_str(part.split_once('m').map_or("", |(_, after)| after));
    }
    out
}

/// Whether a line looks like an error.
pub(super) fn is_error(line: &str) -> bool {
    let lower = line.to_lowercase();
    let says = [
        "error",
        "failed",
        "fatal",
        "cannot ",
        "could not",
        "not proved",
        "permission denied",
    ];
    let denies = ["0 errors", "no error", "0 failed"];
    line.starts_with("E: ")
        || (says.iter().any(|word| lower.contains(word)) && !denies.iter().any(|word| lower.contains(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(lines: &Lines<'_>) -> Vec<String> {
        lines.lines.iter().map(|line| clean(line.bytes)).collect()
    }

    #[test]
    fn every_kind_of_end_ends_a_line_once() {
        let lines = split(b"a\r\nb\rc\n\nd", 10, None, 3);
        assert_eq!(texts(&lines), ["a", "b", "c", "", "d"]);
        let places: Vec<(u64, u64, bool)> = lines
            .lines
            .iter()
            .map(|it| (it.start, it.number, it.ended))
            .collect();
        assert_eq!(
            places,
            [
                (10, 3, true),
                (13, 4, true),
                (15, 5, true),
                (17, 6, true),
                (18, 7, false)
            ]
        );
        assert!(!lines.continues);
        assert_eq!(lines.next, 19);
    }

    #[test]
    fn a_part_goes_on_where_the_last_one_ended_wherever_it_is_cut() {
        let log = "one\r\ntwo ümlaut \u{1b}[31mred\u{1b}[0m\rthree\nfour".as_bytes();
        let whole: Vec<String> = texts(&split(log, 0, None, 0));
        for cut in 0..log.len() {
            let first = split(&log[..cut], 0, None, 0);
            let at = usize::try_from(first.next).unwrap_or(0);
            let ends = first.lines.iter().filter(|line| line.ended).count() as u64;
            let before = at.checked_sub(1).map(|at| log[at]);
            let second = split(&log[at..], first.next, before, ends);
            let mut joined = texts(&first);
            let mut rest = texts(&second).into_iter();
            if second.continues
                && let (Some(last), Some(more)) = (joined.last_mut(), rest.next())
            {
                last.push_str(&more);
            }
            joined.extend(rest);
            assert_eq!(joined, whole, "cut at {cut}");
        }
    }

    #[test]
    fn colours_stay_and_what_moves_the_cursor_goes() {
        let line = b"\x1b[1;31mE:\x1b[0m x\x1b[2K\x1b]0;title\x07y\x07\tz\xff\xe2\x80\xae";
        assert_eq!(clean(line), "\u{1b}[1;31mE:\u{1b}[0m xy\tz\u{fffd}");
        assert_eq!(plain(line), "E: xy\tz\u{fffd}");
        assert_eq!(clean(b"end\x1b"), "end");
    }

    #[test]
    fn what_looks_like_an_error() {
        assert!(is_error("E: Unable to locate package"));
        assert!(is_error("dpkg: error processing package x"));
        assert!(!is_error("Setting up x; 0 errors"));
        assert!(!is_error("Reading package lists..."));
    }
}
