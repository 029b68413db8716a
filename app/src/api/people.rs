//! Calls about people and their roles.

use super::packed::{Calls, Outcomes, Packed};
#[cfg(feature = "ssr")]
use super::request::{ask, finish, tell};
#[cfg(feature = "ssr")]
use super::server_form::{choice, parse_id};
use super::{ApiError, Done};
use leptos::prelude::*;
#[cfg(feature = "ssr")]
use leptos::server_fn::ServerFn as _;
use model::view::PeoplePage;
#[cfg(feature = "ssr")]
use model::{Role, input::NewPerson};

/// The people.
#[server(name = ReadPeople, prefix = "/do", endpoint = "people", protocol = Calls)]
pub(crate) async fn people() -> Result<Packed<PeoplePage>, ApiError> {
    let ask = ask().await?;
    tell(ask.usecases.people(&ask.actor).await)
}

/// Invites a person; the link is shown once.
#[server(prefix = "/do", endpoint = "invite", output = Outcomes)]
pub(crate) async fn invite(name: String, #[server(default)] role: String) -> Result<Done, ApiError> {
    let done = async {
        let ask = ask().await?;
        let person = NewPerson {
            name: name.trim().to_owned(),
            role: choice("role", &role, Role::Viewer)?,
        };
        Ok(Done::invited(ask.usecases.invite(&ask.actor, person).await?))
    };
    finish(Invite::PATH, done.await)
}

/// Makes a fresh link for a person who has none that works.
#[server(prefix = "/do", endpoint = "invite_again", output = Outcomes)]
pub(crate) async fn invite_again(id: String) -> Result<Done, ApiError> {
    let done = async {
        let ask = ask().await?;
        Ok(Done::invited(
            ask.usecases.invite_again(&ask.actor, parse_id(&id)?).await?,
        ))
    };
    finish(InviteAgain::PATH, done.await)
}

/// Gives a person another role.
#[server(prefix = "/do", endpoint = "set_role", output = Outcomes)]
pub(crate) async fn set_role(id: String, role: String) -> Result<Done, ApiError> {
    let done = async {
        let ask = ask().await?;
        let role = choice("role", &role, Role::Viewer)?;
        ask.usecases.set_role(&ask.actor, parse_id(&id)?, role).await?;
        Ok(Done::say("The role is changed."))
    };
    finish(SetRole::PATH, done.await)
}

/// Switches an account off, or on again.
#[server(prefix = "/do", endpoint = "set_disabled", output = Outcomes)]
pub(crate) async fn set_disabled(id: String, disabled: bool) -> Result<Done, ApiError> {
    let done = async {
        let ask = ask().await?;
        ask.usecases
            .set_disabled(&ask.actor, parse_id(&id)?, disabled)
            .await?;
        Ok(Done::say(if disabled {
            "The account is switched off."
        } else {
            "The account works again."
        }))
    };
    finish(SetDisabled::PATH, done.await)
}
