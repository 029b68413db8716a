//! What a service answers to a health check by HTTP.

use web::{Head, read_head};

pub(crate) const WORDS: &[&str] = &[
    "HTTP/1.1 200 OK\r\n",
    "HTTP/1.0 503 x\n",
    "HTTP/1.1 100 Continue\r\n\r\n",
    "Content-Length: 5\r\n",
    "\r\n\r\n",
    "\r\n ",
    "\0",
    "\u{fe}",
];

/// However an answer arrives in pieces, what is said of its beginning stays said.
pub(crate) fn head(bytes: &[u8]) {
    let whole = read_head(bytes);
    if let Head::Status(code) = whole {
        assert!(!(102..200).contains(&code) && code != 100, "{code} is no answer");
    }
    let half = read_head(bytes.get(..bytes.len() / 2).unwrap_or_default());
    assert!(half == Head::More || half == whole, "{half:?} became {whole:?}");
}
