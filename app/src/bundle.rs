//! The front end comes in bundles, so that a visitor loads the code of the pages around the one they look at, and not of
//! all there are (docs/adr/0015). Each bundle is a whole front end that knows its own pages alone. Between its pages the
//! router goes; to a page of another bundle the browser does, as between any two sites.

use crate::routes::bundle_of;
use leptos::ev::{click, popstate};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use wasm_bindgen::JsCast as _;
use web_sys::HtmlAnchorElement;

/// Whose code a page needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bundle {
    /// The way in, and what is known of stacks and servers; also whatever has no page.
    Fleet,
    /// What is to be done on a stack: options and plans.
    Deploy,
    /// What is and was done on servers.
    Runs,
    /// What is set, and how servers are added.
    Settings,
}

impl Bundle {
    /// The bundle of the page at `path`, which is written as it stands in an address.
    pub fn of(path: &str) -> Self {
        bundle_of(path)
    }
}

/// Whether this front end has the page at `path`.
fn is_here(path: &str) -> bool {
    // Where all are in one, as `cargo leptos` builds it, everything is here.
    match Bundle::of(path) {
        Bundle::Fleet => cfg!(feature = "fleet"),
        Bundle::Deploy => cfg!(feature = "deploy"),
        Bundle::Runs => cfg!(feature = "runs"),
        Bundle::Settings => cfg!(feature = "settings"),
    }
}

/// Keeps from the router what it has no page for: clicks on links, and steps back or forward, that lead to another
/// bundle. To be called before anything is hydrated: listeners are asked in the order in which they came.
pub fn leave_other_bundles_to_the_browser() {
    // A click has passed all elements when it comes here. The router alone is still to be asked, and does not get it, so
    // the browser follows the link by itself: in this tab or another one, as the person pressed.
    drop(window_event_listener(click, |event| {
        let link = event
            .composed_path()
            .iter()
            .rev()
            .find_map(|element| element.dyn_into::<HtmlAnchorElement>().ok());
        let own_site = window().location().origin().ok();
        if link.is_some_and(|link| Some(link.origin()) == own_site && !is_here(&link.pathname())) {
            event.stop_immediate_propagation();
        }
    }));
    // Pages of one document belong to one bundle, unless Drydock was updated while somebody looked at it.
    drop(window_event_listener(popstate, |event| {
        let location = window().location();
        if location.pathname().is_ok_and(|path| !is_here(&path)) {
            event.stop_immediate_propagation();
            let _ = location.reload();
        }
    }));
}

/// Gives what goes to another page of Drydock: by the router where it has the page, else by the browser.
pub(crate) fn use_go() -> impl Fn(&str) + Clone {
    going(false)
}

/// As [`use_go`]; the page takes the present one's place, and going back leads past it.
pub(crate) fn use_go_instead() -> impl Fn(&str) + Clone {
    going(true)
}

fn going(replace: bool) -> impl Fn(&str) + Clone {
    #[expect(
        clippy::disallowed_methods,
        reason = "here it is asked first whether the page is here"
    )]
    let navigate = use_navigate();
    move |address: &str| {
        let path = address.split(['?', '#']).next().unwrap_or_default();
        if is_here(path) {
            let options = NavigateOptions {
                replace,
                ..NavigateOptions::default()
            };
            navigate(address, options);
        } else {
            // Fails for what is no address; none of ours is.
            let _ = window().location().assign(address);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Bundle;

    #[test]
    fn a_page_has_one_bundle() {
        for (bundle, path) in [
            (Bundle::Settings, "/settings"),
            (Bundle::Settings, "/settings/"),
            (Bundle::Settings, "/settings/keys"),
            (Bundle::Settings, "/servers/add"),
            (Bundle::Settings, "/servers/0a1b/edit"),
            (Bundle::Runs, "/runs"),
            (Bundle::Runs, "/runs/0a1b"),
            (Bundle::Runs, "/runs/0a1b/proof"),
            (Bundle::Runs, "/reboots"),
            (Bundle::Deploy, "/stacks/0a1b/deploy"),
            (Bundle::Deploy, "/stacks/0a1b/care"),
            (Bundle::Deploy, "/plans/0a1b"),
        ] {
            assert_eq!(Bundle::of(path), bundle, "{path}");
        }
        for path in [
            "",
            "/",
            "/login",
            "/servers",
            "/servers/0a1b",
            "/stacks/0a1b",
            "/settings/none",
            "/runs/0a1b/steps/0a1b/log",
            "/no/such/page",
        ] {
            assert_eq!(Bundle::of(path), Bundle::Fleet, "{path}");
        }
    }
}
