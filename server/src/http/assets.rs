//! The built front end: embedded in release builds, read from the disk in debug builds.

use anyhow::Context;
use app::shell::SiteFiles;
use axum::body::Bytes;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode, header};

// `Site`: what `cargo xtask build` made. Every file has a `.br` beside it where that is smaller.
include!(concat!(env!("OUT_DIR"), "/site.rs"));

/// Reads the manifest.
///
/// # Errors
/// When it is there and is not what this server understands, which means that the two were built apart.
pub(super) fn site_files() -> anyhow::Result<SiteFiles> {
    let Some(manifest) = Site::get("manifest.json") else {
        tracing::warn!("the front end is not built: pages have no style and no scripts; run script/server");
        return Ok(SiteFiles::default());
    };
    serde_json::from_slice(&manifest.data)
        .context("the front end's manifest.json does not fit this server: build again")
}

/// One file. Its name holds the hash of its content, so it never changes and may be kept for ever.
pub(super) async fn asset(Path(path): Path<String>, headers: HeaderMap) -> Response {
    let Some(media_type) = media_type(&path) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let brotli = accepts_brotli(&headers)
        .then(|| Site::get(&format!("assets/{path}.br")))
        .flatten();
    let is_brotli = brotli.is_some();
    let Some(file) = brotli.or_else(|| Site::get(&format!("assets/{path}"))) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let body = match file.data {
        std::borrow::Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        std::borrow::Cow::Owned(bytes) => Bytes::from(bytes),
    };
    let mut response = (
        [
            (header::CONTENT_TYPE, media_type),
            (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
            (header::VARY, "Accept-Encoding"),
        ],
        body,
    )
        .into_response();
    if is_brotli {
        response
            .headers_mut()
            .insert(header::CONTENT_ENCODING, http::HeaderValue::from_static("br"));
    }
    response
}

/// The kinds of file a front end has; anything else is not served.
fn media_type(path: &str) -> Option<&'static str> {
    Some(match path.rsplit_once('.')?.1 {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "woff2" => "font/woff2",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        _ => return None,
    })
}

fn accepts_brotli(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(','))
        .any(|coding| {
            let mut parts = coding.split(';').map(str::trim);
            let named = parts.next() == Some("br");
            let refused = parts.any(|part| part.strip_prefix("q=").is_some_and(|q| q.parse() == Ok(0.0)));
            named && !refused
        })
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue, header};

    use super::{accepts_brotli, media_type};

    fn accepting(value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(value))])
    }

    #[test]
    fn brotli_is_sent_to_those_who_take_it() {
        assert!(accepts_brotli(&accepting("gzip, deflate, br, zstd")));
        assert!(accepts_brotli(&accepting("br;q=0.5")));
        assert!(!accepts_brotli(&accepting("gzip")));
        assert!(!accepts_brotli(&accepting("gzip, br;q=0")));
        assert!(!accepts_brotli(&HeaderMap::new()));
    }

    #[test]
    fn only_front_end_files_have_a_type() {
        assert_eq!(media_type("main.0a1b.css"), Some("text/css; charset=utf-8"));
        assert_eq!(media_type("main.0a1b.css.br"), None);
        assert_eq!(media_type("passwd"), None);
    }
}
