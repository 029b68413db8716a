//! Lines of `known_hosts`, as sshd(8) describes them, hashed names included.

use crate::findings::{Findings, line_number};
use crate::wildcard::wildcard;
use crate::{ROWS_MAX, TEXT_MAX};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use model::{KnownHost, PasteNote};
use sha1::Sha1;

/// A paste of `known_hosts` lines, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownHosts {
    /// The usable lines, in the paste's order.
    pub hosts: Vec<KnownHost>,
    /// Lines that could not be read.
    pub problems: Vec<PasteNote>,
}

/// Reads `known_hosts` lines. A bad line is a problem and leaves the others as they are.
pub fn known_hosts(text: &str) -> KnownHosts {
    let mut findings = Findings::default();
    let mut hosts = Vec::new();
    if text.len() > TEXT_MAX {
        let why = format!("The paste has {} bytes; at most {TEXT_MAX} are read.", text.len());
        findings.problem(1, "", why);
    } else {
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let number = line_number(index);
            if hosts.len() >= ROWS_MAX {
                let why = format!("There are more than {ROWS_MAX} lines; the rest was left out.");
                findings.problem(number, "", why);
                break;
            }
            match known_host(line, number) {
                Ok(host) => hosts.push(host),
                Err((text, why)) => findings.problem(number, text, why),
            }
        }
    }
    KnownHosts {
        hosts,
        problems: findings.into_notes().1,
    }
}

fn known_host(line: &str, number: u32) -> Result<KnownHost, (&str, &'static str)> {
    let mut words = line.split_ascii_whitespace();
    let mut first = words.next().unwrap_or_default();
    let (mut is_authority, mut is_revoked) = (false, false);
    if first.starts_with('@') {
        match first {
            "@cert-authority" => is_authority = true,
            "@revoked" => is_revoked = true,
            other => {
                return Err((
                    other,
                    "This mark is not known; there are @cert-authority and @revoked.",
                ));
            }
        }
        first = words.next().unwrap_or_default();
    }
    let (Some(algorithm), Some(base64)) = (words.next(), words.next()) else {
        return Err((first, "A line has names, the key's algorithm and the key."));
    };
    let key = remote::host_key(algorithm, base64)
        .map_err(|_| (algorithm, "The key cannot be read, or is not of this algorithm."))?;
    Ok(KnownHost {
        line: number,
        patterns: first.split(',').map(str::to_owned).collect(),
        is_authority,
        is_revoked,
        key,
    })
}

/// Whether a line is about the server at that address and port. Names are compared as OpenSSH does: in lower case, as
/// `[host]:port` where the port is not 22, hashed ones by their hash; a pattern after `!` takes its matches out.
pub fn matches(known: &KnownHost, host: &str, port: u16) -> bool {
    let host = host.to_ascii_lowercase();
    let name = if port == 22 {
        host
    } else {
        format!("[{host}]:{port}")
    };
    let mut matches = false;
    for pattern in &known.patterns {
        if let Some(hashed) = pattern.strip_prefix("|1|") {
            matches |= is_hash_of(hashed, &name);
            continue;
        }
        let pattern = pattern.to_ascii_lowercase();
        match pattern.strip_prefix('!') {
            Some(not) if wildcard(not, &name) => return false,
            Some(_) => {}
            None => matches |= wildcard(&pattern, &name),
        }
    }
    matches
}

/// `salt|hash`, both in base64: the hash is HMAC-SHA1 of the name under the salt.
fn is_hash_of(hashed: &str, name: &str) -> bool {
    let Some((salt, hash)) = hashed.split_once('|') else {
        return false;
    };
    let (Ok(salt), Ok(hash)) = (STANDARD.decode(salt), STANDARD.decode(hash)) else {
        return false;
    };
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(&salt) else {
        return false;
    };
    mac.update(name.as_bytes());
    mac.verify_slice(&hash).is_ok()
}
