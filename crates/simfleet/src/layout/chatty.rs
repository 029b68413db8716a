//! A layout for load on logs: servers that are all alike and well, and whose next upgrade prints much.

use super::{Blueprint, stack};
use crate::archive::Distro;
use crate::host::{Chatter, HostSpec, Role};
use crate::pace::SECOND;
use model::Criticality;

/// What an upgrade prints beside apt's own output, one line after the other.
const MANY: Chatter = Chatter {
    lines: 200,
    every: SECOND / 6,
};
/// The first server prints as fast, and for longer than the others together need: its log is read until their end.
const ALL_THE_TIME: Chatter = Chatter {
    lines: 7_200,
    every: SECOND / 6,
};
/// One server prints more than anybody reads, as fast as it can be taken.
const VERY_LONG: Chatter = Chatter {
    lines: 100_000,
    every: SECOND / 2_000,
};

/// The stack `load` with `servers` servers of one group, and the stack `long` with one more.
pub(super) fn blueprint(servers: u32) -> Blueprint {
    let mut hosts: Vec<HostSpec> = (1..=servers)
        .map(|number| {
            let chatter = if number == 1 { ALL_THE_TIME } else { MANY };
            host("load", &format!("load-{number}"), chatter)
        })
        .collect();
    hosts.push(host("long", "long-1", VERY_LONG));
    let stacks = ["load", "long"].map(|name| stack(name, "staging", Criticality::Low, &hosts));
    Blueprint {
        stacks: stacks.into(),
        hosts,
    }
}

fn host(stack: &str, name: &str, chatter: Chatter) -> HostSpec {
    HostSpec {
        upgraded: 25.0,
        booted: 24.9,
        chatter: Some(chatter),
        ..HostSpec::new(stack, "web", name, Role::Web, Distro::Debian12)
    }
}
