//! The server's side of every call: who asks, and how the answer leaves.

use super::packed::Packed;
use super::{ApiError, Done, Flash};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::request::Parts;
use http::{HeaderValue, StatusCode, header};
use leptos::prelude::use_context;
use leptos_axum::{ResponseOptions, redirect};
use model::{ErrorCode, PublicError};
use serde::Serialize;
use std::sync::Arc;
use usecases::{Actor, Caller, SessionPort, Usecases};

/// The prefix of every server function's address. (`/api` is for programs, with tokens.)
const CALLS: &str = "/do/";
/// Holds a [`Flash`] for the next page.
const FLASH_COOKIE: &str = "flash";
/// Browsers drop cookies above 4 KiB; longer sentences are cut to this many bytes.
const FLASH_DETAIL_MAX: usize = 1_500;

/// The use-cases, and who asks for one.
pub(super) struct Ask {
    pub(super) usecases: Arc<Usecases>,
    pub(super) actor: Actor,
}

/// Who asks. A page that nobody is logged in for leads to the log-in instead.
///
/// # Errors
/// [`ErrorCode::NotLoggedIn`].
pub(super) async fn ask() -> Result<Ask, ApiError> {
    let usecases = usecases()?;
    if let Some(actor) = extension::<Actor>() {
        return Ok(Ask { usecases, actor });
    }
    if let Some(page) = page_asked_for() {
        redirect(&match usecases.setup_state().await {
            Ok(state) if !state.has_admin => "/first-run".to_owned(),
            _ => log_in_before(&page),
        });
        // Also for clients that do not say that they take pages.
        set_status(StatusCode::FOUND.as_u16());
        return Err(PublicError::new(ErrorCode::NotLoggedIn).into());
    }
    Err(refuse(PublicError::new(ErrorCode::NotLoggedIn)))
}

/// The use-cases, for the few calls that need nobody logged in.
///
/// # Errors
/// When the server was put together without them.
pub(super) fn usecases() -> Result<Arc<Usecases>, ApiError> {
    use_context::<Arc<Usecases>>().ok_or_else(|| refuse(PublicError::new(ErrorCode::Internal)))
}

/// Where the request came from.
pub(super) fn caller() -> Caller {
    extension::<Caller>().unwrap_or_default()
}

/// This browser's session.
///
/// # Errors
/// When the server was put together without sessions.
pub(super) fn session() -> Result<Arc<dyn SessionPort>, ApiError> {
    use_context::<Arc<dyn SessionPort>>().ok_or_else(|| refuse(PublicError::new(ErrorCode::Internal)))
}

/// The answer to a call that reads: a refusal also sets the status.
pub(super) fn answer<T>(result: Result<T, impl Into<ApiError>>) -> Result<T, ApiError> {
    result.map_err(|error| refuse(error.into().0))
}

/// The answer to a call that reads, packed.
pub(super) fn tell<T: Serialize>(result: Result<T, impl Into<ApiError>>) -> Result<Packed<T>, ApiError> {
    answer(
        answer(result)
            .and_then(|view| Packed::of(&view).map_err(|_| PublicError::new(ErrorCode::Internal).into())),
    )
}

/// The answer to a posted form. A browser without scripts is sent to the next page, or back to the form with a
/// [`Flash`]; everybody else gets the outcome itself.
pub(super) fn finish(form: &str, outcome: Result<Done, ApiError>) -> Result<Done, ApiError> {
    finish_at(form, outcome, page_before)
}

/// As [`finish`]; a browser without scripts that is sent nowhere else goes to the page that `back` names.
pub(super) fn finish_at(
    form: &str,
    outcome: Result<Done, ApiError>,
    back: impl Fn() -> String,
) -> Result<Done, ApiError> {
    if !wants_a_page() {
        return answer(outcome);
    }
    let to = match &outcome {
        Ok(done) => done.to.clone(),
        Err(error) if error.0.code == ErrorCode::NotLoggedIn => Some(log_in_before(&back())),
        Err(_) => None,
    };
    let silent = outcome
        .as_ref()
        .is_ok_and(|done| done.said.is_none() && done.link.is_none());
    if !silent {
        set_flash(&Flash {
            form: form.to_owned(),
            outcome: outcome.clone().map_err(|error| error.0),
        });
    }
    redirect(&to.unwrap_or_else(back));
    outcome
}

