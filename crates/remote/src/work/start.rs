//! Starting an attempt, once.

use super::answer::{AnswerError, Values, document, errors, unreadable};
use super::{Asked, Attempt};
use model::{InstanceId, Timestamp, Work};
use std::time::Duration;

/// How long the answer takes at most: the lock and the claim are waited for.
pub const LONGEST: Duration = Duration::from_secs(120);

/// Start an attempt. Asked any number of times, by any number of callers, it is started once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartOp {
    /// How to ask.
    pub asked: Asked,
    /// Which attempt.
    pub attempt: Attempt,
    /// Who asks.
    pub fence: Fence,
    /// What it does.
    pub work: Work,
}

/// What keeps a worker that lost its run, and another instance, from a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fence {
    /// The instance that the server belongs to.
    pub instance: InstanceId,
    /// The hold's number, which only grows; at least 0.
    pub number: i64,
    /// Take the server over from another instance. A lead's decision, which is audited.
    pub take_over: bool,
}

/// What came of starting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Started {
    /// This call started it.
    Now,
    /// It was started before, and is running or has ended.
    Already,
    /// The server belongs to another instance; nothing was done.
    OtherInstance {
        /// Which, as the server has it.
        holder: String,
        /// Since when, by the server's clock.
        since: Option<Timestamp>,
    },
    /// A newer worker was here; nothing was done.
    Overtaken {
        /// Its number.
        number: i64,
    },
    /// Another operation of Drydock kept the server's lock; nothing was done. Ask again.
    Busy,
    /// It could not be started; nothing was done.
    Failed {
        /// What the server said, on one line.
        said: String,
    },
}

impl Started {
    /// Reads the answer.
    ///
    /// # Errors
    /// [`AnswerError`]. The attempt may have started all the same: [`super::state`] says.
    pub fn read(op: &StartOp, stdout: &[u8], stderr: &[u8], exit: Option<u32>) -> Result<Self, AnswerError> {
        let document = document(&op.asked, stdout, stderr, exit)?;
        let values = Values::of(&document, "start")?;
        Ok(match values.get("outcome") {
            Some("started") => Self::Now,
            Some("already") => Self::Already,
            Some("busy") => Self::Busy,
            Some("failed") => Self::Failed {
                said: errors(&document, "start"),
            },
            Some("overtaken") => Self::Overtaken {
                number: values
                    .number("number")?
                    .ok_or_else(|| unreadable("The server named no number."))?,
            },
            Some("other_instance") => Self::OtherInstance {
                holder: crate::scan::shortened(values.get("holder").unwrap_or("unknown")),
                since: values
                    .number("since")?
                    .filter(|secs| (0..=MOST_SECS).contains(secs))
                    .map(Timestamp::from_secs),
            },
            _ => return Err(unreadable("The server did not say what came of the start.")),
        })
    }

    /// Why nothing was started, as a sentence; `None` when it was.
    pub fn refusal(&self) -> Option<String> {
        Some(match self {
            Self::Now | Self::Already => return None,
            Self::OtherInstance { holder, since } => {
                let since = since
                    .and_then(date)
                    .map_or_else(String::new, |since| format!(" since {since}"));
                format!("This server is managed by Drydock {holder}{since}; a lead can take it over.")
            }
            Self::Overtaken { number } => {
                format!("A newer worker (number {number}) has this server; this one does nothing more here.")
            }
            Self::Busy => {
                "Another operation of Drydock is at work on this server; try again in a moment.".to_owned()
            }
            Self::Failed { said } if said.is_empty() => {
                "The step could not be started; look at the server's disk and at systemd, then try again."
                    .to_owned()
            }
            Self::Failed { said } => format!("The step could not be started. The server said: {said}"),
        })
    }
}

/// The last second that a timestamp in microseconds can hold with room to spare.
const MOST_SECS: i64 = 253_402_300_799;

fn date(at: Timestamp) -> Option<String> {
    let at = jiff::Timestamp::from_second(at.secs()).ok()?;
    Some(at.strftime("%Y-%m-%d %H:%M UTC").to_string())
}
