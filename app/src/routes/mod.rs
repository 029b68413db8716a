//! The list of pages, and what surrounds every one of them.

mod fleet;
mod work;

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::components::{ParentRoute, Router, Routes};
use leptos_router::{ChooseView, MatchNestedRoutes, NestedRoute, PossibleRouteMatch, SsrMode, path};

use crate::clock::provide_clock;
use crate::components::frame::AppFrame;
use crate::components::hydrated::MarkHydrated;
use crate::components::outside::provide_flash;
use crate::live::provide_live;
use crate::pages::not_found::NotFound;

pub(crate) use work::is_work;

/// The whole interface: what `<body>` holds on the server and what the browser hydrates. In the browser it knows the
/// pages of its own [bundle](crate::bundle) alone.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
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

/// A page of the one bundle may have an address that a page of the other would take too (`/servers/add` and
/// `/servers/:id`): work comes first, as it does in [`is_work`].
#[component(transparent)]
fn FramedPages() -> impl MatchNestedRoutes + Clone {
    #[cfg(all(feature = "fleet", feature = "work"))]
    let pages = (work::pages(), fleet::pages());
    #[cfg(not(feature = "work"))]
    let pages = fleet::pages();
    #[cfg(not(feature = "fleet"))]
    let pages = work::pages();
    pages
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
