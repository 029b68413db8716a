//! What a server offered when it was asked for its keys.

use super::FORGET_STATE;
use crate::sql::{statements, values};
use crate::{Store, StoreError, Tx};
use model::{HostKey, HostKeyState, Reach, RunId, ServerId, Timestamp, Topic};

statements! {
    // A server that was never heard from shows why; every other keeps what its last scan said.
    ASKED_IN_VAIN = "UPDATE servers SET reach = $2, reach_detail = $3, tried_at = $4, status = $5, reason = $6,
            trusted_until = NULL
        WHERE id = $1 AND seen_at IS NULL";
}

/// What a server answered when it was asked for its host keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Offer {
    /// These keys.
    Keys(Vec<HostKey>),
    /// Nothing.
    Failed {
        /// The state to show.
        reach: Reach,
        /// What exactly was seen, without secrets.
        detail: String,
    },
}

/// The result of one fingerprint check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FingerprintRecord {
    /// The run in whose name this is written.
    pub run: RunId,
    /// Its fencing number.
    pub epoch: i64,
    /// The server.
    pub server: ServerId,
    /// When the answer was there.
    pub at: Timestamp,
    /// The answer.
    pub offer: Offer,
}

impl Store {
    /// Writes the result of a fingerprint check. `false`: the run is not the caller's any more, nothing was written.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn record_fingerprint(&self, record: FingerprintRecord) -> Result<bool, StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                if !tx.holds(record.run, record.epoch).await? {
                    return Ok(false);
                }
                tx.touch(Topic::Server(record.server));
                match record.offer {
                    Offer::Keys(keys) => tx.offer_host_keys(record.server, &keys, record.at).await?,
                    Offer::Failed { reach, detail } => {
                        let (status, reason) = model::server_status(reach, None, record.at);
                        let values = values![record.server, reach, detail, record.at, status, reason];
                        tx.run(&ASKED_IN_VAIN, values).await?;
                    }
                }
                Ok(true)
            })
        })
        .await
    }
}

impl Tx {
    /// Notes keys that a server offered without proof of anything else: for a person to confirm while none is
    /// pinned; as a conflict when none of them is pinned.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn offer_host_keys(
        &mut self,
        server: ServerId,
        keys: &[HostKey],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        if keys.is_empty() {
            return Ok(());
        }
        let pinned = self.host_keys_in(server, HostKeyState::Pinned).await?;
        let (state, reach) = if pinned.is_empty() {
            (HostKeyState::Offered, Reach::KeyUnconfirmed)
        } else if keys.iter().any(|key| pinned.contains(key)) {
            // The server is who it was; what else it offers is not proven by this and not needed.
            return Ok(());
        } else {
            (HostKeyState::Conflicting, Reach::KeyChanged)
        };
        self.run(&FORGET_STATE, values![server, state]).await?;
        for key in keys {
            self.put_host_key(server, key, state, None, now).await?;
        }
        self.set_reach(server, reach, now).await
    }
}
