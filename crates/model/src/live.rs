//! What the live stream of a tab carries. Every message has an id; a tab that comes back names the last one it saw.

use crate::{ServerId, StackId};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Something whose page is to be read again. Hints carry no content, so a missed or repeated one does no harm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// One server: its facts, its state, its checks.
    Server(ServerId),
    /// One stack: its servers, its name.
    Stack(StackId),
    /// The set of people, keys or settings.
    Settings,
    /// The audit trail and the checks.
    Activity,
    /// The list of runs: one was asked for, moved or ended. What happens inside a run is not a hint.
    Runs,
}

/// One message of the stream. Its text is what travels: one line that begins with the kind of message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LiveMessage {
    /// The first message: the build that serves this stream. A page of another build offers to reload.
    Hello {
        /// The build's name.
        build: String,
    },
    /// Things that changed since the last message, each named once.
    Changed {
        /// What to read again.
        topics: Vec<Topic>,
    },
    /// What moved in the run that the tab follows: a [`crate::view::RunNews`], packed as views are.
    Run {
        /// The packed view, a line of text.
        packed: String,
    },
    /// More of the log that the tab follows: a [`crate::view::LogPart`] that begins where the one before it ended.
    Log {
        /// The packed view, a line of text.
        packed: String,
    },
    /// The tab was away too long to be told what changed: read everything again.
    Resync,
    /// Nothing happened; the connection lives.
    Heartbeat,
    /// The session has ended or Drydock is stopping; the reason is for the live pill.
    Bye {
        /// Why.
        reason: String,
    },
}

/// How far a tab is: the id of every message, and where a stream that is opened again goes on. As text `17`, or with a
/// run's events and log `17.250.8192`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LiveCursor {
    /// The number of the last hint.
    pub hint: i64,
    /// The number of the followed run's last event.
    pub seq: i64,
    /// Where what follows in the followed log begins, in bytes.
    pub offset: u64,
}

impl fmt::Display for LiveCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { hint, seq, offset } = self;
        write!(f, "{hint}.{seq}.{offset}")
    }
}

impl FromStr for LiveCursor {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.split('.');
        let hint = parts.next().and_then(|part| part.parse().ok()).ok_or(())?;
        Ok(Self {
            hint,
            seq: parts
                .next()
                .and_then(|part| part.parse().ok())
                .unwrap_or_default(),
            offset: parts
                .next()
                .and_then(|part| part.parse().ok())
                .unwrap_or_default(),
        })
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Server(id) => write!(f, "server:{id}"),
            Self::Stack(id) => write!(f, "stack:{id}"),
            Self::Settings => f.write_str("settings"),
            Self::Activity => f.write_str("activity"),
            Self::Runs => f.write_str("runs"),
        }
    }
}

impl FromStr for Topic {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        match text.split_once(':').unwrap_or((text, "")) {
            ("server", id) => id.parse().map(Self::Server).map_err(|_| ()),
            ("stack", id) => id.parse().map(Self::Stack).map_err(|_| ()),
            ("settings", _) => Ok(Self::Settings),
            ("activity", _) => Ok(Self::Activity),
            ("runs", _) => Ok(Self::Runs),
            _ => Err(()),
        }
    }
}

impl fmt::Display for LiveMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hello { build } => write!(f, "hello {build}"),
            Self::Changed { topics } => {
                f.write_str("changed")?;
                topics.iter().try_for_each(|topic| write!(f, " {topic}"))
            }
            Self::Run { packed } => write!(f, "run {packed}"),
            Self::Log { packed } => write!(f, "log {packed}"),
            Self::Resync => f.write_str("resync"),
            Self::Heartbeat => f.write_str("heartbeat"),
            Self::Bye { reason } => write!(f, "bye {reason}"),
        }
    }
}

impl FromStr for LiveMessage {
    type Err = ();
    /// Reads a message. A topic of a newer build is left out: its page is not in this one.
    fn from_str(text: &str) -> Result<Self, ()> {
        let (kind, rest) = text.split_once(' ').unwrap_or((text, ""));
        Ok(match kind {
            "hello" => Self::Hello {
                build: rest.to_owned(),
            },
            "changed" => Self::Changed {
                topics: rest.split(' ').filter_map(|topic| topic.parse().ok()).collect(),
            },
            "run" => Self::Run {
                packed: rest.to_owned(),
            },
            "log" => Self::Log {
                packed: rest.to_owned(),
            },
            "resync" => Self::Resync,
            "heartbeat" => Self::Heartbeat,
            "bye" => Self::Bye {
                reason: rest.to_owned(),
            },
            _ => return Err(()),
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_message_survives_the_stream() {
        let id = "01890a5d-ac96-774b-bcce-b302099a8057";
        let topics = vec![
            Topic::Server(id.parse().unwrap()),
            Topic::Stack(id.parse().unwrap()),
            Topic::Settings,
            Topic::Activity,
            Topic::Runs,
        ];
        for message in [
            LiveMessage::Hello {
                build: "/assets/a.wasm".into(),
            },
            LiveMessage::Changed { topics },
            LiveMessage::Changed { topics: vec![] },
            LiveMessage::Run {
                packed: "a b  \u{10a} c".into(),
            },
            LiveMessage::Log { packed: " ".into() },
            LiveMessage::Resync,
            LiveMessage::Heartbeat,
            LiveMessage::Bye {
                reason: "Drydock is stopping".into(),
            },
        ] {
            assert_eq!(message.to_string().parse(), Ok(message));
        }
    }

    #[test]
    fn a_cursor_survives_and_a_bare_hint_is_one() {
        let cursor = LiveCursor {
            hint: 17,
            seq: 250,
            offset: 8_192,
        };
        assert_eq!(cursor.to_string(), "17.250.8192");
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        let hint = LiveCursor {
            hint: 17,
            ..LiveCursor::default()
        };
        assert_eq!("17".parse(), Ok(hint));
        assert_eq!("x".parse::<LiveCursor>(), Err(()));
    }

    #[test]
    fn what_a_newer_build_says_is_left_out() {
        assert_eq!("news x".parse::<LiveMessage>(), Err(()));
        assert_eq!(
            "changed run:1 settings server:x".parse(),
            Ok(LiveMessage::Changed {
                topics: vec![Topic::Settings]
            })
        );
    }
}
