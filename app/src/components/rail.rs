//! The way around: a rail at the left, a bar at the bottom on a phone.

use super::icon::{Icon, icon};
use super::loaded::Data;
use super::part::Any as _;
use super::part::maybe;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use model::view::Frame;

/// Links to the areas, with how many runs go on and how many servers need a reboot.
#[component]
pub(crate) fn Rail(frame: Data<Frame>) -> impl IntoView {
    let here = use_location().pathname;
    let none = Signal::stored(0);
    let links = [
        ("/", "Dashboard", Icon::Dashboard, none),
        ("/stacks", "Stacks", Icon::Stack, none),
        ("/servers", "Servers", Icon::Server, none),
        ("/reboots", "Reboots", Icon::Reboot, frame.derive(|frame| frame.reboots).into()),
        ("/runs", "Runs", Icon::Runs, frame.derive(|frame| frame.runs).into()),
        ("/activity", "Activity", Icon::Activity, none),
        ("/settings", "Settings", Icon::Settings, none),
    ]
    .into_iter()
    .map(|(path, name, image, number)| {
        let current = Signal::derive(move || here.with(|here| is_in(here, path)).then_some("page"));
        let number = maybe(move || {
            let number = number.get();
            (number > 0).then(|| view! { <span class="rail-number">{number}</span> }.any())
        });
        view! { <li><a href=path class="rail-link" aria-current=current>{icon(image)}<span>{name}</span>{number}</a></li> }
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
