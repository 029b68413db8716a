//! Following an act's log, byte after byte, however often the connection ends.

use super::ended::Report;
use super::server::{Server, trouble};
use crate::look::{self, CONNECT};
use engine::StepError;
use remote::work::follow::{End, FollowOp, Followed};
use std::future::Future;
use std::time::Duration;

/// Stores the log until the act has ended, and returns its end.
pub(super) async fn to_the_end(server: &Server<'_>) -> Result<Report, StepError> {
    ended(server, &mut Patience::default()).await
}

/// The same of an act that takes its server away once its log has said `words`, or has said them already: the server
/// may go without another word, and no answer is then waited for longer than a moment.
pub(super) async fn to_the_end_or(
    server: &Server<'_>,
    words: &'static str,
    said: bool,
) -> Result<Report, StepError> {
    let patience = &mut Patience {
        words: Some(words),
        line: Vec::new(),
        said,
    };
    ended(server, patience).await
}

async fn ended(server: &Server<'_>, patience: &mut Patience) -> Result<Report, StepError> {
    let lost = |why: &str| StepError::Lost(why.to_owned());
    match log(server, patience).await? {
        End::Ended { code } => Ok(Report {
            code: Some(code),
            ..Report::default()
        }),
        End::Gone => Err(lost("The step is gone from the server without an end.")),
        End::NotStarted => Err(lost("The server says that the step has not started.")),
        End::Shorter | End::Interrupted => Err(lost("The server stopped sending the log.")),
    }
}

/// Stores what is left of the log of an act that is gone.
pub(super) async fn what_is_left(server: &Server<'_>) -> Result<(), StepError> {
    log(server, &mut Patience::default()).await.map(drop)
}

/// How long a server that has said its last words may still answer.
const AFTER_LAST_WORDS: Duration = Duration::from_secs(2);

/// How long an answer is waited for: as long as it takes, until the last words were said.
#[derive(Default)]
struct Patience {
    words: Option<&'static str>,
    /// The line that is not complete yet, as far as it matters.
    line: Vec<u8>,
    said: bool,
}

impl Patience {
    fn hear(&mut self, bytes: &[u8]) {
        let Some(words) = self.words.filter(|_| !self.said) else {
            return;
        };
        for byte in bytes {
            match byte {
                b'\n' => {
                    self.said |= self.line.starts_with(words.as_bytes());
                    self.line.clear();
                }
                byte if self.line.len() < words.len() => self.line.push(*byte),
                _ => {}
            }
        }
    }

    async fn of<T>(&self, answer: impl Future<Output = Result<T, StepError>>) -> Result<T, StepError> {
        if !self.said {
            return answer.await;
        }
        match tokio::time::timeout(AFTER_LAST_WORDS, answer).await {
            Ok(answer) => answer,
            Err(_) => Err(StepError::Lost("The server has gone.".to_owned())),
        }
    }
}

async fn log(server: &Server<'_>, patience: &mut Patience) -> Result<End, StepError> {
    let step = server.step;
    loop {
        let op = FollowOp {
            asked: look::asked(&server.target),
            attempt: server.attempt(),
            offset: step.log_cursor().await,
        };
        let begun = async {
            let stream = server.desk.shell.follow(&server.target, &op, CONNECT).await;
            stream.map_err(|error| trouble(error.reach, &error.detail))
        };
        let mut stream = patience.of(begun).await?;
        let end = loop {
            let next = async {
                let next = stream.next().await;
                next.map_err(|error| trouble(error.reach, &error.detail))
            };
            match patience.of(next).await? {
                Followed::Begun { .. } => step.alive(),
                Followed::Bytes(bytes) => {
                    step.alive();
                    step.log(&bytes).await?;
                    patience.hear(&bytes);
                }
                Followed::Ended { end, .. } => break end,
            }
        };
        match end {
            End::Interrupted => {}
            End::Shorter => {
                let line = "drydock: The server lost the end of this log; what it kept follows.";
                step.restart_log(line).await?;
            }
            end => return Ok(end),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said_after(pieces: &[&str]) -> bool {
        let mut patience = Patience {
            words: Some("drydock: Bye "),
            ..Patience::default()
        };
        for piece in pieces {
            patience.hear(piece.as_bytes());
        }
        patience.said
    }

    #[test]
    fn last_words_are_a_whole_line_however_it_is_cut() {
        assert!(said_after(&["x\ndrydock: Bye 1\n"]));
        assert!(said_after(&["x\ndry", "dock: B", "ye 1", "\nmore"]));
        assert!(!said_after(&["x\ndrydock: Bye 1"]), "it may go on");
        assert!(!said_after(&["it says drydock: Bye 1\n"]));
    }
}
