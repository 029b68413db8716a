//! Drydock's SSH keys: made here or brought along, sealed before they are stored, never shown again.

use crate::pages::when;
use crate::{Actor, Error, Usecases};
use model::view::{KeyRow, KeysPage};
use model::{ErrorCode, KeyAlgorithm, KeyId, PublicError, Right, is_name};
use secrecy::{ExposeSecret as _, SecretString};
use std::sync::Arc;
use store::{NewAudit, NewKey};
use world::{KeyError, KeyPair};

/// The largest accepted private key, in bytes: RSA with 16,384 bits has 13 kB.
const PEM_MAX: usize = 32 * 1024;

impl Usecases {
    /// The keys, without their private halves.
    ///
    /// # Errors
    /// When the role does not allow it, or the database cannot be read.
    pub async fn keys(&self, actor: &Actor) -> Result<KeysPage, Error> {
        actor.needs(Right::Read)?;
        let keys = self.store.keys().await?;
        let row = |key: store::StoredKey| KeyRow {
            public: super::public_line(&key),
            id: key.id,
            name: key.name,
            algorithm: key.algorithm,
            fingerprint: key.fingerprint,
            generated: key.generated,
            servers: key.servers,
            created: when(key.created_at),
        };
        Ok(KeysPage {
            now: self.clock.now(),
            keys: keys.into_iter().map(row).collect(),
        })
    }

    /// Makes a key.
    ///
    /// # Errors
    /// When the role does not allow it, or the name is taken.
    pub async fn generate_key(
        &self,
        actor: &Actor,
        name: String,
        algorithm: KeyAlgorithm,
    ) -> Result<KeyId, Error> {
        actor.needs(Right::EditKeys)?;
        let tool = Arc::clone(&self.keys);
        let made = tokio::task::spawn_blocking(move || tool.generate(algorithm))
            .await
            .map_err(Error::internal)?;
        self.store_key(actor, name, made.map_err(Error::internal)?, true)
            .await
    }

    /// Takes a private key that a person pastes. A passphrase opens it once; Drydock seals it with its own secret.
    ///
    /// # Errors
    /// When the role does not allow it, the name is taken, or the key cannot be used.
    pub async fn add_key(
        &self,
        actor: &Actor,
        name: String,
        pem: SecretString,
        passphrase: Option<SecretString>,
    ) -> Result<KeyId, Error> {
        actor.needs(Right::EditKeys)?;
        if pem.expose_secret().len() > PEM_MAX {
            return Err(PublicError::invalid("pem", "That is too long for a private key.").into());
        }
        let tool = Arc::clone(&self.keys);
        let read = tokio::task::spawn_blocking(move || tool.read(&pem, passphrase.as_ref()));
        let pair = read.await.map_err(Error::internal)?.map_err(|error| {
            let field = match error {
                KeyError::NeedsPassphrase | KeyError::WrongPassphrase => "passphrase",
                KeyError::NotAKey | KeyError::Unusable(_) => "pem",
            };
            Error::public(PublicError::invalid(field, sentence(&error.to_string())))
        })?;
        self.store_key(actor, name, pair, false).await
    }

    /// Removes a key that no server uses.
    ///
    /// # Errors
    /// When the role does not allow it, or servers log in with it.
    pub async fn remove_key(&self, actor: &Actor, id: KeyId) -> Result<(), Error> {
        actor.needs(Right::EditKeys)?;
        let key = self
            .store
            .key(id)
            .await?
            .ok_or_else(|| Error::code(ErrorCode::NotFound))?;
        if key.servers > 0 {
            let said = format!(
                "{} servers log in with this key. Give them another one first.",
                key.servers
            );
            return Err(PublicError::conflict(said).into());
        }
        let line = self.line(
            actor,
            "remove_key",
            format!("removed the key {}", key.name),
            Some(id.to_string()),
        );
        self.store
            .write::<_, Error, _>(move |tx| {
                Box::pin(async move {
                    tx.remove_key(id).await?;
                    tx.audit(&line).await?;
                    Ok(())
                })
            })
            .await
    }

    async fn store_key(
        &self,
        actor: &Actor,
        name: String,
        pair: KeyPair,
        generated: bool,
    ) -> Result<KeyId, Error> {
        let name = name.trim().to_owned();
        if !is_name(&name) {
            return Err(
                PublicError::invalid("name", "A key's name has 1 to 64 letters, digits and . - _.").into(),
            );
        }
        let how = if generated { "made" } else { "added" };
        let line = self.line(
            actor,
            "add_key",
            format!("{how} the key {name} ({})", pair.fingerprint),
            None,
        );
        let key = NewKey {
            name,
            algorithm: pair.algorithm,
            public: pair.public,
            fingerprint: pair.fingerprint,
            private: pair.private,
            generated,
        };
        let now = self.clock.now();
        self.store
            .write::<_, Error, _>(move |tx| {
                Box::pin(async move {
                    let id = tx.insert_key(&key, now).await?;
                    tx.audit(&NewAudit {
                        subject: Some(id.to_string()),
                        ..line
                    })
                    .await?;
                    Ok(id)
                })
            })
            .await
    }
}

/// An error's text as a sentence.
fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars
        .next()
        .map(|c| c.to_uppercase().to_string())
        .unwrap_or_default();
    format!("{first}{}.", chars.as_str())
}
