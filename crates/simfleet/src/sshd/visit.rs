//! One connection to a host: who logs in, and what is asked.

use super::answer::give;
use super::cut::Cutter;
use super::forward::forward;
use super::host::Host;
use super::keys::text;
use super::stats::{count, done, open};
use super::{Accepted, Behaviour};
use russh::keys::PublicKey;
use russh::server::{Auth, ChannelOpenHandle, Handler, Msg, PublicKeyOffer, Session, VerifiedPublicKey};
use russh::{Channel, ChannelId, ChannelOpenFailure, MethodKind, MethodSet};
use std::collections::HashMap;
use std::sync::Arc;

/// One connection.
pub(super) struct Visit {
    host: Arc<Host>,
    cutter: Arc<Cutter>,
    /// Nobody has logged in yet.
    is_new: bool,
    channels: HashMap<ChannelId, Channel<Msg>>,
}

impl Visit {
    pub(super) fn new(host: Arc<Host>, cutter: Arc<Cutter>) -> Self {
        open(&host.stats.handshakes, Some(&host.stats.most_handshakes));
        Self {
            host,
            cutter,
            is_new: true,
            channels: HashMap::new(),
        }
    }

    fn is_welcome(&self, key: &PublicKey) -> bool {
        match self.host.accepted.as_ref() {
            _ if matches!(self.host.behaviour(), Behaviour::RefuseLogin) => false,
            Accepted::Everybody => true,
            Accepted::Keys(keys) => text(key).is_some_and(|text| keys.contains(&text)),
        }
    }

    fn let_in(&mut self) {
        if std::mem::take(&mut self.is_new) {
            done(&self.host.stats.handshakes);
        }
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        self.let_in();
    }
}

impl Handler for Visit {
    type Error = russh::Error;

    async fn auth_publickey_offered(
        &mut self,
        _: &str,
        offer: PublicKeyOffer<'_>,
    ) -> Result<Auth, russh::Error> {
        Ok(if self.is_welcome(offer.public_key) {
            Auth::Accept
        } else {
            Auth::reject()
        })
    }

    async fn auth_publickey(&mut self, _: &str, key: VerifiedPublicKey<'_>) -> Result<Auth, russh::Error> {
        if !self.is_welcome(key.public_key) {
            return Ok(Auth::reject());
        }
        if matches!(self.host.behaviour(), Behaviour::WantPasswordToo) {
            return Ok(Auth::Reject {
                proceed_with_methods: Some(MethodSet::from(&[MethodKind::Password][..])),
                partial_success: true,
            });
        }
        count(&self.host.stats.logins);
        self.let_in();
        Ok(Auth::Accept)
    }

    async fn channel_open_session(
        &mut self,
        channel: Channel<Msg>,
        reply: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), russh::Error> {
        if matches!(self.host.behaviour(), Behaviour::RefuseSessions) {
            reply.reject(ChannelOpenFailure::ConnectFailed).await;
        } else {
            self.channels.insert(channel.id(), channel);
            reply.accept().await;
        }
        Ok(())
    }

    async fn channel_open_direct_tcpip(
        &mut self,
        channel: Channel<Msg>,
        host_to_connect: &str,
        port_to_connect: u32,
        _: &str,
        _: u32,
        reply: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), russh::Error> {
        if self.host.forwards {
            count(&self.host.stats.tunnels);
            let (to, port) = (host_to_connect.to_owned(), port_to_connect);
            tokio::spawn(forward(channel, to, port, reply));
        } else {
            reply.reject(ChannelOpenFailure::AdministrativelyProhibited).await;
        }
        Ok(())
    }

    async fn exec_request(
        &mut self,
        id: ChannelId,
        _: &[u8],
        session: &mut Session,
    ) -> Result<(), russh::Error> {
        match self.channels.remove(&id) {
            Some(channel) if !matches!(self.host.behaviour(), Behaviour::RefuseCommands) => {
                session.channel_success(id)?;
                let (host, cutter) = (Arc::clone(&self.host), Arc::clone(&self.cutter));
                tokio::spawn(give(host, cutter, channel, session.handle()));
            }
            _ => session.channel_failure(id)?,
        }
        Ok(())
    }

    async fn channel_close(&mut self, id: ChannelId, _: &mut Session) -> Result<(), russh::Error> {
        self.channels.remove(&id);
        Ok(())
    }
}
