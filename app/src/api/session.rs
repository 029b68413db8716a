//! Ways in and out: first run, log-in, invitation, log-out; and who is in.

use super::packed::{Calls, Outcomes, Packed};
#[cfg(feature = "ssr")]
use super::request::{ask, caller, finish, own_page, session, tell, usecases};
use super::{ApiError, Done};
use leptos::prelude::*;
#[cfg(feature = "ssr")]
use leptos::server_fn::ServerFn as _;
use model::view::{Frame, Invitation, SetupState};

/// What surrounds every page of the person who is logged in.
#[server(name = ReadFrame, prefix = "/do", endpoint = "frame", protocol = Calls)]
pub(crate) async fn frame() -> Result<Packed<Frame>, ApiError> {
    let ask = ask().await?;
    tell(ask.usecases.frame(&ask.actor).await)
}

/// How far Drydock is set up, for the pages that nobody is logged in for.
#[server(name = ReadEntrance, prefix = "/do", endpoint = "entrance", protocol = Calls)]
pub(crate) async fn entrance() -> Result<Packed<SetupState>, ApiError> {
    tell(usecases()?.setup_state().await)
}

/// Who is invited by the link with this token.
#[server(name = ReadInvitation, prefix = "/do", endpoint = "invitation", protocol = Calls)]
pub(crate) async fn invitation(token: String) -> Result<Packed<Invitation>, ApiError> {
    tell(usecases()?.invitation(&caller(), &token).await)
}

/// Makes the first admin and logs them in.
#[server(prefix = "/do", endpoint = "first_run", output = Outcomes)]
pub(crate) async fn first_run(token: String, name: String, password: String) -> Result<Done, ApiError> {
    let done = async {
        let user = usecases()?
            .first_run(&caller(), token, name, password.into())
            .await?;
        session()?.start(user).await?;
        Ok(Done::enter("/welcome"))
    };
    finish(FirstRun::PATH, done.await)
}

/// Logs a person in and leads to the page they came for.
#[server(prefix = "/do", endpoint = "log_in", output = Outcomes)]
pub(crate) async fn log_in(
    name: String,
    password: String,
    #[server(default)] next: String,
) -> Result<Done, ApiError> {
    let done = async {
        let user = usecases()?.log_in(&caller(), name, password.into()).await?;
        session()?.start(user).await?;
        Ok(Done::enter(own_page(&next)))
    };
    finish(LogIn::PATH, done.await)
}

/// Takes up an invitation and logs the person in.
#[server(prefix = "/do", endpoint = "join", output = Outcomes)]
pub(crate) async fn join(token: String, password: String) -> Result<Done, ApiError> {
    let done = async {
        let user = usecases()?.join(&caller(), token, password.into()).await?;
        session()?.start(user).await?;
        Ok(Done::enter("/"))
    };
    finish(Join::PATH, done.await)
}

/// Lets things happen on schedule again.
#[server(prefix = "/do", endpoint = "switch_schedule_on", output = Outcomes)]
pub(crate) async fn switch_schedule_on() -> Result<Done, ApiError> {
    let done = async {
        let ask = ask().await?;
        ask.usecases.switch_schedule_on(&ask.actor).await?;
        Ok(Done::say("The schedule is on."))
    };
    finish(SwitchScheduleOn::PATH, done.await)
}

/// Ends this browser's session.
#[server(prefix = "/do", endpoint = "log_out", output = Outcomes)]
pub(crate) async fn log_out() -> Result<Done, ApiError> {
    let done = async {
        session()?.end().await?;
        Ok(Done::enter("/login"))
    };
    finish(LogOut::PATH, done.await)
}
