//! The log of an attempt, from any byte on, until it has ended.
//!
//! ```text
//! DRYDOCK-FOLLOW v1 BEGIN <nonce> <boot id> <length of the log in bytes>
//! the log's bytes, as they are
//! <RS>DRYDOCK-FOLLOW v1 END <nonce> <length of the log in bytes> <how it ended> [<its exit status>]
//! ```
//!
//! The nonce is of this call alone, so no log can hold the last line.

use super::{Asked, Attempt};
use crate::scan::shortened;

/// Send the log of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FollowOp {
    /// How to ask.
    pub asked: Asked,
    /// Which attempt.
    pub attempt: Attempt,
    /// How many bytes of the log are stored already.
    pub offset: u64,
}

/// What comes of following, in this order: one *begun*, any number of *bytes*, one *ended*.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Followed {
    /// The answer has begun.
    Begun {
        /// The machine's boot id.
        boot_id: String,
        /// The log's length in bytes. Shorter than the offset: the machine lost power, and the log what was not on disk.
        length: u64,
    },
    /// The log's next bytes, never empty.
    Bytes(Vec<u8>),
    /// There is nothing more to follow.
    Ended {
        /// The log's length in bytes.
        length: u64,
        /// Why.
        end: End,
    },
}

/// Why there is nothing more to follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The attempt has ended and every byte was sent.
    Ended {
        /// Its exit status, 128 and more for a signal.
        code: u32,
    },
    /// The attempt is gone without an end, and every byte was sent.
    Gone,
    /// It has not started.
    NotStarted,
    /// The log is shorter than the offset.
    Shorter,
    /// Following ended although the attempt runs: ask again from the next byte.
    Interrupted,
}

/// What came is not the answer. Ask for the state, and follow again from the last stored byte.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FollowError {
    /// The first line never came.
    #[error("The server did not send the log; it said “{0}”.")]
    NoBegin(String),
    /// The first line is not one.
    #[error("The log's first line is not what Drydock asked for: “{0}”.")]
    BadBegin(String),
    /// The last line is not one.
    #[error("The log's last line is not what Drydock asked for: “{0}”.")]
    BadEnd(String),
    /// The bytes that came and the length that was said do not agree.
    #[error("The server sent {came} bytes of the log and said {said}.")]
    WrongLength {
        /// How many came, those before the offset included.
        came: u64,
        /// How long the log is.
        said: u64,
    },
}

/// How much noise of a shell profile is read before the first line.
const NOISE_MAX: usize = 64 * 1024;
/// The longest first or last line.
const LINE_MAX: usize = 256;

/// Reads the answer as it comes. It holds back no more than one frame line.
#[derive(Debug)]
pub struct FollowReader {
    begin: String,
    end: Vec<u8>,
    held: Vec<u8>,
    at: u64,
    stage: Stage,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Noise,
    Log,
    Over,
}

impl FollowReader {
    /// A reader for the answer of `op`.
    pub fn new(op: &FollowOp) -> Self {
        let nonce = super::send::plain_nonce(&op.asked.nonce);
        Self {
            begin: format!("DRYDOCK-FOLLOW v1 BEGIN {nonce} "),
            end: format!("\u{1e}DRYDOCK-FOLLOW v1 END {nonce} ").into_bytes(),
            held: Vec::new(),
            at: op.offset,
            stage: Stage::Noise,
        }
    }

    /// The offset of the next byte.
    pub const fn offset(&self) -> u64 {
        self.at
    }

    /// Whether the last line came. What comes after it is a shell's noise.
    pub fn is_over(&self) -> bool {
        self.stage == Stage::Over
    }

    /// Takes what came and returns what it means.
    ///
    /// # Errors
    /// [`FollowError`]; nothing more can be read then. What was returned before is good.
    pub fn push(&mut self, data: &[u8]) -> Result<Vec<Followed>, FollowError> {
        let mut said = Vec::new();
        if self.stage == Stage::Over {
            return Ok(said);
        }
        self.held.extend_from_slice(data);
        if self.stage == Stage::Noise {
            match self.begun()? {
                Some(begun) => said.push(begun),
                None => return Ok(said),
            }
        }
        if self.stage == Stage::Log {
            self.log(&mut said)?;
        }
        Ok(said)
    }

