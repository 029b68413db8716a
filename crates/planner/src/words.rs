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

/// `web-2` comes before `web-10`: dpkg's order of versions treats the numbers in names as people do.
pub(crate) fn name_order(a: &str, b: &str) -> Ordering {
    remote::compare_versions(a, b).then_with(|| a.cmp(b))
}
