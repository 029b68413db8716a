//! From page to page of a long list.

use super::part::Any as _;
use leptos::prelude::*;

/// Links to the page before and after; `address` makes the address of a page.
pub(crate) fn pagination(page: u32, pages: u32, address: impl Fn(u32) -> String) -> AnyView {
    if pages <= 1 {
        return ().into_any();
    }
    let link = |to: Option<u32>, rel: &'static str, label: &'static str| match to {
        Some(to) => view! { <a class="btn btn-quiet" rel=rel href=address(to)>{label}</a> }.any(),
        None => view! { <span class="btn btn-quiet" aria-disabled="true">{label}</span> }.any(),
    };
    view! {
        <nav class="pagination" aria-label="Pages">
            {link((page > 1).then(|| page - 1), "prev", "Previous")}
            <span>{format!("Page {page} of {pages}")}</span>
            {link((page < pages).then(|| page + 1), "next", "Next")}
        </nav>
    }
    .any()
}
