//! `GET /runs/{run}/steps/{step}/log`: a step's log, exactly the bytes that its server wrote.

use super::AppState;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use model::{ErrorCode, RunId, StepId};
use serde::Deserialize;
use usecases::{Actor, Error, LogFile};

#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    /// From 1; without it the last.
    attempt: Option<u32>,
}

/// Sends the log part by part, each read when the one before it was taken.
pub(super) async fn log(
    State(state): State<AppState>,
    Path((run, step)): Path<(RunId, StepId)>,
    Query(asked): Query<Asked>,
    actor: Option<axum::Extension<Actor>>,
) -> Response {
    let Some(axum::Extension(actor)) = actor else {
        return (StatusCode::UNAUTHORIZED, ErrorCode::NotLoggedIn.sentence()).into_response();
    };
    let first = state.usecases.log_file(&actor, run, step, asked.attempt, 0).await;
    let LogFile { name, bytes, next } = match first {
        Ok(file) => file,
        Err(error) => return refusal(error),
    };
    let rest = futures::stream::try_unfold(next, move |from| {
        let (usecases, actor) = (state.usecases.clone(), actor.clone());
        async move {
            let Some(from) = from else { return Ok(None) };
            let part = usecases.log_file(&actor, run, step, asked.attempt, from).await;
            part.map(|part| Some((Bytes::from(part.bytes), part.next)))
                .map_err(broken)
        }
    });
    let first = futures::stream::iter([Ok::<_, anyhow::Error>(Bytes::from(bytes))]);
    let body = Body::from_stream(futures::StreamExt::chain(first, rest));
    let mut response = body.into_response();
    let headers = response.headers_mut();
    // Never a page, whatever is in it.
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(disposition) = HeaderValue::try_from(format!("attachment; filename=\"{}\"", safe(&name))) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    response
}

/// A log that could not be read to its end: the connection is cut, so that nobody takes what came for all there is.
fn broken(error: Error) -> anyhow::Error {
    anyhow::anyhow!(error.into_public().code.sentence())
}

fn refusal(error: Error) -> Response {
    let public = error.into_public();
    let status = StatusCode::from_u16(public.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, public.code.sentence()).into_response()
}

/// A name that can stand between quotes in a header.
fn safe(name: &str) -> String {
    name.chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') {
                c
            } else {
                '_'
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_file_is_named_plainly() {
        assert_eq!(super::safe("web-1-install-1.log"), "web-1-install-1.log");
        assert_eq!(super::safe("a\"\r\nb/ü"), "a___b__");
    }
}
