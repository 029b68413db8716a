//! Calls about servers: the list, one server, adding, changing, removing, scanning.

use super::packed::{Calls, Outcomes, Packed};
#[cfg(feature = "ssr")]
use super::request::{answer, ask, finish, tell};
use super::server_form::ServerForm;
#[cfg(feature = "ssr")]
use super::server_form::parse_id;
use super::{ApiError, Done};
use leptos::prelude::*;
#[cfg(feature = "ssr")]
use leptos::server_fn::ServerFn as _;
use model::view::{ServerFormPage, ServerPage, ServersPage, ServersQuery};

/// One page of the list.
#[server(name = ReadServers, prefix = "/do", endpoint = "servers", protocol = Calls)]
pub(crate) async fn servers(query: ServersQuery) -> Result<Packed<ServersPage>, ApiError> {
    let ask = ask().await?;
    tell(ask.usecases.servers(&ask.actor, query).await)
}

/// One server's page.
#[server(name = ReadServer, prefix = "/do", endpoint = "server", protocol = Calls)]
pub(crate) async fn server(id: String) -> Result<Packed<ServerPage>, ApiError> {
    let ask = ask().await?;
    let id = answer(parse_id(&id))?;
    tell(ask.usecases.server(&ask.actor, id).await)
}

/// The form that adds a server, or changes the one named.
#[server(name = ReadServerForm, prefix = "/do", endpoint = "server_form", protocol = Calls)]
pub(crate) async fn server_form(id: Option<String>) -> Result<Packed<ServerFormPage>, ApiError> {
    let ask = ask().await?;
    let id = answer(id.as_deref().map(parse_id).transpose())?;
    tell(ask.usecases.server_form(&ask.actor, id).await)
}

/// Adds a server and leads to its page, where its host key waits to be confirmed.
#[server(prefix = "/do", endpoint = "add_server", output = Outcomes)]
pub(crate) async fn add_server(#[server(flatten)] form: ServerForm) -> Result<Done, ApiError> {
    let done = async {
        let ask = ask().await?;
        let id = ask.usecases.add_server(&ask.actor, form.read()?).await?;
        Ok(Done::go(format!("/servers/{id}")))
    };
    finish(AddServer::PATH, done.await)
}

/// Changes a server.
#[server(prefix = "/do", endpoint = "edit_server", output = Outcomes)]
pub(crate) async fn edit_server(id: String, #[server(flatten)] form: ServerForm) -> Result<Done, ApiError> {
    let done = async {
        let ask = ask().await?;
        ask.usecases
            .edit_server(&ask.actor, parse_id(&id)?, form.read()?)
            .await?;
        Ok(Done::go(format!("/servers/{id}")))
    };
    finish(EditServer::PATH, done.await)
}

/// Removes a server from Drydock. Nothing is done on the server itself.
#[server(prefix = "/do", endpoint = "remove_server", output = Outcomes)]
pub(crate) async fn remove_server(id: String) -> Result<Done, ApiError> {
    let done = async {
        let ask = ask().await?;
        ask.usecases.remove_server(&ask.actor, parse_id(&id)?).await?;
        Ok(Done::go("/servers"))
    };
    finish(RemoveServer::PATH, done.await)
}

/// Asks whether the log-in works and what the account may do.
#[server(prefix = "/do", endpoint = "probe", output = Outcomes)]
pub(crate) async fn probe(id: String) -> Result<Done, ApiError> {
    let done = async {
        let ask = ask().await?;
        ask.usecases.probe(&ask.actor, parse_id(&id)?).await?;
        Ok(Done::say("Testing the log-in: this page shows what comes of it."))
    };
    finish(Probe::PATH, done.await)
}

/// Asks for a scan of each of these servers.
#[server(prefix = "/do", endpoint = "scan", output = Outcomes)]
pub(crate) async fn scan(#[server(default)] ids: Vec<String>) -> Result<Done, ApiError> {
    let done = async {
        let ask = ask().await?;
        let ids = ids.iter().map(|id| parse_id(id)).collect::<Result<Vec<_>, _>>()?;
        let asked = ask.usecases.scan(&ask.actor, ids).await?;
        Ok(Done::say(match asked {
            0 => "Nothing to scan: choose servers first, or wait for the scans under way.".to_owned(),
            1 => "One scan asked for.".to_owned(),
            _ => format!("{asked} scans asked for."),
        }))
    };
    finish(Scan::PATH, done.await)
}
