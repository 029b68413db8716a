//! Numbers and lists as they stand in sentences, and the order of names.

use std::cmp::Ordering;

/// How many names a sentence lists before it counts.
const NAMES_MAX: usize = 5;

/// `1 package`, `3 packages`.
pub(crate) fn count(number: usize, one: &str) -> String {
    match number {
        1 => format!("1 {one}"),
        _ => format!("{number} {one}s"),
    }
}

/// `a`, `a and b`, `a, b and c`, `a, b, c, d, e and 7 more`.
pub(crate) fn list(names: &[&str]) -> String {
    let (shown, more) = names.split_at(names.len().min(NAMES_MAX));
    if !more.is_empty() {
        return format!("{} and {} more", shown.join(", "), more.len());
    }
    match shown {
        [] => "none".to_owned(),
        [one] => (*one).to_owned(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// A length of time as people say it: `45 s`, `about 2 min`.
pub(crate) fn about(secs: u32) -> String {
    match secs {
        0..60 => format!("{secs} s"),
        _ => format!("about {} min", secs.div_ceil(60)),
    }
}

/// A package's name without its architecture.
pub(crate) fn bare(package: &str) -> &str {
    package.split(':').next().unwrap_or(package)
}

/// `web-2` comes before `web-10`: numbers in names are compared as numbers.
pub(crate) fn name_order(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a.as_bytes(), b.as_bytes());
    while let (Some(first), Some(second)) = (left.first(), right.first()) {
        let order = if first.is_ascii_digit() && second.is_ascii_digit() {
            number(&mut left).cmp(&number(&mut right))
        } else {
            (left, right) = (&left[1..], &right[1..]);
            first.cmp(second)
        };
        if order != Ordering::Equal {
            return order;
        }
    }
    left.len().cmp(&right.len()).then_with(|| a.cmp(b))
}

/// Takes a number off the beginning: its length without leading zeros, and its digits.
fn number<'a>(text: &mut &'a [u8]) -> (usize, &'a [u8]) {
    let end = text
        .iter()
        .position(|byte| !byte.is_ascii_digit())
        .unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    *text = rest;
    let zeros = digits.iter().take_while(|byte| **byte == b'0').count();
    let digits = digits.get(zeros..).unwrap_or_default();
    (digits.len(), digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_names_are_numbers() {
        let mut names = ["web-10", "web-2", "web", "db-1", "web-02b", "web-02"];
        names.sort_by(|a, b| name_order(a, b));
        assert_eq!(names, ["db-1", "web", "web-02", "web-2", "web-02b", "web-10"]);
    }

    #[test]
    fn long_lists_are_counted() {
        assert_eq!(list(&["a", "b"]), "a and b");
        assert_eq!(
            list(&["a", "b", "c", "d", "e", "f", "g"]),
            "a, b, c, d, e and 2 more"
        );
    }
}
