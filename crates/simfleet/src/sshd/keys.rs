//! Host keys that follow from a seed.

use model::HostKey;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng as _;
use russh::keys::ssh_key::private::{EcdsaKeypair, Ed25519Keypair, KeypairData, RsaKeypair};
use russh::keys::{EcdsaCurve, PrivateKey, PublicKey};
use sha2::{Digest as _, Sha256};

/// A kind of host key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyKind {
    /// Ed25519.
    Ed25519,
    /// ECDSA on NIST P-256.
    EcdsaP256,
    /// RSA with 2,048 bits; takes a moment to make.
    Rsa2048,
}

/// The key of `kind` of the host `name`; another `generation` is another key, as after a reinstallation.
pub(super) fn host_key(seed: u64, name: &str, kind: KeyKind, generation: u32) -> Option<PrivateKey> {
    let mut hash = Sha256::new();
    hash.update(seed.to_be_bytes());
    hash.update(generation.to_be_bytes());
    hash.update(format!("{kind:?} {name}"));
    let seed: [u8; 32] = hash.finalize().into();
    let mut random = ChaCha20Rng::from_seed(seed);
    let pair = match kind {
        KeyKind::Ed25519 => KeypairData::Ed25519(Ed25519Keypair::from_seed(&seed)),
        KeyKind::EcdsaP256 => {
            KeypairData::Ecdsa(EcdsaKeypair::random(&mut random, EcdsaCurve::NistP256).ok()?)
        }
        KeyKind::Rsa2048 => KeypairData::Rsa(RsaKeypair::random(&mut random, 2048).ok()?),
    };
    PrivateKey::new(pair, "").ok()
}

/// The public half as it is pinned.
pub(super) fn public(key: &PrivateKey) -> Option<HostKey> {
    let line = text(key.public_key())?;
    let (algorithm, base64) = line.split_once(' ')?;
    remote::host_key(algorithm, base64).ok()
}

/// A public key as `algorithm base64`.
pub(super) fn text(key: &PublicKey) -> Option<String> {
    let bare = PublicKey::from(key.key_data().clone());
    Some(bare.to_openssh().ok()?.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_makes_the_same_keys_and_a_new_generation_makes_others() {
        for kind in [KeyKind::Ed25519, KeyKind::EcdsaP256] {
            let made =
                |seed, name, generation| public(&host_key(seed, name, kind, generation).unwrap()).unwrap();
            assert_eq!(made(1, "a", 0), made(1, "a", 0));
            assert_ne!(made(1, "a", 0), made(1, "a", 1));
            assert_ne!(made(1, "a", 0), made(1, "b", 0));
            assert_ne!(made(1, "a", 0), made(2, "a", 0));
        }
    }
}
