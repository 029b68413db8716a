//! The list of runs, and a run's headline wherever it is shown.

use super::When;
use crate::run::{RunOutcome, RunState, RunWants};
use crate::{RunId, ServerId, StackId, Status, Timestamp, short_duration};
use serde::{Deserialize, Serialize};

/// The list's filters, exactly as they stand in the URL.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunsAsked {
    /// A stack's id.
    pub stack: Option<StackId>,
    /// A server's id.
    pub server: Option<ServerId>,
    /// A state.
    pub state: Option<RunState>,
    /// An outcome.
    pub outcome: Option<RunOutcome>,
    /// Only those that have not ended.
    #[serde(default)]
    pub open: bool,
    /// The page, from 1.
    pub page: Option<u32>,
}

/// A run in one sentence, in parts, so that whoever shows it can keep the ages current.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Headline {
    /// What it does and how far it is, without a full stop: `Upgrading 6 servers, 2 done`.
    pub text: String,
    /// When it will be done, as far as the plan's estimate and its pace so far can tell.
    pub done_at: Option<Timestamp>,
    /// When a server last gave a sign of life. `None`: none did yet, or it is over.
    pub heard_at: Option<Timestamp>,
}

impl Headline {
    /// The sentence at `now`: `Upgrading 6 servers, 2 done, about 4 min left; last heard 2 s ago.`
    pub fn sentence(&self, now: Timestamp) -> String {
        let left = self.done_at.map(|at| at.secs_since(now)).map(|secs| match secs {
            ..=0 => ", longer than expected".to_owned(),
            1..=59 => ", less than a minute left".to_owned(),
            _ => format!(", about {} left", short_duration(secs)),
        });
        let heard = self.heard_at.map(|at| {
            let age = short_duration(now.secs_since(at));
            format!("; last heard {age} ago")
        });
        format!(
            "{}{}{}.",
            self.text,
            left.unwrap_or_default(),
            heard.unwrap_or_default()
        )
    }
}

/// One run in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunRow {
    /// Its id.
    pub id: RunId,
    /// What it does in a few words: `Security upgrades, reboot if required`.
    pub what: String,
    /// The profile its options were of.
    pub profile: Option<String>,
    /// The stacks it is about, by name.
    pub stacks: Vec<(StackId, String)>,
    /// Where it is.
    pub state: RunState,
    /// How it ended.
    pub outcome: Option<RunOutcome>,
    /// What somebody wants of it.
    pub wants: RunWants,
    /// The status whose colour and icon it wears.
    pub status: Status,
    /// It in one sentence.
    pub headline: Headline,
    /// When it was asked for.
    pub asked: When,
    /// By whom; `None` is the schedule.
    pub asked_by: Option<String>,
    /// When it began.
    pub started: Option<When>,
    /// When it ended.
    pub ended: Option<When>,
    /// How long it took, or has been at it, in seconds; `None` before it begins.
    pub took_secs: Option<i64>,
    /// Its servers.
    pub servers: u32,
    /// Of those, the ones that are done with.
    pub servers_ended: u32,
    /// Of those, the ones that failed.
    pub servers_failed: u32,
    /// The run of which it does again what failed.
    pub parent: Option<RunId>,
}

/// One page of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunsPage {
    /// When it was read.
    pub now: Timestamp,
    /// The filters as understood.
    pub asked: RunsAsked,
    /// The filtered server's name.
    pub server: Option<String>,
    /// The runs of this page, newest first.
    pub rows: Vec<RunRow>,
    /// How many match.
    pub matching: u64,
    /// This page, from 1.
    pub page: u32,
    /// Number of pages, at least 1.
    pub pages: u32,
    /// All stacks, for the filter.
    pub stacks: Vec<(StackId, String)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentence_is_the_designs() {
        let now = Timestamp::from_secs(1_000);
        let headline = Headline {
            text: "Upgrading 6 servers, 2 done".to_owned(),
            done_at: Some(Timestamp::from_secs(1_250)),
            heard_at: Some(Timestamp::from_secs(998)),
        };
        assert_eq!(
            headline.sentence(now),
            "Upgrading 6 servers, 2 done, about 4 min left; last heard 2 s ago."
        );
        assert_eq!(
            headline.sentence(Timestamp::from_secs(1_300)),
            "Upgrading 6 servers, 2 done, longer than expected; last heard 5 min ago."
        );
        let over = Headline {
            text: "Upgraded 6 servers in 12 min".to_owned(),
            ..Headline::default()
        };
        assert_eq!(over.sentence(now), "Upgraded 6 servers in 12 min.");
    }
}
