//! A key file sealed under a passphrase, for a backup that carries its key.

use super::SealError;
use super::sealer::random;
use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret as _, SecretString};

/// What the ciphertext is bound to.
const PURPOSE: &[u8] = b"drydock backup key 1";
/// 64 MiB, 3 passes, 1 lane: RFC 9106's second recommendation, because a backup can be attacked at leisure.
const COST: (u32, u32, u32) = (64 * 1024, 3, 1);

/// Seals the text of a key file. Takes about as long as a log-in.
pub(crate) fn seal_with(passphrase: &SecretString, text: &str) -> Result<String, SealError> {
    let salt = random::<16>()?;
    let nonce = random::<24>()?;
    let sealed = cipher(passphrase, &salt)?
        .encrypt(
            &XNonce::from(nonce),
            Payload {
                msg: text.as_bytes(),
                aad: PURPOSE,
            },
        )
        .map_err(|_| SealError::Tampered)?;
    Ok(format!(
        "p1.{}",
        STANDARD_NO_PAD.encode([&salt[..], &nonce[..], &sealed[..]].concat())
    ))
}

/// Opens what [`seal_with`] sealed.
pub(crate) fn open_with(passphrase: &SecretString, sealed: &str) -> Result<Zeroizing<String>, SealError> {
    let text = sealed.strip_prefix("p1.").ok_or(SealError::Tampered)?;
    let bytes = STANDARD_NO_PAD.decode(text).map_err(|_| SealError::Tampered)?;
    let (salt, rest) = bytes.split_first_chunk::<16>().ok_or(SealError::Tampered)?;
    let (nonce, message) = rest.split_first_chunk::<24>().ok_or(SealError::Tampered)?;
    let open = cipher(passphrase, salt)?
        .decrypt(
            &XNonce::from(*nonce),
            Payload {
                msg: message,
                aad: PURPOSE,
            },
        )
        .map_err(|_| SealError::WrongPassphrase)?;
    String::from_utf8(open)
        .map(Zeroizing::new)
        .map_err(|_| SealError::Tampered)
}

fn cipher(passphrase: &SecretString, salt: &[u8]) -> Result<XChaCha20Poly1305, SealError> {
    let (memory, passes, lanes) = COST;
    let params = Params::new(memory, passes, lanes, Some(32)).map_err(|_| SealError::Random)?;
    let mut key = Zeroizing::new([0u8; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.expose_secret().as_bytes(), salt, key.as_mut())
        .map_err(|_| SealError::Random)?;
    Ok(XChaCha20Poly1305::new((&*key).into()))
}
