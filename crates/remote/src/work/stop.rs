//! Letting systemd forget an attempt that has ended, after its end was stored.

use super::answer::{AnswerError, Values, document, unreadable};
use super::{Asked, Attempt};
use std::time::Duration;

/// How long the answer takes at most.
pub const LONGEST: Duration = Duration::from_secs(120);

/// Stop the unit of an attempt that has ended. One that runs is left alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StopOp {
    /// How to ask.
    pub asked: Asked,
    /// Which attempt.
    pub attempt: Attempt,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stopped {
    /// systemd knows nothing of it any more.
    Gone,
    /// It runs, and was left alone.
    Running,
    /// systemd still knows it.
    Failed,
}

impl Stopped {
    /// Reads the answer.
    ///
    /// # Errors
    /// [`AnswerError`].
    pub fn read(op: &StopOp, stdout: &[u8], stderr: &[u8], exit: Option<u32>) -> Result<Self, AnswerError> {
        let document = document(&op.asked, stdout, stderr, exit)?;
        match Values::of(&document, "stop")?.get("outcome") {
            Some("stopped") => Ok(Self::Gone),
            Some("running") => Ok(Self::Running),
            Some("failed") => Ok(Self::Failed),
            _ => Err(unreadable("The server did not say what came of the stop.")),
        }
    }
}
