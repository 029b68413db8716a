//! The one way a status is shown: its colour, its icon and its word together.

use super::icon::{Icon, icon};
use super::part::Any as _;
use leptos::prelude::*;
use model::view::ServerRow;
use model::{Reach, Status, Transport};

/// A status with its own word.
pub(crate) fn status_badge(status: Status) -> AnyView {
    badge(status, word(status))
}

/// The status of a server in a list, with the word that says most.
pub(crate) fn server_badge(row: &ServerRow) -> AnyView {
    match row.reach {
        _ if row.checking => badge(Status::Running, "being checked"),
        Reach::NeverReported => badge(row.status, "never reported"),
        reach if reach.is_unreachable() && row.status == Status::Failed => badge(row.status, "unreachable"),
        _ => status_badge(row.status),
    }
}

/// A status's colour and icon with a word of the caller's.
pub(crate) fn badge(status: Status, word: &'static str) -> AnyView {
    view! { <span class=format!("badge badge-{}", status.as_str())>{icon(symbol(status))}{word}</span> }.any()
}

/// The mark that every simulated server carries.
pub(crate) fn simulated_mark(transport: Transport) -> AnyView {
    (transport == Transport::Sim)
        .then(|| view! { <span class="mark" title="This server is simulated: nothing of it exists">"simulated"</span> }.any())
        .into_any()
}

/// A status's icon.
pub(crate) const fn symbol(status: Status) -> Icon {
    match status {
        Status::Healthy => Icon::Check,
        Status::Attention => Icon::Attention,
        Status::Failed => Icon::Cross,
        Status::Running => Icon::Running,
        Status::Unknown => Icon::Question,
        Status::Waiting => Icon::Waiting,
    }
}

/// A status's word.
pub(crate) const fn word(status: Status) -> &'static str {
    match status {
        Status::Healthy => "healthy",
        Status::Attention => "needs attention",
        Status::Failed => "failed",
        Status::Running => "running",
        Status::Unknown => "unknown",
        Status::Waiting => "waits for a person",
    }
}
