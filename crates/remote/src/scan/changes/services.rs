//! Units, ports and containers.

use super::Found;
use model::facts::{ChangeKind, Facts, Known, OpenPort};
use std::collections::BTreeMap;

pub(super) fn services(old: &Facts, new: &Facts, found: &mut Found) {
    if let (Known::Known(a), Known::Known(b)) = (&old.failed_units, &new.failed_units) {
        let missing =
            |x: &[String], y: &[String]| x.iter().filter(|unit| !y.contains(unit)).cloned().collect();
        found.list(ChangeKind::Units, "Unit ", "units", "failed", missing(b, a));
        found.list(
            ChangeKind::Units,
            "Unit ",
            "units",
            "no longer failed",
            missing(a, b),
        );
    }
    if let (Known::Known(a), Known::Known(b)) = (&old.open_ports, &new.open_ports) {
        let (from, to) = (ports(a), ports(b));
        let missing = |x: &BTreeMap<String, String>, y: &BTreeMap<String, String>| {
            x.iter()
                .filter(|(port, _)| !y.contains_key(*port))
                .map(|(_, text)| text.clone())
                .collect()
        };
        found.list(ChangeKind::Ports, "Port ", "ports", "opened", missing(&to, &from));
        found.list(ChangeKind::Ports, "Port ", "ports", "closed", missing(&from, &to));
    }
    if let (Known::Known(a), Known::Known(b)) = (&old.containers, &new.containers) {
        let before: BTreeMap<&str, _> = a.iter().map(|c| (c.name.as_str(), c)).collect();
        let after: BTreeMap<&str, _> = b.iter().map(|c| (c.name.as_str(), c)).collect();
        for (name, container) in &after {
            match before.get(name) {
                None => found.say(
                    ChangeKind::Containers,
                    format!(
                        "Container {name} created from {} ({})",
                        container.image, container.state
                    ),
                    Vec::new(),
                ),
                Some(was) if was.image != container.image => found.say(
                    ChangeKind::Containers,
                    format!("Container {name}: image {} → {}", was.image, container.image),
                    Vec::new(),
                ),
                Some(was) if was.state != container.state || was.health != container.health => found.say(
                    ChangeKind::Containers,
                    format!(
                        "Container {name}: {} → {}",
                        was.health.as_deref().unwrap_or(&was.state),
                        container.health.as_deref().unwrap_or(&container.state)
                    ),
                    Vec::new(),
                ),
                Some(_) => {}
            }
        }
        let gone = before
            .keys()
            .filter(|name| !after.contains_key(*name))
            .map(|name| (*name).to_owned())
            .collect();
        found.list(
            ChangeKind::Containers,
            "Container ",
            "containers",
            "removed",
            gone,
        );
    }
}

/// Ports by what identifies them, with how they read. A port that another process serves is the same port.
fn ports(ports: &[OpenPort]) -> BTreeMap<String, String> {
    ports
        .iter()
        .map(|port| {
            let key = format!("{}/{} on {}", port.port, port.protocol, port.address);
            let text = match &port.process {
                Some(process) => format!("{key} ({process})"),
                None => key.clone(),
            };
            (key, text)
        })
        .collect()
}
