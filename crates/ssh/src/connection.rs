//! One connection to one server, logged in: its channels, its tunnels, and when it is of no more use.

use crate::bounds::{Settings, take};
use crate::budget::Budget;
use crate::failure::{failure, lock};
use crate::handshake::Secured;
use crate::pool::Lease;
use crate::tunnel::Tunnel;
use crate::wire::CutOnDrop;
use crate::witness::{End, Seen, Witness, lost};
use model::{HostKey, Reach};
use russh::client::{Handle, Msg};
use russh::{ChannelOpenFailure, ChannelReadHalf, ChannelWriteHalf, Error};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, Weak};
use std::time::{Duration, Instant};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use world::ShellError;

/// After this age a connection is used to its end, but not taken up again: the library keeps a little memory for
/// every channel that we were the first to close.
const AGE_MAX: Duration = Duration::from_secs(3600);

/// A connection that is logged in. Dropping it ends it.
pub(crate) struct Connection {
    handle: Handle<Witness>,
    seen: Arc<Seen>,
    channels: Arc<Semaphore>,
    /// Turns of handshakes through this connection, when it is a jump host's.
    pub(crate) handshakes: Arc<Semaphore>,
    born: Instant,
    retired: AtomicBool,
    usage: Mutex<Usage>,
    /// How many connections of the pool are unused.
    unused: Arc<AtomicUsize>,
    _cut: CutOnDrop,
    /// The jump host's connection that carries this one.
    _carrier: Option<Lease>,
}

/// Who uses a connection.
#[derive(Debug, Default)]
struct Usage {
    users: usize,
    /// Set while there are none, and once there was one.
    unused_since: Option<Instant>,
}

impl Connection {
    pub(crate) fn new(
        secured: Secured,
        carrier: Option<Lease>,
        settings: &Settings,
        unused: &Arc<AtomicUsize>,
    ) -> Arc<Self> {
        let Secured {
            handle,
            seen,
            mut announced,
            cut,
        } = secured;
        let connection = Arc::new(Self {
            handle,
            seen,
            channels: Arc::new(Semaphore::new(settings.channels)),
            handshakes: Arc::new(Semaphore::new(settings.handshakes_per_jump)),
            born: Instant::now(),
            retired: AtomicBool::new(false),
            usage: Mutex::default(),
            unused: Arc::clone(unused),
            _cut: cut,
            _carrier: carrier,
        });
        let weak = Arc::downgrade(&connection);
        tokio::spawn(async move {
            while let Some(key) = announced.recv().await {
                prove(&weak, key).await;
            }
        });
        connection
    }

    pub(crate) fn is_usable(&self) -> bool {
        let retired = self.retired.load(Ordering::Acquire) || self.born.elapsed() >= AGE_MAX;
        !retired && !self.handle.is_closed()
    }

    /// Since when nobody uses it; `None` while somebody does.
    pub(crate) fn unused_since(&self) -> Option<Instant> {
        lock(&self.usage).unused_since
    }

    pub(crate) fn begin_use(&self) {
        let mut usage = lock(&self.usage);
        usage.users += 1;
        if usage.unused_since.take().is_some() {
            self.unused.fetch_sub(1, Ordering::Relaxed);
        }
    }

    /// One user less; returns how many connections of the pool are unused now, if this has become one.
    pub(crate) fn end_use(&self) -> Option<usize> {
        let mut usage = lock(&self.usage);
        usage.users = usage.users.saturating_sub(1);
        (usage.users == 0).then(|| {
            usage.unused_since = Some(Instant::now());
            self.unused.fetch_add(1, Ordering::Relaxed) + 1
        })
    }

    /// Keys that the server proved to have beside its pinned ones.
    pub(crate) fn more_keys(&self) -> Vec<HostKey> {
        self.seen.more_keys()
    }

    /// Waits for the turn of a command on this connection.
    pub(crate) async fn turn(&self) -> Option<OwnedSemaphorePermit> {
        take(&self.channels).await
    }

