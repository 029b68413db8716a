//! dpkg's order of versions, as deb-version(7) defines it. Version numbers of kernels follow it as well.

use std::cmp::Ordering;

/// Which of two versions is the newer one, as `dpkg --compare-versions` says.
pub fn compare_versions(a: &str, b: &str) -> Ordering {
    let (a, b) = (Parts::of(a), Parts::of(b));
    number_order(a.epoch, b.epoch)
        .then_with(|| part_order(a.upstream, b.upstream))
        .then_with(|| part_order(a.revision, b.revision))
}

struct Parts<'a> {
    epoch: &'a [u8],
    upstream: &'a [u8],
    revision: &'a [u8],
}

impl<'a> Parts<'a> {
    fn of(version: &'a str) -> Self {
        let (epoch, rest) = version.trim().split_once(':').unwrap_or(("", version.trim()));
        let (upstream, revision) = rest.rsplit_once('-').unwrap_or((rest, ""));
        Self {
            epoch: epoch.as_bytes(),
            upstream: upstream.as_bytes(),
            revision: revision.as_bytes(),
        }
    }
}

/// Alternates between a part without digits, compared by [`weight`], and a number.
fn part_order(mut a: &[u8], mut b: &[u8]) -> Ordering {
    while !a.is_empty() || !b.is_empty() {
        let (words_a, rest_a) = a.split_at(span(a, |byte| !byte.is_ascii_digit()));
        let (words_b, rest_b) = b.split_at(span(b, |byte| !byte.is_ascii_digit()));
        for place in 0..words_a.len().max(words_b.len()) {
            match weight(words_a.get(place)).cmp(&weight(words_b.get(place))) {
                Ordering::Equal => {}
                unequal => return unequal,
            }
        }
        let (number_a, rest_a) = rest_a.split_at(span(rest_a, u8::is_ascii_digit));
        let (number_b, rest_b) = rest_b.split_at(span(rest_b, u8::is_ascii_digit));
        match number_order(number_a, number_b) {
            Ordering::Equal => {}
            unequal => return unequal,
        }
        (a, b) = (rest_a, rest_b);
    }
    Ordering::Equal
}

fn span(bytes: &[u8], belongs: impl Fn(&u8) -> bool) -> usize {
    bytes.iter().take_while(|byte| belongs(byte)).count()
}

/// Numbers of any length, without leading zeros.
fn number_order(a: &[u8], b: &[u8]) -> Ordering {
    let (a, b) = (
        a.get(span(a, |byte| *byte == b'0')..).unwrap_or_default(),
        b.get(span(b, |byte| *byte == b'0')..).unwrap_or_default(),
    );
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

/// A tilde sorts before the end, the end before letters, letters before everything else.
fn weight(byte: Option<&u8>) -> i32 {
    match byte {
        None => 0,
        Some(b'~') => -1,
        Some(letter) if letter.is_ascii_alphabetic() => i32::from(*letter),
        Some(other) => i32::from(*other) + 256,
    }
}
