//! One host of an Ansible inventory as a row, from the variables that apply to it.

use crate::findings::Findings;
use crate::inventory::{Value, Variables};
use crate::jumps::{Hop, Routed, hops, port_number};
use crate::variables::{Used, is_template, jump_in, shown_host};
use model::ImportRow;

/// How many groups one server may be in, those around them included.
const GROUPS_OF_ONE_MAX: usize = 64;

/// `None` when the host is not reached over SSH; that is said.
pub(crate) fn row(
    name: &str,
    line: u32,
    groups: &[String],
    variables: &Variables,
    findings: &mut Findings,
) -> Option<Routed> {
    let mut problem = None;
    let mut get = |used: Used, what: &str| -> Option<&Value> {
        let value = variables.get(&used)?;
        if is_template(&value.text) {
            problem = Some(format!(
                "{what} in line {} is a template, which Drydock does not evaluate.",
                value.line
            ));
            return None;
        }
        Some(value)
    };
    if let Some(connection) = get(Used::Connection, "ansible_connection")
        && !matches!(
            connection.text.as_str(),
            "ssh" | "smart" | "paramiko" | "paramiko_ssh"
        )
    {
        findings.ignore(
            line,
            shown_host(name),
            "Ansible does not reach this host over SSH (ansible_connection).",
        );
        return None;
    }
    let address = get(Used::Host, "ansible_host").map_or(name, |value| value.text.as_str());
    let user = get(Used::User, "ansible_user").map(|value| value.text.clone());
    let port_text = get(Used::Port, "ansible_port");
    let arguments = get(Used::CommonArgs, "ansible_ssh_common_args");
    let port = match port_text {
        None => 22,
        Some(value) => port_number(value.text.trim()).unwrap_or_else(|| {
            problem = Some(format!(
                "ansible_port in line {} is not a number from 1 to 65535.",
                value.line
            ));
            22
        }),
    };
    let mut way = Vec::new();
    if let Some(value) = arguments {
        let read = jump_in(&value.text).and_then(|(jump, more)| {
            let way = jump.map_or_else(|| Some(Vec::new()), |jump| hops(&jump))?;
            Some((way, more))
        });
        match read {
            Some((hops, more)) => {
                way = hops;
                if more {
                    findings.ignore(
                        value.line,
                        "ansible_ssh_common_args",
                        "Only -J and ProxyJump are read from it. Commands are never run.",
                    );
                }
            }
            None => {
                problem = Some(format!(
                    "The jump host in line {} (ansible_ssh_common_args) cannot be read.",
                    value.line
                ));
            }
        }
    }
    if groups.len() > GROUPS_OF_ONE_MAX {
        problem = Some(format!("It is in more than {GROUPS_OF_ONE_MAX} groups."));
    }
    Some(Routed {
        row: ImportRow {
            line,
            name: name.to_owned(),
            host: address.to_owned(),
            port,
            user,
            groups: groups.iter().take(GROUPS_OF_ONE_MAX).cloned().collect(),
            jump: None,
            problem,
        },
        hops: way,
    })
}

pub(crate) fn jump_row(hop: &Hop, line: u32) -> ImportRow {
    ImportRow {
        line,
        name: hop.host.clone(),
        host: hop.host.clone(),
        port: hop.port.unwrap_or(22),
        user: hop.user.clone(),
        groups: Vec::new(),
        jump: None,
        problem: None,
    }
}
