//! Failed units and listening sockets.

use crate::scan::Document;
use model::deploy::ActiveUnit;
use model::facts::{Known, OpenPort};

pub(crate) fn failed_units(document: &Document) -> Known<Vec<String>> {
    if document.section("failed-units").is_none() {
        return Known::unknown("systemd does not run this server");
    }
    match document.answer("failed-units", "systemctl") {
        Ok(lines) => {
            let mut units: Vec<String> = lines
                .filter_map(|line| line.trim_start_matches(['●', '*', ' ']).split(' ').next())
                .filter(|unit| !unit.is_empty())
                .map(str::to_owned)
                .collect();
            units.sort();
            Known::Known(units)
        }
        Err(why) => Known::Unknown(why),
    }
}

/// Services and sockets that were active, sorted, without those of Drydock's own steps.
pub fn active_units(document: &Document) -> Known<Vec<ActiveUnit>> {
    if document.section("active-units").is_none() {
        return Known::unknown("the scan did not ask when units were started");
    }
    let lines = match document.answer("active-units", "systemctl") {
        Ok(lines) => lines,
        Err(why) => return Known::Unknown(why),
    };
    let mut units: Vec<ActiveUnit> = lines
        .filter_map(active_unit)
        .filter(|unit| !unit.unit.starts_with("drydock-"))
        .collect();
    units.sort();
    units.dedup_by(|one, other| one.unit == other.unit);
    Known::Known(units)
}

/// `nginx.service`, 32 hexadecimal digits, `running`, `enabled`.
fn active_unit(line: &str) -> Option<ActiveUnit> {
    let [unit, invocation, state, file] = line.split('\t').collect::<Vec<_>>()[..] else {
        return None;
    };
    let is_id = invocation.len() == 32 && invocation.bytes().all(|b| b.is_ascii_hexdigit());
    let is_name = unit.len() <= 256 && (unit.ends_with(".service") || unit.ends_with(".socket"));
    (is_id && is_name).then(|| ActiveUnit {
        unit: unit.to_owned(),
        // Enough of it to be another one.
        invocation: invocation[..12].to_owned(),
        stays: state == "running" && file.starts_with("enabled"),
    })
}

pub(in crate::scan) fn open_ports(document: &Document) -> Known<Vec<OpenPort>> {
    match document.answer("sockets", "ss") {
        Ok(lines) => {
            let mut ports: Vec<OpenPort> = lines.filter_map(port).collect();
            ports.sort();
            ports.dedup();
            Known::Known(ports)
        }
        Err(why) => Known::Unknown(why),
    }
}

/// `tcp LISTEN 0 128 0.0.0.0:22 0.0.0.0:* users:(("sshd",pid=36,fd=3))`; sockets on loopback are none.
fn port(line: &str) -> Option<OpenPort> {
    let mut words = line.split_ascii_whitespace();
    let protocol = words.next().filter(|word| matches!(*word, "tcp" | "udp"))?;
    let (address, port) = words.nth(3)?.rsplit_once(':')?;
    // `127.0.0.53%lo` names the interface as well.
    let bare = address
        .split('%')
        .next()
        .unwrap_or(address)
        .trim_matches(['[', ']']);
    let ip: Option<std::net::IpAddr> = bare.parse().ok();
    if ip.is_some_and(|ip| ip.to_canonical().is_loopback()) {
        return None;
    }
    let process = words
        .nth(1)
        .and_then(|users| users.split('"').nth(1))
        .map(str::to_owned);
    Some(OpenPort {
        protocol: protocol.to_owned(),
        port: port.parse().ok()?,
        address: address.to_owned(),
        process,
    })
}
