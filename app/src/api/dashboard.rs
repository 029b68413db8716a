//! The dashboard's call.

use super::ApiError;
use super::packed::{Calls, Packed};
#[cfg(feature = "ssr")]
use super::request::{ask, tell};
use leptos::prelude::*;
use model::view::Dashboard;

/// The dashboard.
#[server(name = ReadDashboard, prefix = "/do", endpoint = "dashboard", protocol = Calls)]
pub(crate) async fn dashboard() -> Result<Packed<Dashboard>, ApiError> {
    let ask = ask().await?;
    tell(ask.usecases.dashboard(&ask.actor).await)
}
