//! Which units are active, and which run of theirs it is.
#![allow(clippy::unwrap_used)]

use model::deploy::ActiveUnit;
use model::facts::Known;
use proptest::prelude::*;
use remote::scan::{Composer, Document, active_units, parse};

const NONCE: &str = "0123456789abcdef0123456789abcdef";

fn document(sections: &[(&str, &str, u8)]) -> Document {
    let mut composer = Composer::new(NONCE, 1);
    for (name, output, exit) in sections {
        composer.section(name, output, "", *exit, 1);
    }
    parse(composer.end(2).as_bytes(), NONCE).unwrap()
}

#[test]
fn services_that_are_enabled_and_run_stay_and_drydocks_own_are_left_out() {
    let text = "nginx.service\t0123456789abcdef0123456789abcdef\trunning\tenabled\n\
        dbus.service\tfedcba9876543210fedcba9876543210\trunning\tstatic\n\
        networking.service\taaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\texited\tenabled\n\
        docker.socket\tbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\tlistening\tenabled\n\
        drydock-x.1.service\tcccccccccccccccccccccccccccccccc\trunning\ttransient\n\
        broken.service\tnot an id\trunning\tenabled\n\
        nginx.service\t0123456789abcdef0123456789abcdef\trunning\tenabled\n";
    let unit = |unit: &str, invocation: &str, stays| ActiveUnit {
        unit: unit.to_owned(),
        invocation: invocation.to_owned(),
        stays,
    };
    assert_eq!(
        active_units(&document(&[("active-units", text, 0)])),
        Known::Known(vec![
            unit("dbus.service", "fedcba987654", false),
            unit("docker.socket", "bbbbbbbbbbbb", false),
            unit("networking.service", "aaaaaaaaaaaa", false),
            unit("nginx.service", "0123456789ab", true),
        ])
    );
    let unasked = active_units(&document(&[]));
    assert_eq!(
        unasked.why_unknown(),
        Some("the scan did not ask when units were started")
    );
    let failed = active_units(&document(&[("active-units", "", 1)]));
    assert_eq!(failed.why_unknown(), Some("systemctl failed with status 1"));
}

proptest! {
    #[test]
    fn whatever_stands_there_is_read_or_left_out(text in "([a-f0-9.\t\n]|service|running|enabled){0,200}") {
        let units = active_units(&document(&[("active-units", &text, 0)]));
        for unit in units.get().unwrap() {
            prop_assert_eq!(unit.invocation.len(), 12);
            prop_assert!(text.contains(&unit.unit));
        }
    }
}
