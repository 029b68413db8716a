//! Calls about reboots: who needs one, and a plan for those that were chosen.

use super::packed::{Calls, Outcomes, Packed};
#[cfg(feature = "ssr")]
use super::request::{ask, finish, tell};
#[cfg(feature = "ssr")]
use super::server_form::parse_id;
use super::{ApiError, Done};
use leptos::prelude::*;
#[cfg(feature = "ssr")]
use leptos::server_fn::ServerFn as _;
use model::view::{RebootsAsked, RebootsPage};
#[cfg(feature = "ssr")]
use model::{
    PublicError,
    options::{Options, Strategy, WaveSize},
    view::PreviewAsked,
};

/// One page of the list.
#[server(name = ReadReboots, prefix = "/do", endpoint = "reboots", protocol = Calls)]
pub(crate) async fn reboots(asked: RebootsAsked) -> Result<Packed<RebootsPage>, ApiError> {
    let ask = ask().await?;
    tell(ask.usecases.reboots(&ask.actor, asked).await)
}

/// Plans reboots of the chosen servers, or restarts of their services, and leads to the plan.
#[server(prefix = "/do", endpoint = "plan_reboots", output = Outcomes)]
pub(crate) async fn plan_reboots(
    #[server(default)] ids: Vec<String>,
    #[server(default)] instead: String,
    #[server(default)] how: String,
    #[server(default)] wave: String,
) -> Result<Done, ApiError> {
    let done = async {
        let ask = ask().await?;
        if ids.is_empty() {
            return Err(PublicError::invalid(
                "ids",
                "No server is chosen. Tick at least one, then plan again.",
            )
            .into());
        }
        let servers = ids.iter().map(|id| parse_id(id)).collect::<Result<Vec<_>, _>>()?;
        let restart = instead == "restart";
        let options = Options {
            reboot: !restart,
            restart_services: restart,
            strategy: match how.as_str() {
                "waves" => Strategy::Waves(WaveSize::Servers(wave_size(&wave)?)),
                _ => Strategy::Serial,
            },
            ..Options::default()
        };
        let asked = PreviewAsked {
            servers,
            options,
            ..PreviewAsked::default()
        };
        let plan = ask.usecases.preview(&ask.actor, asked).await?;
        Ok(Done::go(format!("/plans/{plan}")))
    };
    finish(PlanReboots::PATH, done.await)
}

#[cfg(feature = "ssr")]
fn wave_size(text: &str) -> Result<u32, PublicError> {
    match text.trim().parse() {
        Ok(size @ 1..=1_000) => Ok(size),
        _ => Err(PublicError::invalid("wave", "A wave is 1 to 1000 servers.")),
    }
}
