//! Calls about Drydock's SSH keys.

use super::packed::{Calls, Outcomes, Packed};
#[cfg(feature = "ssr")]
use super::request::{ask, finish, tell};
#[cfg(feature = "ssr")]
use super::server_form::{choice, parse_id};
use super::{ApiError, Done};
use leptos::prelude::*;
#[cfg(feature = "ssr")]
use leptos::server_fn::ServerFn as _;
#[cfg(feature = "ssr")]
use model::KeyAlgorithm;
use model::view::KeysPage;

/// The keys, without their private halves.
#[server(name = ReadKeys, prefix = "/do", endpoint = "keys", protocol = Calls)]
pub(crate) async fn keys() -> Result<Packed<KeysPage>, ApiError> {
    let ask = ask().await?;
    tell(ask.usecases.keys(&ask.actor).await)
}

/// Makes a key.
#[server(prefix = "/do", endpoint = "generate_key", output = Outcomes)]
pub(crate) async fn generate_key(
    name: String,
    #[server(default)] algorithm: String,
) -> Result<Done, ApiError> {
    let done = async {
        let ask = ask().await?;
        let algorithm = choice("algorithm", &algorithm, KeyAlgorithm::Ed25519)?;
        ask.usecases
            .generate_key(&ask.actor, name.trim().to_owned(), algorithm)
            .await?;
        Ok(Done::say(
            "The key is made. Copy its public line to your servers.",
        ))
    };
    finish(GenerateKey::PATH, done.await)
}

/// Takes a private key that was pasted.
#[server(prefix = "/do", endpoint = "add_key", output = Outcomes)]
pub(crate) async fn add_key(
    name: String,
    pem: String,
    #[server(default)] passphrase: String,
) -> Result<Done, ApiError> {
    let done = async {
        let ask = ask().await?;
        let passphrase = (!passphrase.is_empty()).then(|| passphrase.into());
        ask.usecases
            .add_key(&ask.actor, name.trim().to_owned(), pem.into(), passphrase)
            .await?;
        Ok(Done::say("The key is added and sealed."))
    };
    finish(AddKey::PATH, done.await)
}

/// Removes a key that no server uses.
#[server(prefix = "/do", endpoint = "remove_key", output = Outcomes)]
pub(crate) async fn remove_key(id: String) -> Result<Done, ApiError> {
    let done = async {
        let ask = ask().await?;
        ask.usecases.remove_key(&ask.actor, parse_id(&id)?).await?;
        Ok(Done::say("The key is removed."))
    };
    finish(RemoveKey::PATH, done.await)
}
