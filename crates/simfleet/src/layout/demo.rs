//! The demo: three stacks, 24 servers, each in a state that a team has seen before. What each is meant to show is
//! held to by `tests/demo.rs`.

use super::{Blueprint, stack};
use crate::archive::Distro::{Debian11, Debian12, Debian13, Rocky9, Ubuntu2204, Ubuntu2404};
use crate::fault::Fault;
use crate::host::{HostSpec, Role, Unattended};
use model::{Account, Criticality};

const SECURITY: Unattended = Unattended {
    security_only: true,
    reboots_at: None,
};
const DEBIANS_OWN: Unattended = Unattended {
    security_only: false,
    reboots_at: None,
};
const AT_NIGHT: Unattended = Unattended {
    security_only: true,
    reboots_at: Some((2, 30)),
};

pub(super) fn blueprint() -> Blueprint {
    let mut hosts = web();
    hosts.extend(api());
    hosts.extend(data());
    Blueprint {
        stacks: vec![
            stack("web-production", "production", Criticality::High, &hosts),
            stack("api-staging", "staging", Criticality::Low, &hosts),
            stack("data-production", "production", Criticality::High, &hosts),
        ],
        hosts,
    }
}

fn web() -> Vec<HostSpec> {
    let lb = |name| HostSpec {
        criticality: Criticality::High,
        ..HostSpec::new("web-production", "lb", name, Role::LoadBalancer, Debian13)
    };
    let web = |name| HostSpec {
        // A freshly published update of systemd is given to two tenths of all machines; these are not among them.
        phase: Some(93),
        ..HostSpec::new("web-production", "web", name, Role::Web, Ubuntu2404)
    };
    let worker = |name| HostSpec::new("web-production", "worker", name, Role::Worker, Debian12);
    let db = |name| HostSpec {
        criticality: Criticality::High,
        ..HostSpec::new("web-production", "db", name, Role::Database, Debian12)
    };
    vec![
        // Up to date.
        lb("lb-1"),
        // Updates itself; the kernel of twelve days ago waits for a restart.
        HostSpec {
            upgraded: 60.0,
            booted: 49.0,
            services_restarted: Some(0.4),
            unattended: Some(SECURITY),
            behind: &[],
            ..lb("lb-2")
        },
        // Security updates of the last days are pending; the rest is phased.
        HostSpec {
            upgraded: 10.5,
            booted: 10.4,
            ..web("web-1")
        },
        // Only a phased update is pending: up to date.
        web("web-2"),
        // Asks for a restart because of its kernel.
        HostSpec {
            upgraded: 1.2,
            booted: 31.0,
            services_restarted: Some(1.1),
            ..web("web-3")
        },
        // Runs an older Docker than the others of its group, and has security updates. When they are installed, its
        // nginx does not start: the second attempt succeeds.
        HostSpec {
            upgraded: 8.6,
            booted: 8.5,
            behind: &[("docker-ce", 2)],
            faults: &[Fault::PostinstFails],
            ..web("web-4")
        },
        HostSpec {
            faults: &[Fault::Down],
            ..web("web-5")
        },
        // Was set up anew by somebody; nobody told Drydock.
        HostSpec {
            faults: &[Fault::KeyChanged],
            ..web("web-6")
        },
        // Nothing is pending, but services run libraries that have been replaced.
        HostSpec {
            upgraded: 5.0,
            booted: 10.0,
            ..worker("worker-1")
        },
        // Many security updates, a kernel among them.
        HostSpec {
            upgraded: 45.0,
            booted: 44.9,
            ..worker("worker-2")
        },
        // Just added: its key waits to be confirmed.
        HostSpec {
            confirmed: false,
            ..worker("worker-3")
        },
        // PostgreSQL is on hold, a security update of it waits.
        HostSpec {
            upgraded: 9.5,
            booted: 9.4,
            held: &["postgresql-15"],
            ..db("db-1")
        },
        db("db-2"),
    ]
}

fn api() -> Vec<HostSpec> {
    let api = |name, distro| HostSpec {
        criticality: Criticality::Low,
        ..HostSpec::new("api-staging", "api", name, Role::Api, distro)
    };
    vec![
        // Updates itself and restarts itself at night.
        HostSpec {
            upgraded: 30.0,
            booted: 30.0,
            unattended: Some(AT_NIGHT),
            ..api("api-1", Ubuntu2204)
        },
        // One of its sources has not been fetched for three days and a half: nothing is known for sure.
        HostSpec {
            upgraded: 3.5,
            booted: 3.4,
            faults: &[Fault::BrokenLists],
            ..api("api-2", Ubuntu2204)
        },
        // Recognised, not supported yet.
        api("api-3", Rocky9),
        // Past the end of its life, and never touched.
        HostSpec {
            criticality: Criticality::Low,
            upgraded: 180.0,
            booted: 179.9,
            ..HostSpec::new("api-staging", "db", "api-db-1", Role::Database, Debian11)
        },
        // An LXC container: the kernel is its host's.
        HostSpec {
            criticality: Criticality::Low,
            is_container: true,
            booted: 26.0,
            services_restarted: Some(1.4),
            ..HostSpec::new("api-staging", "cache", "api-cache-1", Role::Cache, Debian12)
        },
        // A unit has failed, and its clock is wrong.
        HostSpec {
            criticality: Criticality::Low,
            failed_units: &["build-cache-prune.service"],
            faults: &[Fault::WrongClock],
            ..HostSpec::new("api-staging", "build", "api-build-1", Role::Build, Debian13)
        },
    ]
}

fn data() -> Vec<HostSpec> {
    let behind_bastion = |group, name, role, distro| HostSpec {
        jump: Some("data-bastion".to_owned()),
        ..HostSpec::new("data-production", group, name, role, distro)
    };
    vec![
        // Carries the connections to the others.
        HostSpec::new(
            "data-production",
            "bastion",
            "data-bastion",
            Role::Bastion,
            Debian13,
        ),
        // Debian's own automatic updates have installed two kernels since its last restart, and nobody knows that it
        // will not come back from the next one by itself.
        HostSpec {
            criticality: Criticality::High,
            upgraded: 70.0,
            booted: 69.0,
            flavour: 1,
            services_restarted: Some(0.6),
            unattended: Some(DEBIANS_OWN),
            faults: &[Fault::StaysAway],
            ..behind_bastion("db", "data-db-1", Role::Database, Debian12)
        },
        HostSpec {
            criticality: Criticality::High,
            flavour: 1,
            ..behind_bastion("db", "data-db-2", Role::Database, Debian12)
        },
        // An installation was interrupted.
        HostSpec {
            flavour: 1,
            unfinished: &["linux-firmware", "initramfs-tools"],
            ..behind_bastion("pipeline", "data-pipeline-1", Role::Pipeline, Ubuntu2404)
        },
        // The account may only look, through the installed script.
        HostSpec {
            account: Account::LookOnly,
            user: "drydock-look",
            ..behind_bastion("metrics", "data-metrics-1", Role::Metrics, Debian13)
        },
    ]
}
