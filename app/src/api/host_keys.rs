//! Calls about host keys: ask for them, confirm them, decide about changed ones.

use super::packed::Outcomes;
#[cfg(feature = "ssr")]
use super::request::{ask, finish};
#[cfg(feature = "ssr")]
use super::server_form::parse_id;
use super::{ApiError, Done};
use leptos::prelude::*;
#[cfg(feature = "ssr")]
use leptos::server_fn::ServerFn as _;

/// Asks the server for its host keys.
#[server(prefix = "/do", endpoint = "fingerprint", output = Outcomes)]
pub(crate) async fn fingerprint(id: String) -> Result<Done, ApiError> {
    let done = async {
        let ask = ask().await?;
        ask.usecases.fingerprint(&ask.actor, parse_id(&id)?).await?;
        Ok(Done::say("Asking the server for its host keys."))
    };
    finish(Fingerprint::PATH, done.await)
}

/// Confirms the host keys with these fingerprints: exactly those that the person saw.
#[server(prefix = "/do", endpoint = "confirm_host_keys", output = Outcomes)]
pub(crate) async fn confirm_host_keys(
    id: String,
    #[server(default)] fingerprints: Vec<String>,
) -> Result<Done, ApiError> {
    let done = async {
        let ask = ask().await?;
        ask.usecases
            .confirm_host_keys(&ask.actor, parse_id(&id)?, fingerprints)
            .await?;
        Ok(Done::say("Confirmed. Drydock scans the server now."))
    };
    finish(ConfirmHostKeys::PATH, done.await)
}

/// Decides about host keys that differ from the confirmed ones: `accept` replaces those, else nothing changes.
#[server(prefix = "/do", endpoint = "decide_host_keys", output = Outcomes)]
pub(crate) async fn decide_host_keys(
    id: String,
    accept: bool,
    #[server(default)] fingerprints: Vec<String>,
) -> Result<Done, ApiError> {
    let done = async {
        let ask = ask().await?;
        ask.usecases
            .decide_host_keys(&ask.actor, parse_id(&id)?, accept, fingerprints)
            .await?;
        Ok(Done::say(if accept {
            "The new host keys are the confirmed ones now. Drydock scans the server."
        } else {
            "The new host keys are refused. The confirmed ones stay."
        }))
    };
    finish(DecideHostKeys::PATH, done.await)
}
