//! What an act left for its verification, and what its end means.

use engine::{Said, StepError, Verdict};
use model::deploy::Seen;
use remote::work::exit;
use serde::{Deserialize, Serialize};

/// What an act left.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Report {
    /// Its exit status; `None` when it gave none.
    pub(super) code: Option<u32>,
    /// Whether the machine was restarted under it.
    pub(super) restarted: bool,
    /// For a look, which is done within its start: what it saw.
    pub(super) seen: Option<Seen>,
    /// Whether Drydock did it by itself, so that there is no unit on the server.
    pub(super) from_here: bool,
    /// For a look: what is not as it should be, a sentence.
    pub(super) wrong: Option<String>,
    /// For a look: what is to be said, a sentence.
    pub(super) said: Option<String>,
}

impl Report {
    pub(super) fn to_text(&self) -> String {
        // A value of plain fields always has a text.
        serde_json::to_string(self).unwrap_or_default()
    }

    pub(super) fn read(text: &str) -> Result<Self, StepError> {
        serde_json::from_str(text)
            .map_err(|_| StepError::Failed("What the step left is of another build of Drydock.".to_owned()))
    }

    /// Whether it is of something that worked by itself on the server, and not of a look.
    pub(super) const fn is_of_a_unit(&self) -> bool {
        self.code.is_some() && self.seen.is_none() && !self.from_here
    }

    /// Why the act did not do what it was to do, a sentence; `None` when it ended with status 0.
    pub(super) fn failure(&self, what: &str) -> Option<String> {
        match self.code {
            Some(0) => None,
            Some(code) => Some(exit::sentence(code).map_or_else(
                || format!("{what} ended with status {code}; the log shows why."),
                str::to_owned,
            )),
            None if self.restarted => Some(format!(
                "The server was restarted while {what} worked. Look at the server, then plan again."
            )),
            None => Some(format!(
                "{what} was killed on the server. Look at the server, then plan again."
            )),
        }
    }

    /// The verdict where exit status 0 proves the act, because its own script looked afterwards.
    pub(super) fn verdict(&self, what: &str) -> Verdict {
        match self.failure(what) {
            None => Verdict::Done(Said::NOTHING),
            Some(why) => Verdict::Failed(Said::so(why)),
        }
    }

    /// The same for a command of a lead, whose status is its own.
    pub(super) fn command_verdict(&self, what: &str) -> Verdict {
        match self.code {
            Some(0) => Verdict::Done(Said::NOTHING),
            Some(code) => Verdict::Failed(Said::so(format!(
                "{what} ended with status {code}; the log shows why."
            ))),
            None => self.verdict(what),
        }
    }
}

/// A sentence with what was seen as its result.
pub(super) fn said_with(sentence: impl Into<String>, seen: Option<&Seen>) -> Said {
    Said {
        sentence: Some(sentence.into()),
        result: seen.and_then(|seen| serde_json::to_string(seen).ok()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_of_drydocks_scripts_have_their_own_sentences_and_commands_have_none() {
        let report = Report {
            code: Some(exit::PLAN_DIFFERS),
            ..Report::default()
        };
        let failure = report.failure("The installation").unwrap_or_default();
        assert!(failure.contains("preview again"), "{failure}");
        let Verdict::Failed(said) = report.command_verdict("The drain") else {
            panic!("it failed")
        };
        assert_eq!(
            said.sentence.as_deref(),
            Some("The drain ended with status 73; the log shows why.")
        );
    }

    #[test]
    fn an_end_without_a_status_is_a_failure_and_says_which() {
        let killed = Report::default().failure("The repair").unwrap_or_default();
        assert!(killed.contains("killed"), "{killed}");
        let report = Report {
            restarted: true,
            ..Report::default()
        };
        let restarted = report.failure("the repair").unwrap_or_default();
        assert!(restarted.contains("restarted while the repair"), "{restarted}");
    }

    #[test]
    fn a_report_is_read_as_it_was_written() {
        let report = Report {
            code: Some(3),
            said: Some("so".to_owned()),
            ..Report::default()
        };
        assert_eq!(Report::read(&report.to_text()), Ok(report));
        assert!(Report::read("").is_err());
    }
}
