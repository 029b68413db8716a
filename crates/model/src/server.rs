//! A server: a machine that Drydock reaches over SSH.

use crate::{KeyId, ServerId, words};
use serde::{Deserialize, Serialize};

words! {
    /// What Drydock's account on a server may do there. Each is called what it is (`reliability.md`, Access).
    pub enum Account {
        /// May run one root-owned script without arguments, and nothing else by sudo.
        LookOnly = "look_only",
        /// Full root, directly or by sudo.
        Operate = "operate",
    }
}

words! {
    /// Which adapter speaks to a server.
    pub enum Transport {
        /// A real machine over SSH.
        Ssh = "ssh",
        /// A machine of the simulated fleet; marked on every page.
        Sim = "sim",
    }
}

words! {
    /// How a server is dealt with beyond scanning it.
    pub enum Criticality {
        /// May be away without anybody noticing.
        Low = "low",
        /// The ordinary case.
        Normal = "normal",
        /// Its absence is noticed at once.
        High = "high",
    }
}

words! {
    /// What kind of SSH key Drydock makes.
    pub enum KeyAlgorithm {
        /// Ed25519; the default.
        Ed25519 = "ed25519",
        /// ECDSA on NIST P-256.
        EcdsaP256 = "ecdsa_p256",
        /// RSA with 4,096 bits, for servers that know nothing newer.
        Rsa4096 = "rsa_4096",
    }
}

/// Where and how a server is reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoint {
    /// A DNS name or an IP address, without brackets.
    pub host: String,
    /// TCP port, 1 to 65535.
    pub port: u16,
    /// The account that Drydock logs in as.
    pub user: String,
    /// The server whose connection carries this one (ProxyJump), when there is one.
    pub jump: Option<ServerId>,
    /// The SSH key that Drydock logs in with. A simulated server has none.
    pub key: Option<KeyId>,
}

/// One host key of a server, as OpenSSH writes it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct HostKey {
    /// The algorithm's name, such as `ssh-ed25519`.
    pub algorithm: String,
    /// The public key in base64, without the algorithm and without a comment.
    pub base64: String,
    /// `SHA256:` and the base64 digest without padding, as `ssh-keygen -l` prints it.
    pub fingerprint: String,
}

words! {
    /// What Drydock knows of one host key.
    pub enum HostKeyState {
        /// Seen, and waiting for a person to confirm it.
        Offered = "offered",
        /// Confirmed; the only keys that a connection may be made with.
        Pinned = "pinned",
        /// Offered by a server whose pinned keys are others: nothing is done until a lead decides.
        Conflicting = "conflicting",
    }
}

/// The largest length of a server's, stack's or group's name, in characters.
pub const NAME_MAX: usize = 64;

/// Whether `name` may name a server, a stack or a group: letters, digits, `.`, `-`, `_`, starting with a letter or
/// digit, at most [`NAME_MAX`] characters.
pub fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= NAME_MAX
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))
}

/// Whether `host` can be dialled: a DNS name, an IPv4 or an IPv6 address. Spaces, quotes, a leading dash and
/// everything else that could mean something to a program are refused.
pub fn is_host(host: &str) -> bool {
    if host.parse::<std::net::IpAddr>().is_ok() {
        return true;
    }
    !host.is_empty()
        && host.len() <= 253
        && host.split('.').all(|label| {
            !label.is_empty()
                && label.len() <= 63
                && label.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
                && label
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        })
}

/// Whether `user` is an account name that Drydock logs in as (what `useradd` allows, dots included).
pub fn is_user(user: &str) -> bool {
    !user.is_empty()
        && user.len() <= 32
        && user.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && user
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '$'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_hosts_that_could_mean_something_to_a_program_are_refused() {
        for bad in ["", "-oProxyCommand=x", "a b", "a;b", "$(x)", "../x"] {
            assert!(!is_name(bad), "{bad}");
            assert!(!is_host(bad), "{bad}");
            assert!(!is_user(bad), "{bad}");
        }
        for good in ["web-1", "db.internal", "10.0.0.1"] {
            assert!(is_name(good) && is_host(good), "{good}");
        }
        assert!(is_host("2001:db8::1"));
        assert!(is_user("deploy") && is_user("_apt") && !is_user("1x"));
    }
}
