//! A server's host keys, one of each kind, without logging in to it.

use crate::algorithms::{all, of_kind, rank};
use crate::budget::Budget;
use crate::failure::failure;
use crate::handshake::{Shaken, shake};
use crate::switchboard::Switchboard;
use crate::witness::Check;
use model::{HostKey, Reach};
use russh::keys::Algorithm;
use world::{ShellError, Target};

impl Switchboard {
    /// The keys that a server has, in the order of preference. One handshake per key and none in vain: the first one
    /// tells which kinds there are. sshd counts connections that do not log in against their sender
    /// (`PerSourcePenalties`).
    pub(crate) async fn gather(
        &self,
        target: &Target,
        budget: &mut Budget,
    ) -> Result<Vec<HostKey>, ShellError> {
        let (key, kinds) = self.note(target, all(), budget).await?;
        Ok(self.add_keys(target, vec![key], kinds, budget).await)
    }

    /// Adds the server's keys of the given kinds to those that are known. A key that cannot be had is left out: a
    /// part of the keys is enough to connect, and the rest shows up as additional keys later on.
    pub(crate) async fn add_keys(
        &self,
        target: &Target,
        mut known: Vec<HostKey>,
        kinds: Vec<&'static str>,
        budget: &mut Budget,
    ) -> Vec<HostKey> {
        for kind in kinds {
            if known.iter().any(|key| key.algorithm == kind) {
                continue;
            }
            match self.note(target, of_kind(kind), budget).await {
                Ok((key, _)) => known.push(key),
                Err(error) => tracing::debug!(server = %target.name, kind, %error, "a host key is missing"),
            }
        }
        known.sort_by_key(|key| rank(&key.algorithm));
        known
    }

    async fn note(
        &self,
        target: &Target,
        algorithms: Vec<Algorithm>,
        budget: &mut Budget,
    ) -> Result<(HostKey, Vec<&'static str>), ShellError> {
        let (line, _carrier, _turn) = self.line(target, budget).await?;
        match shake(line, Check::Note, algorithms, &self.settings, budget).await? {
            Shaken::Noted(key, kinds) => Ok((key, kinds)),
            Shaken::OtherKey { detail, .. } => Err(failure(Reach::ConnectionLost, detail)),
            Shaken::Secured(_) => Err(failure(Reach::ConnectionLost, "the server showed no host key")),
        }
    }
}
