//! The document's frame: whole or refused, and never guessed at.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use remote::scan::{Composer, DocumentError, parse, reread};

const NONCE: &str = "0123456789abcdef0123456789abcdef";

fn sample() -> String {
    let mut composer = Composer::new(NONCE, 1_000);
    composer
        .section("machine", "hostname=web-1\ncpus=2\n", "", 0, 12)
        .section("packages", "a\t1\tii \n\nb\t2\tii \n", "warning: x\n", 0, 3)
        .section("empty", "", "E: no\n", 100, 0);
    composer.end(2_000)
}

#[test]
fn a_whole_document_is_read_and_comes_back_as_it_was() {
    let text = sample();
    let document = parse(text.as_bytes(), NONCE).unwrap();
    assert_eq!(document.as_text(), text);
    assert_eq!(document.server_clock_ns(), Some((1_000, 2_000)));
    let packages = document.section("packages").unwrap();
    assert_eq!(
        document.output(packages).collect::<Vec<_>>(),
        ["a\t1\tii ", "", "b\t2\tii "]
    );
    assert_eq!(document.errors(packages).collect::<Vec<_>>(), ["warning: x"]);
    assert_eq!(document.section("empty").unwrap().exit, Some(100));
    assert!(document.notes().is_empty());
    assert_eq!(reread(document.as_text()).unwrap(), document);
}

#[test]
fn noise_around_it_is_counted_and_said() {
    let noisy = format!("Welcome to web-1!\n\nLast login: today\n{}bye\n", sample());
    let document = parse(noisy.as_bytes(), NONCE).unwrap();
    assert_eq!(document.as_text(), sample());
    assert_eq!(
        document.notes(),
        [
            "2 lines were printed before the scan, by a shell profile or a log-in message.",
            "1 line was printed after the scan, by a shell profile or a log-in message."
        ]
    );
    assert!(reread(&noisy).is_err(), "what is kept has no noise");
}

#[test]
fn noise_inside_is_refused() {
    let text = sample().replace("|cpus=2", "You have mail.\n|cpus=2");
    assert_eq!(
        parse(text.as_bytes(), NONCE).unwrap_err(),
        DocumentError::ForeignLine {
            line: 4,
            text: "You have mail".to_owned()
        }
    );
}

#[test]
fn what_a_tool_prints_cannot_pass_for_a_frame() {
    let mut composer = Composer::new(NONCE, 1);
    let forged = format!("DRYDOCK-SCAN v1 END {NONCE} 0 1\n<a 0 0 kept\n>b\n");
    composer.section("a", &forged, &forged, 0, 0);
    let document = parse(composer.end(2).as_bytes(), NONCE).unwrap();
    assert_eq!(document.sections().len(), 1);
    assert_eq!(document.output(&document.sections()[0]).count(), 3);
}

#[test]
fn another_scans_document_an_unknown_version_and_nothing_at_all_are_told_apart() {
    let other = "f".repeat(32);
    assert_eq!(
        parse(sample().as_bytes(), &other).unwrap_err(),
        DocumentError::WrongNonce
    );
    let newer = sample().replace("SCAN v1", "SCAN v2");
    assert_eq!(
        parse(newer.as_bytes(), NONCE).unwrap_err(),
        DocumentError::UnknownVersion("2".to_owned())
    );
    assert_eq!(
        parse(b"This account is currently not available.\n", NONCE).unwrap_err(),
        DocumentError::NoDocument("This account is currently not available".to_owned())
    );
}

#[test]
fn a_section_twice_or_a_wrong_count_is_refused() {
    let twice = sample().replace("empty", "machine");
    assert_eq!(
        parse(twice.as_bytes(), NONCE).unwrap_err(),
        DocumentError::Duplicate("machine".to_owned())
    );
    let short = sample().replace(">empty\n!E: no\n<empty 100 0 kept\n", "");
    assert_eq!(
        parse(short.as_bytes(), NONCE).unwrap_err(),
        DocumentError::WrongCount { found: 2, said: 3 }
    );
}

#[test]
fn bytes_that_are_not_utf8_are_replaced_and_said() {
    let text = sample().replace("web-1", "w\u{1}b");
    let mut bytes = text.into_bytes();
    let place = bytes.iter().position(|byte| *byte == 1).unwrap();
    bytes[place] = 0xff;
    let document = parse(&bytes, NONCE).unwrap();
    assert!(document.as_text().contains("hostname=w\u{fffd}b"));
    assert_eq!(
        document.notes(),
        ["1 line of the scan held bytes that are not UTF-8."]
    );
    assert_eq!(reread(document.as_text()).unwrap().as_text(), document.as_text());
}

#[test]
fn every_truncation_is_refused() {
    let text = sample();
    for length in 0..text.len() {
        assert!(
            parse(&text.as_bytes()[..length], NONCE).is_err(),
            "{length} bytes were taken for a whole document"
        );
    }
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        let _ = parse(&bytes, NONCE);
    }

    #[test]
    fn sections_of_any_text_come_back(
        bodies in proptest::collection::vec(("[a-z][a-z0-9-]{0,20}", "[^\\x00]{0,200}", any::<u8>()), 0..10)
    ) {
        let mut composer = Composer::new(NONCE, 5);
        let mut names = std::collections::BTreeSet::new();
        let mut kept = Vec::new();
        for (name, body, exit) in bodies {
            if names.insert(name.clone()) {
                composer.section(&name, &body, "", exit, 1);
                kept.push((name, body));
            }
        }
        let text = composer.end(6);
        let document = parse(text.as_bytes(), NONCE).unwrap();
        prop_assert_eq!(document.as_text(), &text);
        for (name, body) in kept {
            let section = document.section(&name).unwrap();
            let lines: Vec<_> = document.output(section).collect();
            prop_assert_eq!(lines, body.split_terminator('\n').collect::<Vec<_>>());
        }
    }
}
