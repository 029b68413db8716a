//! Host keys: offered by a server, pinned by a person.

mod offer;

pub(crate) use offer::STATEMENTS as OFFER_STATEMENTS;
pub use offer::{FingerprintRecord, Offer};

use crate::sql::{Row, statements, values};
use crate::{Conflict, Store, StoreError, Tx};
use model::{HostKey, HostKeyState, Reach, ServerId, Summary, Timestamp};

statements! {
    LIST = "SELECT algorithm, base64, fingerprint, state, seen_at, decided_at, decided_by FROM host_keys
        WHERE server_id = $1
        ORDER BY CASE state WHEN 'conflicting' THEN 0 WHEN 'offered' THEN 1 ELSE 2 END, algorithm, base64";
    IN_STATE = "SELECT algorithm, base64, fingerprint FROM host_keys WHERE server_id = $1 AND state = $2
        ORDER BY algorithm, base64";
    PUT = "INSERT INTO host_keys (server_id, algorithm, base64, fingerprint, state, seen_at, decided_at, decided_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (server_id, base64) DO UPDATE SET state = excluded.state, decided_at = excluded.decided_at,
            decided_by = excluded.decided_by";
    FORGET_STATE = "DELETE FROM host_keys WHERE server_id = $1 AND state = $2";
    FORGET_ALL = "DELETE FROM host_keys WHERE server_id = $1";
    SET_REACH = "UPDATE servers SET reach = $2, reach_detail = NULL, status = $3, reason = $4, trusted_until = NULL
        WHERE id = $1 RETURNING stack_id";
    REACH = "SELECT reach FROM servers WHERE id = $1";
}

/// A host key of a server, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownHostKey {
    /// The key.
    pub key: HostKey,
    /// Offered, pinned or conflicting.
    pub state: HostKeyState,
    /// When it was first seen or given.
    pub seen_at: Timestamp,
    /// When a person decided about it.
    pub decided_at: Option<Timestamp>,
    /// Who decided.
    pub decided_by: Option<String>,
}

impl Store {
    /// A server's host keys: those that wait for a person first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn host_keys(&self, server: ServerId) -> Result<Vec<KnownHostKey>, StoreError> {
        let rows = self.read().await?.all(&LIST, values![server]).await?;
        rows.iter()
            .map(|row| {
                Ok(KnownHostKey {
                    key: key(row)?,
                    state: row.get("state")?,
                    seen_at: row.get("seen_at")?,
                    decided_at: row.get("decided_at")?,
                    decided_by: row.get("decided_by")?,
                })
            })
            .collect()
    }
}

impl Tx {
    /// Pins keys that a person brought (`known_hosts` lines), beside those that are pinned.
    ///
    /// # Errors
    /// [`Conflict::Reference`] when the server is not there.
    pub async fn pin_host_keys(
        &mut self,
        server: ServerId,
        keys: &[HostKey],
        by: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        for key in keys {
            self.put_host_key(server, key, HostKeyState::Pinned, Some(by), now)
                .await?;
        }
        if keys.is_empty() {
            Ok(())
        } else {
            self.keys_decided(server, now).await
        }
    }

    /// Pins all offered keys of a server, if their fingerprints are exactly those that the person saw.
    ///
    /// # Errors
    /// [`Conflict::OtherKeys`] when they are not: nothing is changed.
    pub async fn confirm_host_keys(
        &mut self,
        server: ServerId,
        seen: &[String],
        by: &str,
        now: Timestamp,
    ) -> Result<Vec<HostKey>, StoreError> {
        self.decide(server, HostKeyState::Offered, seen, by, now).await
    }

    /// A lead's decision that the server's new keys are right: they replace the pinned ones, if their fingerprints
    /// are exactly those that the person saw.
    ///
    /// # Errors
    /// [`Conflict::OtherKeys`] when they are not: nothing is changed.
    pub async fn replace_host_keys(
        &mut self,
        server: ServerId,
        seen: &[String],
        by: &str,
        now: Timestamp,
    ) -> Result<Vec<HostKey>, StoreError> {
        self.decide(server, HostKeyState::Conflicting, seen, by, now)
            .await
    }

