//! Host keys from their text.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use model::HostKey;
use sha2::{Digest, Sha256};

/// The text is not a public key of the algorithm it claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a public key of the named algorithm")]
pub struct NotAHostKey;

/// A host key from its algorithm and its base64, as they stand in a `known_hosts` line.
///
/// # Errors
/// [`NotAHostKey`] when the base64 does not decode or names another algorithm inside.
pub fn host_key(algorithm: &str, base64: &str) -> Result<HostKey, NotAHostKey> {
    let blob = STANDARD.decode(base64).map_err(|_| NotAHostKey)?;
    // RFC 4253, 6.6: the blob begins with the algorithm's name as a length-prefixed string.
    let length = blob
        .first_chunk::<4>()
        .map(|bytes| u32::from_be_bytes(*bytes))
        .ok_or(NotAHostKey)?;
    let length = usize::try_from(length).map_err(|_| NotAHostKey)?;
    let named = blob.get(4..4usize.saturating_add(length)).ok_or(NotAHostKey)?;
    if named != algorithm.as_bytes() {
        return Err(NotAHostKey);
    }
    let fingerprint = format!("SHA256:{}", STANDARD_NO_PAD.encode(Sha256::digest(&blob)));
    Ok(HostKey {
        algorithm: algorithm.to_owned(),
        base64: base64.to_owned(),
        fingerprint,
    })
}
