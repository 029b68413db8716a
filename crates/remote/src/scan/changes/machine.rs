//! The machine, its kernel and software, and whether it needs a restart.

use super::Found;
use model::facts::{ChangeKind, Facts, Known, RebootNeed, reboot_need};
use std::collections::BTreeMap;

pub(super) fn machine(old: &Facts, new: &Facts, found: &mut Found) {
    if let (Known::Known(a), Known::Known(b)) = (&old.machine.machine_id, &new.machine.machine_id)
        && a != b
    {
        found.say(
            ChangeKind::Machine,
            "Another machine answers at this address",
            vec![format!("machine id {a} → {b}")],
        );
    }
    if old.machine.hostname != new.machine.hostname {
        found.say(
            ChangeKind::Machine,
            format!("Name {} → {}", old.machine.hostname, new.machine.hostname),
            Vec::new(),
        );
    }
    if old.machine.cpus != new.machine.cpus && old.machine.cpus > 0 && new.machine.cpus > 0 {
        found.say(
            ChangeKind::Machine,
            format!("Processors {} → {}", old.machine.cpus, new.machine.cpus),
            Vec::new(),
        );
    }
    if old.os.name != new.os.name {
        found.say(
            ChangeKind::Os,
            format!("{} → {}", old.os.name, new.os.name),
            Vec::new(),
        );
    }
    if let (Known::Known(a), Known::Known(b)) = (&old.machine.boot_id, &new.machine.boot_id)
        && a != b
    {
        found.say(ChangeKind::Boot, "The server was restarted", Vec::new());
    }
}

pub(super) fn kernel(old: &Facts, new: &Facts, found: &mut Found) {
    if old.kernel.running != new.kernel.running {
        found.say(
            ChangeKind::Kernel,
            format!("Running kernel {} → {}", old.kernel.running, new.kernel.running),
            Vec::new(),
        );
    }
    if let (Known::Known(a), Known::Known(b)) = (&old.kernel.newest_installed, &new.kernel.newest_installed)
        && a != b
        && *b != new.kernel.running
    {
        found.say(
            ChangeKind::Kernel,
            format!("Kernel {b} was installed and waits for a restart"),
            Vec::new(),
        );
    }
    let before: BTreeMap<&str, &str> = components(old);
    let after = components(new);
    for (name, to) in &after {
        match before.get(name) {
            Some(from) if from != to => {
                found.say(
                    ChangeKind::Components,
                    format!("{name} {from} → {to}"),
                    Vec::new(),
                );
            }
            None => found.say(
                ChangeKind::Components,
                format!("{name} {to} appeared"),
                Vec::new(),
            ),
            Some(_) => {}
        }
    }
    for (name, from) in before.iter().filter(|(name, _)| !after.contains_key(*name)) {
        found.say(
            ChangeKind::Components,
            format!("{name} {from} is gone"),
            Vec::new(),
        );
    }
}

fn components(facts: &Facts) -> BTreeMap<&str, &str> {
    facts
        .components
        .iter()
        .filter(|component| component.name != "kernel")
        .map(|component| (component.name.as_str(), component.version.as_str()))
        .collect()
}

pub(super) fn reboot(old: &Facts, new: &Facts, found: &mut Found) {
    let need = |facts: &Facts| {
        reboot_need(
            &facts.reboot,
            &facts.kernel,
            facts.machine.is_container,
            &facts.old_libraries,
        )
    };
    let ((from, _), (to, said)) = (need(old), need(new));
    if from == RebootNeed::Unknown || to == RebootNeed::Unknown {
        return;
    }
    if to == RebootNeed::Yes && from != RebootNeed::Yes {
        found.say(ChangeKind::Reboot, "The server needs a restart", said);
    } else if from == RebootNeed::Yes && to != RebootNeed::Yes {
        found.say(
            ChangeKind::Reboot,
            "The server needs no restart any more",
            Vec::new(),
        );
    }
    if let (Known::Known(a), Known::Known(b)) = (&old.old_libraries, &new.old_libraries) {
        let newly: Vec<String> = b
            .services
            .iter()
            .filter(|unit| !a.services.contains(unit))
            .cloned()
            .collect();
        found.list(
            ChangeKind::OldLibraries,
            "",
            "services",
            if newly.len() == 1 {
                "runs old libraries"
            } else {
                "run old libraries"
            },
            newly,
        );
        if !a.services.is_empty() && b.services.is_empty() {
            found.say(
                ChangeKind::OldLibraries,
                "No service runs old libraries any more",
                Vec::new(),
            );
        }
    }
}
