//! OpenSSH's client configuration, as ssh_config(5) reads it: for each option the first value that applies to a host
//! wins, so defaults stand last. A server is every name in a `Host` line that holds no wildcard.

use crate::findings::{Findings, line_number};
use crate::jumps::{Hop, Routed, hops, port_number, route};
use crate::ssh_blocks::{Config, Used, is_server, value};
use crate::words::{Dialect, split};
use crate::{ROWS_MAX, VALUE_MAX};
use model::ImportRow;
use std::collections::HashSet;

pub(crate) fn read(text: &str, findings: &mut Findings) -> Vec<ImportRow> {
    let (config, names) = parse(text, findings);
    let rows = names
        .iter()
        .map(|(name, line)| routed(name, *line, &config))
        .collect();
    route(rows, |hop, line| jump_row(hop, line, &config), findings)
}

/// The blocks, and the names to be servers with the lines where they stand first.
fn parse(text: &str, findings: &mut Findings) -> (Config, Vec<(String, u32)>) {
    let mut config = Config::default();
    config.open(vec!["*".to_owned()]);
    let mut names = Vec::new();
    let mut known = HashSet::new();
    let mut in_match = false;
    for (index, line) in text.lines().enumerate() {
        let number = line_number(index);
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (keyword, rest) = keyword_of(line);
        let Ok(values) = split(rest, Dialect::Ssh) else {
            findings.problem(number, shown(keyword), "A quotation mark is not closed.");
            continue;
        };
        let Some(first) = values.first().filter(|value| !value.is_empty()) else {
            findings.problem(number, shown(keyword), "This option has no value.");
            continue;
        };
        if values.iter().any(|value| value.len() > VALUE_MAX) {
            let why = format!("The value is longer than {VALUE_MAX} bytes.");
            findings.problem(number, shown(keyword), why);
            continue;
        }
        match keyword.to_ascii_lowercase().as_str() {
            "host" => {
                in_match = false;
                for name in values.iter().filter(|name| is_server(name)) {
                    if known.insert(name.clone()) {
                        names.push((name.clone(), number));
                    }
                }
                let is_too_much = names.len() > ROWS_MAX + 1 || !config.open(values);
                if is_too_much {
                    let why = "This is more than Drydock reads; the rest was left out.";
                    findings.problem(number, "Host", why);
                    break;
                }
            }
            "match" if values.len() == 1 && first.eq_ignore_ascii_case("all") => {
                in_match = false;
                config.open(vec!["*".to_owned()]);
            }
            "match" => {
                in_match = true;
                findings.ignore(
                    number,
                    "Match",
                    "Conditions are not evaluated; what this block sets is not used.",
                );
            }
            // Said once, at the Match line.
            _ if in_match => {}
            other => match used(other) {
                Some(option) => config.set(option, first, number),
                None => findings.ignore(number, shown(keyword), why_ignored(other)),
            },
        }
    }
    (config, names)
}

/// `Keyword value`, `Keyword=value` or `Keyword = value`.
fn keyword_of(line: &str) -> (&str, &str) {
    let end = line
        .find(|c: char| c.is_whitespace() || c == '=')
        .unwrap_or(line.len());
    let (keyword, rest) = line.split_at(end);
    let rest = rest.trim_start();
    (keyword, rest.strip_prefix('=').unwrap_or(rest).trim_start())
}

fn used(keyword: &str) -> Option<Used> {
    Some(match keyword {
        "hostname" => Used::HostName,
        "port" => Used::Port,
        "user" => Used::User,
        "proxyjump" => Used::ProxyJump,
        _ => return None,
    })
}

fn why_ignored(keyword: &str) -> &'static str {
    match keyword {
        "include" => "Other files are never opened. Paste them as well.",
        "identityfile" | "certificatefile" | "identityagent" | "addkeystoagent" | "identitiesonly" => {
            "Keys are not read from a paste. Choose one of Drydock's keys for the servers."
        }
        "proxycommand" | "localcommand" | "remotecommand" | "knownhostscommand" | "permitlocalcommand" => {
            "Commands are never run. A way through another host is given by ProxyJump."
        }
        "userknownhostsfile"
        | "globalknownhostsfile"
        | "stricthostkeychecking"
        | "hostkeyalias"
        | "hostkeyalgorithms"
        | "checkhostip"
        | "verifyhostkeydns"
        | "updatehostkeys" => "Host keys are confirmed in Drydock, or pasted as known_hosts lines.",
        _ => "Drydock has no use for this option.",
    }
}

/// A keyword as it may be shown: what is no word could be anything.
fn shown(keyword: &str) -> &str {
    if keyword.len() <= 40 && keyword.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        keyword
    } else {
        ""
    }
}

fn routed(name: &str, line: u32, config: &Config) -> Routed {
    let blocks = config.blocks_for(name);
    let mut problem = None;
    let host = match value(&blocks, Used::HostName) {
        None => name.to_owned(),
        Some(setting) => host_name(&setting.value, name).unwrap_or_else(|| {
            problem = Some(format!(
                "HostName in line {} uses more than %h, which Drydock does not evaluate.",
                setting.line
            ));
            name.to_owned()
        }),
    };
    let port = match value(&blocks, Used::Port) {
        None => 22,
        Some(setting) => port_number(&setting.value).unwrap_or_else(|| {
            problem = Some(format!(
                "Port in line {} is not a number from 1 to 65535.",
                setting.line
            ));
            22
        }),
    };
    let hops = match value(&blocks, Used::ProxyJump) {
        None => Vec::new(),
        Some(setting) => hops(&setting.value).unwrap_or_else(|| {
            problem = Some(format!("ProxyJump in line {} cannot be read.", setting.line));
            Vec::new()
        }),
    };
    Routed {
        row: ImportRow {
            line,
            name: name.to_owned(),
            host,
            port,
            user: value(&blocks, Used::User).map(|setting| setting.value.clone()),
            groups: Vec::new(),
            jump: None,
            problem,
        },
        hops,
    }
}

/// `HostName` with `%h` for the name and `%%` for a percent sign; nothing else.
fn host_name(value: &str, name: &str) -> Option<String> {
    let mut host = String::new();
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match c {
            '%' => match chars.next()? {
                'h' => host.push_str(name),
                '%' => host.push('%'),
                _ => return None,
            },
            c => host.push(c),
        }
    }
    Some(host)
}

/// A jump host that has no block of its own: the defaults apply to it, and what the hop says goes first.
fn jump_row(hop: &Hop, line: u32, config: &Config) -> ImportRow {
    let Routed { mut row, .. } = routed(&hop.host, line, config);
    row.port = hop.port.unwrap_or(row.port);
    row.user = hop.user.clone().or(row.user);
    row
}
