//! What a kind of step is given to work with.

use super::desk::Desk;
use super::kind::StepError;
use super::logs::{Appended, LogAppend, LogCursor, SEGMENT_MAX};
use super::plan::Step;
use super::port::StepRef;
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::Mutex;
use uuid::Uuid;

/// One step of one claim.
#[derive(Debug)]
pub struct StepContext {
    /// The run.
    pub run: Uuid,
    /// The fencing number for the database: every write in the step's name names it.
    pub epoch: i64,
    /// The fencing number for the outside world: every command that changes something carries it.
    pub fence: i64,
    /// The version of `run_params`.
    pub run_v: u32,
    /// The run's parameters.
    pub run_params: String,
    /// The step.
    pub step: Uuid,
    /// Its attempt, from 1. Step and attempt together name the act.
    pub attempt: u32,
    /// Its wave, from 1.
    pub wave: u32,
    /// What it is done to.
    pub lane: String,
    /// The version of `params`.
    pub v: u32,
    /// Its parameters.
    pub params: String,
    /// When it must be over.
    pub deadline: Instant,
    desk: Arc<Desk>,
    log: Mutex<LogCursor>,
}

impl StepContext {
    pub(super) fn new(desk: Arc<Desk>, wave: u32, lane: &str, step: &Step, deadline: Instant) -> Self {
        Self {
            run: desk.run.id,
            epoch: desk.run.epoch,
            fence: desk.run.fence,
            run_v: desk.run.v,
            run_params: desk.run.params.clone(),
            step: step.id,
            attempt: step.attempt,
            wave,
            lane: lane.to_owned(),
            v: step.v,
            params: step.params.clone(),
            deadline,
            log: Mutex::new(step.log),
            desk,
        }
    }

    pub(super) fn reference(&self) -> StepRef {
        StepRef {
            run: self.run,
            epoch: self.epoch,
            step: self.step,
            attempt: self.attempt,
        }
    }

    /// Whether something new may be begun in the outside world: by this process's own monotonic clock the lease was
    /// renewed recently enough that nobody else can hold the run. The engine has asked before [`super::StepKind::start`];
    /// a kind that takes long to get ready asks again.
    pub fn can_act(&self) -> bool {
        self.desk.leash.is_fresh()
    }

    /// Notes that the world gave a sign of life. Written every few seconds.
    pub fn alive(&self) {
        self.desk.note_alive(self.step);
    }

    /// Says what the step waits for, one sentence; the page shows it beside the step until the step moves.
    pub async fn note(&self, sentence: &str) {
        self.desk.note(self.reference(), sentence).await;
    }

    /// The next byte to read from the file that is being followed.
    pub async fn log_cursor(&self) -> u64 {
        self.log.lock().await.in_file()
    }

    /// Whether anything of the step's log is stored.
    pub(super) async fn log_len(&self) -> u64 {
        self.log.lock().await.len
    }

    /// Appends what the file has from [`StepContext::log_cursor`] on, and returns when it is stored. While the
    /// database is away this waits, and with it whoever follows: the log waits where it is.
    ///
    /// # Errors
    /// [`StepError::Lost`] when the log had been stored further than was known here: ask for the cursor again.
    pub async fn log(&self, bytes: &[u8]) -> Result<(), StepError> {
        let mut cursor = self.log.lock().await;
        for piece in bytes.chunks(SEGMENT_MAX) {
            let to = cursor.after(piece);
            self.append(&mut cursor, to, piece).await?;
        }
        Ok(())
    }

    /// Says in the log that the file begins anew, in a line of its own: after a loss of power it can be shorter than
    /// what was read of it. The cursor is then 0.
    ///
    /// # Errors
    /// As [`StepContext::log`].
    pub async fn restart_log(&self, line: &str) -> Result<(), StepError> {
        let mut cursor = self.log.lock().await;
        let mut text = String::new();
        if cursor.len > 0 {
            text.push('\n');
        }
        text.push_str(line);
        text.push('\n');
        let mut to = cursor.after(text.as_bytes());
        to.base = to.len;
        self.append(&mut cursor, to, text.as_bytes()).await
    }

    async fn append(&self, cursor: &mut LogCursor, to: LogCursor, bytes: &[u8]) -> Result<(), StepError> {
        loop {
            let append = LogAppend {
                step: self.reference(),
                from: *cursor,
                to,
                bytes: bytes.to_vec(),
            };
            match self.desk.logs.append(append).await {
                Some(Appended::Stored) => {
                    *cursor = to;
                    return Ok(());
                }
                Some(Appended::Elsewhere(there)) => {
                    *cursor = there;
                    return Err(StepError::Lost("the log had been read further".to_owned()));
                }
                // The driver hears of it, too, and drops this future.
                Some(Appended::Fenced) => std::future::pending().await,
                None => tokio::time::sleep(self.desk.settings.write_again).await,
            }
        }
    }
}
