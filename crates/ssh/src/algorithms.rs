//! Host key algorithms: which are accepted, and how a connection is limited to those of the pinned keys.

use crate::bounds::Settings;
use model::HostKey;
use russh::keys::{Algorithm, EcdsaCurve, HashAlg, PublicKey, parse_public_key_base64};
use std::borrow::Cow;
use std::sync::Arc;

/// Every kind of host key that is accepted, most preferred first, with the names under which it is negotiated.
/// RSA is never proved with SHA-1 (`ssh-rsa`), and keys of DSA and of security keys are not accepted.
const KINDS: [(&str, &[Algorithm], &[&str]); 5] = [
    ("ssh-ed25519", &[Algorithm::Ed25519], &["ssh-ed25519"]),
    (
        "ecdsa-sha2-nistp256",
        &[ecdsa(EcdsaCurve::NistP256)],
        &["ecdsa-sha2-nistp256"],
    ),
    (
        "ecdsa-sha2-nistp384",
        &[ecdsa(EcdsaCurve::NistP384)],
        &["ecdsa-sha2-nistp384"],
    ),
    (
        "ecdsa-sha2-nistp521",
        &[ecdsa(EcdsaCurve::NistP521)],
        &["ecdsa-sha2-nistp521"],
    ),
    (
        "ssh-rsa",
        &[rsa(HashAlg::Sha512), rsa(HashAlg::Sha256)],
        &["rsa-sha2-512", "rsa-sha2-256"],
    ),
];

const fn ecdsa(curve: EcdsaCurve) -> Algorithm {
    Algorithm::Ecdsa { curve }
}

const fn rsa(hash: HashAlg) -> Algorithm {
    Algorithm::Rsa { hash: Some(hash) }
}

/// All accepted algorithms.
pub(crate) fn all() -> Vec<Algorithm> {
    KINDS
        .iter()
        .flat_map(|(_, algorithms, _)| algorithms.iter().cloned())
        .collect()
}

/// The algorithms of the kinds of `keys`.
pub(crate) fn of_keys(keys: &[PublicKey]) -> Vec<Algorithm> {
    KINDS
        .iter()
        .filter(|(kind, ..)| keys.iter().any(|key| key.algorithm().as_str() == *kind))
        .flat_map(|(_, algorithms, _)| algorithms.iter().cloned())
        .collect()
}

/// The kinds of key that a server has which negotiates these names.
pub(crate) fn kinds(negotiated: &[String]) -> Vec<&'static str> {
    KINDS
        .iter()
        .filter(|(_, _, names)| negotiated.iter().any(|name| names.contains(&name.as_str())))
        .map(|(kind, ..)| *kind)
        .collect()
}

/// The algorithms of one kind of key.
pub(crate) fn of_kind(kind: &str) -> Vec<Algorithm> {
    KINDS
        .iter()
        .filter(|(name, ..)| *name == kind)
        .flat_map(|(_, algorithms, _)| algorithms.iter().cloned())
        .collect()
}

/// Where a kind of key stands in the order of preference.
pub(crate) fn rank(kind: &str) -> usize {
    KINDS
        .iter()
        .position(|(name, ..)| *name == kind)
        .unwrap_or(KINDS.len())
}

/// The pinned keys that can be used; what does not parse as its own algorithm is no pin.
pub(crate) fn usable(pins: &[HostKey]) -> Vec<PublicKey> {
    pins.iter()
        .filter_map(|pin| {
            let key = parse_public_key_base64(&pin.base64).ok()?;
            (key.algorithm().as_str() == pin.algorithm && rank(&pin.algorithm) < KINDS.len()).then_some(key)
        })
        .collect()
}

/// A server's key as it is pinned and shown.
pub(crate) fn host_key(key: &PublicKey) -> Option<HostKey> {
    let line = PublicKey::from(key.key_data().clone()).to_openssh().ok()?;
    let (algorithm, base64) = line.trim().split_once(' ')?;
    remote::host_key(algorithm, base64.trim()).ok()
}

/// The library's configuration for one connection.
pub(crate) fn config(host_keys: Vec<Algorithm>, settings: &Settings) -> Arc<russh::client::Config> {
    Arc::new(russh::client::Config {
        client_id: russh::SshId::Standard(Cow::Borrowed(concat!(
            "SSH-2.0-Drydock_",
            env!("CARGO_PKG_VERSION")
        ))),
        preferred: russh::Preferred {
            key: Cow::Owned(host_keys),
            compression: Cow::Borrowed(&[russh::compression::NONE]),
            ..russh::Preferred::DEFAULT
        },
        // Together these bound what one channel holds in memory: eight packets of 32 KiB, then the library stops
        // reading from the network.
        window_size: 256 * 1024,
        maximum_packet_size: 32 * 1024,
        channel_buffer_size: 8,
        keepalive_interval: Some(settings.keepalive),
        keepalive_max: settings.keepalive_max,
        ..russh::client::Config::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rsa_is_never_negotiated_with_sha1_and_dsa_not_at_all() {
        let names: Vec<String> = all().iter().map(ToString::to_string).collect();
        assert!(names.contains(&"rsa-sha2-512".to_owned()));
        assert!(!names.contains(&"ssh-rsa".to_owned()));
        assert!(
            kinds(&[
                "ssh-rsa".into(),
                "ssh-dss".into(),
                "sk-ssh-ed25519@openssh.com".into()
            ])
            .is_empty()
        );
        assert_eq!(
            kinds(&["rsa-sha2-256".into(), "ssh-ed25519".into()]),
            ["ssh-ed25519", "ssh-rsa"]
        );
    }

    #[test]
    fn a_pin_that_is_not_what_it_says_is_no_pin() {
        let base64 = "AAAAC3NzaC1lZDI1NTE5AAAAIMJpVtVLVLmnWKwhDJuD5VJLVnLbT4WW+pLIXFjRFVhJ";
        let pin = |algorithm: &str, base64: &str| HostKey {
            algorithm: algorithm.into(),
            base64: base64.into(),
            fingerprint: String::new(),
        };
        let good = usable(&[pin("ssh-ed25519", base64)]);
        assert_eq!(good.len(), 1);
        assert_eq!(of_keys(&good), [Algorithm::Ed25519]);
        assert!(
            usable(&[
                pin("ssh-rsa", base64),
                pin("ssh-ed25519", "AAAA"),
                pin("ssh-dss", base64)
            ])
            .is_empty()
        );
        assert_eq!(host_key(&good[0]).unwrap().base64, base64);
    }
}
