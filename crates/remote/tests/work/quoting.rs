//! One function quotes every value.

use crate::here::{NONCE, sh};
use proptest::prelude::*;
use remote::work::quoted;

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn a_real_shell_reads_back_what_was_quoted(values in proptest::collection::vec(
        proptest::string::string_regex("[^\\x00]{0,40}").unwrap(), 1..8
    )) {
        let words: Vec<String> = values.iter().map(|value| quoted(value)).collect();
        let output = sh(&format!("set -- {}\nfor word; do printf '%s\\000' \"$word\"; done\n", words.join(" ")));
        prop_assert!(output.status.success());
        let expected: Vec<u8> = values.iter().flat_map(|value| [value.as_bytes(), b"\0"].concat()).collect();
        prop_assert_eq!(output.stdout, expected);
    }
}

#[test]
fn what_shells_love_to_expand_stays_as_it_is() {
    for value in [
        "", "'", "''", "a'b'c", "$(id)", "`id`", "$HOME", "*", "~", "\\", "\n", "a\nb", "-n", "!!", "ä",
        NONCE, ";reboot",
    ] {
        let output = sh(&format!("printf '%s' {}", quoted(value)));
        assert_eq!(String::from_utf8(output.stdout).unwrap(), value);
    }
}
