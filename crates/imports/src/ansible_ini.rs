//! Ansible's INI inventory: `[group]`, `[group:children]`, `[group:vars]`.

use crate::findings::{Findings, line_number};
use crate::inventory::{Inventory, Value, Variables};
use crate::variables::{shown, shown_host, used};
use crate::words::{Dialect, split};
use model::ImportRow;
use std::collections::HashSet;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Hosts,
    Children,
    Variables,
    /// A header that cannot be read: what follows belongs nowhere.
    Nowhere,
}

pub(crate) fn read(text: &str, findings: &mut Findings) -> Vec<ImportRow> {
    let mut inventory = Inventory::default();
    if text.trim_start().starts_with("$ANSIBLE_VAULT") {
        findings.problem(
            1,
            "$ANSIBLE_VAULT",
            "The inventory is encrypted by ansible-vault. Decrypt it first, or add the servers by form.",
        );
        return Vec::new();
    }
    let mut group = "ungrouped".to_owned();
    let mut kind = Kind::Hosts;
    // Groups that are named before they are declared, with the line and how they are named.
    let mut mentioned: Vec<(String, u32, &str)> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let number = line_number(index);
        let line = line.trim();
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        if let Some((name, of_kind)) = header(line) {
            group = name.to_owned();
            kind = of_kind;
            match kind {
                Kind::Nowhere => findings.problem(
                    number,
                    shown(name),
                    "This is no header of a group: [name], [name:children] or [name:vars].",
                ),
                Kind::Variables => mentioned.push((group.clone(), number, "has variables")),
                Kind::Hosts | Kind::Children => {
                    inventory.group(name);
                }
            }
            continue;
        }
        match kind {
            Kind::Hosts => host(line, number, &group, &mut inventory, findings),
            Kind::Children => {
                let child = line.split_whitespace().next().unwrap_or_default();
                if line.split('#').next().unwrap_or_default().trim() == child && !shown(child).is_empty() {
                    inventory.group(&group).children.insert(child.to_owned());
                    mentioned.push((child.to_owned(), number, "is a child of another"));
                } else {
                    findings.problem(number, &group, "A line of :children is the name of a group.");
                }
            }
            Kind::Variables => match line.split_once('=') {
                Some((key, value)) => {
                    let key = key.trim();
                    if let Some(use_of) = used(key, number, findings)
                        && let Some(value) = Value::new(unquoted(value.trim()), key, number, findings)
                    {
                        inventory.group(&group).variables.insert(use_of, value);
                    }
                }
                None => findings.problem(number, &group, "A line of :vars is key=value."),
            },
            Kind::Nowhere => {}
        }
    }
    let declared: HashSet<&str> = text
        .lines()
        .filter_map(|line| header(line.trim()))
        .filter(|(_, kind)| matches!(kind, Kind::Hosts | Kind::Children))
        .map(|(group, _)| group)
        .chain(["all", "ungrouped"])
        .collect();
    for (name, line, how) in mentioned {
        if !declared.contains(name.as_str()) {
            findings.problem(
                line,
                shown(&name),
                format!(
                    "This group {how} and is not declared by a line [{}].",
                    shown(&name)
                ),
            );
        }
    }
    inventory.into_rows(findings)
}

/// `[group]`, `[group:children]`, `[group:vars]`, with a comment behind it perhaps. A line of hosts may begin with a
/// bracket as well: `[2001:db8::1]:22`.
fn header(line: &str) -> Option<(&str, Kind)> {
    let line = line.split(" #").next().unwrap_or(line).trim_end();
    let inner = line.strip_prefix('[')?.strip_suffix(']')?;
    if inner.parse::<std::net::Ipv6Addr>().is_ok() {
        return None;
    }
    let (name, kind) = match inner.split_once(':') {
        None => (inner, Kind::Hosts),
        Some((name, "children")) => (name, Kind::Children),
        Some((name, "vars")) => (name, Kind::Variables),
        Some((name, _)) => (name, Kind::Nowhere),
    };
    let name = name.trim();
    Some(if shown(name).is_empty() {
        ("", Kind::Nowhere)
    } else {
        (name, kind)
    })
}

/// `web[01:10] ansible_host=… key=value`
fn host(line: &str, number: u32, group: &str, inventory: &mut Inventory, findings: &mut Findings) {
    let pattern = line.split_whitespace().next().unwrap_or_default();
    let Ok(words) = split(line, Dialect::Shlex) else {
        findings.problem(number, shown_host(pattern), "A quotation mark is not closed.");
        return;
    };
    let mut words = words.into_iter();
    let Some(pattern) = words.next() else { return };
    let mut variables = Variables::new();
    for word in words {
        let Some((key, value)) = word.split_once('=').filter(|(key, _)| !shown(key).is_empty()) else {
            findings.problem(
                number,
                shown_host(&pattern),
                "After the name of a host come its variables, each as key=value without spaces around the equals sign.",
            );
            return;
        };
        if let Some(use_of) = used(key, number, findings)
            && let Some(value) = Value::new(value, key, number, findings)
        {
            variables.insert(use_of, value);
        }
    }
    if pattern.contains('=') {
        findings.problem(number, "", "The line begins with a variable instead of a host.");
        return;
    }
    inventory.add_hosts(group, &pattern, number, &variables, findings);
}

/// A value of a `:vars` section, of which Ansible evaluates literals.
fn unquoted(value: &str) -> &str {
    ['"', '\'']
        .iter()
        .find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote))
        .unwrap_or(value)
}
