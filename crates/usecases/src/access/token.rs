//! One-time secrets that people carry: the first-run token and invitation links. Only their hashes are kept.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::TryRng as _;
use sha2::{Digest, Sha256};

/// 160 random bits as 27 characters that survive a URL and a double click.
///
/// # Errors
/// When the system's random source fails.
pub(crate) fn new_token() -> Result<String, rand::rngs::SysError> {
    let mut bytes = [0u8; 20];
    rand::rngs::SysRng.try_fill_bytes(&mut bytes)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// What is stored of a token. A plain digest is enough: the token itself has 160 random bits.
pub(crate) fn token_hash(token: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(token.trim().as_bytes()))
}
