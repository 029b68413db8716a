//! Identity and size of the machine.

use super::clock::Clock;
use super::fields::Fields;
use crate::scan::Document;
use model::facts::{Known, Machine};

pub(super) fn machine(document: &Document, clock: &Clock, notes: &mut Vec<String>) -> Machine {
    let fields = Fields::of(document, "machine");
    let text = |key: &str, what: &str| match fields.get(key) {
        Some(value) => Known::Known(value.to_owned()),
        None => Known::unknown(format!("the server has no {what}")),
    };
    let hostname = fields.get("hostname").unwrap_or_default().to_owned();
    let architecture = fields.get("architecture").unwrap_or_default().to_owned();
    let cpus = fields.number("cpus").unwrap_or_default();
    let memory_kib: u64 = fields.number("memory_kib").unwrap_or_default();
    let root_free_bytes = free_bytes(document, "/");
    for (missing, what) in [
        (hostname.is_empty(), "name"),
        (architecture.is_empty(), "architecture"),
        (cpus == 0, "number of processors"),
        (memory_kib == 0, "memory"),
        (root_free_bytes.is_none(), "free disk space"),
    ] {
        if missing {
            notes.push(format!("The server's {what} could not be read."));
        }
    }
    Machine {
        hostname,
        machine_id: text("machine_id", "machine id"),
        boot_id: text("boot_id", "boot id"),
        booted_at: match fields.number("booted") {
            Some(secs) => Known::Known(clock.ours(secs)),
            None => Known::unknown("/proc/stat does not say when the machine was started"),
        },
        virtualisation: match fields.get("virtualisation") {
            Some(kind) => Known::Known(kind.to_owned()),
            None => Known::unknown("systemd-detect-virt is not installed"),
        },
        is_container: fields.get("container").is_some_and(|kind| kind != "none"),
        architecture,
        cpus,
        memory_bytes: memory_kib.saturating_mul(1_024),
        root_free_bytes: root_free_bytes.unwrap_or_default(),
        boot_free_bytes: free_bytes(document, "/boot"),
    }
}

/// What `df -Pk` says of the file system that is mounted there.
fn free_bytes(document: &Document, mount: &str) -> Option<u64> {
    disks(document)
        .find(|(at, _)| *at == mount)
        .map(|(_, kib)| kib.saturating_mul(1_024))
}

/// Mount points and their free KiB.
pub(in crate::scan) fn disks(document: &Document) -> impl Iterator<Item = (&str, u64)> {
    document
        .section("disks")
        .into_iter()
        .flat_map(|section| document.output(section))
        .filter_map(|line| {
            let mut words = line.split_ascii_whitespace().rev();
            let (mount, _capacity, free) = (words.next()?, words.next()?, words.next()?);
            Some((mount, free.parse().ok()?))
        })
}
