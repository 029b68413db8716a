//! Ansible's variables: which ones are used, and why the others are not.

use crate::findings::Findings;
use crate::words::{Dialect, split};

/// The variables that say how a host is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Used {
    Host,
    Port,
    User,
    CommonArgs,
    Connection,
}

/// The use of a variable, or a note that it has none.
pub(crate) fn used(key: &str, line: u32, findings: &mut Findings) -> Option<Used> {
    let used = match key {
        "ansible_host" | "ansible_ssh_host" => Used::Host,
        "ansible_port" | "ansible_ssh_port" => Used::Port,
        "ansible_user" | "ansible_ssh_user" => Used::User,
        "ansible_ssh_common_args" => Used::CommonArgs,
        "ansible_connection" => Used::Connection,
        other => {
            findings.ignore(line, shown(other), why_ignored(other));
            return None;
        }
    };
    Some(used)
}

fn why_ignored(key: &str) -> &'static str {
    let key = key.to_ascii_lowercase();
    let is_secret = [
        "pass",
        "secret",
        "token",
        "vault",
        "credential",
        "private_key",
        "api_key",
    ]
    .iter()
    .any(|word| key.contains(word));
    if key == "ansible_ssh_private_key_file" {
        "Keys are not read from a paste. Choose one of Drydock's keys for the servers."
    } else if is_secret {
        "This may be a secret. It was dropped; Drydock logs in with keys."
    } else if key.contains("ansible_become") {
        "How an account becomes root is chosen in Drydock."
    } else {
        "Only addresses, ports, users, groups and jump hosts are read."
    }
}

/// A variable's name as it may be shown: what is no name could be anything.
pub(crate) fn shown(key: &str) -> &str {
    let is_name = !key.is_empty()
        && key.len() <= 64
        && key
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-'));
    if is_name { key } else { "" }
}

/// A host's pattern as it may be shown: up to the first character that stands in no name.
pub(crate) fn shown_host(pattern: &str) -> &str {
    let end = pattern.find(|c: char| !crate::is_shown(c) && !matches!(c, '[' | ']'));
    pattern.get(..end.unwrap_or(pattern.len())).unwrap_or_default()
}

/// Whether a value is to be computed by Ansible.
pub(crate) fn is_template(value: &str) -> bool {
    value.contains("{{") || value.contains("{%")
}

/// The `ProxyJump` in arguments for ssh, and whether there is anything else in them. Commands among them are not read.
pub(crate) fn jump_in(arguments: &str) -> Option<(Option<String>, bool)> {
    let words = split(arguments, Dialect::Shlex).ok()?;
    let mut words = words.into_iter();
    let (mut jump, mut more) = (None, false);
    while let Some(word) = words.next() {
        let option = match word.as_str() {
            "-J" => {
                jump = words.next();
                continue;
            }
            "-o" => words.next().unwrap_or_default(),
            other => match (other.strip_prefix("-J"), other.strip_prefix("-o")) {
                (Some(value), _) => {
                    jump = Some(value.to_owned());
                    continue;
                }
                (_, Some(option)) => option.to_owned(),
                _ => {
                    more = true;
                    continue;
                }
            },
        };
        let (keyword, value) = option.split_once(['=', ' ']).unwrap_or((option.as_str(), ""));
        if keyword.trim().eq_ignore_ascii_case("proxyjump") {
            jump = Some(value.trim().to_owned());
        } else {
            more = true;
        }
    }
    Some((jump, more))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_jump_host_is_found_in_every_spelling() {
        for arguments in [
            "-J a@b:1",
            "-Ja@b:1",
            "-o ProxyJump=a@b:1",
            "-oProxyJump=a@b:1",
            "-o 'proxyjump a@b:1'",
        ] {
            assert_eq!(
                jump_in(arguments).unwrap(),
                (Some("a@b:1".to_owned()), false),
                "{arguments}"
            );
        }
        let command = r#"-o ProxyCommand="ssh -J x -W %h:%p y" -C"#;
        assert_eq!(jump_in(command).unwrap(), (None, true), "commands are not read");
        assert_eq!(jump_in("-J 'x"), None);
    }
}
