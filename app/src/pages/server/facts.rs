//! The identity of the machine, and what a scan noticed.

use crate::clock::{Now, ago_or_never};
use crate::components::badge::symbol;
use crate::components::icon::icon;
use crate::components::part::Any as _;
use leptos::prelude::*;
use model::Status;
use model::facts::Known;
use model::view::ServerPage;

/// Labelled facts, each with its value or why it is unknown.
pub(super) fn identity(page: &ServerPage, now: Now) -> AnyView {
    let lines = page
        .identity
        .iter()
        .map(|line| {
            view! { <div class="fact"><dt>{line.label.clone()}</dt><dd>{known(&line.value, |value| value.clone().into_any())}</dd></div> }.any()
        })
        .collect_view();
    view! {
        <section class="card" aria-labelledby="identity-title">
            <header class="card-head">
                <h2 id="identity-title">"Machine"</h2>
                <span class="hint">"seen " {ago_or_never(page.seen.as_ref(), now)}</span>
            </header>
            <dl class="facts">{lines}</dl>
        </section>
    }
    .any()
}

/// What the scan noticed and could not use.
pub(super) fn notes(page: &ServerPage) -> Option<AnyView> {
    (!page.notes.is_empty()).then(|| {
        let notes = page.notes.iter().map(|note| view! { <li>{note.clone()}</li> }.any()).collect_view();
        view! { <section class="notice notice-attention" aria-label="What the scan noticed"><ul class="evidence">{notes}</ul></section> }.any()
    })
}

/// A value that was seen, or why it was not.
pub(super) fn known<T>(value: &Known<T>, seen: impl FnOnce(&T) -> AnyView) -> AnyView {
    match value {
        Known::Known(value) => seen(value),
        Known::Unknown(why) => {
            view! { <span class="unknown">{icon(symbol(Status::Unknown))}"unknown: "{why.clone()}</span> }
                .any()
        }
    }
}
