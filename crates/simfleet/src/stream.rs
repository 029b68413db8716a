//! Independent streams of chance. Every stream is named; what is drawn from one never moves another, so that a
//! change to one host, or one more draw about it, leaves all other hosts as they were.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};
use sha2::{Digest as _, Sha256};

/// A stream that depends on the world's seed and its own name, and on nothing else. The draws are written out here,
/// and not taken from a library's distributions, because a world's file must mean the same after an update.
#[derive(Debug)]
pub(crate) struct Stream(ChaCha8Rng);

impl Stream {
    /// The stream called `name`; the parts are kept apart, so `["a", "bc"]` is not `["ab", "c"]`.
    pub(crate) fn named(seed: u64, name: &[&str]) -> Self {
        Self(ChaCha8Rng::from_seed(digest(seed, name)))
    }

    /// A number below `bound`; 0 when `bound` is 0. The bias of the remainder is below 2^-32 for every bound used.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0.next_u64().checked_rem(bound).unwrap_or(0)
    }

    /// A number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high.saturating_sub(low).saturating_add(1))
    }

    /// True `parts` times in a thousand.
    pub(crate) fn per_mille(&mut self, parts: u64) -> bool {
        self.below(1_000) < parts
    }

    /// One of `choices`, each with its weight; the first when all weights are 0.
    pub(crate) fn weighted<T: Copy>(&mut self, first: T, choices: &[(u64, T)]) -> T {
        let mut left = self.below(choices.iter().map(|(weight, _)| weight).sum());
        for (weight, choice) in choices {
            if left < *weight {
                return *choice;
            }
            left -= weight;
        }
        first
    }

    /// `N` bytes.
    pub(crate) fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.fill_bytes(&mut bytes);
        bytes
    }
}

/// 32 bytes that depend on seed and name only; for identities, which are drawn once.
pub(crate) fn digest(seed: u64, name: &[&str]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(seed.to_le_bytes());
    for part in name {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().into()
}

/// A number that depends on `key` and `index` only (SplitMix64); for what is drawn very often.
pub(crate) const fn scatter(key: u64, index: u64) -> u64 {
    let mut z = key.wrapping_add(index.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A key for [`scatter`].
pub(crate) fn key(seed: u64, name: &[&str]) -> u64 {
    let bytes = digest(seed, name);
    bytes
        .iter()
        .take(8)
        .fold(0, |key, byte| (key << 8) | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first_draws(seed: u64, name: &[&str]) -> Vec<u64> {
        let mut stream = Stream::named(seed, name);
        (0..4).map(|_| stream.below(u64::MAX)).collect()
    }

    #[test]
    fn a_stream_is_its_seed_and_its_name() {
        assert_eq!(first_draws(7, &["host", "a"]), first_draws(7, &["host", "a"]));
        assert_ne!(first_draws(7, &["host", "a"]), first_draws(8, &["host", "a"]));
        assert_ne!(first_draws(7, &["a", "bc"]), first_draws(7, &["ab", "c"]));
    }

    #[test]
    fn the_draws_of_a_released_version_stay() {
        // A file written by an earlier build must go on as it was: these numbers may never change.
        assert_eq!(
            first_draws(1, &["host", "web-1"])[..2],
            [13_471_161_913_449_847_814, 3_473_612_725_955_070_734]
        );
        assert_eq!(scatter(1, 2), 17_911_839_290_282_890_590);
    }

    #[test]
    fn bounds_hold() {
        let mut stream = Stream::named(1, &["bounds"]);
        for _ in 0..1_000 {
            assert!((3..=5).contains(&stream.between(3, 5)));
        }
        assert_eq!(stream.below(0), 0);
        assert!(!stream.per_mille(0) && stream.per_mille(1_000));
        assert_eq!(stream.weighted('x', &[(0, 'a'), (1, 'b')]), 'b');
        assert_eq!(stream.weighted('x', &[]), 'x');
    }
}
