//! Layouts of any size: stacks of forty servers, in states drawn server by server. A server is the same however many
//! there are beside it.

use super::{Blueprint, stack};
use crate::archive::{Distro, Part};
use crate::fault::Fault;
use crate::host::{HostSpec, Role, Unattended};
use crate::stream::Stream;
use model::{Account, Criticality};

const PER_STACK: u32 = 40;

/// What the stacks are called, before their number.
const APPLICATIONS: [&str; 12] = [
    "shop",
    "api",
    "billing",
    "search",
    "media",
    "mail",
    "auth",
    "reports",
    "catalogue",
    "edge",
    "chat",
    "jobs",
];

pub(super) fn blueprint(servers: u32, seed: u64) -> Blueprint {
    let hosts: Vec<HostSpec> = (0..servers).map(|index| host(index, seed)).collect();
    let mut stacks = Vec::new();
    for number in 0..servers.div_ceil(PER_STACK) {
        let first = (number * PER_STACK) as usize;
        let last = hosts.len().min(first + PER_STACK as usize);
        let (environment, criticality) = environment(number);
        stacks.push(stack(
            &stack_name(number),
            environment,
            criticality,
            &hosts[first..last],
        ));
    }
    Blueprint { stacks, hosts }
}

fn stack_name(number: u32) -> String {
    let application = APPLICATIONS[number as usize % APPLICATIONS.len()];
    format!("{application}-{:03}", number + 1)
}

const fn environment(number: u32) -> (&'static str, Criticality) {
    match number % 4 {
        0 => ("production", Criticality::High),
        1 | 2 => ("production", Criticality::Normal),
        _ => ("staging", Criticality::Low),
    }
}

/// Group, number inside it, and role of the server at a place of its stack.
const fn place(place: u32) -> (&'static str, u32, Role) {
    match place {
        0..=1 => ("lb", place, Role::LoadBalancer),
        2..=17 => ("web", place - 2, Role::Web),
        18..=27 => ("worker", place - 18, Role::Worker),
        28..=33 => ("api", place - 28, Role::Api),
        34..=36 => ("db", place - 34, Role::Database),
        37..=38 => ("cache", place - 37, Role::Cache),
        _ => ("metrics", place - 39, Role::Metrics),
    }
}

fn host(index: u32, seed: u64) -> HostSpec {
    let number = index / PER_STACK;
    let (group, member, role) = place(index % PER_STACK);
    let stack = stack_name(number);
    let name = format!("{stack}-{group}-{}", member + 1);
    let mut chance = Stream::named(seed, &["scale", &name]);
    let distro = distro(seed, number, &mut chance);
    let mut spec = HostSpec {
        criticality: environment(number).1,
        mishaps: 2,
        ..HostSpec::new(&stack, group, &name, role, distro)
    };
    spec.host = format!("{name}.example.net");
    spec.flavour = usize::from(chance.per_mille(300)).min(distro.tables().kernels.len().saturating_sub(1));
    // Most are looked after every week or month; some are forgotten.
    let hours = chance.weighted(30, &[(40, 30), (30, 24 * 7), (20, 24 * 25), (10, 24 * 90)]);
    spec.upgraded = days(chance.between(hours / 2, hours));
    spec.booted = if chance.per_mille(620) {
        // Restarted right after it was upgraded.
        spec.upgraded * 0.98
    } else {
        days(chance.between(24, 24 * 180))
    };
    if chance.per_mille(500) {
        spec.services_restarted = Some(spec.upgraded * 0.9);
    }
    if chance.per_mille(450) {
        spec.unattended = Some(Unattended {
            security_only: distro.tables().id == "ubuntu" || chance.per_mille(600),
            reboots_at: chance.per_mille(250).then_some((3, 15)),
        });
    }
    spec.needrestart = chance.per_mille(850);
    if chance.per_mille(60) {
        spec.held = match role {
            Role::Database if distro == Distro::Debian12 => &["postgresql-15"],
            _ if role.has(Part::Docker) => &["docker-ce"],
            _ => &["openssl"],
        };
    }
    if role.has(Part::Docker) && chance.per_mille(80) {
        spec.behind = &[("docker-ce", 1)];
    }
    if chance.per_mille(40) {
        spec.account = Account::LookOnly;
        spec.user = "drydock-look";
    }
    if chance.per_mille(25) {
        spec.failed_units = &["logrotate.service"];
    }
    if chance.per_mille(8) {
        spec.unfinished = &["man-db"];
    }
    spec.confirmed = !chance.per_mille(10);
    spec.faults = fault(&mut chance);
    spec
}

/// Hours in days; a layout's hours are few.
#[allow(clippy::cast_precision_loss)]
fn days(hours: u64) -> f64 {
    hours as f64 / 24.0
}

/// The servers of a stack mostly run the same.
fn distro(seed: u64, stack: u32, chance: &mut Stream) -> Distro {
    use Distro::{Debian11, Debian12, Debian13, Rocky9, Ubuntu2204, Ubuntu2404};
    const SPREAD: &[(u64, Distro)] = &[
        (34, Debian12),
        (18, Debian13),
        (15, Ubuntu2204),
        (27, Ubuntu2404),
        (4, Debian11),
        (2, Rocky9),
    ];
    let stray = chance.per_mille(120);
    let other = chance.weighted(Debian12, SPREAD);
    if stray {
        return other;
    }
    Stream::named(seed, &["scale stack", &stack.to_string()]).weighted(Debian12, SPREAD)
}

/// Six in a hundred have something wrong with them that a scan meets, and a few something that only a step does.
fn fault(chance: &mut Stream) -> &'static [Fault] {
    chance.weighted(
        &[],
        &[
            (9_350, &[]),
            (40, &[Fault::PostinstFails]),
            (10, &[Fault::StaysAway]),
            (120, &[Fault::Down]),
            (40, &[Fault::Refused]),
            (30, &[Fault::NoRoute]),
            (10, &[Fault::NameUnknown]),
            (30, &[Fault::KeyChanged]),
            (20, &[Fault::LoginRefused]),
            (20, &[Fault::SudoBroken]),
            (110, &[Fault::BrokenLists]),
            (120, &[Fault::Slow]),
            (50, &[Fault::Noisy]),
            (50, &[Fault::WrongClock]),
        ],
    )
}
