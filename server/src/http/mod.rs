//! Everything that is spoken over HTTP, one file per area.

mod assets;
mod client;
mod compression;
mod health;
mod live;
mod logs;
mod pages;
mod security_headers;
mod sessions;
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
mod walk;

use crate::config::Config;
use app::shell::SiteFiles;
use axum::Router;
use axum::middleware::{from_fn_with_state, map_response};
use axum::routing::get;
use client::Origins;
use std::sync::Arc;
use store::Store;
use tokio_util::sync::CancellationToken;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::trace::TraceLayer;
use usecases::Usecases;

/// The largest request that is read: a paste of 1 MiB, encoded as a form.
const BODY_MAX: usize = 4 << 20;

/// What handlers work with.
#[derive(Debug, Clone)]
pub(crate) struct AppState {
    usecases: Arc<Usecases>,
    store: Store,
    sessions: Arc<sessions::Sessions>,
    build: Arc<str>,
    stopping: CancellationToken,
}

/// All routes of the server. `stopping` ends open streams.
///
/// # Errors
/// When the built front end's manifest cannot be read.
pub(crate) fn router(
    config: &Config,
    usecases: Arc<Usecases>,
    store: Store,
    stopping: CancellationToken,
) -> anyhow::Result<Router> {
    let site: SiteFiles = assets::site_files()?;
    let state = AppState {
        usecases,
        sessions: Arc::new(sessions::Sessions::new(store.clone())),
        store: store.clone(),
        build: site.build.as_str().into(),
        stopping,
    };
    let origins = Origins {
        public_url: config.public_url.as_deref().map(Into::into),
        trusted_proxies: config.trusted_proxies.clone().into(),
    };
    let people = Router::new()
        .route("/live", get(live::live))
        .route("/runs/{run}/steps/{step}/log", get(logs::log))
        .with_state(state.clone())
        .merge(pages::routes(site, Arc::clone(&state.usecases)))
        .layer(from_fn_with_state(state.clone(), sessions::find_actor))
        .layer(sessions::layer(store, config.is_behind_tls()))
        .layer(compression::layer())
        .layer(from_fn_with_state(origins.clone(), client::refuse_foreign));
    Ok(Router::new()
        .route("/healthz", get(health::healthz))
        .with_state(state)
        .route("/assets/{*path}", get(assets::asset))
        .merge(people)
        .layer(from_fn_with_state(origins.clone(), client::refuse_foreign_names))
        .layer(from_fn_with_state(origins, client::find_client))
        .layer(RequestBodyLimitLayer::new(BODY_MAX))
        .layer(map_response(security_headers::add))
        .layer(CatchPanicLayer::new())
        .layer(TraceLayer::new_for_http()))
}
