//! Sealing: XChaCha20-Poly1305, each ciphertext naming its key and bound to the place where it is stored.

use super::{SealError, key_file};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use rand::TryRng as _;
use secrecy::{ExposeSecret as _, SecretBox, SecretSlice, SecretString};
use sha2::{Digest as _, Sha256};
use std::path::Path;

/// Where a secret is stored. A ciphertext opens in its own place only.
#[derive(Debug, Clone, Copy)]
pub struct Slot<'a> {
    /// The table.
    pub table: &'a str,
    /// The row's key.
    pub row: &'a str,
    /// The column.
    pub column: &'a str,
}

impl Slot<'_> {
    fn bytes(&self) -> Vec<u8> {
        // Lengths first: no two places read the same.
        [self.table, self.row, self.column]
            .iter()
            .flat_map(|part| [(part.len() as u64).to_be_bytes().as_slice(), part.as_bytes()].concat())
            .collect()
    }
}

/// One key of the key file.
pub(super) struct Key {
    pub(super) id: String,
    pub(super) bytes: SecretBox<[u8; 32]>,
}

impl Key {
    pub(super) fn new(bytes: [u8; 32]) -> Self {
        let digest = Sha256::new()
            .chain_update(b"drydock key id")
            .chain_update(bytes)
            .finalize();
        Self {
            id: hex::encode(&digest[..4]),
            bytes: SecretBox::new(Box::new(bytes)),
        }
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(self.bytes.expose_secret().into())
    }
}

/// Seals secrets with the first key of the key file, and opens those of all its keys.
pub struct Sealer {
    keys: Vec<Key>,
}

/// Names the keys, never shows them.
impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list()
            .entries(self.keys.iter().map(|key| &key.id))
            .finish()
    }
}

impl Sealer {
    /// The key of a data folder, `secret.key`, made when the folder has no database yet.
    ///
    /// # Errors
    /// [`SealError::Missing`] when there is a database without its key, [`SealError::Exposed`] when others can read
    /// the file.
    pub fn of_folder(folder: &Path) -> Result<Self, SealError> {
        let path = folder.join(crate::db::folder::SECRET_KEY);
        if path.exists() {
            return Self::from_file(&path);
        }
        if folder.join(crate::db::folder::DATABASE).exists() {
            return Err(SealError::Missing(path));
        }
        Self::create(&path)
    }

    /// The keys of a file that is there.
    ///
    /// # Errors
    /// [`SealError`].
    pub fn from_file(path: &Path) -> Result<Self, SealError> {
        Ok(Self {
            keys: key_file::read(path)?,
        })
    }

    /// The keys of a key file's text, as an environment variable may hold it.
    ///
    /// # Errors
    /// [`SealError::Malformed`].
    pub fn from_text(text: &SecretString) -> Result<Self, SealError> {
        Ok(Self {
            keys: key_file::parse(text.expose_secret())?,
        })
    }

    /// Makes a key file with one new key, for its owner's eyes only. An existing file is never overwritten.
    ///
    /// # Errors
    /// [`SealError`].
    pub fn create(path: &Path) -> Result<Self, SealError> {
        let key = Key::new(random()?);
        key_file::write(path, &key)?;
        Ok(Self { keys: vec![key] })
    }

    /// Seals `secret` for its place.
    ///
    /// # Errors
    /// [`SealError::Random`].
    pub fn seal(&self, slot: Slot<'_>, secret: &[u8]) -> Result<String, SealError> {
        let key = self.keys.first().ok_or(SealError::Malformed { line: 0 })?;
        let nonce = XNonce::from(random::<24>()?);
        let payload = Payload {
            msg: secret,
            aad: &slot.bytes(),
        };
        let sealed = key
            .cipher()
            .encrypt(&nonce, payload)
            .map_err(|_| SealError::Tampered)?;
        let both = [nonce.as_slice(), &sealed].concat();
        Ok(format!("s1.{}.{}", key.id, STANDARD_NO_PAD.encode(both)))
    }

    /// Opens what was sealed for this place.
    ///
    /// # Errors
    /// [`SealError::UnknownKey`], [`SealError::Tampered`].
    pub fn open(&self, slot: Slot<'_>, sealed: &str) -> Result<SecretSlice<u8>, SealError> {
        let mut parts = sealed.splitn(3, '.');
        let (Some("s1"), Some(id), Some(text)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(SealError::Tampered);
        };
        let key = self
            .keys
            .iter()
            .find(|key| key.id == id)
            .ok_or_else(|| SealError::UnknownKey(id.to_owned()))?;
        let both = STANDARD_NO_PAD.decode(text).map_err(|_| SealError::Tampered)?;
        let (nonce, message) = both.split_first_chunk::<24>().ok_or(SealError::Tampered)?;
        let payload = Payload {
            msg: message,
            aad: &slot.bytes(),
        };
        let open = key
            .cipher()
            .decrypt(&XNonce::from(*nonce), payload)
            .map_err(|_| SealError::Tampered)?;
        Ok(open.into())
    }
}

/// `N` bytes of the system's random source.
pub(super) fn random<const N: usize>() -> Result<[u8; N], SealError> {
    let mut bytes = [0u8; N];
    rand::rngs::SysRng
        .try_fill_bytes(&mut bytes)
        .map_err(|_| SealError::Random)?;
    Ok(bytes)
}
