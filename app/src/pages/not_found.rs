//! What an address without a page shows.

use crate::api::mark_not_found;
use crate::components::outside::Outside;
use crate::components::part::Any as _;
use leptos::prelude::*;

/// Says that there is no such page, with status 404, and offers the way back.
#[component]
pub(crate) fn NotFound() -> impl IntoView {
    mark_not_found();
    view! {
        <Outside title="There is no page at this address">
            <p>"The link may be old, or what it pointed to was removed. Nothing on your servers has changed."</p>
            <p><a class="btn" href="/" rel="external">"Go to the dashboard"</a></p>
        </Outside>
    }
    .any()
}
