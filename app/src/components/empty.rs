//! What a page says when it has nothing to show yet.

use super::part::Any as _;
use leptos::prelude::*;

/// What this place is for, and the first step.
pub(crate) fn empty(title: &'static str, what_for: &'static str, first_step: AnyView) -> AnyView {
    view! {
        <section class="empty">
            <h2>{title}</h2>
            <p>{what_for}</p>
            <div class="row">{first_step}</div>
        </section>
    }
    .any()
}
