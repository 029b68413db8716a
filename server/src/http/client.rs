//! Where a request really came from, and whether it came from Drydock's own pages.

use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, Method, StatusCode, header};
use model::ErrorCode;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// What the two checks need to know of the configuration.
#[derive(Debug, Clone)]
pub(super) struct Origins {
    /// The address people type, without a trailing slash.
    pub(super) public_url: Option<Arc<str>>,
    /// Whose forwarding headers are believed.
    pub(super) trusted_proxies: Arc<[IpAddr]>,
}

/// The address of the person's machine, put into every request.
#[derive(Debug, Clone, Copy)]
pub(super) struct ClientAddress(pub(super) IpAddr);

/// Puts [`ClientAddress`] into the request: the peer's, or, when the peer is a trusted proxy, the last address in
/// `X-Forwarded-For` that is not one.
pub(super) async fn find_client(
    State(origins): State<Origins>,
    mut request: Request,
    next: Next,
) -> Response {
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map(|info| info.0.ip().to_canonical());
    if let Some(peer) = peer {
        let client = if origins.trusted_proxies.contains(&peer) {
            forwarded_for(request.headers(), &origins.trusted_proxies).unwrap_or(peer)
        } else {
            peer
        };
        request.extensions_mut().insert(ClientAddress(client));
    }
    next.run(request).await
}

fn forwarded_for(headers: &HeaderMap, trusted: &[IpAddr]) -> Option<IpAddr> {
    headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|part| part.trim().parse::<IpAddr>().ok())
        .rfind(|address| !trusted.contains(address))
}

/// Refuses what changes state and did not come from Drydock's own pages (`reliability.md`, Access).
///
/// A browser says so by `Sec-Fetch-Site`, an older one by `Origin`; what says neither is refused too.
pub(super) async fn refuse_foreign(State(origins): State<Origins>, request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if safe || is_own(request.headers(), &origins) {
        return next.run(request).await;
    }
    tracing::warn!(
        http.path = request.uri().path(),
        "refused a request from another site"
    );
    (StatusCode::FORBIDDEN, ErrorCode::WrongOrigin.sentence()).into_response()
}

fn is_own(headers: &HeaderMap, origins: &Origins) -> bool {
    let text = |name| {
        headers
            .get(name)
            .and_then(|value: &http::HeaderValue| value.to_str().ok())
    };
    if let Some(site) = text(http::HeaderName::from_static("sec-fetch-site")) {
        return site == "same-origin";
    }
    let Some(origin) = text(header::ORIGIN) else {
        return false;
    };
    match &origins.public_url {
        Some(public) => origin == &**public,
        // Without a public_url Drydock listens on loopback: the page's own address is what the browser sent as Host.
        None => text(header::HOST).is_some_and(|host| {
            origin
                .strip_prefix("http://")
                .or_else(|| origin.strip_prefix("https://"))
                == Some(host)
        }),
    }
}

/// Refuses names that were made to point at this machine by somebody else (DNS rebinding): without a `public_url`
/// only loopback's own names are answered.
pub(super) async fn refuse_foreign_names(
    State(origins): State<Origins>,
    request: Request,
    next: Next,
) -> Response {
    let host = request
        .headers()
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    if origins.public_url.is_some() || host.is_none_or(is_loopback_name) {
        return next.run(request).await;
    }
    let said = "This Drydock has no public_url, so it answers on 127.0.0.1 and localhost only. Set public_url to the \
                address you typed.";
    (StatusCode::MISDIRECTED_REQUEST, said).into_response()
}

fn is_loopback_name(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    let name = name.trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost")
        || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn origins(public: Option<&str>) -> Origins {
        Origins {
            public_url: public.map(Into::into),
            trusted_proxies: Arc::from(["10.0.0.1".parse().unwrap()]),
        }
    }

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| ((*name).parse().unwrap(), value.parse().unwrap()))
            .collect()
    }

    #[test]
    fn only_own_pages_may_change_anything() {
        let public = origins(Some("https://drydock.example"));
        assert!(is_own(&headers(&[("sec-fetch-site", "same-origin")]), &public));
        assert!(!is_own(
            &headers(&[
                ("sec-fetch-site", "same-site"),
                ("origin", "https://drydock.example")
            ]),
            &public
        ));
        assert!(is_own(
            &headers(&[("origin", "https://drydock.example")]),
            &public
        ));
        assert!(!is_own(
            &headers(&[("origin", "https://evil.example"), ("host", "evil.example")]),
            &public
        ));
        assert!(!is_own(&headers(&[]), &public));
        assert!(is_own(
            &headers(&[("origin", "http://127.0.0.1:3000"), ("host", "127.0.0.1:3000")]),
            &origins(None)
        ));
        assert!(!is_own(
            &headers(&[("origin", "null"), ("host", "127.0.0.1:3000")]),
            &origins(None)
        ));
    }

    #[test]
    fn only_loopbacks_own_names_are_answered() {
        for own in [
            "localhost",
            "localhost:3000",
            "127.0.0.1:3000",
            "[::1]:3000",
            "[::1]",
            "127.9.9.9",
        ] {
            assert!(is_loopback_name(own), "{own}");
        }
        for foreign in ["evil.example:3000", "localhost.evil.example", "10.0.0.1", ""] {
            assert!(!is_loopback_name(foreign), "{foreign}");
        }
    }

    #[test]
    fn a_forged_address_before_the_proxys_own_is_not_believed() {
        let trusted = ["10.0.0.1".parse().unwrap()];
        let forged = headers(&[("x-forwarded-for", "1.2.3.4, 9.9.9.9, 10.0.0.1")]);
        assert_eq!(forwarded_for(&forged, &trusted), Some("9.9.9.9".parse().unwrap()));
    }
}
