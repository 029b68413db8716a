//! Servers out of a paste: OpenSSH's client configuration and Ansible's inventories become rows to review. Names,
//! addresses, ports, users, groups and jump hosts are read and nothing else. Nothing in a paste is executed or opened,
//! and what could be a password never leaves the reader.
//!
//! Pure: text in, rows out.

mod ansible_ini;
mod ansible_rows;
mod ansible_yaml;
mod findings;
mod inventory;
mod jumps;
mod known_hosts;
mod ranges;
mod ssh_blocks;
mod ssh_config;
mod variables;
mod wildcard;
mod words;
mod yaml_tree;

pub use known_hosts::{KnownHosts, known_hosts, matches};

use findings::Findings;
use model::{ImportRow, PasteFormat, Review};

/// The largest paste that is read, in bytes.
pub const TEXT_MAX: usize = 2 << 20;
/// The most servers that one paste may hold.
pub const ROWS_MAX: usize = 5_000;
/// The longest value that is looked at, in bytes.
const VALUE_MAX: usize = 1_024;

/// Reads a paste. Without a format it is guessed from the paste itself.
pub fn read(text: &str, format: Option<PasteFormat>) -> Review {
    let format = format.unwrap_or_else(|| guess(text));
    let mut findings = Findings::default();
    let mut rows = if text.len() > TEXT_MAX {
        findings.problem(
            1,
            "",
            format!("The paste has {} bytes; at most {TEXT_MAX} are read.", text.len()),
        );
        Vec::new()
    } else {
        match format {
            PasteFormat::SshConfig => ssh_config::read(text, &mut findings),
            PasteFormat::AnsibleIni => ansible_ini::read(text, &mut findings),
            PasteFormat::AnsibleYaml => ansible_yaml::read(text, &mut findings),
        }
    };
    if rows.len() > ROWS_MAX {
        findings.problem(
            rows.get(ROWS_MAX).map_or(1, |row| row.line),
            "",
            format!("There are more than {ROWS_MAX} servers in the paste; the rest was left out."),
        );
        rows.truncate(ROWS_MAX);
    }
    rows.iter_mut().for_each(check);
    let (ignored, problems) = findings.into_notes();
    Review {
        format,
        rows,
        ignored,
        problems,
    }
}

/// What a paste looks like. A list of bare names is an INI inventory.
fn guess(text: &str) -> PasteFormat {
    let mut lines = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with(['#', ';']))
        .take(2_000)
        .peekable();
    let first = lines.peek().copied().unwrap_or_default();
    let opens_yaml = first == "---"
        || first.starts_with('{')
        || first.ends_with(':')
        || first
            .split_once(": ")
            .is_some_and(|(key, _)| !key.contains([' ', '=']));
    for line in lines {
        let word = line
            .split(|c: char| c.is_whitespace() || c == '=')
            .next()
            .unwrap_or_default();
        if ["host", "match", "hostname", "proxyjump", "include"]
            .iter()
            .any(|keyword| word.eq_ignore_ascii_case(keyword))
        {
            return PasteFormat::SshConfig;
        }
        if !opens_yaml && line.starts_with('[') && line.ends_with(']') {
            return PasteFormat::AnsibleIni;
        }
    }
    if opens_yaml {
        PasteFormat::AnsibleYaml
    } else {
        PasteFormat::AnsibleIni
    }
}

/// Says of each row why it cannot be added as it is. What is no name, address or account is not repeated: it could be
/// anything that stood there by mistake, a password too.
fn check(row: &mut ImportRow) {
    let mut problem = None;
    if !model::is_name(&row.name) {
        problem = Some("This cannot be a server's name: use letters, digits and . - _ only.");
        if !row.name.chars().all(is_shown) {
            row.name.clear();
        }
    }
    if !model::is_host(&row.host) {
        problem = Some("The address is neither a DNS name nor an IP address.");
        row.host.clear();
    }
    if row.user.as_deref().is_some_and(|user| !model::is_user(user)) {
        problem = Some("The user cannot be the name of an account.");
        row.user = None;
    }
    if row
        .jump
        .as_deref()
        .is_some_and(|jump| !jump.chars().all(is_shown))
    {
        problem = Some("The jump host's name cannot be used.");
        row.jump = None;
    }
    row.problem = row.problem.take().or(problem.map(str::to_owned));
}

/// Whether a character of a host's name may be shown: one that stands in names and addresses.
fn is_shown(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '@' | '%')
}
