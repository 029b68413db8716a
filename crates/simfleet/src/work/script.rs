//! A stretch of work laid out over time: every line and every act has a weight, and the whole has a duration.

use super::job::{Act, Job};
use crate::pace::Moment;

enum Part {
    Print(String),
    Do(Act),
}

/// What is printed and done, one after the other. A weight is the time before it, as a part of the whole.
#[derive(Default)]
pub(super) struct Script {
    parts: Vec<(u64, Part)>,
}

impl Script {
    pub(super) fn print(&mut self, weight: u64, text: impl Into<String>) {
        self.parts.push((weight, Part::Print(text.into())));
    }

    pub(super) fn act(&mut self, weight: u64, act: Act) {
        self.parts.push((weight, Part::Do(act)));
    }

    /// Gives it all to a job, so that it takes `micros` from `begin` on.
    pub(super) fn play(self, job: &mut Job, begin: Moment, micros: i64) {
        let total: u64 = self.parts.iter().map(|(weight, _)| weight).sum();
        let total = i64::try_from(total.max(1)).unwrap_or(i64::MAX);
        let mut passed = 0_i64;
        for (weight, part) in self.parts {
            passed = passed.saturating_add(i64::try_from(weight).unwrap_or(i64::MAX));
            let at = begin.plus(micros / total * passed);
            match part {
                Part::Print(text) => job.print(at, text),
                Part::Do(act) => job.then(at, act),
            }
        }
    }
}
