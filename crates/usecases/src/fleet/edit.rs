//! Changing and removing a server.

use super::add::{jump_for, place_for};
use crate::{Actor, Error, Usecases};
use model::input::NewServer;
use model::{CheckKind, Endpoint, ErrorCode, PublicError, Right, ServerId, Transport};
use std::collections::HashMap;
use store::ServerFields;

impl Usecases {
    /// Changes a server. A new address or port loses the pinned host keys unless they are given, since they belonged
    /// to what answered at the old one. A simulated server keeps its endpoint.
    ///
    /// # Errors
    /// When the role does not allow it, a field is not accepted, or there is no such server.
    pub async fn edit_server(&self, actor: &Actor, id: ServerId, new: NewServer) -> Result<(), Error> {
        actor.needs(Right::EditFleet)?;
        let old = self
            .store
            .server(id, self.clock.now())
            .await?
            .ok_or_else(|| Error::code(ErrorCode::NotFound))?;
        new.check()?;
        let simulated = old.transport == Transport::Sim;
        if !simulated && new.key.is_none() {
            return Err(PublicError::invalid("key", "Choose the SSH key that Drydock logs in with.").into());
        }
        let pins = super::host_keys::pins_for(&new)?;
        let now = self.clock.now();
        let moved = !simulated && (old.endpoint.host != new.host || old.endpoint.port != new.port);
        let line = self.line(
            actor,
            "edit_server",
            format!("changed the server {}", new.name),
            Some(id.to_string()),
        );
        let next = if moved || !pins.is_empty() {
            self.check_of(CheckKind::Fingerprint, id, &actor.name)
        } else {
            self.check_of(CheckKind::Probe, id, &actor.name)
        };
        let by = actor.name.clone();
        self.store
            .write::<_, Error, _>(move |tx| {
                Box::pin(async move {
                    let (stack, group) = place_for(tx, &new, now).await?;
                    let jump = match &new.jump {
                        Some(choice) if !simulated => Some(jump_for(tx, choice, &HashMap::new()).await?),
                        _ => None,
                    };
                    let (endpoint, account) = if simulated {
                        (old.endpoint, old.account)
                    } else {
                        (
                            Endpoint {
                                host: new.host,
                                port: new.port,
                                user: new.user,
                                jump,
                                key: new.key,
                            },
                            new.account,
                        )
                    };
                    let fields = ServerFields {
                        name: new.name,
                        endpoint,
                        account,
                        transport: old.transport,
                        stack,
                        group,
                        criticality: new.criticality,
                    };
                    tx.update_server(id, &fields).await?;
                    if moved {
                        tx.forget_host_keys(id, now).await?;
                    }
                    if !pins.is_empty() {
                        tx.pin_host_keys(id, &pins, &by, now).await?;
                    }
                    tx.enqueue(&next).await?;
                    tx.audit(&line).await?;
                    Ok(())
                })
            })
            .await
    }

    /// Removes a server with everything that is known of it. What Drydock put on it stays there.
    ///
    /// # Errors
    /// When the role does not allow it, or other servers are reached through it.
    pub async fn remove_server(&self, actor: &Actor, id: ServerId) -> Result<(), Error> {
        actor.needs(Right::EditFleet)?;
        let old = self
            .store
            .server(id, self.clock.now())
            .await?
            .ok_or_else(|| Error::code(ErrorCode::NotFound))?;
        let what = format!("removed the server {} ({})", old.name, old.endpoint.host);
        let line = self.line(actor, "remove_server", what, Some(id.to_string()));
        self.store
            .write::<_, Error, _>(move |tx| {
                Box::pin(async move {
                    tx.remove_server(id).await?;
                    tx.audit(&line).await?;
                    Ok(())
                })
            })
            .await
    }
}
