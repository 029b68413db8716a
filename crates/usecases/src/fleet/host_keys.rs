//! Host keys: confirmed one by one, taken from `known_hosts` lines, or replaced by a lead's decision.

use crate::{Actor, Error, Usecases};
use model::input::NewServer;
use model::{ErrorCode, HostKey, HostKeyState, PublicError, Right, ServerId, Topic};

impl Usecases {
    /// Pins the keys that a server offered, provided that they are still the ones the person has compared.
    ///
    /// # Errors
    /// When the role does not allow it, or the offered keys are others than `fingerprints`.
    pub async fn confirm_host_keys(
        &self,
        actor: &Actor,
        id: ServerId,
        fingerprints: Vec<String>,
    ) -> Result<(), Error> {
        actor.needs(Right::DecideHostKeys)?;
        self.pin_offered(actor, id, fingerprints, HostKeyState::Offered, "confirmed")
            .await
    }

    /// Decides about keys that a server offers instead of its pinned ones: accepts them in their place, or forgets
    /// the offer and stays with the pinned ones.
    ///
    /// # Errors
    /// When the role does not allow it, or the conflicting keys are others than `fingerprints`.
    pub async fn decide_host_keys(
        &self,
        actor: &Actor,
        id: ServerId,
        accept: bool,
        fingerprints: Vec<String>,
    ) -> Result<(), Error> {
        actor.needs(Right::DecideHostKeys)?;
        if accept {
            return self
                .pin_offered(
                    actor,
                    id,
                    fingerprints,
                    HostKeyState::Conflicting,
                    "accepted changed",
                )
                .await;
        }
        let name = self.server_name(id).await?;
        let line = self.line(
            actor,
            "decide_host_keys",
            format!("refused changed host keys of {name}"),
            Some(id.to_string()),
        );
        self.store
            .write::<_, Error, _>(move |tx| {
                Box::pin(async move {
                    tx.reject_host_keys(id).await?;
                    tx.audit(&line).await?;
                    tx.touch(Topic::Server(id));
                    Ok(())
                })
            })
            .await
    }

    async fn pin_offered(
        &self,
        actor: &Actor,
        id: ServerId,
        fingerprints: Vec<String>,
        state: HostKeyState,
        how: &str,
    ) -> Result<(), Error> {
        let name = self.server_name(id).await?;
        let what = format!("{how} host keys of {name}: {}", fingerprints.join(", "));
        let line = self.line(actor, "confirm_host_keys", what, Some(id.to_string()));
        let scan = self.scan_of(
            id,
            self.settings.refresh_lists_after_secs,
            Some(&actor.name),
            None,
        );
        let by = actor.name.clone();
        let now = self.clock.now();
        let next = self.next_scan(now);
        self.store
            .write::<_, Error, _>(move |tx| {
                Box::pin(async move {
                    if state == HostKeyState::Conflicting {
                        tx.replace_host_keys(id, &fingerprints, &by, now).await?;
                    } else {
                        tx.confirm_host_keys(id, &fingerprints, &by, now).await?;
                    }
                    tx.enqueue(&scan).await?;
                    tx.set_next_scan(id, Some(next)).await?;
                    tx.audit(&line).await?;
                    tx.touch(Topic::Server(id));
                    Ok(())
                })
            })
            .await
    }

    async fn server_name(&self, id: ServerId) -> Result<String, Error> {
        let record = self.store.server(id, self.clock.now()).await?;
        Ok(record.ok_or_else(|| Error::code(ErrorCode::NotFound))?.name)
    }
}

/// The keys that the person's `known_hosts` lines hold for this server.
///
/// # Errors
/// When a line cannot be read, or none is about this server: silence would look as if the keys had been taken.
pub(super) fn pins_for(new: &NewServer) -> Result<Vec<HostKey>, Error> {
    let Some(text) = new.known_hosts.as_ref().filter(|text| !text.trim().is_empty()) else {
        return Ok(Vec::new());
    };
    let read = imports::known_hosts(text);
    if let Some(problem) = read.problems.first() {
        let said = format!("Line {} of the known_hosts lines: {}.", problem.line, problem.why);
        return Err(PublicError::invalid("known_hosts", said).into());
    }
    let about: Vec<_> = read
        .hosts
        .iter()
        .filter(|host| imports::matches(host, &new.host, new.port))
        .collect();
    if about.iter().any(|host| host.is_revoked) {
        return Err(PublicError::invalid("known_hosts", "A line revokes a key of this server.").into());
    }
    let keys: Vec<HostKey> = about
        .iter()
        .filter(|host| !host.is_authority)
        .map(|host| host.key.clone())
        .collect();
    if keys.is_empty() {
        let said = format!(
            "None of the known_hosts lines is about {} port {}.",
            new.host, new.port
        );
        return Err(PublicError::invalid("known_hosts", said).into());
    }
    Ok(keys)
}
