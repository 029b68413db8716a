//! A step's log: parts as lines for the page, bytes for the download.

use crate::deploy::not_yet;
use crate::{Actor, Error, Usecases};
use model::view::{LogFind, LogFound, LogFrom, LogPart};
use model::{Right, RunId, StepId};

/// A part of a log's bytes as the server wrote them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogFile {
    /// What to call the file: `web-1-install-1.log`.
    pub name: String,
    /// At most a megabyte.
    pub bytes: Vec<u8>,
    /// Where the next part begins; `None`: this was the last.
    pub next: Option<u64>,
}

impl Usecases {
    /// A part of a step's log, of `attempt` or of the last one; at most about 256 KiB.
    ///
    /// # Errors
    /// When the role does not allow it, or there is no such step in this run.
    pub async fn log_part(
        &self,
        actor: &Actor,
        run: RunId,
        step: StepId,
        attempt: Option<u32>,
        from: LogFrom,
    ) -> Result<LogPart, Error> {
        actor.needs(Right::Read)?;
        let _ = (run, step, attempt, from);
        not_yet("log_part")
    }

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
        let _ = (run, step, attempt, find);
        not_yet("find_in_log")
    }

    /// A part of a log for the download: from byte 0, then from [`LogFile::next`].
    ///
    /// # Errors
    /// When the role does not allow it, or there is no such step in this run.
    pub async fn log_file(
        &self,
        actor: &Actor,
        run: RunId,
        step: StepId,
        attempt: Option<u32>,
        from: u64,
    ) -> Result<LogFile, Error> {
        actor.needs(Right::Read)?;
        let _ = (run, step, attempt, from);
        not_yet("log_file")
    }
}
