//! Invitations: a one-time link lets somebody choose a password. Only the token's hash is kept.

use crate::sql::{statements, values};
use crate::{Store, StoreError, Tx};
use model::{Timestamp, Topic, UserId};

statements! {
    PUT = "INSERT INTO invitations (token_hash, user_id, created_at, expires_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (user_id) DO UPDATE SET token_hash = excluded.token_hash, created_at = excluded.created_at,
            expires_at = excluded.expires_at";
    FIND = "SELECT user_id FROM invitations WHERE token_hash = $1 AND expires_at > $2";
    TAKE = "DELETE FROM invitations WHERE token_hash = $1 AND expires_at > $2 RETURNING user_id";
    FORGET = "DELETE FROM invitations WHERE user_id = $1";
}

impl Tx {
    /// Invites a person; an older link of theirs ends.
    ///
    /// # Errors
    /// [`crate::Conflict::Reference`] when the person is not there.
    pub async fn invite(
        &mut self,
        user: UserId,
        token_hash: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<(), StoreError> {
        self.touch(Topic::Settings);
        self.run(&PUT, values![token_hash, user, now, until])
            .await
            .map(drop)
    }

    /// Uses an invitation up. `None`: there is none, or it has expired.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn take_invitation(
        &mut self,
        token_hash: &str,
        now: Timestamp,
    ) -> Result<Option<UserId>, StoreError> {
        self.first(&TAKE, values![token_hash, now])
            .await?
            .map(|row| row.get("user_id"))
            .transpose()
    }

    /// Takes a person's invitation back.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn withdraw_invitation(&mut self, user: UserId) -> Result<(), StoreError> {
        self.run(&FORGET, values![user]).await.map(drop)
    }
}

impl Store {
    /// Whom an invitation is for, without using it up.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn invited(&self, token_hash: &str, now: Timestamp) -> Result<Option<UserId>, StoreError> {
        let row = self.read().await?.first(&FIND, values![token_hash, now]).await?;
        row.map(|row| row.get("user_id")).transpose()
    }
}
