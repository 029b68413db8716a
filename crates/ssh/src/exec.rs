//! One command on an open channel: its input fed, its answer read within bounds.

use crate::connection::Session;
use crate::failure::failure;
use model::Reach;
use remote::Rendered;
use russh::ChannelMsg;
use russh::client::Msg;
use world::{Answer, Limits, ShellError};

/// How much of standard error is kept: its end.
const STDERR_KEPT: usize = 16 * 1024;

/// Runs `rendered` and returns its whole answer.
pub(crate) async fn run(
    mut session: Session,
    rendered: Rendered,
    limits: Limits,
) -> Result<Answer, ShellError> {
    let mut heard = Heard::default();
    let ended = tokio::time::timeout(limits.answer, listen(&mut session, rendered, limits, &mut heard)).await;
    match ended {
        Err(_) => {
            let (seconds, bytes) = (limits.answer.as_secs_f32(), heard.stdout.len());
            let detail = format!("no end after {seconds} s; {bytes} bytes had come");
            Err(failure(Reach::ScanTimedOut, detail))
        }
        Ok(Stop::TooMuch) => {
            let detail = format!("more than {} bytes came on standard output", limits.stdout_bytes);
            Err(failure(Reach::TooMuchOutput, detail))
        }
        Ok(Stop::NotRun) => Err(failure(
            Reach::LoginRefused,
            "logged in, but the server does not run commands for this account",
        )),
        // A status means that the command ended; only with the end of its output is the answer whole.
        Ok(Stop::Closed | Stop::Lost) if heard.ended && heard.is_whole => Ok(Answer {
            stdout: heard.stdout,
            stderr: heard.stderr.into_tail(),
            exit: heard.exit,
            more_host_keys: session.lease.more_keys(),
        }),
        Ok(Stop::Closed) => {
            let bytes = heard.stdout.len();
            let detail = format!("the server closed the channel without an exit status, after {bytes} bytes");
            Err(failure(Reach::ConnectionLost, detail))
        }
        Ok(Stop::Lost) => {
            let (bytes, how) = (heard.stdout.len(), session.lease.how_it_ended().await);
            Err(failure(
                Reach::ConnectionLost,
                format!("after {bytes} bytes of the answer: {how}"),
            ))
        }
    }
}

enum Stop {
    Closed,
    Lost,
    TooMuch,
    NotRun,
}

#[derive(Default)]
struct Heard {
    stdout: Vec<u8>,
    stderr: Tail,
    exit: Option<u32>,
    /// An exit status or signal came.
    ended: bool,
    /// The end of the output came.
    is_whole: bool,
}

async fn listen(session: &mut Session, rendered: Rendered, limits: Limits, heard: &mut Heard) -> Stop {
    session.is_begun = true;
    let stop = {
        let Session { read, write, .. } = &mut *session;
        let Some(write) = write.as_ref() else {
            return Stop::Lost;
        };
        // Input is fed while output is read: a command that answers before it has read everything must not find
        // both sides waiting for each other.
        let feed = feed(write, rendered);
        tokio::pin!(feed);
        let mut fed = false;
        loop {
            let message = tokio::select! {
                message = read.wait() => message,
                () = &mut feed, if !fed => {
                    fed = true;
                    continue;
                }
            };
            match message {
                Some(ChannelMsg::Data { data }) => {
                    if heard.stdout.len().saturating_add(data.len()) > limits.stdout_bytes {
                        break Stop::TooMuch;
                    }
                    heard.stdout.extend_from_slice(&data);
                }
                Some(ChannelMsg::ExtendedData { data, ext: 1 }) => heard.stderr.push(&data),
                Some(ChannelMsg::ExitStatus { exit_status }) => {
                    heard.exit = Some(exit_status);
                    heard.ended = true;
                }
                Some(ChannelMsg::ExitSignal { .. }) => heard.ended = true,
                Some(ChannelMsg::Eof) => heard.is_whole = true,
                Some(ChannelMsg::Failure) => break Stop::NotRun,
                Some(ChannelMsg::Close) => {
                    heard.is_whole = true;
                    break Stop::Closed;
                }
                None => break Stop::Lost,
                Some(_) => {}
            }
        }
    };
    if matches!(stop, Stop::Closed | Stop::Lost) {
        session.is_over();
    }
    stop
}

/// Sends the command and its input in one go, without waiting for the server between them. What goes wrong here is
/// seen by whoever listens: the channel ends.
async fn feed(write: &russh::ChannelWriteHalf<Msg>, rendered: Rendered) {
    let Rendered { command, stdin } = rendered;
    if write.exec(true, command).await.is_ok() && write.data_bytes(stdin).await.is_ok() {
        let _ = write.eof().await;
    }
}

/// The last bytes of a stream.
#[derive(Default)]
struct Tail(Vec<u8>);

impl Tail {
    fn push(&mut self, data: &[u8]) {
        self.0.extend_from_slice(data);
        if self.0.len() > 4 * STDERR_KEPT {
            self.cut();
        }
    }

    fn cut(&mut self) {
        let excess = self.0.len().saturating_sub(STDERR_KEPT);
        self.0.drain(..excess);
    }

    fn into_tail(mut self) -> Vec<u8> {
        self.cut();
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tail_keeps_the_end() {
        let mut tail = Tail::default();
        for line in 0..20_000 {
            tail.push(format!("line {line}\n").as_bytes());
        }
        let kept = tail.into_tail();
        assert_eq!(kept.len(), STDERR_KEPT);
        assert!(kept.ends_with(b"line 19999\n"));
    }
}
