//! Documents that are broken in every way: refused or read, never a panic.
#![allow(clippy::unwrap_used)]

mod support;

use model::Timestamp;
use proptest::prelude::*;
use remote::scan::{Seen, changes, facts, installed, parse, reread};
use support::{NONCE, bytes, names};

fn any_document() -> impl Strategy<Value = Vec<u8>> {
    proptest::sample::select(names()).prop_map(|name| bytes(&name))
}

fn read_everything(bytes: &[u8]) {
    let Ok(document) = parse(bytes, NONCE) else { return };
    let facts = facts(
        &document,
        Timestamp::from_secs(0),
        Timestamp::from_micros(i64::MAX),
    );
    let packages = installed(&document);
    let seen = Seen {
        facts: &facts,
        packages: packages.as_ref(),
    };
    assert!(
        changes(seen, seen).is_empty(),
        "a scan does not differ from itself"
    );
    assert_eq!(reread(document.as_text()).unwrap().as_text(), document.as_text());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn a_truncated_document_is_always_refused(bytes in any_document(), at in any::<prop::sample::Index>()) {
        let length = at.index(bytes.len());
        prop_assert!(parse(&bytes[..length], NONCE).is_err());
    }

    #[test]
    fn changed_bytes_never_panic(
        mut bytes in any_document(),
        places in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..40)
    ) {
        for (place, byte) in places {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        read_everything(&bytes);
    }

    #[test]
    fn lines_in_another_order_lost_or_repeated_never_panic(
        bytes in any_document(),
        places in proptest::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..3_u8), 1..30)
    ) {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
        for (from, to, how) in places {
            let (from, to) = (from.index(lines.len()), to.index(lines.len()));
            // Frames stay whole, so that what is between them is reached.
            if !lines[from].starts_with(['|', '!']) || !lines[to].starts_with(['|', '!']) {
                continue;
            }
            match how {
                0 => lines.swap(from, to),
                1 => { lines.remove(from); }
                _ => { let line = lines[from]; lines.insert(to, line); }
            }
        }
        read_everything(lines.concat().as_bytes());
    }

    #[test]
    fn lines_cut_at_any_place_never_panic(bytes in any_document(), cut in 0..60_usize) {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let cut: String = text
            .lines()
            .map(|line| match line.chars().next() {
                Some('|' | '!') => format!("{}\n", line.chars().take(cut + 1).collect::<String>()),
                _ => format!("{line}\n"),
            })
            .collect();
        read_everything(cut.as_bytes());
    }
}

#[test]
fn an_endless_answer_is_refused_by_its_size() {
    let bytes = vec![b'x'; remote::scan::ANSWER_MAX + 1];
    let said = parse(&bytes, NONCE).unwrap_err().to_string();
    assert!(said.contains("more than the"), "{said}");
}
