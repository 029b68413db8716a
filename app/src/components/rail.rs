//! The way around: a rail at the left, a bar at the bottom on a phone.

use super::icon::{Icon, icon};
use super::part::Any as _;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// Links to the areas.
#[component]
pub(crate) fn Rail() -> impl IntoView {
    let here = use_location().pathname;
    let links = [
        ("/", "Dashboard", Icon::Dashboard),
        ("/stacks", "Stacks", Icon::Stack),
        ("/servers", "Servers", Icon::Server),
        ("/activity", "Activity", Icon::Activity),
        ("/settings", "Settings", Icon::Settings),
    ]
    .into_iter()
    .map(|(path, name, image)| {
        let current = Signal::derive(move || here.with(|here| is_in(here, path)).then_some("page"));
        view! { <li><a href=path class="rail-link" aria-current=current>{icon(image)}<span>{name}</span></a></li> }
            .any()
    })
    .collect_view();
    view! { <nav class="rail" aria-label="Areas"><ul>{links}</ul></nav> }.any()
}

/// Whether the page at `here` belongs to the area at `path`.
fn is_in(here: &str, path: &str) -> bool {
    match here.strip_prefix(path) {
        Some(rest) => rest.is_empty() || (path != "/" && rest.starts_with('/')),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_in;

    #[test]
    fn a_page_belongs_to_one_area() {
        assert!(is_in("/servers/add", "/servers") && is_in("/servers", "/servers") && is_in("/", "/"));
        assert!(!is_in("/servers", "/") && !is_in("/serversx", "/servers"));
    }
}
