//! Passwords: argon2id, off the async threads, few at a time.

use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use secrecy::{ExposeSecret as _, SecretString};
use std::sync::Arc;
use tokio::sync::Semaphore;

use crate::Error;

/// Hashes and checks passwords. Every hash takes 19 MiB for a moment, so only four are under way at once.
#[derive(Debug, Clone)]
pub struct Hasher {
    slots: Arc<Semaphore>,
    /// The hash of a password that nobody has, checked when a name is unknown so that the answer takes as long.
    decoy: Arc<str>,
}

impl Hasher {
    /// Makes a hasher; takes as long as one hash.
    ///
    /// # Errors
    /// When the system's random source fails.
    pub fn new() -> Result<Self, Error> {
        let nobody = crate::access::token::new_token().map_err(Error::internal)?;
        let decoy = hash_now(&SecretString::from(nobody))?;
        Ok(Self {
            slots: Arc::new(Semaphore::new(4)),
            decoy: decoy.into(),
        })
    }

    /// The PHC string of a new password.
    ///
    /// # Errors
    /// When the system's random source fails.
    pub(crate) async fn hash(&self, password: SecretString) -> Result<String, Error> {
        let _slot = self.slots.acquire().await.map_err(Error::internal)?;
        tokio::task::spawn_blocking(move || hash_now(&password))
            .await
            .map_err(Error::internal)?
    }

    /// Whether `password` belongs to `hash`. Without a hash the answer is no, after the same work.
    ///
    /// # Errors
    /// When a stored hash cannot be read.
    pub(crate) async fn verify(&self, hash: Option<String>, password: SecretString) -> Result<bool, Error> {
        let _slot = self.slots.acquire().await.map_err(Error::internal)?;
        let decoy = Arc::clone(&self.decoy);
        tokio::task::spawn_blocking(move || {
            let known = hash.is_some();
            let text = hash.unwrap_or_else(|| decoy.to_string());
            match argon2().verify_password(password.expose_secret().as_bytes(), text.as_str()) {
                Ok(()) => Ok(known),
                Err(argon2::password_hash::Error::PasswordInvalid) => Ok(false),
                Err(error) => Err(Error::internal(error.to_string())),
            }
        })
        .await
        .map_err(Error::internal)?
    }
}

/// argon2id with the parameters that OWASP's Password Storage Cheat Sheet names first: 19 MiB, 2 passes, 1 lane.
fn argon2() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::DEFAULT)
}

fn hash_now(password: &SecretString) -> Result<String, Error> {
    argon2()
        .hash_password(password.expose_secret().as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|error| Error::internal(error.to_string()))
}
