//! The browser's side of a posted form.

use super::Done;
use super::packed::{MEDIA_TYPE, unpack};
use js_sys::Uint8Array;
use leptos::prelude::window;
use model::{ErrorCode, PublicError};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{FormData, Headers, HtmlFormElement, RequestInit, Response, UrlSearchParams};

/// Posts `form` as the browser itself would, and gives what came of it.
///
/// # Errors
/// What the server refused it with; [`ErrorCode::Offline`] when nothing came back.
pub(crate) async fn post(action: &str, form: &HtmlFormElement) -> Result<Done, PublicError> {
    let sent = match body_of(form) {
        Ok(body) => send(action, &body).await,
        Err(error) => Err(error),
    };
    let (accepted, bytes) = sent.map_err(|_| PublicError::new(ErrorCode::Offline))?;
    let outcome = if accepted {
        unpack(&bytes).map(Ok)
    } else {
        unpack(&bytes).map(Err)
    };
    outcome.unwrap_or_else(|_| Err(PublicError::new(ErrorCode::OtherBuild)))
}

fn body_of(form: &HtmlFormElement) -> Result<UrlSearchParams, JsValue> {
    let fields = FormData::new_with_form(form)?;
    UrlSearchParams::new_with_str_sequence_sequence(&fields)
}

async fn send(action: &str, body: &UrlSearchParams) -> Result<(bool, Vec<u8>), JsValue> {
    let headers = Headers::new()?;
    headers.set("Accept", MEDIA_TYPE)?;
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_headers(&headers);
    init.set_body(body);
    let response: Response = JsFuture::from(window().fetch_with_str_and_init(action, &init))
        .await?
        .unchecked_into();
    let body = JsFuture::from(response.array_buffer()?).await?;
    Ok((response.ok(), Uint8Array::new(&body).to_vec()))
}
