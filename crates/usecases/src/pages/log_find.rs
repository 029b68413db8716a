//! Searching a log.

use super::log_lines::{Line, is_error, plain};
use crate::{Actor, Error, Usecases};
use model::view::{LogFind, LogFound};
use model::{Right, RunId, StepId};

/// How much is searched at a time, in bytes.
const WINDOW: u64 = 1024 * 1024;

/// What a line is held against.
enum Wanted {
    Text(String),
    Error,
}

impl Wanted {
    fn matches(&self, line: &Line<'_>) -> bool {
        let text = plain(line.bytes);
        match self {
            Self::Text(wanted) => text.to_lowercase().contains(wanted),
            Self::Error => is_error(&text),
        }
    }
}

impl Usecases {
    /// The next line of a log that has a text, or that looks like an error.
    ///
    /// # Errors
    /// When the role does not allow it, or there is no such step in this run.
    pub async fn find_in_log(
        &self,
        actor: &Actor,
        run: RunId,
        step: StepId,
        attempt: Option<u32>,
        find: LogFind,
    ) -> Result<LogFound, Error> {
        actor.needs(Right::Read)?;
        let nowhere = LogFound {
            line: None,
            offset: 0,
        };
        let (_, last) = self.step_of(run, step).await?;
        let attempt = attempt.unwrap_or(last);
        let wanted = match find.text.as_deref().map(str::trim) {
            Some("") => return Ok(nowhere),
            Some(text) => Wanted::Text(text.to_lowercase()),
            None => Wanted::Error,
        };
        let found = if find.backwards {
            self.find_back(run, step, attempt, &wanted, find.line).await?
        } else {
            self.find_on(run, step, attempt, &wanted, find.line).await?
        };
        Ok(found.unwrap_or(nowhere))
    }

    async fn find_on(
        &self,
        run: RunId,
        step: StepId,
        attempt: u32,
        wanted: &Wanted,
        line: u64,
    ) -> Result<Option<LogFound>, Error> {
        let Some(mut at) = self.store.log_line(step, attempt, line).await? else {
            return Ok(None);
        };
        loop {
            let window = self.window(run, step, Some(attempt), at, WINDOW).await?;
            let lines = window.lines();
            if let Some(found) = lines.lines.iter().find(|line| wanted.matches(line)) {
                return Ok(Some(place(found)));
            }
            // A line that the window cuts is looked at again as a whole, unless it is longer than the window.
            let next = match lines.lines.last() {
                Some(last) if !last.ended && last.start > at => last.start,
                _ => lines.next,
            };
            let is_last = at.saturating_add(WINDOW) >= window.part.len;
            if next <= at || is_last {
                return Ok(None);
            }
            at = next;
        }
    }

    async fn find_back(
        &self,
        run: RunId,
        step: StepId,
        attempt: u32,
        wanted: &Wanted,
        line: u64,
    ) -> Result<Option<LogFound>, Error> {
        let behind = self.store.log_line(step, attempt, line.saturating_add(1)).await?;
        let mut until = match behind {
            Some(until) => until,
            None => self.window(run, step, Some(attempt), u64::MAX, 0).await?.part.len,
        };
        until = until.min(store::LOG_KEPT);
        while until > 0 {
            let start = until.saturating_sub(WINDOW);
            let window = self
                .window(run, step, Some(attempt), start, until - start)
                .await?;
            let lines = window.lines();
            // A line that the window cuts belongs to the window before it, unless it is longer than a window.
            let is_cut = lines.continues && lines.lines.len() > 1;
            let whole = lines.lines.iter().skip(usize::from(is_cut));
            if let Some(found) = whole.rev().find(|line| wanted.matches(line)) {
                return Ok(Some(place(found)));
            }
            until = match lines.lines.get(1) {
                Some(second) if is_cut => second.start,
                _ => start,
            };
        }
        Ok(None)
    }
}

const fn place(line: &Line<'_>) -> LogFound {
    LogFound {
        line: Some(line.number),
        offset: line.start,
    }
}
