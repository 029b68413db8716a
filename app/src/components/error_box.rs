//! What went wrong, what it means, what to do next.

use super::icon::{Icon, icon};
use super::part::Any as _;
use leptos::prelude::*;
use model::{ErrorCode, PublicError};

/// An error as a person reads it. Announced when it appears.
pub(crate) fn error_box(error: &PublicError) -> AnyView {
    let sentence = match (&error.detail, error.code) {
        // The detail says the same and more.
        (Some(detail), ErrorCode::Invalid | ErrorCode::Conflict) => detail.clone(),
        (Some(detail), code) => format!("{} {detail}", code.sentence()),
        (None, code) => code.sentence().to_owned(),
    };
    view! {
        <div class="notice notice-failed" role="alert">
            <p class="notice-line">{icon(Icon::Cross)}<span>{sentence}</span></p>
            {(error.code == ErrorCode::NotLoggedIn).then(|| view! { <p><a href="/login" rel="external">"Log in"</a></p> }.any())}
            {error.incident.clone().map(|id| view! { <p class="hint">"Incident " <code>{id}</code></p> }.any())}
        </div>
    }
    .any()
}

/// The page in the place of one that could not be read at all.
pub(crate) fn error_page(error: &PublicError) -> AnyView {
    let title = match error.code {
        ErrorCode::NotFound => "Nothing is here",
        ErrorCode::NotAllowed => "Not for your role",
        ErrorCode::NotLoggedIn => "Not logged in",
        ErrorCode::Offline | ErrorCode::Unavailable => "Not reachable right now",
        _ => "This page could not be read",
    };
    view! {
        <leptos_meta::Title text=title/>
        <h1>{title}</h1>
        {error_box(error)}
        <p><a class="btn btn-quiet" href="/">"Go to the dashboard"</a></p>
    }
    .any()
}
