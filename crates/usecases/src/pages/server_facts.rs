//! The part of a server's page that comes from its facts.

use super::when::when;
use model::Timestamp;
use model::facts::{CLOCK_TOLERANCE_MS, Counts, Facts, Known, Updates, reboot_need};
use model::view::{EvidenceCard, FactLine, SourceRow, UpdateRow};

/// Identity and size, one line each.
pub(super) fn identity(facts: &Facts) -> Vec<FactLine> {
    let machine = &facts.machine;
    let known = |text: String| Known::Known(text);
    let booted = match &machine.booted_at {
        Known::Known(at) => known(when(*at).absolute),
        Known::Unknown(why) => Known::Unknown(why.clone()),
    };
    let mut lines = vec![
        line("Operating system", known(facts.os.name.clone())),
        line("End of free security updates", facts.os.end_of_life.clone()),
        line("Running kernel", known(facts.kernel.running.clone())),
        line("Newest installed kernel", facts.kernel.newest_installed.clone()),
        line("Booted", booted),
        line("Boot id", machine.boot_id.clone()),
        line("Host name", known(machine.hostname.clone())),
        line("Machine id", machine.machine_id.clone()),
        line("Virtualisation", machine.virtualisation.clone()),
        line("Architecture", known(machine.architecture.clone())),
        line("Processors", known(machine.cpus.to_string())),
        line("Memory", known(bytes(machine.memory_bytes))),
        line("Free on /", known(bytes(machine.root_free_bytes))),
    ];
    if let Some(free) = machine.boot_free_bytes {
        lines.push(line("Free on /boot", known(bytes(free))));
    }
    if facts.clock_offset_ms.abs() > CLOCK_TOLERANCE_MS {
        let off = model::short_duration(facts.clock_offset_ms.abs() / 1000);
        let way = if facts.clock_offset_ms > 0 {
            "ahead"
        } else {
            "behind"
        };
        lines.push(line(
            "Clock",
            known(format!("{off} {way}; its own dates are not trusted")),
        ));
    }
    lines
}

fn line(label: &str, value: Known<String>) -> FactLine {
    FactLine {
        label: label.to_owned(),
        value,
    }
}

/// Bytes in binary units, one decimal.
fn bytes(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    let mut tenths = bytes.saturating_mul(10) / 1024;
    let mut unit = UNITS[0];
    for next in &UNITS[1..] {
        if tenths < 10_240 {
            break;
        }
        tenths /= 1024;
        unit = next;
    }
    format!("{}.{} {unit}", tenths / 10, tenths % 10)
}

/// Pending updates by kind; unknown while the lists are in doubt.
pub(super) fn counts(facts: &Facts, now: Timestamp) -> Known<Counts> {
    match (
        &facts.updates,
        facts.sources.get().and_then(|sources| sources.doubt(now)),
    ) {
        (Known::Unknown(why), _) => Known::Unknown(why.clone()),
        (Known::Known(_), Some(doubt)) => Known::Unknown(doubt),
        (Known::Known(updates), None) => Known::Known(updates.counts()),
    }
}

/// The pending updates as rows.
pub(super) fn updates(updates: &Updates) -> Vec<UpdateRow> {
    let row = |update: &model::facts::Update| UpdateRow {
        package: update.package.clone(),
        from: update.from.clone(),
        to: update.to.clone(),
        origin: update.origin.clone(),
        security: update.security,
        kind: update.kind,
    };
    updates.pending.iter().map(row).collect()
}

/// The verdict about a reboot with its evidence.
pub(super) fn evidence(facts: &Facts) -> EvidenceCard {
    let (need, said) = reboot_need(
        &facts.reboot,
        &facts.kernel,
        facts.machine.is_container,
        &facts.old_libraries,
    );
    EvidenceCard {
        need,
        said,
        packages: facts.reboot.packages.clone(),
        since: facts.reboot.flag_since.map(when),
        services: facts
            .old_libraries
            .get()
            .map(|old| old.services.clone())
            .unwrap_or_default(),
    }
}

/// Package sources with what is wrong with each.
pub(super) fn sources(facts: &Facts, now: Timestamp) -> Known<Vec<SourceRow>> {
    let sources = match &facts.sources {
        Known::Known(sources) => sources,
        Known::Unknown(why) => return Known::Unknown(why.clone()),
    };
    let rows = sources.sources.iter().map(|source| {
        let expired = source.valid_until.filter(|until| *until < now);
        SourceRow {
            name: source.name.clone(),
            refreshed: source.refreshed_at.map(when),
            problem: source.error.clone().or_else(|| {
                expired.map(|until| format!("its publisher's list expired at {}", when(until).absolute))
            }),
        }
    });
    Known::Known(rows.collect())
}

#[cfg(test)]
mod tests {
    use super::bytes;

    #[test]
    fn sizes_are_read_at_a_glance() {
        assert_eq!(bytes(0), "0.0 KiB");
        assert_eq!(bytes(1536), "1.5 KiB");
        assert_eq!(bytes(4 << 30), "4.0 GiB");
        assert_eq!(bytes(3 << 40), "3.0 TiB");
    }
}
