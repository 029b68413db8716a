//! What a server's first bytes say: whether it speaks SSH, and which host keys it has.

use crate::failure::printable;

/// Who answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Heard {
    /// Nothing came.
    Nothing,
    /// An SSH server of protocol 2.
    Ssh,
    /// Something else; its first line.
    Other(String),
}

/// Judges the first bytes. Lines before the banner are allowed (RFC 4253, 4.2).
pub(crate) fn heard(opening: &[u8]) -> Heard {
    if opening.is_empty() {
        return Heard::Nothing;
    }
    if banner_end(opening).is_some() {
        return Heard::Ssh;
    }
    let first = opening
        .split(|byte| *byte == b'\n')
        .find(|line| !line.trim_ascii().is_empty());
    Heard::Other(printable(
        &String::from_utf8_lossy(first.unwrap_or_default()),
        120,
    ))
}

/// The names of the host key algorithms that the server proposes, empty if its proposal is not there in full. They
/// are read here because the library tells them only when none of them is acceptable, and one handshake per name
/// that the server does not have would be needed to find out.
pub(crate) fn host_key_algorithms(opening: &[u8]) -> Vec<String> {
    proposal(opening).unwrap_or_default()
}

fn banner_end(opening: &[u8]) -> Option<usize> {
    let mut start = 0;
    for line in opening.split_inclusive(|byte| *byte == b'\n') {
        start += line.len();
        if line.starts_with(b"SSH-2.0-") || line.starts_with(b"SSH-1.99-") {
            return Some(start);
        }
    }
    None
}

fn proposal(opening: &[u8]) -> Option<Vec<String>> {
    // RFC 4253, 6 and 7.1: length, padding length, SSH_MSG_KEXINIT, 16 bytes of cookie, name-lists.
    const KEXINIT: u8 = 20;
    let packet = opening.get(banner_end(opening)?..)?;
    if *packet.get(5)? != KEXINIT {
        return None;
    }
    let lists = packet.get(6 + 16..)?;
    let (_kex, lists) = name_list(lists)?;
    let (host_keys, _) = name_list(lists)?;
    Some(host_keys.split(',').map(str::to_owned).collect())
}

fn name_list(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let length = usize::try_from(u32::from_be_bytes(*bytes.first_chunk::<4>()?)).ok()?;
    let end = length.checked_add(4)?;
    let names = std::str::from_utf8(bytes.get(4..end)?).ok()?;
    Some((names, bytes.get(end..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kexinit(host_keys: &str) -> Vec<u8> {
        let mut payload = vec![20];
        payload.extend([7; 16]);
        for list in ["curve25519-sha256,ext-info-s", host_keys, "aes256-ctr"] {
            payload.extend(u32::try_from(list.len()).unwrap().to_be_bytes());
            payload.extend(list.as_bytes());
        }
        let mut opening = b"welcome\r\nSSH-2.0-OpenSSH_9.2p1 Debian\r\n".to_vec();
        opening.extend(u32::try_from(payload.len() + 1).unwrap().to_be_bytes());
        opening.push(0);
        opening.extend(payload);
        opening
    }

    #[test]
    fn the_proposal_names_the_host_keys() {
        let opening = kexinit("rsa-sha2-512,ssh-ed25519");
        assert_eq!(host_key_algorithms(&opening), ["rsa-sha2-512", "ssh-ed25519"]);
        for cut in 0..opening.len() - 16 {
            assert!(host_key_algorithms(&opening[..cut]).is_empty(), "{cut}");
        }
        assert_eq!(heard(&opening), Heard::Ssh);
    }

    #[test]
    fn a_length_beyond_the_packet_is_not_followed() {
        let mut opening = kexinit("ssh-ed25519");
        let kex_length = opening.len() - 4 - 10 - 4 - 11 - 28 - 4;
        opening[kex_length..kex_length + 4].copy_from_slice(&u32::MAX.to_be_bytes());
        assert!(host_key_algorithms(&opening).is_empty());
    }

    #[test]
    fn what_is_not_ssh_is_named_by_its_first_line() {
        assert_eq!(heard(b""), Heard::Nothing);
        assert_eq!(heard(b"SSH-1.99-old\n"), Heard::Ssh);
        assert_eq!(
            heard(b"SSH-1.5-ancient\n"),
            Heard::Other("SSH-1.5-ancient".into())
        );
        assert_eq!(
            heard(b"\r\n220 mail\x07 ESMTP\r\nmore"),
            Heard::Other("220 mail ESMTP".into())
        );
    }
}
