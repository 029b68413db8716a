//! Which addresses Drydock asks: who may write a health check must not reach by it what only Drydock's host reaches.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

/// What may be asked.
#[derive(Debug, Clone, Copy)]
pub struct Allowed {
    /// Where Drydock itself listens, which is never asked.
    pub listens: SocketAddr,
    /// Whether hosts in private networks may be named. A server's own address may be asked in any case: Drydock speaks
    /// to that server by SSH, with confirmed keys.
    pub private_hosts: bool,
}

/// Where clouds answer with secrets, beyond the link-local addresses.
const METADATA: [IpAddr; 4] = [
    IpAddr::V4(Ipv4Addr::new(100, 100, 100, 200)),
    IpAddr::V4(Ipv4Addr::new(168, 63, 129, 16)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)),
    IpAddr::V6(Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254)),
];

impl Allowed {
    /// Whether this address may be asked; `its_own`: it is the server's that the question is about.
    ///
    /// # Errors
    /// Why not, and what to do.
    pub fn ask(&self, address: SocketAddr, its_own: bool) -> Result<(), &'static str> {
        let ip = plain(address.ip());
        if METADATA.contains(&ip) || is_never(ip) {
            return Err("link-local and metadata addresses are never asked. Let the server itself ask.");
        }
        if address.port() == self.listens.port() && (ip == plain(self.listens.ip()) || is_of_this_host(ip)) {
            return Err("that is Drydock itself. Name the service's own address and port.");
        }
        if !its_own && !self.private_hosts && is_private(ip) {
            return Err(
                "its address is in a private network. Let the server itself ask, leave the host empty to ask the \
                 server's own address, or have private_health_checks switched on in Drydock's configuration.",
            );
        }
        Ok(())
    }
}

/// The address that is meant: one of IPv4 can be written as one of IPv6 (mapped, or for a NAT64).
fn plain(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V6(six) => match six.segments() {
            [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
                let [a, b] = high.to_be_bytes();
                let [c, d] = low.to_be_bytes();
                IpAddr::V4(Ipv4Addr::new(a, b, c, d))
            }
            _ => IpAddr::V6(six),
        },
        four @ IpAddr::V4(_) => four,
    }
}

fn is_never(ip: IpAddr) -> bool {
    let special = match ip {
        IpAddr::V4(ip) => ip.is_link_local() || ip.is_broadcast(),
        IpAddr::V6(ip) => ip.is_unicast_link_local(),
    };
    special || ip.is_unspecified() || ip.is_multicast()
}

fn is_private(ip: IpAddr) -> bool {
    match ip {
        // 100.64.0.0/10 is what providers and overlay networks use among themselves.
        IpAddr::V4(ip) => {
            ip.is_private() || ip.is_loopback() || (ip.octets()[0] == 100 && ip.octets()[1] & 0xc0 == 64)
        }
        IpAddr::V6(ip) => ip.is_loopback() || ip.is_unique_local(),
    }
}

/// Only an address of this host can be bound.
fn is_of_this_host(ip: IpAddr) -> bool {
    ip.is_loopback() || UdpSocket::bind((ip, 0)).is_ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn may(address: &str, its_own: bool, private_hosts: bool) -> bool {
        let allowed = Allowed {
            listens: "127.0.0.1:3000".parse().unwrap(),
            private_hosts,
        };
        allowed.ask(address.parse().unwrap(), its_own).is_ok()
    }

    #[test]
    fn private_hosts_are_asked_only_where_that_is_allowed_and_servers_always() {
        for address in [
            "10.0.0.5:80",
            "172.20.1.1:80",
            "192.168.1.1:443",
            "100.64.0.1:80",
            "127.0.0.1:8080",
            "[fd12::1]:80",
            "[::ffff:10.0.0.5]:80",
            "[64:ff9b::a00:5]:80",
        ] {
            assert!(!may(address, false, false), "{address}");
            assert!(may(address, false, true), "{address}");
            assert!(may(address, true, false), "{address}");
        }
        for address in ["192.0.2.7:80", "[2001:db8::1]:443", "100.128.0.1:80"] {
            assert!(may(address, false, false), "{address}");
        }
    }

    #[test]
    fn metadata_and_link_local_addresses_are_never_asked() {
        for address in [
            "169.254.169.254:80",
            "[::ffff:169.254.169.254]:80",
            "[64:ff9b::a9fe:a9fe]:80",
            "[fe80::1]:80",
            "[fd00:ec2::254]:80",
            "168.63.129.16:80",
            "100.100.100.200:80",
            "0.0.0.0:80",
            "[::]:80",
            "255.255.255.255:80",
            "224.0.0.1:80",
        ] {
            assert!(!may(address, true, true), "{address}");
        }
    }

    #[test]
    fn drydock_does_not_ask_itself() {
        for address in [
            "127.0.0.1:3000",
            "[::1]:3000",
            "127.8.8.8:3000",
            "[::ffff:127.0.0.1]:3000",
        ] {
            assert!(!may(address, true, true), "{address}");
        }
        assert!(may("127.0.0.1:3001", true, true));
        assert!(may("192.0.2.7:3000", false, false));
    }
}
