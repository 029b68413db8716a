//! The list of pages, and what surrounds every one of them.

/// Makes of one list what the router takes, and the question whether a path is of the list.
macro_rules! pages {
    ($($path:tt => $page:ident,)+) => {
        /// Pages inside the frame.
        pub(super) fn pages() -> impl leptos_router::MatchNestedRoutes + Clone {
            ($(super::page(leptos_router::path!($path), $page),)+)
        }

        /// Whether the page at `path` is one of this list, as the router would judge.
        pub(super) fn has(path: &str) -> bool {
            use leptos_router::PossibleRouteMatch as _;
            $(leptos_router::path!($path).test(path).is_some_and(|tested| tested.is_complete()))||+
        }
    };
}

mod deploy;
mod fleet;
mod runs;
mod settings;

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::components::{ParentRoute, Router, Routes};
use leptos_router::{ChooseView, MatchNestedRoutes, NestedRoute, PossibleRouteMatch, SsrMode, path};

use crate::bundle::Bundle;
use crate::clock::provide_clock;
use crate::components::frame::AppFrame;
use crate::components::hydrated::MarkHydrated;
use crate::components::outside::provide_flash;
use crate::live::provide_live;
use crate::pages::not_found::NotFound;

/// The whole interface: what `<body>` holds on the server and what the browser hydrates. In the browser it knows the
/// pages of its own [bundle](crate::bundle) alone.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    #[cfg(feature = "ssr")]
    crate::components::answers::provide_answers();
    provide_flash();
    provide_clock();
    provide_live();
    view! {
        <Title formatter=|page: String| if page.is_empty() { "Drydock".to_owned() } else { format!("{page} · Drydock") }/>
        <MarkHydrated/>
        <Router>
            <Routes fallback=NotFound><Pages/></Routes>
        </Router>
    }
}

#[component(transparent)]
fn Pages() -> impl MatchNestedRoutes + Clone {
    let framed = view! {
        <ParentRoute path=path!("") view=AppFrame ssr=SsrMode::Async><FramedPages/></ParentRoute>
    }
    .into_inner();
    #[cfg(feature = "fleet")]
    let all = (fleet::outside(), framed);
    #[cfg(not(feature = "fleet"))]
    let all = framed;
    all
}

/// Those of one bundle, or of every one. A page may have an address that a page of *fleet* would take too (`/servers/add`
/// and `/servers/:id`): *fleet* comes last, as it does in [`Bundle::of`].
#[component(transparent)]
fn FramedPages() -> impl MatchNestedRoutes + Clone {
    #[cfg(feature = "every")]
    let pages = (deploy::pages(), runs::pages(), settings::pages(), fleet::pages());
    #[cfg(all(feature = "deploy", not(feature = "every")))]
    let pages = deploy::pages();
    #[cfg(all(feature = "runs", not(feature = "every")))]
    let pages = runs::pages();
    #[cfg(all(feature = "settings", not(feature = "every")))]
    let pages = settings::pages();
    #[cfg(all(feature = "fleet", not(feature = "every")))]
    let pages = fleet::pages();
    pages
}

/// Whose code the page at `path` needs; `path` as it stands in an address.
pub(crate) fn bundle_of(path: &str) -> Bundle {
    if deploy::has(path) {
        Bundle::Deploy
    } else if runs::has(path) {
        Bundle::Runs
    } else if settings::has(path) {
        Bundle::Settings
    } else {
        Bundle::Fleet
    }
}

/// One page. Every page renders in [`SsrMode::Async`]: it arrives whole, with its final status, and can be read without
/// scripts.
fn page<S, V>(segments: S, view: V) -> NestedRoute<S, (), (), V>
where
    S: PossibleRouteMatch,
    V: ChooseView,
{
    NestedRoute::new(segments, view).ssr_mode(SsrMode::Async)
}
