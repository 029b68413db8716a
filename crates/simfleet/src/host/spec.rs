//! What a layout says of one server: everything about it that no command and no passing of time changes.

use super::role::Role;
use crate::archive::Distro;
use crate::fault::Fault;
use crate::stream::Stream;
use model::{Account, Criticality};

/// One server of a layout. Times are days before the world was made.
#[derive(Debug, Clone)]
pub(crate) struct HostSpec {
    pub(crate) name: String,
    pub(crate) host: String,
    pub(crate) stack: String,
    pub(crate) group: String,
    pub(crate) criticality: Criticality,
    pub(crate) role: Role,
    pub(crate) distro: Distro,
    /// Index into the distribution's kernels.
    pub(crate) flavour: usize,
    pub(crate) account: Account,
    pub(crate) user: &'static str,
    /// The server that carries the connection.
    pub(crate) jump: Option<String>,
    /// Whether a person is taken to have confirmed its keys already.
    pub(crate) confirmed: bool,
    /// When somebody last installed all updates.
    pub(crate) upgraded: f64,
    /// When it was booted.
    pub(crate) booted: f64,
    /// When its services were last restarted; without it, at the boot.
    pub(crate) services_restarted: Option<f64>,
    pub(crate) unattended: Option<Unattended>,
    /// Packages on hold.
    pub(crate) held: &'static [&'static str],
    /// Sources that are this many releases behind the rest of the server.
    pub(crate) behind: &'static [(&'static str, usize)],
    pub(crate) needrestart: bool,
    /// A container of an LXC host: its kernel is not its own.
    pub(crate) is_container: bool,
    pub(crate) failed_units: &'static [&'static str],
    /// Packages that dpkg has not finished.
    pub(crate) unfinished: &'static [&'static str],
    /// In which hundredth of all machines it is for phased updates; drawn for each update when absent.
    pub(crate) phase: Option<u8>,
    /// How often, of a thousand attempts, the connection breaks for no reason.
    pub(crate) mishaps: u64,
    pub(crate) faults: &'static [Fault],
    /// What an installation prints beside what apt does, for load.
    pub(crate) chatter: Option<Chatter>,
}

/// Lines that an installation prints one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Chatter {
    pub(crate) lines: u32,
    /// Microseconds from one to the next.
    pub(crate) every: i64,
}

/// Automatic updates of the server itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unattended {
    /// Only security origins; Debian's own default takes more.
    pub(crate) security_only: bool,
    /// `HH:MM` (UTC) at which it restarts by itself when an update asks for it.
    pub(crate) reboots_at: Option<(u32, u32)>,
}

/// The size of the machine and of its network's delays, drawn from the host's own stream.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Build {
    pub(crate) cpus: u32,
    pub(crate) memory_mib: u64,
    pub(crate) root_gib: u64,
    pub(crate) root_used_percent: u64,
    /// Milliseconds from the first packet to an open channel.
    pub(crate) connect_ms: u64,
    /// Milliseconds that a scan takes which refreshes nothing.
    pub(crate) scan_ms: u64,
    /// Milliseconds that a refresh of the lists takes.
    pub(crate) refresh_ms: u64,
    /// Its address in the private network.
    pub(crate) address: [u8; 4],
}

impl HostSpec {
    /// A server of that name, up to date, reached as root, and confirmed.
    pub(crate) fn new(stack: &str, group: &str, name: &str, role: Role, distro: Distro) -> Self {
        Self {
            name: name.to_owned(),
            host: format!("{name}.{stack}.example.net"),
            stack: stack.to_owned(),
            group: group.to_owned(),
            criticality: Criticality::Normal,
            role,
            distro,
            flavour: 0,
            account: Account::Operate,
            user: "drydock",
            jump: None,
            confirmed: true,
            upgraded: 1.5,
            booted: 1.4,
            services_restarted: None,
            unattended: None,
            held: &[],
            behind: &[],
            needrestart: true,
            is_container: false,
            failed_units: &[],
            unfinished: &[],
            phase: None,
            mishaps: 0,
            faults: &[],
            chatter: None,
        }
    }

    /// The machine it is.
    pub(crate) fn build(&self, seed: u64) -> Build {
        let mut chance = Stream::named(seed, &["build", &self.host]);
        let cpus = chance.weighted(2, &[(4, 2), (4, 4), (2, 8), (1, 16)]);
        Build {
            cpus,
            memory_mib: u64::from(cpus) * chance.weighted(2_048, &[(3, 1_984), (3, 3_936), (1, 7_872)]),
            root_gib: chance.weighted(40, &[(2, 20), (3, 40), (2, 80), (1, 160)]),
            root_used_percent: chance.between(18, 74),
            connect_ms: chance.between(60, 420),
            scan_ms: chance.between(900, 3_200),
            refresh_ms: chance.between(1_800, 6_500),
            address: [10, 20, 0, 0].map({
                let mut part = 0;
                move |fixed| {
                    part += 1;
                    if part < 3 {
                        fixed
                    } else {
                        u8::try_from(chance.between(2, 250)).unwrap_or(2)
                    }
                }
            }),
        }
    }
}
