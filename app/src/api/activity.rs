//! The calls of the activity page.

use super::ApiError;
use super::packed::{Calls, Packed};
#[cfg(feature = "ssr")]
use super::request::{ask, tell};
use leptos::prelude::*;
use model::view::ActivityPage;

/// One page of the audit trail and the checks, from 1.
#[server(name = ReadActivity, prefix = "/do", endpoint = "activity", protocol = Calls)]
pub(crate) async fn activity(page: u32) -> Result<Packed<ActivityPage>, ApiError> {
    let ask = ask().await?;
    tell(ask.usecases.activity(&ask.actor, page).await)
}
