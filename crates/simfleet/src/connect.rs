//! How a connection to a simulated server comes about, or does not.

use crate::fault::Fault;
use crate::host::{Sight, host_keys};
use crate::pace::SECOND;
use crate::shell::SimShell;
use crate::stream::scatter;
use model::{HostKey, Reach};
use world::{Limits, ShellError, Target};

/// A server that answered.
#[derive(Debug)]
pub(crate) struct Met {
    pub(crate) sight: Sight,
    /// What it offers.
    pub(crate) keys: Vec<HostKey>,
    key: u64,
}

impl Met {
    /// By how much everything takes longer.
    pub(crate) fn slowness(&self) -> u64 {
        if self.sight.has(Fault::Slow) { 8 } else { 1 }
    }

    /// Whether the connection breaks for no reason this time; the same for a minute.
    pub(crate) fn has_mishap(&self) -> bool {
        let minute = self.sight.state.at.0.div_euclid(60 * SECOND);
        scatter(self.key ^ 0x6d69_7368, minute.unsigned_abs()) % 1_000 < self.sight.spec.mishaps
    }

    /// The pinned key that the connection is made with.
    pub(crate) fn confirmed_key(&self, target: &Target) -> Result<HostKey, ShellError> {
        match target.pinned.iter().find(|pinned| self.keys.contains(pinned)) {
            Some(key) => Ok(key.clone()),
            None => Err(ShellError {
                offered: self.keys.clone(),
                ..failure(
                    Reach::KeyChanged,
                    target,
                    "none of the confirmed host keys was offered",
                )
            }),
        }
    }

    /// The log-in. A target without one is taken for the account that the server has: simulated servers need no key.
    pub(crate) fn log_in(&self, target: &Target) -> Result<(), ShellError> {
        let user = target
            .login
            .as_ref()
            .map_or(self.sight.spec.user, |login| login.user.as_str());
        if self.sight.has(Fault::LoginRefused) || user != self.sight.spec.user {
            let said = format!("{user}: Permission denied (publickey)");
            return Err(failure(Reach::LoginRefused, target, &said));
        }
        Ok(())
    }
}

impl SimShell {
    /// Opens a connection, through the jump hosts.
    pub(crate) async fn meet(&self, target: &Target, limits: Limits) -> Result<Met, ShellError> {
        let through = match &target.jump {
            Some(jump) => Some(Box::pin(self.jump(jump, target, limits)).await?),
            None => None,
        };
        let host = target.host.clone();
        let seen = self.with_world(target, move |world| world.sight(&host)).await?;
        let Some((sight, key)) = seen.filter(|(sight, _)| !sight.has(Fault::NameUnknown)) else {
            self.pass(40, limits.connect).await;
            return Err(failure(Reach::NameUnknown, target, "the name does not resolve"));
        };
        let build = sight.spec.build(sight.seed);
        let answers = |reach, said: &str| Err(failure(reach, target, said));
        let away = sight.state.down_until.since(sight.state.at);
        let is_walled_off = sight.spec.jump.is_some() && sight.spec.jump != through;
        // A server that restarts is gone at first; then its address answers before its sshd does.
        if sight.has(Fault::Down) || is_walled_off || away > 5 * SECOND {
            self.run_out(limits.connect).await;
            return answers(
                Reach::TimedOut,
                &format!("no answer within {} s", limits.connect.as_secs()),
            );
        }
        if sight.has(Fault::NoRoute) {
            self.pass(build.connect_ms * 3, limits.connect).await;
            return answers(Reach::Unreachable, "no route to host");
        }
        if sight.has(Fault::Refused) || target.port != 22 || away > 0 {
            self.pass(build.connect_ms / 2, limits.connect).await;
            return answers(Reach::Refused, "connection refused");
        }
        if sight.has(Fault::NotSsh) {
            self.pass(build.connect_ms / 2, limits.connect).await;
            return answers(Reach::NotSsh, "the server said: HTTP/1.1 400 Bad Request");
        }
        let rebuilt = sight.has(Fault::KeyChanged);
        let met = Met {
            keys: host_keys(sight.seed, &sight.spec.host, rebuilt),
            sight,
            key,
        };
        if !self.pass(build.connect_ms * met.slowness(), limits.connect).await {
            let said = format!("no answer within {} ms", limits.connect.as_millis());
            return Err(failure(Reach::TimedOut, target, &said));
        }
        Ok(met)
    }

    /// Logs in to a jump host; returns its name in the layout.
    async fn jump(&self, jump: &Target, target: &Target, limits: Limits) -> Result<String, ShellError> {
        let opened = async {
            if jump.pinned.is_empty() {
                return Err(failure(
                    Reach::KeyUnconfirmed,
                    jump,
                    "no host key is confirmed, so nothing was sent",
                ));
            }
            let met = self.meet(jump, limits).await?;
            met.confirmed_key(jump)?;
            met.log_in(jump)?;
            Ok(met.sight.spec.name.clone())
        };
        opened.await.map_err(|error| {
            let said = format!("jump host {}: {error}", jump.name);
            failure(Reach::JumpFailed, target, &said)
        })
    }
}

/// Why there is no answer from a target.
pub(crate) fn failure(reach: Reach, target: &Target, said: &str) -> ShellError {
    let mut detail: String = format!("{}:{}: {said}", target.host, target.port)
        .chars()
        .filter(|c| !c.is_control())
        .collect();
    let mut end = detail.len().min(2_048);
    while !detail.is_char_boundary(end) {
        end -= 1;
    }
    detail.truncate(end);
    ShellError {
        reach,
        detail,
        offered: Vec::new(),
    }
}
