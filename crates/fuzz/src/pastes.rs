//! What people paste, and what stands in addresses.

use model::{LiveCursor, LiveMessage, PasteFormat};

pub(crate) const SSH_WORDS: &[&str] = &[
    "Host ",
    "HostName ",
    "Port ",
    "User ",
    "ProxyJump ",
    "Match all\n",
    "Include ~/x\n",
    "*",
    "!",
    "?",
    "%h",
    "%%",
    "\"",
    "\\",
    "#",
    "=",
    ",",
    "none",
    "65536",
    "::1",
    "a@b:22,c",
    "\n",
    "\t",
];

pub(crate) const INVENTORY_WORDS: &[&str] = &[
    "[web]\n",
    "[web:children]\n",
    "[web:vars]\n",
    "[01:10]",
    "[a:z]",
    "[1:99999999:1]",
    "ansible_host=",
    "ansible_port=",
    "ansible_user: ",
    "hosts:\n",
    "vars:\n",
    "children:\n",
    "    ",
    "&a ",
    "*a",
    "<<: *a",
    "{",
    "}",
    "[",
    "]",
    "- ",
    ": ",
    "? ",
    "!vault |\n",
    "|\n",
    ">\n",
    "---\n",
    "...\n",
    "'",
    "\"",
    "\\",
    "#",
    "%YAML 1.2\n",
    "@",
    "`",
    "\u{feff}",
    "\u{0}",
];

pub(crate) const KNOWN_HOSTS_WORDS: &[&str] = &[
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIF5qn7cdo+yqmTRpQ6fe/ddWzhMXTlP0nJIAZd6ow3JA",
    "|1|XhjhzUWvvNeyaUseg2cDGVhNUBk=|kCofdyOAOzXw8uRbg4PlKSh4kRw= ",
    "@cert-authority ",
    "@revoked ",
    "[h]:2222",
    "*",
    "!",
    "?",
    ",",
    "=",
    " ",
    "\n",
];

pub(crate) const ADDRESS_WORDS: &[&str] = &[".", "-", "_", ":", "/", "\n", "18446744073709551616", "0", "1"];

/// An OpenSSH configuration.
pub(crate) fn ssh_config(bytes: &[u8]) {
    review(bytes, &[None, Some(PasteFormat::SshConfig)]);
}

/// An Ansible inventory.
pub(crate) fn inventory(bytes: &[u8]) {
    review(
        bytes,
        &[Some(PasteFormat::AnsibleIni), Some(PasteFormat::AnsibleYaml)],
    );
}

fn review(bytes: &[u8], formats: &[Option<PasteFormat>]) {
    let text = String::from_utf8_lossy(bytes);
    for format in formats {
        let review = imports::read(&text, *format);
        for row in &review.rows {
            assert!(row.port > 0, "{row:?}");
            if row.problem.is_none() {
                assert!(model::is_name(&row.name) && model::is_host(&row.host), "{row:?}");
                assert!(row.user.as_deref().is_none_or(model::is_user), "{row:?}");
            }
        }
    }
}

/// Lines of `known_hosts`.
pub(crate) fn known_hosts(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for known in imports::known_hosts(&text).hosts {
        for host in ["web-1.example.net", "10.0.0.5", "::1", ""] {
            let _ = imports::matches(&known, host, 22);
        }
    }
}

/// Cursors and messages of the live stream, ids, roles, versions of packages.
pub(crate) fn addresses(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(cursor) = text.parse::<LiveCursor>() {
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
    }
    if let Ok(message) = text.parse::<LiveMessage>() {
        let written = message.to_string();
        assert_eq!(
            written.parse::<LiveMessage>().map(|again| again.to_string()),
            Ok(written)
        );
    }
    let _ = text.parse::<model::ServerId>();
    let _ = text.parse::<model::Role>();
    let (a, b) = text.split_once('\n').unwrap_or((&text, ""));
    let order = remote::compare_versions(a, b);
    assert_eq!(order, remote::compare_versions(b, a).reverse(), "{a:?} and {b:?}");
    let (algorithm, key) = text.split_once(' ').unwrap_or(("ssh-ed25519", &text));
    let _ = remote::host_key(algorithm, key);
}
