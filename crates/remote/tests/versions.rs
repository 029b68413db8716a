//! dpkg's order of versions, against the table of its own manual and against dpkg itself.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

use proptest::prelude::*;
use remote::compare_versions;
use std::cmp::Ordering;
use std::process::Command;

#[test]
fn known_pairs() {
    for (older, newer) in [
        ("1.0-1", "1.0-2"),
        ("1.0-9", "1.0-10"),
        ("1.0~rc1-1", "1.0-1"),
        ("1.0", "1.0-0.1"),
        ("1.0-1", "1.0-1+deb12u1"),
        ("1.0-1+deb12u1", "1.0-2"),
        ("3.0.13-0ubuntu3.4", "3.0.13-0ubuntu3.5"),
        ("9.9", "1:0.1"),
        ("2.36-9+deb12u4", "2.36-9+deb12u10"),
        ("6.1.0-9", "6.1.0-10"),
        ("6.1.0-41", "6.12.41+deb13"),
        ("1.0a", "1.0+"),
        ("1.0~~", "1.0~"),
        ("0.99999999999999999999", "0.100000000000000000000"),
    ] {
        assert_eq!(compare_versions(older, newer), Ordering::Less, "{older} {newer}");
        assert_eq!(
            compare_versions(newer, older),
            Ordering::Greater,
            "{newer} {older}"
        );
    }
    for (a, b) in [
        ("1.0", "1.00"),
        ("0:1.0", "1.0"),
        ("1.0-", "1.0"),
        ("1.0-0", "1.0"),
    ] {
        assert_eq!(compare_versions(a, b), Ordering::Equal, "{a} {b}");
    }
}

fn version() -> impl Strategy<Value = String> {
    "([0-9]:)?[0-9][0-9a-b.+~]{0,6}(-[0-9a-b.+~]{1,4})?"
}

#[test]
fn agrees_with_dpkg() {
    if Command::new("dpkg").arg("--version").output().is_err() {
        eprintln!("SKIPPED: there is no dpkg on this machine to compare with");
        return;
    }
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: 400,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    runner
        .run(&(version(), version()), |(a, b)| {
            let says = |relation: &str| {
                Command::new("dpkg")
                    .args(["--compare-versions", &a, relation, &b])
                    .status()
                    .unwrap()
                    .success()
            };
            let expected = if says("lt") {
                Ordering::Less
            } else if says("gt") {
                Ordering::Greater
            } else {
                Ordering::Equal
            };
            prop_assert_eq!(compare_versions(&a, &b), expected, "{} {}", a, b);
            Ok(())
        })
        .unwrap();
}

proptest! {
    #[test]
    fn is_an_order(a in version(), b in version(), c in version()) {
        prop_assert_eq!(compare_versions(&a, &a), Ordering::Equal);
        prop_assert_eq!(compare_versions(&a, &b), compare_versions(&b, &a).reverse());
        let mut three = [a, b, c];
        three.sort_by(|x, y| compare_versions(x, y));
        prop_assert_ne!(compare_versions(&three[0], &three[2]), Ordering::Greater);
    }

    #[test]
    fn any_text_has_a_place(a in ".{0,20}", b in ".{0,20}") {
        prop_assert_eq!(compare_versions(&a, &b), compare_versions(&b, &a).reverse());
    }
}