    /// How it ended, for a failure's detail.
    pub(crate) async fn how_it_ended(&self) -> String {
        match self.seen.end().await {
            Some(End::Disconnected(words)) => format!("the server ended the connection: {words}"),
            Some(End::Lost(how)) => how,
            Some(End::NoMethods) | None => "the connection ended".to_owned(),
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if self.unused_since().is_some() {
            self.unused.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

/// Lets the server prove that it has a key that it announced, so that no server can claim another one's key.
async fn prove(connection: &Weak<Connection>, key: russh::keys::PublicKey) {
    let Some(connection) = connection.upgrade() else {
        return;
    };
    let host_key = crate::algorithms::host_key(&key);
    match (connection.handle.hostkeys_prove(vec![key]).await, host_key) {
        (Ok(()), Some(key)) => connection.seen.add_key(key),
        (Ok(()), None) => {}
        (Err(error), _) => tracing::debug!(%error, "an announced host key was not proved"),
    }
}

/// A channel for one command. Dropping it closes the channel and gives the turn back.
///
/// When the command was sent and has not ended, its connection is taken up by nobody else: OpenSSH counts a command
/// that still runs against `MaxSessions` although its channel is closed.
pub(crate) struct Session {
    pub(crate) read: ChannelReadHalf,
    pub(crate) write: Option<ChannelWriteHalf<Msg>>,
    pub(crate) lease: Lease,
    pub(crate) is_begun: bool,
    turn: Option<OwnedSemaphorePermit>,
}

impl Session {
    /// The server closed the channel: nothing is left to close.
    pub(crate) fn is_over(&mut self) {
        self.write = None;
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let Some(write) = self.write.take() else {
            return;
        };
        if self.is_begun {
            self.lease.retired.store(true, Ordering::Release);
        }
        let (turn, lease) = (self.turn.take(), self.lease.clone());
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                let _ = write.close().await;
                drop((turn, lease));
            });
        }
    }
}

/// Opens a channel for a command. The opening goes on when the caller gives up, so that a channel that opens too
/// late is closed and not forgotten.
pub(crate) async fn open_session(lease: Lease, turn: Option<OwnedSemaphorePermit>) -> Result<Session, Error> {
    let (sender, opened) = oneshot::channel();
    tokio::spawn(async move {
        let channel = lease.handle.channel_open_session().await;
        let session = channel.map(|channel| {
            let (read, write) = channel.split();
            Session {
                read,
                write: Some(write),
                lease,
                is_begun: false,
                turn,
            }
        });
        let _ = sender.send(session);
    });
    opened.await.unwrap_or(Err(Error::Disconnect))
}

/// Opens a tunnel from the jump host called `jump` to `host`.
pub(crate) async fn open_tunnel(
    lease: &Lease,
    jump: &str,
    host: &str,
    port: u16,
    budget: &mut Budget,
) -> Result<Tunnel, ShellError> {
    let (sender, opened) = oneshot::channel();
    let (carrier, to) = (lease.clone(), host.to_owned());
    tokio::spawn(async move {
        let channel = carrier
            .handle
            .channel_open_direct_tcpip(to, u32::from(port), "127.0.0.1", 0)
            .await;
        let _ = sender.send(channel.map(Tunnel::new));
    });
    let from = format!("from the jump host {jump} to {host}:{port}");
    match budget.spend(opened).await {
        Err(_) => Err(failure(Reach::TimedOut, format!("{from}: no connection in time"))),
        Ok(Ok(Ok(tunnel))) => Ok(tunnel),
        Ok(Ok(Err(Error::ChannelOpenFailure(refusal)))) => {
            let words = lease.seen.refusal().await.unwrap_or_default();
            let reach = match refusal {
                ChannelOpenFailure::ConnectFailed => why_not(&words),
                _ => Reach::JumpFailed,
            };
            let words = if words.is_empty() {
                "the jump host refused"
            } else {
                words.as_str()
            };
            Err(failure(reach, format!("{from}: {words}")))
        }
        Ok(Ok(Err(error))) => Err(failure(Reach::JumpFailed, format!("{from}: {}", lost(&error)))),
        Ok(Err(_)) => Err(failure(
            Reach::JumpFailed,
            format!("{from}: the connection ended"),
        )),
    }
}

/// What a jump host's words for a failed connection mean. OpenSSH's are the C library's, in English unless sshd was
/// started in another language.
fn why_not(words: &str) -> Reach {
    let words = words.to_ascii_lowercase();
    if words.contains("refused") {
        Reach::Refused
    } else if words.contains("timed out") {
        Reach::TimedOut
    } else if words.contains("name") || words.contains("resol") {
        Reach::NameUnknown
    } else {
        Reach::Unreachable
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_jump_hosts_words_are_told_apart() {
        assert_eq!(why_not("Connection refused"), Reach::Refused);
        assert_eq!(why_not("Connection timed out"), Reach::TimedOut);
        assert_eq!(why_not("No route to host"), Reach::Unreachable);
        assert_eq!(why_not("Name or service not known"), Reach::NameUnknown);
        assert_eq!(
            why_not("Temporary failure in name resolution"),
            Reach::NameUnknown
        );
        assert_eq!(why_not(""), Reach::Unreachable);
    }
}
