//! The port to servers: an operation in, its raw answer out.

use crate::LogStream;
use async_trait::async_trait;
use model::{HostKey, Reach, ServerId, Transport};
use remote::Op;
use remote::work::follow::FollowOp;
use secrecy::SecretString;
use std::sync::Arc;
use std::time::Duration;

/// A server as an adapter needs it: everything to connect, nothing else.
#[derive(Debug, Clone)]
pub struct Target {
    /// Which server; adapters key their connections by it.
    pub server: ServerId,
    /// Its name, for log lines.
    pub name: String,
    /// Which adapter is meant.
    pub transport: Transport,
    /// DNS name or address.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// How to log in; absent when only host keys are asked for.
    pub login: Option<Login>,
    /// The pinned host keys. A connection is made with one of these or not at all; empty means that nothing is
    /// sent but a request for the keys themselves.
    pub pinned: Vec<HostKey>,
    /// The jump host that carries the connection, pinned like every server.
    pub jump: Option<Arc<Target>>,
}

/// An account and its key.
#[derive(Debug, Clone)]
pub struct Login {
    /// The account's name.
    pub user: String,
    /// The private key in OpenSSH's format.
    pub private_key: SecretString,
}

/// What an operation may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// From the first packet to an open channel, jump hosts included.
    pub connect: Duration,
    /// From the open channel to the end of the answer.
    pub answer: Duration,
    /// Standard output beyond this many bytes ends the operation.
    pub stdout_bytes: usize,
}

/// What a server answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Standard output, whole.
    pub stdout: Vec<u8>,
    /// The last 16 KiB of standard error.
    pub stderr: Vec<u8>,
    /// The exit status; `None` when a signal ended the command.
    pub exit: Option<u32>,
    /// The host keys that the server proved to have during this connection beyond its pinned ones
    /// (OpenSSH's `hostkeys-00@openssh.com`), as far as the adapter had learned of them when the answer ended.
    pub more_host_keys: Vec<HostKey>,
}

/// Why there is no answer: the state that the server's page shows, and what exactly was seen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {detail}", reach.as_str())]
pub struct ShellError {
    /// The state, never [`Reach::Reached`].
    pub reach: Reach,
    /// What was seen, for the person who mends it; without secrets, control characters removed, at most 2 KiB.
    pub detail: String,
    /// For [`Reach::KeyChanged`]: the keys that were offered.
    pub offered: Vec<HostKey>,
}

/// Speaks to servers. Implementations are cheap to share and bound their own connections.
#[async_trait]
pub trait Shell: Send + Sync + 'static {
    /// Carries out one operation and returns its whole answer. Dropping the future ends the operation's channel.
    ///
    /// # Errors
    /// [`ShellError`] with the state to show. A command that ran and failed is an [`Answer`], not an error.
    async fn exec(&self, target: &Target, op: &Op, limits: Limits) -> Result<Answer, ShellError>;

    /// Follows the log of a step's attempt; see [`LogStream`]. Returns when the command was sent; `connect` limits that
    /// alone. Dropping the stream ends it on the server too, and leaves the step as it is.
    ///
    /// # Errors
    /// [`ShellError`] with the state to show. [`Reach::Unsupported`] where an adapter cannot follow: ask for the state
    /// and the log by turns.
    async fn follow(
        &self,
        target: &Target,
        op: &FollowOp,
        connect: Duration,
    ) -> Result<Box<dyn LogStream>, ShellError>;

    /// Asks a server for its host keys, one per algorithm it offers, without logging in to it. Jump hosts on the
    /// way are logged in to, with their pinned keys only.
    ///
    /// # Errors
    /// [`ShellError`] with the state to show.
    async fn offered_keys(&self, target: &Target, limits: Limits) -> Result<Vec<HostKey>, ShellError>;

    /// Says that a server may have gone away without a word, as one does that restarts: the next operation does not go
    /// over a connection that is kept, where an adapter keeps any. What is under way goes on.
    async fn let_go(&self, target: &Target);

    /// Opens the way to a server that may not be there, and leaves it open for the next operation. What is sent to a
    /// machine that is not there is lost, and sent again seconds later: who knocks anew sees sooner that it is back,
    /// and `within` cuts nothing short but this. Nothing is done where an adapter keeps no connections, or where
    /// another server is on the way.
    ///
    /// # Errors
    /// [`ShellError`] when there is no answer within that time.
    async fn knock(&self, target: &Target, within: Duration) -> Result<(), ShellError>;
}
