//! SSH key pairs: made, or read from what a person pastes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rand::SeedableRng as _;
use rand::rngs::{StdRng, SysRng};
use russh::keys::ssh_key::private::{KeypairData, RsaKeypair};
use russh::keys::ssh_key::{self, Kdf, LineEnding};
use russh::keys::{Algorithm, EcdsaCurve, HashAlg, PrivateKey, decode_secret_key};
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret as _, SecretString};
use world::{KeyAlgorithm, KeyError, KeyPair, KeyTool};

/// More text than any private key has.
const TEXT_MAX: usize = 64 * 1024;
/// More rounds than this take minutes to open; `ssh-keygen` makes 16 to 24.
const ROUNDS_MAX: u32 = 1000;
/// Smaller RSA keys can be broken.
const RSA_MIN: u32 = 2048;
/// Larger ones are refused by sshd.
const RSA_MAX: u32 = 16384;

/// Makes and reads key pairs.
#[derive(Debug, Clone, Copy, Default)]
pub struct SshKeys;

impl KeyTool for SshKeys {
    fn generate(&self, algorithm: KeyAlgorithm) -> Result<KeyPair, KeyError> {
        let mut random = StdRng::try_from_rng(&mut SysRng)
            .map_err(|_| unusable("this machine has no random numbers to make a key from"))?;
        let key = match algorithm {
            KeyAlgorithm::Ed25519 => PrivateKey::random(&mut random, Algorithm::Ed25519),
            KeyAlgorithm::EcdsaP256 => {
                let curve = EcdsaCurve::NistP256;
                PrivateKey::random(&mut random, Algorithm::Ecdsa { curve })
            }
            KeyAlgorithm::Rsa4096 => RsaKeypair::random(&mut random, 4096)
                .and_then(|pair| PrivateKey::new(KeypairData::Rsa(pair), "")),
        };
        pair(key.map_err(|_| unusable("the key could not be made"))?)
    }

    fn read(&self, pem: &SecretString, passphrase: Option<&SecretString>) -> Result<KeyPair, KeyError> {
        let pem = pem.expose_secret();
        if pem.len() > TEXT_MAX {
            return Err(KeyError::NotAKey);
        }
        // Pasted text has stray spaces and carriage returns, which the parsers do not forgive.
        let text: Zeroizing<String> =
            Zeroizing::new(pem.lines().map(str::trim).flat_map(|line| [line, "\n"]).collect());
        let encrypted = look_at(&text)?;
        let passphrase = match (encrypted, passphrase) {
            (false, _) => None,
            (true, Some(passphrase)) => Some(passphrase.expose_secret()),
            (true, None) => return Err(KeyError::NeedsPassphrase),
        };
        let key = decode_secret_key(&text, passphrase).map_err(|error| why_not(&error, encrypted))?;
        check(&key)?;
        pair(key)
    }
}

/// Whether the text is an encrypted key; refuses what is no private key or none that can be read.
fn look_at(text: &str) -> Result<bool, KeyError> {
    if text.starts_with("PuTTY-User-Key-File-") {
        return Err(unusable(
            "this is a PuTTY key: open it in PuTTYgen and use Conversions, Export OpenSSH key",
        ));
    }
    let label = text
        .lines()
        .find_map(|line| line.strip_prefix("-----BEGIN ")?.strip_suffix("-----"))
        .ok_or(KeyError::NotAKey)?;
    let old_encryption = text.lines().find_map(|line| line.strip_prefix("DEK-Info: "));
    match (label, old_encryption) {
        ("OPENSSH PRIVATE KEY", None) => is_openssh_encrypted(text),
        ("ENCRYPTED PRIVATE KEY", None) if is_pbes2(text) => Ok(true),
        ("ENCRYPTED PRIVATE KEY", _) => Err(other_encryption()),
        ("PRIVATE KEY" | "RSA PRIVATE KEY" | "EC PRIVATE KEY", None) => Ok(false),
        ("RSA PRIVATE KEY", Some(cipher)) if cipher.starts_with("AES-128-CBC,") => Ok(true),
        ("RSA PRIVATE KEY" | "EC PRIVATE KEY", Some(_)) => Err(other_encryption()),
        ("DSA PRIVATE KEY", _) => Err(dsa()),
        _ => Err(KeyError::NotAKey),
    }
}

