//! Calls about *Deploy with options*: the form, a preview of what it holds, and options under a name.

use super::packed::{Calls, Outcomes, Packed};
#[cfg(feature = "ssr")]
use super::request::{answer, ask, finish, finish_at, tell};
#[cfg(feature = "ssr")]
use super::server_form::parse_id;
use super::{ApiError, Done};
use crate::options_form::Fields;
#[cfg(feature = "ssr")]
use crate::options_form::{care_of, options_of};
use leptos::prelude::*;
#[cfg(feature = "ssr")]
use leptos::server_fn::ServerFn as _;
use model::view::DeployForm;
#[cfg(feature = "ssr")]
use model::{
    ErrorCode, PublicError, ServerId, options::PROFILE_VERSION, options::Profile, view::PreviewAsked,
};

/// The form for one stack.
#[server(name = ReadDeployForm, prefix = "/do", endpoint = "deploy_form", protocol = Calls)]
pub(crate) async fn deploy_form(id: String, profile: Option<String>) -> Result<Packed<DeployForm>, ApiError> {
    let ask = ask().await?;
    let id = answer(parse_id(&id))?;
    let profile = answer(profile.as_deref().map(parse_id).transpose())?;
    let form = match ask.usecases.deploy_form(&ask.actor, id, profile).await {
        // The profile may have been removed since somebody kept its address: then nothing is ticked, and the page says so.
        Err(error) if error.kind() == ErrorCode::NotFound && profile.is_some() => {
            ask.usecases.deploy_form(&ask.actor, id, None).await
        }
        form => form,
    };
    tell(form)
}

/// Previews what the form holds and leads to the plan. A form that is not accepted comes back with what was in it, also
/// without scripts.
#[server(prefix = "/do", endpoint = "preview", output = Outcomes)]
pub(crate) async fn preview(
    stack: String,
    #[server(default)] profile: String,
    #[server(default)] servers: Vec<String>,
    #[server(flatten)] fields: Fields,
) -> Result<Done, ApiError> {
    let done = async {
        let ask = ask().await?;
        let asked = PreviewAsked {
            stack: Some(parse_id(&stack)?),
            servers: chosen(&fields, &servers)?,
            options: options_of(&fields).map_err(PublicError::fields)?,
            profile: match profile.as_str() {
                "" => None,
                id => Some(parse_id(id)?),
            },
        };
        let plan = ask.usecases.preview(&ask.actor, asked).await?;
        Ok(Done::go(format!("/plans/{plan}")))
    };
    finish_at(Preview::PATH, done.await, || {
        fields.address(&stack, servers.iter().map(String::as_str))
    })
}

/// Saves what the form holds under a name.
#[server(prefix = "/do", endpoint = "save_profile", output = Outcomes)]
pub(crate) async fn save_profile(
    stack: String,
    #[server(default)] profile_name: String,
    #[server(default)] servers: Vec<String>,
    #[server(flatten)] fields: Fields,
) -> Result<Done, ApiError> {
    let done = async {
        let ask = ask().await?;
        let profile = Profile {
            v: PROFILE_VERSION,
            name: profile_name.trim().to_owned(),
            options: options_of(&fields).map_err(PublicError::fields)?,
        };
        let name = profile.name.clone();
        let of = Some(parse_id(&stack)?);
        let saved = ask.usecases.save_profile(&ask.actor, of, profile).await;
        saved.map_err(|error| ApiError(in_form(error.into_public())))?;
        Ok(Done::say(format!(
            "Saved as {name}. It is in the stack's Deploy menu."
        )))
    };
    finish_at(SaveProfile::PATH, done.await, || {
        { fields.address(&stack, servers.iter().map(String::as_str)) }
    })
}

/// Removes options under a name.
#[server(prefix = "/do", endpoint = "remove_profile", output = Outcomes)]
pub(crate) async fn remove_profile(stack: String, id: String) -> Result<Done, ApiError> {
    let done = async {
        let ask = ask().await?;
        ask.usecases.remove_profile(&ask.actor, parse_id(&id)?).await?;
        Ok(Done {
            said: Some("The profile is removed.".to_owned()),
            ..Done::go(format!("/stacks/{stack}/deploy"))
        })
    };
    finish(RemoveProfile::PATH, done.await)
}

/// Sets how many servers of a group stay in service, and what is done around the work on them.
#[server(prefix = "/do", endpoint = "set_care", output = Outcomes)]
pub(crate) async fn set_care(
    group: String,
    at: String,
    #[server(flatten)] fields: Fields,
) -> Result<Done, ApiError> {
    let done = async {
        let ask = ask().await?;
        let least = format!("{at}.min_in_service");
        let min_in_service = match fields.get(&least).trim() {
            "" => None,
            number => Some(number.parse().map_err(|_| {
                PublicError::invalid(&least, "Write how many servers must stay in service, or nothing.")
            })?),
        };
        let care = care_of(&fields, &at).map_err(PublicError::fields)?;
        let group = parse_id(&group)?;
        let set = ask
            .usecases
            .set_group_care(&ask.actor, group, min_in_service, care);
        set.await
            .map_err(|error| ApiError(under(&at, error.into_public())))?;
        Ok(Done::say("Saved. The next plan follows it."))
    };
    finish(SetCare::PATH, done.await)
}

/// The servers that are chosen; none stands for all.
#[cfg(feature = "ssr")]
fn chosen(fields: &Fields, servers: &[String]) -> Result<Vec<ServerId>, PublicError> {
    if fields.get("which") != "some" {
        return Ok(Vec::new());
    }
    if servers.is_empty() {
        return Err(PublicError::invalid(
            "servers",
            "Tick at least one server, or choose all of them.",
        ));
    }
    servers.iter().map(|id| parse_id(id)).collect()
}

/// The names of fields as the form has them, where they are a profile's.
#[cfg(feature = "ssr")]
fn in_form(mut error: PublicError) -> PublicError {
    let renamed = |field: &str| match field {
        "name" => "profile_name".to_owned(),
        field => field.strip_prefix("options.").unwrap_or(field).to_owned(),
    };
    error.field = error.field.as_deref().map(renamed);
    for field in &mut error.fields {
        field.field = renamed(&field.field);
    }
    error
}

/// The names of fields as the form has them, where they are a group's.
#[cfg(feature = "ssr")]
fn under(at: &str, mut error: PublicError) -> PublicError {
    let renamed = |field: &str| {
        let field = field.strip_prefix("balancer.").unwrap_or(field);
        let field = if field == "timeout_secs" {
            "balancer_timeout_secs"
        } else {
            field
        };
        format!("{at}.{field}")
    };
    error.field = error.field.as_deref().map(renamed);
    for field in &mut error.fields {
        field.field = renamed(&field.field);
    }
    error
}
