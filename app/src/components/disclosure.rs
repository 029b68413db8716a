//! Something that opens on demand, with or without scripts.

use super::part::Any as _;
use leptos::prelude::*;

/// A button that opens a panel below itself. `danger` marks what removes something.
#[component]
pub(crate) fn Disclosure(
    /// The button's words.
    label: &'static str,
    #[prop(optional)] danger: bool,
    children: Children,
) -> impl IntoView {
    let button = if danger { "btn btn-danger" } else { "btn btn-quiet" };
    view! {
        <details class="disclosure">
            <summary class=button>{label}</summary>
            <div class="disclosure-panel card">{children()}</div>
        </details>
    }
    .any()
}
