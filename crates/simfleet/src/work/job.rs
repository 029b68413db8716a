//! One attempt of a step on one server: what it has printed, what it will do next, and how it ended.

use super::kept::Changed;
use crate::host::{HostState, Item};
use crate::pace::Moment;
use model::Work;
use remote::work::Attempt;
use std::collections::VecDeque;

/// How far an attempt is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Running,
    /// With its exit status.
    Ended(Moment, u32),
    /// The machine was restarted under it.
    Cut,
}

/// What an attempt does at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Act {
    /// Looks whether everybody else has let go of what it needs.
    Wait {
        give_up: Moment,
        told: Option<Moment>,
    },
    /// Compares what apt would do with the plan.
    Compare,
    Unpack(String, Item),
    SetUp(String, Item),
    /// The package's script fails instead.
    FailToSetUp(String, Item),
    /// Prints a line of a server that prints much, and the next ones.
    Chat {
        line: u32,
    },
    /// Says what runs old libraries, and ends.
    Close,
    /// Reads the package lists anew.
    Refresh,
    /// Configures what was left unpacked.
    Configure,
    /// Writes the settings of daily upgrades.
    SetDaily,
    RestartUnit(String),
    /// Looks whether what it restarted runs.
    LookAtUnits,
    /// Tells the machine to go down.
    GoDown,
    /// Asks a health check's question.
    AskHealth {
        give_up: Moment,
    },
    End(u32),
}

/// One attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Job {
    pub(crate) attempt: Attempt,
    pub(crate) work: Work,
    pub(crate) began: Moment,
    /// The boot of the server that it began in, counted from its first one.
    pub(crate) boots: u32,
    pub(crate) end: End,
    /// Whether systemd was told to forget its unit.
    pub(crate) is_forgotten: bool,
    /// Whether it has the package manager's lock.
    pub(crate) has_lock: bool,
    /// Configuration files that it kept.
    pub(crate) kept: Vec<&'static Changed>,
    /// What it prints, and when; some of it is yet to come.
    printed: Vec<(Moment, String)>,
    /// In order of time.
    acts: VecDeque<(Moment, Act)>,
}

impl Job {
    /// An attempt that does `act` first.
    pub(super) fn new(attempt: Attempt, work: Work, began: Moment, boots: u32, act: Act) -> Self {
        Self {
            attempt,
            work,
            began,
            boots,
            end: End::Running,
            is_forgotten: false,
            has_lock: false,
            kept: Vec::new(),
            printed: Vec::new(),
            acts: VecDeque::from([(began, act)]),
        }
    }

    pub(crate) fn runs(&self) -> bool {
        self.end == End::Running
    }

    /// Whether systemd still knows its unit; it forgets all of them with the boot.
    pub(crate) const fn unit_is_there(&self, state: &HostState) -> bool {
        self.boots == state.boots && !self.is_forgotten
    }

    /// When it does something next.
    pub(crate) fn next(&self) -> Option<Moment> {
        self.acts.front().map(|(at, _)| *at)
    }

    pub(super) fn take_next(&mut self) -> Option<Act> {
        self.acts.pop_front().map(|(_, act)| act)
    }

    pub(super) fn print(&mut self, at: Moment, text: impl Into<String>) {
        let text = text.into();
        if !text.is_empty() {
            self.printed.push((at, text));
        }
    }

    /// Prints a line of Drydock's own.
    pub(super) fn say(&mut self, at: Moment, sentence: &str) {
        self.print(at, format!("drydock: {sentence}\n"));
    }

    pub(super) fn then(&mut self, at: Moment, act: Act) {
        self.acts.push_back((at, act));
    }

    pub(super) fn end(&mut self, at: Moment, code: u32) {
        self.acts.clear();
        self.has_lock = false;
        self.end = End::Ended(at, code);
    }

    /// The machine goes down under it.
    pub(crate) fn cut(&mut self, at: Moment) {
        if self.runs() {
            self.acts.clear();
            self.printed.retain(|(printed, _)| *printed <= at);
            self.has_lock = false;
            self.end = End::Cut;
        }
    }

    fn printed_by(&self, moment: Moment) -> impl Iterator<Item = &str> {
        let texts = self.printed.iter().take_while(move |(at, _)| *at <= moment);
        texts.map(|(_, text)| text.as_str())
    }

    /// How long its log is at a moment, in bytes.
    pub(crate) fn log_length(&self, moment: Moment) -> u64 {
        self.printed_by(moment).map(|text| text.len() as u64).sum()
    }

    /// The bytes of its log from an offset on, at most about `most` of them.
    pub(crate) fn log_from(&self, moment: Moment, offset: u64, most: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut before = 0;
        for text in self.printed_by(moment) {
            let skipped = usize::try_from(offset.saturating_sub(before)).unwrap_or(usize::MAX);
            before += text.len() as u64;
            bytes.extend_from_slice(text.as_bytes().get(skipped..).unwrap_or_default());
            if bytes.len() >= most {
                break;
            }
        }
        bytes
    }

    /// When it printed last.
    pub(crate) fn last_printed(&self, moment: Moment) -> Option<Moment> {
        let at = self.printed.iter().map(|(at, _)| *at);
        at.take_while(|at| *at <= moment).last()
    }

    /// When it prints or does something after a moment.
    pub(crate) fn next_after(&self, moment: Moment) -> Option<Moment> {
        let prints = self.printed.iter().map(|(at, _)| *at).find(|at| *at > moment);
        prints.into_iter().chain(self.next()).min()
    }
}