    /// The stream ended. It is whole only if [`Self::is_over`].
    ///
    /// # Errors
    /// [`FollowError::NoBegin`] when nothing was an answer.
    pub fn finish(&self) -> Result<(), FollowError> {
        match self.stage {
            Stage::Noise => Err(FollowError::NoBegin(first_line(&self.held))),
            Stage::Log | Stage::Over => Ok(()),
        }
    }

    fn begun(&mut self) -> Result<Option<Followed>, FollowError> {
        let mut start = 0;
        while let Some(length) = self.held[start..].iter().position(|byte| *byte == b'\n') {
            let line = String::from_utf8_lossy(&self.held[start..start + length]).into_owned();
            start += length + 1;
            let Some(rest) = line.strip_prefix(&self.begin) else {
                continue;
            };
            let bad = || FollowError::BadBegin(shortened(&line));
            let (boot_id, length) = rest.split_once(' ').ok_or_else(bad)?;
            let length = digits(length).ok_or_else(bad)?;
            if boot_id.is_empty() || boot_id.len() > 64 || boot_id.contains(char::is_control) {
                return Err(bad());
            }
            let boot_id = boot_id.to_owned();
            self.held.drain(..start);
            self.stage = Stage::Log;
            return Ok(Some(Followed::Begun { boot_id, length }));
        }
        if self.held.len() > NOISE_MAX {
            return Err(FollowError::NoBegin(first_line(&self.held)));
        }
        Ok(None)
    }

    fn log(&mut self, said: &mut Vec<Followed>) -> Result<(), FollowError> {
        let place = find_start(&self.held, &self.end);
        let mut bytes: Vec<u8> = self.held.drain(..place).collect();
        if self.held.len() >= self.end.len() {
            // The whole beginning of the last line is there.
            let Some(length) = self.held.iter().position(|byte| *byte == b'\n') else {
                if self.held.len() > LINE_MAX {
                    return Err(FollowError::BadEnd(first_line(&self.held)));
                }
                self.give(&mut bytes, said);
                return Ok(());
            };
            if length > LINE_MAX {
                // However it was cut into pieces on its way.
                return Err(FollowError::BadEnd(first_line(&self.held)));
            }
            let line = String::from_utf8_lossy(&self.held[self.end.len()..length]).into_owned();
            self.give(&mut bytes, said);
            let bad = || FollowError::BadEnd(shortened(&line));
            let (length, word) = line.split_once(' ').ok_or_else(bad)?;
            let length = digits(length).ok_or_else(bad)?;
            let end = match word {
                "gone" => End::Gone,
                "not_started" => End::NotStarted,
                "shorter" => End::Shorter,
                "interrupted" => End::Interrupted,
                // Only a number is an end.
                other => End::Ended {
                    code: other
                        .strip_prefix("ended ")
                        .and_then(digits)
                        .and_then(|code| u32::try_from(code).ok())
                        .ok_or_else(bad)?,
                },
            };
            if matches!(end, End::Ended { .. } | End::Gone) && length != self.at {
                return Err(FollowError::WrongLength {
                    came: self.at,
                    said: length,
                });
            }
            said.push(Followed::Ended { length, end });
            self.stage = Stage::Over;
            self.held = Vec::new();
            return Ok(());
        }
        self.give(&mut bytes, said);
        Ok(())
    }

    fn give(&mut self, bytes: &mut Vec<u8>, said: &mut Vec<Followed>) {
        if !bytes.is_empty() {
            self.at += bytes.len() as u64;
            said.push(Followed::Bytes(std::mem::take(bytes)));
        }
    }
}

/// Where `mark` begins in `held`, whole or with as much of it as is there; `held.len()` when nowhere.
fn find_start(held: &[u8], mark: &[u8]) -> usize {
    let first = mark.first().copied().unwrap_or_default();
    let mut from = 0;
    while let Some(next) = held[from..].iter().position(|byte| *byte == first) {
        let place = from + next;
        let rest = &held[place..];
        if rest.starts_with(mark) || mark.starts_with(rest) {
            return place;
        }
        from = place + 1;
    }
    held.len()
}

fn digits(text: &str) -> Option<u64> {
    text.parse()
        .ok()
        .filter(|_| text.bytes().all(|b| b.is_ascii_digit()))
}

fn first_line(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(4_096)]).into_owned();
    let line = text.lines().find(|line| !line.trim().is_empty());
    shortened(line.unwrap_or_default())
}
