//! What a fleet consists of.

use super::{Behaviour, Document, KeyKind};
use std::collections::HashSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

/// A fleet to start.
#[derive(Debug, Clone)]
pub struct FleetSettings {
    /// Host keys follow from it and from the hosts' names.
    pub seed: u64,
    /// The hosts.
    pub hosts: Vec<HostSettings>,
    /// Who may log in.
    pub accepted: Accepted,
    /// What every host answers.
    pub document: Document,
    /// How long a host thinks before it answers.
    pub delay: Duration,
}

impl FleetSettings {
    /// `count` well-behaved Ed25519 hosts at `addresses`, which accept every key and answer at once.
    pub fn of(count: u16, addresses: Addresses, document: Document) -> Self {
        Self {
            seed: 1,
            hosts: (0..count)
                .map(|at| HostSettings::new(format!("host-{at}"), addresses.of(at)))
                .collect(),
            accepted: Accepted::Everybody,
            document,
            delay: Duration::ZERO,
        }
    }
}

/// Where the hosts of a fleet listen.
#[derive(Debug, Clone, Copy)]
pub enum Addresses {
    /// On 127.0.0.1, each on a free port.
    Ports,
    /// Each on an address of its own in 127.77.0.0/16, all on this port.
    Loopback(u16),
}

impl Addresses {
    /// Where host number `at` listens.
    pub fn of(self, at: u16) -> SocketAddr {
        match self {
            Self::Ports => SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            Self::Loopback(port) => {
                let [high, low] = at.to_be_bytes();
                SocketAddr::from(([127, 77, high, low], port))
            }
        }
    }
}

/// One host to start.
#[derive(Debug, Clone)]
pub struct HostSettings {
    /// Its name.
    pub name: String,
    /// Where it listens; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Which host keys it has.
    pub keys: Vec<KeyKind>,
    /// What it does when asked.
    pub behaviour: Behaviour,
    /// Whether it forwards connections to loopback addresses, as a jump host does.
    pub forwards: bool,
}

impl HostSettings {
    /// A well-behaved host with one Ed25519 key.
    pub fn new(name: impl Into<String>, listen: SocketAddr) -> Self {
        Self {
            name: name.into(),
            listen,
            keys: vec![KeyKind::Ed25519],
            behaviour: Behaviour::Answer,
            forwards: false,
        }
    }
}

/// Who may log in, whatever the account is called.
#[derive(Debug, Clone)]
pub enum Accepted {
    /// Whoever has any key.
    Everybody,
    /// Whoever has one of these keys, as `algorithm base64`.
    Keys(HashSet<String>),
}
