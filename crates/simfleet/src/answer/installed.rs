//! What dpkg lists, in the scan's words.

use crate::host::{Sight, installed, qualified};
use std::fmt::Write as _;

/// `dpkg-query -W`: name, version, state.
pub(super) fn packages(sight: &Sight) -> String {
    let mut text = String::with_capacity(12_000);
    for (name, version) in installed(&sight.spec, &sight.state) {
        let state = if sight.state.unfinished.contains(&name) {
            "iF "
        } else {
            "ii "
        };
        let _ = writeln!(text, "{}\t{version}\t{state}", qualified(&name));
    }
    text
}