/// Sets the status of the answer to this request.
pub(super) fn set_status(status: u16) {
    if let (Some(response), Ok(status)) = (use_context::<ResponseOptions>(), StatusCode::from_u16(status)) {
        response.set_status(status);
    }
}

/// The flash of this request's cookie, which is deleted by the answer.
pub(super) fn take_flash() -> Option<Flash> {
    let parts = use_context::<Parts>()?;
    let value = parts
        .headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == FLASH_COOKIE)?
        .1;
    set_cookie("", 0);
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(value).ok()?).ok()
}

/// `path` when it is a page of Drydock, else the dashboard: nobody is sent elsewhere by a link to the log-in.
pub(super) fn own_page(path: &str) -> String {
    let own = path.starts_with('/')
        && !path.starts_with("//")
        && !path.contains('\\')
        && !path.contains(char::is_control)
        && !path.starts_with(CALLS);
    if own { path.to_owned() } else { "/".to_owned() }
}

/// The log-in that leads to `page` after it.
fn log_in_before(page: &str) -> String {
    match page {
        "/" => "/login".to_owned(),
        page => format!("/login?next={}", escape(page)),
    }
}

fn refuse(error: PublicError) -> ApiError {
    set_status(error.code.status());
    ApiError(error)
}

fn extension<T: Clone + Send + Sync + 'static>() -> Option<T> {
    use_context::<Parts>()?.extensions.get::<T>().cloned()
}

/// The page that is being rendered; `None` in a call from a page that runs already.
fn page_asked_for() -> Option<String> {
    let parts = use_context::<Parts>()?;
    let page = parts.uri.path_and_query()?.as_str();
    (!page.starts_with(CALLS)).then(|| page.to_owned())
}

/// Whether a browser waits for a page, as it does after posting a form without scripts.
fn wants_a_page() -> bool {
    use_context::<Parts>().is_some_and(|parts| {
        let accept = parts.headers.get(header::ACCEPT);
        accept
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| value.contains("text/html"))
    })
}

/// The page the form stood on, without a host: a forged `Referer` cannot lead away.
fn page_before() -> String {
    use_context::<Parts>()
        .and_then(|parts| {
            let referer = parts
                .headers
                .get(header::REFERER)?
                .to_str()
                .ok()?
                .parse::<http::Uri>()
                .ok()?;
            Some(own_page(referer.path_and_query()?.as_str()))
        })
        .unwrap_or_else(|| "/".to_owned())
}

fn set_flash(flash: &Flash) {
    let mut flash = flash.clone();
    if let Err(PublicError {
        detail: Some(detail), ..
    }) = &mut flash.outcome
    {
        let end = detail.floor_char_boundary(FLASH_DETAIL_MAX);
        detail.truncate(end);
    }
    if let Ok(json) = serde_json::to_vec(&flash) {
        set_cookie(&URL_SAFE_NO_PAD.encode(json), 60);
    }
}

fn set_cookie(value: &str, seconds: u32) {
    let cookie = format!("{FLASH_COOKIE}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax");
    if let (Some(response), Ok(cookie)) = (use_context::<ResponseOptions>(), HeaderValue::try_from(cookie)) {
        response.append_header(header::SET_COOKIE, cookie);
    }
}

fn escape(text: &str) -> String {
    leptos_router::location::Url::escape(text)
}

#[cfg(test)]
mod tests {
    use super::own_page;

    #[test]
    fn nobody_is_sent_to_another_site() {
        for foreign in [
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "",
            "x",
            "/do/log_out",
        ] {
            assert_eq!(own_page(foreign), "/", "{foreign}");
        }
        assert_eq!(own_page("/servers?tile=reboot"), "/servers?tile=reboot");
    }
}
