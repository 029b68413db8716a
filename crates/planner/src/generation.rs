//! Whether the fleet is still what a plan was made from.

use crate::digest::Parts;
use crate::packages::newest_simulation;
use crate::{Policy, Snapshot, SnapshotServer};
use model::facts::Facts;
use model::options::Options;
use serde::Serialize;

/// A hash, as 64 hexadecimal digits, of everything that decides what is done: the servers' updates, evidence and
/// places, the options and the policy. When something was seen is not part of it, nor what changes by itself every
/// minute, so that a scan that found nothing new voids nothing; the pre-checks look at free space again.
pub fn generation(snapshot: &Snapshot, options: &Options, policy: &Policy) -> String {
    let mut parts = Parts::new("drydock generation 1");
    add(&mut parts, options);
    add(&mut parts, policy);
    let mut servers: Vec<&SnapshotServer> = snapshot.servers.iter().collect();
    servers.sort_by_key(|server| server.id);
    for server in servers {
        add(
            &mut parts,
            &(
                server.id,
                &server.name,
                server.chosen,
                server.stack.as_ref().map(|stack| (stack.id, &stack.name)),
                server.group.as_ref().map(|group| (group.id, &group.name)),
                server.criticality,
                server.account,
                server.in_service(),
            ),
        );
        add(&mut parts, &(server.own, server.jump));
        if server.chosen {
            add(&mut parts, &(server.reach, &server.held_by, server.kernel_bytes));
            if let Some(facts) = &server.facts {
                add_facts(&mut parts, facts);
            }
            add_simulations(&mut parts, server, options);
        }
    }
    parts.hex()
}

fn add(parts: &mut Parts, value: &impl Serialize) {
    parts.add_json(value);
}

fn add_facts(parts: &mut Parts, facts: &Facts) {
    add(
        parts,
        &(
            &facts.os.name,
            facts.os.support,
            &facts.machine.machine_id,
            facts.machine.is_container,
            &facts.kernel.running,
            &facts.kernel.newest_installed,
        ),
    );
    add(parts, &(&facts.updates, &facts.unfinished_packages));
    add(parts, &(&facts.reboot.flag, &facts.reboot.packages));
    let old = facts.old_libraries.get();
    add(parts, &old.map(|old| (&old.services, old.service_manager)));
    add(parts, &(&facts.unattended, &facts.failed_units));
    let sources = facts.sources.get();
    add(
        parts,
        &sources.map(|sources| {
            let failing = sources.sources.iter().map(|source| (&source.name, &source.error));
            (failing.collect::<Vec<_>>(), &sources.refresh_failed)
        }),
    );
}

fn add_simulations(parts: &mut Parts, server: &SnapshotServer, options: &Options) {
    let Some(upgrade) = options.upgrade() else { return };
    if let Some(simulation) = newest_simulation(server, options, upgrade) {
        add(parts, &(&simulation.picks, &simulation.transaction));
    }
}
