//! A log on an open channel, read as it comes.

use crate::connection::Session;
use crate::failure::failure;
use async_trait::async_trait;
use model::Reach;
use remote::Rendered;
use remote::work::follow::{FollowOp, FollowReader, Followed};
use russh::ChannelMsg;
use std::collections::VecDeque;
use world::{LogStream, ShellError};

/// A channel that sends a log. What is not read stays in the channel's window, whose size is the bound
/// ([`LogStream`]'s 256 KiB).
pub(crate) struct Follower {
    session: Session,
    reader: FollowReader,
    ready: VecDeque<Followed>,
    /// The end of what the server said on standard error, for a failure's detail.
    stderr: Vec<u8>,
}

/// How much of standard error is kept.
const STDERR_KEPT: usize = 1_024;

impl Follower {
    /// Sends the command and its input. The script is far smaller than a channel's window, so that this does not wait
    /// for the server to answer.
    pub(crate) async fn begin(
        mut session: Session,
        op: &FollowOp,
        rendered: Rendered,
    ) -> Result<Self, ShellError> {
        session.is_begun = true;
        let sent = match &session.write {
            None => false,
            Some(write) => {
                write.exec(true, rendered.command).await.is_ok()
                    && write.data_bytes(rendered.stdin).await.is_ok()
                    && write.eof().await.is_ok()
            }
        };
        if !sent {
            let how = session.lease.how_it_ended().await;
            return Err(failure(Reach::ConnectionLost, how));
        }
        Ok(Self {
            session,
            reader: FollowReader::new(op),
            ready: VecDeque::new(),
            stderr: Vec::new(),
        })
    }

    /// Why the channel is over although the log is not.
    async fn broken(&mut self, is_lost: bool) -> ShellError {
        if let Err(error) = self.reader.finish() {
            let said = String::from_utf8_lossy(&self.stderr);
            return failure(Reach::ConnectionLost, format!("{error} {said}"));
        }
        let how = if is_lost {
            self.session.lease.how_it_ended().await
        } else {
            "the server closed the channel".to_owned()
        };
        let at = self.reader.offset();
        failure(
            Reach::ConnectionLost,
            format!("after byte {at} of the log: {how}"),
        )
    }
}

#[async_trait]
impl LogStream for Follower {
    async fn next(&mut self) -> Result<Followed, ShellError> {
        loop {
            if let Some(next) = self.ready.pop_front() {
                return Ok(next);
            }
            match self.session.read.wait().await {
                Some(ChannelMsg::Data { data }) => {
                    let said = self.reader.push(&data);
                    self.ready
                        .extend(said.map_err(|error| failure(Reach::Unreadable, error.to_string()))?);
                }
                Some(ChannelMsg::ExtendedData { data, ext: 1 }) => {
                    self.stderr.extend_from_slice(&data);
                    let excess = self.stderr.len().saturating_sub(STDERR_KEPT);
                    self.stderr.drain(..excess);
                }
                Some(ChannelMsg::Failure) => {
                    return Err(failure(
                        Reach::LoginRefused,
                        "logged in, but the server does not run commands for this account",
                    ));
                }
                Some(ChannelMsg::Close) => {
                    self.session.is_over();
                    return Err(self.broken(false).await);
                }
                None => {
                    self.session.is_over();
                    return Err(self.broken(true).await);
                }
                Some(_) => {}
            }
        }
    }
}
