//! Removing the directories of old attempts.

use super::answer::{AnswerError, document, foreign, lines};
use super::{Asked, Attempt};
use std::time::Duration;

/// How long the answer takes at most.
pub const LONGEST: Duration = Duration::from_secs(300);

/// Remove the directories of attempts whose logs are stored in full. Those that run are left alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TidyOp {
    /// How to ask.
    pub asked: Asked,
    /// Which attempts.
    pub attempts: Vec<Attempt>,
}

/// What came of it, in the order of the question.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tidied {
    /// Nothing of these is left on the server.
    pub removed: Vec<Attempt>,
    /// These run, and were left alone.
    pub running: Vec<Attempt>,
    /// These could not be removed.
    pub failed: Vec<Attempt>,
}

impl Tidied {
    /// Reads the answer.
    ///
    /// # Errors
    /// [`AnswerError`], also when it names attempts that were not asked about.
    pub fn read(op: &TidyOp, stdout: &[u8], stderr: &[u8], exit: Option<u32>) -> Result<Self, AnswerError> {
        let document = document(&op.asked, stdout, stderr, exit)?;
        let mut tidied = Self::default();
        for line in lines(&document, "tidy")? {
            let (list, named) = match line.split_once('=') {
                Some(("removed", named)) => (&mut tidied.removed, named),
                Some(("running", named)) => (&mut tidied.running, named),
                Some(("failed", named)) => (&mut tidied.failed, named),
                _ => return Err(foreign("tidy", line)),
            };
            let attempt = op
                .attempts
                .iter()
                .find(|attempt| format!("{} {}", attempt.step, attempt.number) == named)
                .ok_or_else(|| foreign("tidy", line))?;
            list.push(*attempt);
        }
        Ok(tidied)
    }
}
