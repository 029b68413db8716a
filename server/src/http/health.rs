//! `/healthz`: for load balancers and the start-up of tests.

use super::AppState;
use axum::extract::State;
use http::StatusCode;

/// Whether this process serves and its database answers.
pub(super) async fn healthz(State(state): State<AppState>) -> (StatusCode, &'static str) {
    match state.store.now().await {
        Ok(_) => (StatusCode::OK, "ok\n"),
        Err(error) => {
            tracing::warn!(%error, "the database does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n")
        }
    }
}
