//! What is seen of a connection while it lives: the key the server proved, its messages, how it ended.

use crate::algorithms::host_key;
use crate::failure::{lock, printable};
use model::HostKey;
use russh::client::{DisconnectReason, Handler, Session};
use russh::keys::{PublicKey, PublicKeyOrCertificate};
use russh::{ChannelId, ChannelOpenFailure};
use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::{Notify, mpsc};

/// What is done with the key that the server proves.
#[derive(Debug)]
pub(crate) enum Check {
    /// It is one of these, or the connection ends.
    Pinned(Vec<PublicKey>),
    /// It is noted, and the connection ends.
    Note,
}

/// Why the library ended a connection.
#[derive(Debug)]
pub(crate) enum Ended {
    /// The server's key is none of the pinned ones.
    OtherKey(Option<HostKey>),
    /// The key was noted, which was all that was wanted.
    Noted(Option<HostKey>),
    /// Anything else.
    Ssh(russh::Error),
}

impl From<russh::Error> for Ended {
    fn from(error: russh::Error) -> Self {
        Self::Ssh(error)
    }
}

/// How a connection ended after it was made.
#[derive(Debug, Clone)]
pub(crate) enum End {
    /// The server said good-bye, with these words.
    Disconnected(String),
    /// The server has no further way to log in.
    NoMethods,
    /// It was lost; how that looked.
    Lost(String),
}

/// What was seen so far.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    banner: Mutex<String>,
    end: Mutex<Option<End>>,
    ended: Notify,
    more_keys: Mutex<Vec<HostKey>>,
    refusals: Mutex<VecDeque<String>>,
    refused: Notify,
}

impl Seen {
    /// The text that the server shows before log-in.
    pub(crate) fn banner(&self) -> String {
        lock(&self.banner).clone()
    }

    /// How the connection ended, if that is known already.
    pub(crate) fn end_now(&self) -> Option<End> {
        lock(&self.end).clone()
    }

    /// How the connection ended, waiting a moment for the news.
    pub(crate) async fn end(&self) -> Option<End> {
        let news = async {
            loop {
                let notified = self.ended.notified();
                if let Some(end) = lock(&self.end).clone() {
                    return end;
                }
                notified.await;
            }
        };
        tokio::time::timeout(Duration::from_secs(1), news).await.ok()
    }

    /// Keys that the server proved to have beside the pinned ones.
    pub(crate) fn more_keys(&self) -> Vec<HostKey> {
        lock(&self.more_keys).clone()
    }

    pub(crate) fn add_key(&self, key: HostKey) {
        let mut keys = lock(&self.more_keys);
        if !keys.contains(&key) {
            keys.push(key);
        }
    }

    /// The server's words for a channel that it did not open. The library gives them apart from the refusal itself
    /// and a moment later; refusals are told in the order in which they came.
    pub(crate) async fn refusal(&self) -> Option<String> {
        let news = async {
            loop {
                let notified = self.refused.notified();
                if let Some(words) = lock(&self.refusals).pop_front() {
                    return words;
                }
                notified.await;
            }
        };
        tokio::time::timeout(Duration::from_millis(200), news).await.ok()
    }
}

/// The library's callbacks for one connection.
#[derive(Debug)]
pub(crate) struct Witness {
    check: Check,
    seen: Arc<Seen>,
    announced: mpsc::UnboundedSender<PublicKey>,
}

impl Witness {
    /// A witness, what it sees, and the unpinned keys that the server announces later on.
    pub(crate) fn new(check: Check) -> (Self, Arc<Seen>, mpsc::UnboundedReceiver<PublicKey>) {
        let seen = Arc::new(Seen::default());
        let (announced, announcements) = mpsc::unbounded_channel();
        let witness = Self {
            check,
            seen: Arc::clone(&seen),
            announced,
        };
        (witness, seen, announcements)
    }
}

/// The most keys that a server may announce; OpenSSH has four.
const ANNOUNCED_MAX: usize = 16;

impl Handler for Witness {
    type Error = Ended;

    async fn check_server_key(&mut self, shown: &PublicKeyOrCertificate) -> Result<bool, Ended> {
        let PublicKeyOrCertificate::PublicKey { key, .. } = shown else {
            return Ok(false);
        };
        match &self.check {
            Check::Note => Err(Ended::Noted(host_key(key))),
            Check::Pinned(pins) if pins.iter().any(|pin| pin.key_data() == key.key_data()) => Ok(true),
            Check::Pinned(_) => Err(Ended::OtherKey(host_key(key))),
        }
    }

    async fn auth_banner(&mut self, banner: &str, _: &mut Session) -> Result<(), Ended> {
        *lock(&self.seen.banner) = printable(banner, 400);
        Ok(())
    }

    async fn openssh_ext_host_keys_announced(
        &mut self,
        keys: Vec<PublicKey>,
        _: &mut Session,
    ) -> Result<(), Ended> {
        let Check::Pinned(pins) = &self.check else {
            return Ok(());
        };
        let unknown = keys
            .into_iter()
            .filter(|key| !pins.iter().any(|pin| pin.key_data() == key.key_data()));
        for key in unknown.take(ANNOUNCED_MAX) {
            // Nobody listens any more when the connection is on its way out.
            let _ = self.announced.send(key);
        }
        Ok(())
    }

    async fn channel_open_failure(
        &mut self,
        _: ChannelId,
        _: ChannelOpenFailure,
        description: &str,
        _: &str,
        _: &mut Session,
    ) -> Result<(), Ended> {
        let mut refusals = lock(&self.seen.refusals);
        // Whoever waited for an older one has given up.
        if refusals.len() >= 64 {
            refusals.pop_front();
        }
        refusals.push_back(printable(description, 200));
        self.seen.refused.notify_one();
        Ok(())
    }

    async fn disconnected(&mut self, reason: DisconnectReason<Ended>) -> Result<(), Ended> {
        let end = match reason {
            DisconnectReason::ReceivedDisconnect(words) => End::Disconnected(printable(&words.message, 400)),
            DisconnectReason::Error(Ended::Ssh(russh::Error::NoAuthMethod)) => End::NoMethods,
            DisconnectReason::Error(Ended::Ssh(error)) => End::Lost(lost(&error)),
            DisconnectReason::Error(Ended::OtherKey(_) | Ended::Noted(_)) => {
                End::Lost("the server changed its key within a connection".to_owned())
            }
        };
        *lock(&self.seen.end) = Some(end);
        self.seen.ended.notify_waiters();
        Ok(())
    }
}

/// An error of the library in words of our own where it has none that help.
pub(crate) fn lost(error: &russh::Error) -> String {
    match error {
        russh::Error::IO(io) if io.kind() == io::ErrorKind::UnexpectedEof => {
            "the server closed the connection".to_owned()
        }
        russh::Error::Disconnect | russh::Error::HUP => "the server closed the connection".to_owned(),
        russh::Error::KeepaliveTimeout => "the server stopped answering".to_owned(),
        other => other.to_string(),
    }
}
