//! What a table that may be wider than the screen stands in.

use super::part::Any as _;
use leptos::prelude::*;

/// Scrolls sideways by itself, so that the page never does; reached and scrolled by keyboard, too. `label` says what
/// the table holds.
pub(crate) fn table_frame(label: &'static str, table: AnyView) -> AnyView {
    view! { <div class="table-frame" tabindex="0" role="region" aria-label=label>{table}</div> }.any()
}
