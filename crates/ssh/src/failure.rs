//! Failures as people see them: a state, and a detail that can be shown anywhere.

use model::{HostKey, Reach};
use std::sync::{Mutex, MutexGuard, PoisonError};
use world::ShellError;

/// The most bytes that a detail has.
const DETAIL_MAX: usize = 2048;

/// A failure with its state and its detail, which is made fit to show.
pub(crate) fn failure(reach: Reach, detail: impl AsRef<str>) -> ShellError {
    ShellError {
        reach,
        detail: printable(detail.as_ref(), DETAIL_MAX),
        offered: Vec::new(),
    }
}

/// The server offered other keys than the pinned ones.
pub(crate) fn key_changed(detail: impl AsRef<str>, offered: Vec<HostKey>) -> ShellError {
    ShellError {
        offered,
        ..failure(Reach::KeyChanged, detail)
    }
}

/// `text` without control characters and without those that turn the direction of writing, on one line, cut at
/// `max` bytes.
pub(crate) fn printable(text: &str, max: usize) -> String {
    let mut clean = String::with_capacity(text.len().min(max));
    for c in text.trim().chars() {
        let c = if c.is_whitespace() { ' ' } else { c };
        if c.is_control()
            || matches!(c, '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        {
            continue;
        }
        if c == ' ' && clean.ends_with(' ') {
            continue;
        }
        if clean.len() + c.len_utf8() > max {
            break;
        }
        clean.push(c);
    }
    clean
}

/// Locks a mutex whose data stays whole when a holder panics.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_detail_is_one_short_line_without_control_characters() {
        let detail = failure(Reach::NotSsh, "a\x1b[31mb\r\n\tc\u{202e}d\u{0}").detail;
        assert_eq!(detail, "a[31mb cd");
        let long = failure(Reach::NotSsh, "ä".repeat(5000)).detail;
        assert_eq!(long.len(), DETAIL_MAX);
    }
}
