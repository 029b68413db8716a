//! An installation that prints more than apt does, for load. Every line begins with the time at which it was written, by
//! the clock on the wall and to the millisecond, so that whoever sees it can say how long it was on its way.

use super::job::{Act, Job};
use crate::host::{HostState, Surroundings};
use std::fmt::Write as _;

/// Follows the number of a line, so that it is as long as lines of logs are.
const FILLER: &str = "update-alternatives: using /usr/lib/example to provide it";

impl HostState {
    /// Prints line `line`, from 1, and then the next one, until all are printed.
    pub(super) fn chat(&mut self, around: &Surroundings<'_>, job: &mut Job, line: u32) {
        let Some(chatter) = around.spec.chatter.filter(|chatter| line <= chatter.lines) else {
            return job.then(self.at, Act::Close);
        };
        let micros = around.pace.wall(self.at).micros();
        let mut text = jiff::Timestamp::from_microsecond(micros)
            .unwrap_or(jiff::Timestamp::UNIX_EPOCH)
            .strftime("%Y-%m-%dT%H:%M:%S%.3fZ")
            .to_string();
        // Writing to a string does not fail.
        let _ = writeln!(text, " line {line} of {}: {FILLER}", chatter.lines);
        job.print(self.at, text);
        job.then(self.at.plus(chatter.every), Act::Chat { line: line + 1 });
    }
}
