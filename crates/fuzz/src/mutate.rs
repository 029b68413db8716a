//! What a seeded mutator makes of an input: what breaks readers of text, and no more than that.

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

/// Inputs grow no further than this, in bytes.
const MAX: usize = 64 * 1024;

/// Changes inputs, the same way for the same seed.
#[derive(Debug)]
pub struct Mutator {
    random: ChaCha8Rng,
    words: &'static [&'static str],
}

impl Mutator {
    /// One that puts in `words` now and then.
    pub fn new(seed: u64, words: &'static [&'static str]) -> Self {
        Self {
            random: ChaCha8Rng::seed_from_u64(seed),
            words,
        }
    }

    /// One of `seeds`, changed in one to eight places; `other` parts come from other seeds.
    pub fn next(&mut self, seeds: &[(String, Vec<u8>)]) -> Vec<u8> {
        let mut bytes = self.pick(seeds);
        let places = self.random.random_range(1..=8);
        for _ in 0..places {
            self.change(&mut bytes, seeds);
        }
        bytes.truncate(MAX);
        bytes
    }

    fn pick(&mut self, seeds: &[(String, Vec<u8>)]) -> Vec<u8> {
        match seeds.len() {
            0 => Vec::new(),
            n => seeds[self.random.random_range(0..n)].1.clone(),
        }
    }

    fn change(&mut self, bytes: &mut Vec<u8>, seeds: &[(String, Vec<u8>)]) {
        let at = self.random.random_range(0..=bytes.len());
        match self.random.random_range(0..9) {
            0 if at < bytes.len() => bytes[at] ^= 1 << self.random.random_range(0..8),
            1 if at < bytes.len() => bytes[at] = self.random.random(),
            2 => bytes.truncate(at),
            3 => {
                let end = (at + self.random.random_range(1..=40)).min(bytes.len());
                bytes.drain(at..end);
            }
            4 => {
                let end = (at + self.random.random_range(1..=200)).min(bytes.len());
                let part = bytes[at..end].to_vec();
                let to = self.random.random_range(0..=bytes.len());
                bytes.splice(to..to, part);
            }
            5 => {
                let other = self.pick(seeds);
                let from = self.random.random_range(0..=other.len());
                let end = (from + self.random.random_range(1..=400)).min(other.len());
                bytes.splice(at..at, other[from..end].iter().copied());
            }
            6 => self.swap_lines(bytes),
            7 => {
                let byte: u8 = self.random.random();
                let many = self.random.random_range(1..=300);
                bytes.splice(at..at, std::iter::repeat_n(byte, many));
            }
            _ if !self.words.is_empty() => {
                let word = self.words[self.random.random_range(0..self.words.len())];
                bytes.splice(at..at, word.bytes());
            }
            _ => {}
        }
    }

    fn swap_lines(&mut self, bytes: &mut Vec<u8>) {
        let mut lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
        if lines.len() > 1 {
            let a = self.random.random_range(0..lines.len());
            let b = self.random.random_range(0..lines.len());
            lines.swap(a, b);
            *bytes = lines.concat();
        }
    }
}
