//! The pages: every route of `app`, rendered whole.

use super::sessions::RequestSession;
use app::App;
use app::shell::{SiteFiles, shell};
use axum::Router;
use http::request::Parts;
use http::{HeaderValue, header};
use leptos::config::LeptosOptions;
use leptos::nonce::use_nonce;
use leptos::prelude::{provide_context, use_context};
use leptos_axum::{
    AxumRouteListing, LeptosRoutes, ResponseOptions, generate_route_list, render_app_async_with_context,
};
use std::sync::{Arc, LazyLock};
use tower_sessions::Session;
use usecases::{SessionPort, Usecases};

/// The pages' routes, asked of the app once in a process: while it is asked, Leptos lets every resource of the process
/// that is read for the first time wait for ever, also one of a page that somebody has opened (its issue 4773).
static PAGES: LazyLock<Vec<AxumRouteListing>> = LazyLock::new(|| generate_route_list(App));

/// The routes of all pages.
#[cfg(test)]
pub(super) fn paths() -> Vec<String> {
    PAGES.iter().map(|page| page.path().to_owned()).collect()
}

/// Routes for all pages, and the page that says that there is none.
pub(super) fn routes(site: SiteFiles, usecases: Arc<Usecases>) -> Router {
    // Leptos wants options for what `cargo xtask` does here (names and folders of built files): nothing reads them.
    let options = LeptosOptions::builder().output_name("drydock").build();
    let document = move || shell(site.clone());
    let contexts = move || {
        provide_context(Arc::clone(&usecases));
        provide_session();
        send_page_policy();
    };
    Router::new()
        .leptos_routes_with_context(&options, PAGES.clone(), contexts.clone(), document.clone())
        .fallback(render_app_async_with_context(contexts, document))
        .with_state(options)
}

/// Gives server functions the session of this request.
fn provide_session() {
    let session = use_context::<Parts>().and_then(|parts| parts.extensions.get::<Session>().cloned());
    if let Some(session) = session {
        let port: Arc<dyn SessionPort> = Arc::new(RequestSession(session));
        provide_context(port);
    }
}

/// Sends the policy that goes with the nonce Leptos writes into this page's scripts.
fn send_page_policy() {
    let (Some(nonce), Some(response)) = (use_nonce(), use_context::<ResponseOptions>()) else {
        return;
    };
    if let Ok(policy) = HeaderValue::try_from(super::security_headers::page_policy(&nonce)) {
        response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
    }
}
