//! `known_hosts` lines as ssh-keygen writes them.
#![allow(clippy::unwrap_used)]

use imports::{known_hosts, matches};
use proptest::prelude::*;

const ED25519: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIF5qn7cdo+yqmTRpQ6fe/ddWzhMXTlP0nJIAZd6ow3JA";
const ECDSA: &str = "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBGGeVFXV0WkXMYfm6QFv7W9Vkuji55f3o2ysD1W5K4xIt9PwbaUohrwzrhGggND+84k9Az0XWN0GERk84gLHHjE=";

#[test]
fn plain_lines_are_read_with_their_fingerprint() {
    let text = format!("# mine\n\nweb-1.example.net,10.0.0.5 {ED25519} a comment\n[web-2]:2222 {ECDSA}\n");
    let read = known_hosts(&text);
    assert!(read.problems.is_empty(), "{:?}", read.problems);
    let [first, second] = read.hosts.as_slice() else {
        panic!("{:?}", read.hosts)
    };
    assert_eq!(first.line, 3);
    assert_eq!(
        first.key.fingerprint, "SHA256:AP6a0dmTeWXHjOjVJr4vQZN0J/ebtQOs2tAvSWzOI7k",
        "as ssh-keygen -l prints it"
    );
    assert!(matches(first, "web-1.example.net", 22));
    assert!(matches(first, "WEB-1.Example.NET", 22));
    assert!(matches(first, "10.0.0.5", 22));
    assert!(!matches(first, "10.0.0.5", 2222));
    assert!(matches(second, "web-2", 2222));
    assert!(!matches(second, "web-2", 22));
}

#[test]
fn hashed_names_are_matched_by_their_hash() {
    // Written by `ssh-keygen -H`.
    let text = format!(
        "|1|XhjhzUWvvNeyaUseg2cDGVhNUBk=|kCofdyOAOzXw8uRbg4PlKSh4kRw= {ED25519}\n\
         |1|lYiKNOkTg/CO7mGhxt04/srhzuo=|h1buHDbe5k5uuVqoS3HP6MA+rtw= {ED25519}\n\
         |1|Nf2uNckuX6wlUL15mLpL8VME2l8=|EYx/BC1L5pXndQzC0pxW59jmQBs= {ECDSA} a comment\n"
    );
    let hosts = known_hosts(&text).hosts;
    let found = |host: &str, port| -> Vec<u32> {
        hosts
            .iter()
            .filter(|known| matches(known, host, port))
            .map(|known| known.line)
            .collect()
    };
    assert_eq!(found("web-1.example.net", 22), [1]);
    assert_eq!(found("10.0.0.5", 22), [2]);
    assert_eq!(found("web-2.example.net", 2222), [3]);
    assert!(found("web-2.example.net", 22).is_empty());
    assert!(found("other", 22).is_empty());
}

#[test]
fn marks_wildcards_and_exceptions() {
    let text = format!("@cert-authority *.example.net,!old.example.net {ED25519}\n@revoked * {ECDSA}\n");
    let hosts = known_hosts(&text).hosts;
    assert!(hosts[0].is_authority && !hosts[0].is_revoked);
    assert!(hosts[1].is_revoked && !hosts[1].is_authority);
    assert!(matches(&hosts[0], "a.example.net", 22));
    assert!(!matches(&hosts[0], "old.example.net", 22));
    assert!(!matches(&hosts[0], "example.net", 22));
    assert!(matches(&hosts[1], "anything", 22));
}

#[test]
fn a_bad_line_is_named_and_the_others_stay() {
    let text = format!(
        "good {ED25519}\nbad ssh-ed25519 AAAA\nworse ssh-rsa {}\nshort\n@odd h {ED25519}\n",
        &ED25519[12..]
    );
    let read = known_hosts(&text);
    assert_eq!(read.hosts.len(), 1);
    let lines: Vec<u32> = read.problems.iter().map(|problem| problem.line).collect();
    assert_eq!(lines, [2, 3, 4, 5]);
}

proptest! {
    #[test]
    fn any_text_is_read(text in "(\\PC{0,40}[ \n|,@!]){0,20}", host in "\\PC{0,20}", port: u16) {
        for known in known_hosts(&text).hosts {
            let _ = matches(&known, &host, port);
        }
    }
}
