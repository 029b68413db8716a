//! What a server is for, and what follows from it: its software, units, ports and containers.

use crate::archive::{Distro, Part};

/// What a server is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    LoadBalancer,
    Web,
    Api,
    Worker,
    Database,
    Cache,
    Bastion,
    Build,
    Metrics,
    Pipeline,
}

/// A socket that listens.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Port {
    pub(crate) protocol: &'static str,
    pub(crate) port: u16,
    pub(crate) whom: Whom,
    pub(crate) process: &'static str,
}

/// Which address a socket listens on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whom {
    Anyone,
    PrivateNetwork,
    ThisMachine,
}

/// A container of Docker's.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SimContainer {
    pub(crate) name: &'static str,
    pub(crate) image: &'static str,
    pub(crate) healthy: bool,
    pub(crate) running: bool,
}

const SSH: Port = port(22, Whom::Anyone, "sshd");

const fn port(port: u16, whom: Whom, process: &'static str) -> Port {
    Port {
        protocol: "tcp",
        port,
        whom,
        process,
    }
}

const fn container(name: &'static str, image: &'static str, healthy: bool) -> SimContainer {
    SimContainer {
        name,
        image,
        healthy,
        running: true,
    }
}

impl Role {
    /// The parts of the archive that are installed.
    pub(crate) const fn parts(self) -> &'static [Part] {
        match self {
            Self::LoadBalancer => &[Part::Base, Part::Haproxy],
            Self::Web => &[Part::Base, Part::Nginx, Part::Docker],
            Self::Api => &[Part::Base, Part::Nginx, Part::Docker, Part::Node],
            Self::Worker => &[Part::Base, Part::Docker, Part::Ruby],
            Self::Database => &[Part::Base, Part::Postgres],
            Self::Cache => &[Part::Base, Part::Redis],
            Self::Bastion => &[Part::Base],
            Self::Build => &[Part::Base, Part::Docker, Part::Build, Part::Python],
            Self::Metrics => &[Part::Base, Part::Docker, Part::Python],
            Self::Pipeline => &[Part::Base, Part::Python],
        }
    }

    /// Sockets that listen, in the order of their ports.
    pub(crate) const fn ports(self) -> &'static [Port] {
        use Whom::{Anyone, PrivateNetwork, ThisMachine};
        match self {
            Self::LoadBalancer => {
                const {
                    &[
                        SSH,
                        port(80, Anyone, "haproxy"),
                        port(443, Anyone, "haproxy"),
                        port(8404, ThisMachine, "haproxy"),
                    ]
                }
            }
            Self::Web => {
                const {
                    &[
                        SSH,
                        port(80, Anyone, "nginx"),
                        port(3000, ThisMachine, "docker-proxy"),
                    ]
                }
            }
            Self::Api => {
                const {
                    &[
                        SSH,
                        port(80, Anyone, "nginx"),
                        port(443, Anyone, "nginx"),
                        port(8080, PrivateNetwork, "docker-proxy"),
                    ]
                }
            }
            Self::Worker | Self::Bastion | Self::Pipeline => &[SSH],
            Self::Database => const { &[SSH, port(5432, PrivateNetwork, "postgres")] },
            Self::Cache => const { &[SSH, port(6379, PrivateNetwork, "redis-server")] },
            Self::Build => const { &[SSH, port(2376, PrivateNetwork, "dockerd")] },
            Self::Metrics => {
                const {
                    &[
                        SSH,
                        port(3000, Anyone, "docker-proxy"),
                        port(9090, PrivateNetwork, "docker-proxy"),
                    ]
                }
            }
        }
    }

    /// Containers, by name.
    pub(crate) const fn containers(self) -> &'static [SimContainer] {
        match self {
            Self::Web => {
                const {
                    &[
                        container("shop-web-1", "registry.example.net/shop/web:2026.11.2", true),
                        container("shop-web-2", "registry.example.net/shop/web:2026.11.2", true),
                    ]
                }
            }
            Self::Api => const { &[container("api-1", "registry.example.net/api/server:4.18.0", true)] },
            Self::Worker => {
                const {
                    &[
                        container("shop-mailer", "registry.example.net/shop/worker:2026.11.2", true),
                        container(
                            "shop-thumbnails",
                            "registry.example.net/shop/worker:2026.11.2",
                            true,
                        ),
                        SimContainer {
                            name: "shop-migrate",
                            image: "registry.example.net/shop/web:2026.11.2",
                            healthy: false,
                            running: false,
                        },
                    ]
                }
            }
            Self::Metrics => {
                const {
                    &[
                        container("grafana", "grafana/grafana:12.2.1", true),
                        container("prometheus", "prom/prometheus:v3.7.2", false),
                    ]
                }
            }
            Self::LoadBalancer
            | Self::Database
            | Self::Cache
            | Self::Bastion
            | Self::Build
            | Self::Pipeline => &[],
        }
    }

    /// Whether its Docker is installed.
    pub(crate) fn has(self, part: Part) -> bool {
        self.parts().contains(&part)
    }

    /// The systemd services that run on it besides every server's own.
    pub(crate) fn units(self, distro: Distro) -> Vec<&'static str> {
        let mut units = vec![
            "cron.service",
            "dbus.service",
            "ssh.service",
            "systemd-journald.service",
            "systemd-logind.service",
        ];
        for source in distro.tables().sources {
            if let Some(unit) = source.unit
                && self.has(source.part)
                && !units.contains(&unit)
            {
                units.push(unit);
            }
        }
        units.sort_unstable();
        units
    }

    /// The unit that the server is there for; a server without one has cron.
    pub(crate) fn main_unit(self, distro: Distro) -> &'static str {
        let sources = distro.tables().sources.iter();
        let mut own = sources.filter(|source| source.part != Part::Base && self.has(source.part));
        own.find_map(|source| source.unit).unwrap_or("cron.service")
    }
}
