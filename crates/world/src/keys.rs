//! SSH key pairs: made, or read from what a person pastes.

use model::KeyAlgorithm;
use secrecy::SecretString;

/// A key pair, ready to be sealed and stored.
#[derive(Debug, Clone)]
pub struct KeyPair {
    /// The private key in OpenSSH's format, without a passphrase; sealed before it is stored.
    pub private: SecretString,
    /// `algorithm base64`, without a comment.
    pub public: String,
    /// The public key's algorithm, such as `ssh-ed25519`.
    pub algorithm: String,
    /// `SHA256:…`, as `ssh-keygen -l` prints it.
    pub fingerprint: String,
}

/// Why a pasted key cannot be used. The sentences never quote the key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not a private key at all, or a public one.
    #[error("this is not a private key in OpenSSH or PEM format")]
    NotAKey,
    /// It is encrypted and no passphrase was given.
    #[error(
        "this key is protected by a passphrase: enter it, Drydock seals the key with its own secret instead"
    )]
    NeedsPassphrase,
    /// It is encrypted and the passphrase does not open it.
    #[error("the passphrase does not open this key")]
    WrongPassphrase,
    /// DSA, a security key (`sk-…`), or RSA below 2,048 bits.
    #[error("{0}")]
    Unusable(String),
}

/// Makes and reads key pairs. CPU-bound (RSA takes seconds): call it off the async threads.
pub trait KeyTool: Send + Sync + 'static {
    /// Makes a pair.
    ///
    /// # Errors
    /// Only when the system's random source fails.
    fn generate(&self, algorithm: KeyAlgorithm) -> Result<KeyPair, KeyError>;

    /// Reads a pasted private key (OpenSSH, PKCS#8, PKCS#1 or SEC1 PEM), opening it with `passphrase` if it has one.
    ///
    /// # Errors
    /// See [`KeyError`].
    fn read(&self, pem: &SecretString, passphrase: Option<&SecretString>) -> Result<KeyPair, KeyError>;
}
