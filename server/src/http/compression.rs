//! Pages and the answers of server functions, compressed on their way.
//!
//! The built files are compressed when they are built, a stream of events must not wait for a block to fill, and a log is
//! downloaded byte by byte as it was written: all of those stay as they are. Nothing in a page is worth guessing by the
//! length of its compressed form (BREACH): sessions live in cookies, and no secret is written into a page.

use http::{Extensions, HeaderMap, StatusCode, Version, header};
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{And, Predicate as _, SizeAbove};

/// Smaller answers, in bytes, fit a packet as they are.
const WORTH_IT: u64 = 1024;

/// What is compressed, by its media type: pages, and answers of server functions in both of their forms.
const COMPRESSED: [&str; 3] = ["text/html", "application/json", "application/octet-stream"];

/// Whether an answer with such a head is compressed.
type OfHead = fn(StatusCode, Version, &HeaderMap, &Extensions) -> bool;

/// The layer. At the fastest level a large page costs a millisecond or two and becomes a tenth of its size.
pub(super) fn layer() -> CompressionLayer<And<SizeAbove, OfHead>> {
    let of_head: OfHead = |_, _, headers, _| is_compressed(headers);
    CompressionLayer::new()
        .quality(CompressionLevel::Fastest)
        .compress_when(SizeAbove::new(WORTH_IT).and(of_head))
}

fn is_compressed(headers: &HeaderMap) -> bool {
    let media_type = headers.get(header::CONTENT_TYPE);
    let media_type = media_type
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    COMPRESSED.iter().any(|known| media_type.starts_with(known))
}