/// Whether a PKCS#8 key is encrypted by the present scheme; older ones are not known to the library, which could not
/// tell them from a wrong passphrase.
fn is_pbes2(text: &str) -> bool {
    // 1.2.840.113549.1.5.13 in DER.
    const PBES2: &[u8] = &[0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0d];
    let body: String = text
        .lines()
        .skip_while(|line| !line.starts_with("-----"))
        .skip(1)
        .take_while(|line| !line.starts_with("-----"))
        .collect();
    STANDARD
        .decode(body)
        .is_ok_and(|der| der.windows(PBES2.len()).take(32).any(|window| window == PBES2))
}

fn is_openssh_encrypted(text: &str) -> Result<bool, KeyError> {
    let key = PrivateKey::from_openssh(text).map_err(|error| match error {
        ssh_key::Error::AlgorithmUnsupported { .. } | ssh_key::Error::AlgorithmUnknown => {
            unusable("this kind of key, or its encryption, is not known to Drydock")
        }
        _ => KeyError::NotAKey,
    })?;
    match key.kdf() {
        Kdf::Bcrypt { rounds, .. } if *rounds > ROUNDS_MAX => Err(unusable(format!(
            "opening this key takes {rounds} rounds, and Drydock does at most {ROUNDS_MAX}: \
             run ssh-keygen -p -a 100 -f on its file, then paste it again"
        ))),
        _ => Ok(key.is_encrypted()),
    }
}

fn why_not(error: &russh::keys::Error, encrypted: bool) -> KeyError {
    use russh::keys::Error;
    // DSA's identifier in PKCS#8.
    const DSA: &str = "1.2.840.10040.4.1";
    match error {
        Error::UnknownAlgorithm(id) if id.to_string() == DSA => dsa(),
        Error::UnknownAlgorithm(id) => unusable(format!("keys of the kind {id} cannot be used for SSH")),
        Error::UnsupportedKeyType { key_type_string, .. } => {
            unusable(format!("keys of the kind {key_type_string} cannot be used"))
        }
        // The library tells an unknown cipher from a wrong passphrase in words only.
        other if encrypted && other.to_string().contains("unsupported") => other_encryption(),
        _ if encrypted => KeyError::WrongPassphrase,
        _ => KeyError::NotAKey,
    }
}

fn check(key: &PrivateKey) -> Result<(), KeyError> {
    match key.algorithm() {
        Algorithm::Ed25519 | Algorithm::Ecdsa { .. } => Ok(()),
        Algorithm::Rsa { .. } => match key.key_data().rsa().map_or(0, RsaKeypair::key_size) {
            bits if bits < RSA_MIN => Err(unusable(format!(
                "this RSA key has {bits} bits, which can be broken: use one with at least {RSA_MIN}, or Ed25519"
            ))),
            bits if bits > RSA_MAX => Err(unusable(format!(
                "this RSA key has {bits} bits; sshd takes at most {RSA_MAX}"
            ))),
            _ => Ok(()),
        },
        Algorithm::Dsa => Err(dsa()),
        Algorithm::SkEd25519 | Algorithm::SkEcdsaSha2NistP256 => Err(unusable(
            "this key is in a security key, which somebody must touch for every log-in: use a key without one",
        )),
        other => Err(unusable(format!(
            "keys of the kind {} cannot be used",
            other.as_str()
        ))),
    }
}

fn pair(mut key: PrivateKey) -> Result<KeyPair, KeyError> {
    let lost = |_| unusable("the key could not be written down");
    key.set_comment("");
    let private = key.to_openssh(LineEnding::LF).map_err(lost)?;
    let public = key.public_key().to_openssh().map_err(lost)?;
    Ok(KeyPair {
        private: SecretString::from(private.as_str()),
        public: public.trim_end().to_owned(),
        algorithm: key.algorithm().as_str().to_owned(),
        fingerprint: key.fingerprint(HashAlg::Sha256).to_string(),
    })
}

fn unusable(why: impl Into<String>) -> KeyError {
    KeyError::Unusable(why.into())
}

fn other_encryption() -> KeyError {
    unusable(
        "this key is encrypted in a way that Drydock cannot open: run ssh-keygen -p -f on its file, then paste it \
         again",
    )
}

fn dsa() -> KeyError {
    unusable("this is a DSA key, which no current server accepts: use Ed25519, ECDSA or RSA")
}
