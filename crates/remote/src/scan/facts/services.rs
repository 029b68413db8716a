//! Failed units and listening sockets.

use crate::scan::Document;
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
