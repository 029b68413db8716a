//! What tells one server from another: its host keys, machine id and boot ids.

use crate::stream::{Stream, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::HostKey;

/// The host keys of a server, an Ed25519 and an ECDSA one. `rebuilt` gives those it has after it was set up anew.
/// They are well-formed public keys that nobody has the private part of.
pub(crate) fn host_keys(seed: u64, host: &str, rebuilt: bool) -> Vec<HostKey> {
    let generation = if rebuilt { "1" } else { "0" };
    let mut chance = Stream::named(seed, &["host keys", host, generation]);
    let mut ed25519 = Vec::new();
    field(&mut ed25519, b"ssh-ed25519");
    field(&mut ed25519, &chance.bytes::<32>());
    let mut ecdsa = Vec::new();
    field(&mut ecdsa, b"ecdsa-sha2-nistp256");
    field(&mut ecdsa, b"nistp256");
    // An uncompressed point.
    let mut point = chance.bytes::<65>();
    point[0] = 4;
    field(&mut ecdsa, &point);
    [("ssh-ed25519", ed25519), ("ecdsa-sha2-nistp256", ecdsa)]
        .into_iter()
        .filter_map(|(algorithm, blob)| remote::host_key(algorithm, &STANDARD.encode(blob)).ok())
        .collect()
}

/// RFC 4251: a string is its length in four bytes, and its bytes.
fn field(blob: &mut Vec<u8>, bytes: &[u8]) {
    blob.extend(u32::try_from(bytes.len()).unwrap_or(0).to_be_bytes());
    blob.extend(bytes);
}

/// `/etc/machine-id`.
pub(crate) fn machine_id(seed: u64, host: &str) -> String {
    hex(&digest(seed, &["machine", host])[..16])
}

/// The kernel's boot id of the server's `boots`th boot, as a version 4 UUID.
pub(crate) fn boot_id(seed: u64, host: &str, boots: u32) -> String {
    let mut bytes = digest(seed, &["boot", host, &boots.to_string()]);
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let text = hex(&bytes[..16]);
    format!(
        "{}-{}-{}-{}-{}",
        &text[..8],
        &text[8..12],
        &text[12..16],
        &text[16..20],
        &text[20..32]
    )
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_keeps_its_keys_until_it_is_rebuilt() {
        let keys = host_keys(1, "web-1", false);
        assert_eq!(keys.len(), 2, "both keys are well-formed");
        assert_eq!(keys, host_keys(1, "web-1", false));
        for other in [
            host_keys(1, "web-1", true),
            host_keys(1, "web-2", false),
            host_keys(2, "web-1", false),
        ] {
            assert!(other.iter().all(|key| !keys.contains(key)));
        }
    }

    #[test]
    fn every_boot_has_its_own_id() {
        let first = boot_id(1, "web-1", 0);
        assert_ne!(first, boot_id(1, "web-1", 1));
        assert_eq!((first.len(), first.as_bytes()[14]), (36, b'4'));
        assert_eq!(machine_id(1, "web-1").len(), 32);
    }
}