    /// A lead's decision that the conflicting keys are not the server's. The pinned ones stay; the server is in
    /// conflict again as soon as it offers others.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn reject_host_keys(&mut self, server: ServerId) -> Result<(), StoreError> {
        self.run(&FORGET_STATE, values![server, HostKeyState::Conflicting])
            .await?;
        self.touch(model::Topic::Server(server));
        Ok(())
    }

    /// Forgets all keys of a server, because it is another machine from now on.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn forget_host_keys(&mut self, server: ServerId, now: Timestamp) -> Result<(), StoreError> {
        self.run(&FORGET_ALL, values![server]).await?;
        self.set_reach(server, Reach::NeverReported, now).await
    }

    async fn decide(
        &mut self,
        server: ServerId,
        state: HostKeyState,
        seen: &[String],
        by: &str,
        now: Timestamp,
    ) -> Result<Vec<HostKey>, StoreError> {
        self.lock(&format!("host_keys {server}")).await?;
        let keys = self.host_keys_in(server, state).await?;
        let mut waiting: Vec<&str> = keys.iter().map(|key| key.fingerprint.as_str()).collect();
        let mut seen: Vec<&str> = seen.iter().map(String::as_str).collect();
        waiting.sort_unstable();
        seen.sort_unstable();
        seen.dedup();
        if keys.is_empty() || waiting != seen {
            return Err(StoreError::Conflict(Conflict::OtherKeys));
        }
        if state == HostKeyState::Conflicting {
            self.run(&FORGET_STATE, values![server, HostKeyState::Pinned])
                .await?;
        }
        for key in &keys {
            self.put_host_key(server, key, HostKeyState::Pinned, Some(by), now)
                .await?;
        }
        self.keys_decided(server, now).await?;
        Ok(keys)
    }

    /// The server no longer waits for a decision about its keys; what it is now, the next scan says.
    async fn keys_decided(&mut self, server: ServerId, now: Timestamp) -> Result<(), StoreError> {
        let row = self
            .first(&REACH, values![server])
            .await?
            .ok_or(StoreError::NotFound)?;
        self.touch(model::Topic::Server(server));
        match row.get("reach")? {
            Reach::KeyUnconfirmed | Reach::KeyChanged => {
                self.set_reach(server, Reach::NeverReported, now).await
            }
            _ => Ok(()),
        }
    }

    pub(crate) async fn set_reach(
        &mut self,
        server: ServerId,
        reach: Reach,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let fresh = Summary::of(reach, None, now);
        let row = self
            .first(&SET_REACH, values![server, reach, fresh.status, fresh.reason])
            .await?;
        let stack = row.ok_or(StoreError::NotFound)?.get("stack_id")?;
        self.touch_place(server, stack);
        Ok(())
    }

    pub(crate) async fn host_keys_in(
        &mut self,
        server: ServerId,
        state: HostKeyState,
    ) -> Result<Vec<HostKey>, StoreError> {
        self.all(&IN_STATE, values![server, state])
            .await?
            .iter()
            .map(key)
            .collect()
    }

    pub(crate) async fn put_host_key(
        &mut self,
        server: ServerId,
        key: &HostKey,
        state: HostKeyState,
        by: Option<&str>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let decided = by.map(|_| now);
        let by = by.map(str::to_owned);
        let values = values![
            server,
            &key.algorithm,
            &key.base64,
            &key.fingerprint,
            state,
            now,
            decided,
            by
        ];
        self.run(&PUT, values).await.map(drop)
    }
}

pub(crate) fn key(row: &Row) -> Result<HostKey, StoreError> {
    Ok(HostKey {
        algorithm: row.get("algorithm")?,
        base64: row.get("base64")?,
        fingerprint: row.get("fingerprint")?,
    })
}
