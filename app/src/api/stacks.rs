//! Calls about stacks.

use super::packed::{Calls, Outcomes, Packed};
#[cfg(feature = "ssr")]
use super::request::{answer, ask, finish, tell};
#[cfg(feature = "ssr")]
use super::server_form::{choice, parse_id};
use super::{ApiError, Done};
use leptos::prelude::*;
#[cfg(feature = "ssr")]
use leptos::server_fn::ServerFn as _;
use model::view::{StackPage, StacksPage};
#[cfg(feature = "ssr")]
use model::{Criticality, PublicError, input::NewStack};
use serde::{Deserialize, Serialize};

/// The form's fields as text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct StackForm {
    name: String,
    environment: String,
    criticality: String,
    owner: String,
}

#[cfg(feature = "ssr")]
impl StackForm {
    fn read(self) -> Result<NewStack, PublicError> {
        let stack = NewStack {
            name: self.name.trim().to_owned(),
            environment: self.environment.trim().to_owned(),
            criticality: choice("criticality", &self.criticality, Criticality::Normal)?,
            owner: match self.owner.as_str() {
                "" => None,
                owner => Some(parse_id(owner)?),
            },
        };
        stack.check()?;
        Ok(stack)
    }
}

/// The list.
#[server(name = ReadStacks, prefix = "/do", endpoint = "stacks", protocol = Calls)]
pub(crate) async fn stacks() -> Result<Packed<StacksPage>, ApiError> {
    let ask = ask().await?;
    tell(ask.usecases.stacks(&ask.actor).await)
}

/// One stack's page.
#[server(name = ReadStack, prefix = "/do", endpoint = "stack", protocol = Calls)]
pub(crate) async fn stack(id: String) -> Result<Packed<StackPage>, ApiError> {
    let ask = ask().await?;
    let id = answer(parse_id(&id))?;
    tell(ask.usecases.stack(&ask.actor, id).await)
}

/// Makes a stack and leads to its page.
#[server(prefix = "/do", endpoint = "create_stack", output = Outcomes)]
pub(crate) async fn create_stack(#[server(flatten)] form: StackForm) -> Result<Done, ApiError> {
    let done = async {
        let ask = ask().await?;
        let id = ask.usecases.create_stack(&ask.actor, form.read()?).await?;
        Ok(Done::go(format!("/stacks/{id}")))
    };
    finish(CreateStack::PATH, done.await)
}

/// Changes a stack.
#[server(prefix = "/do", endpoint = "edit_stack", output = Outcomes)]
pub(crate) async fn edit_stack(id: String, #[server(flatten)] form: StackForm) -> Result<Done, ApiError> {
    let done = async {
        let ask = ask().await?;
        ask.usecases
            .edit_stack(&ask.actor, parse_id(&id)?, form.read()?)
            .await?;
        Ok(Done::say("Saved."))
    };
    finish(EditStack::PATH, done.await)
}

/// Removes a stack that has no servers.
#[server(prefix = "/do", endpoint = "remove_stack", output = Outcomes)]
pub(crate) async fn remove_stack(id: String) -> Result<Done, ApiError> {
    let done = async {
        let ask = ask().await?;
        ask.usecases.remove_stack(&ask.actor, parse_id(&id)?).await?;
        Ok(Done::go("/stacks"))
    };
    finish(RemoveStack::PATH, done.await)
}
