//! The evidence for a reboot that the server itself keeps.

use super::clock::Clock;
use super::fields::Fields;
use super::packages::Packages;
use crate::scan::Document;
use model::facts::{Known, RebootEvidence};

pub(super) fn reboot(document: &Document, clock: &Clock, packages: &Packages<'_>) -> RebootEvidence {
    let fields = Fields::of(document, "reboot");
    let mut named: Vec<String> = fields.all("package").map(str::to_owned).collect();
    named.sort();
    named.dedup();
    RebootEvidence {
        flag: match fields.get("flag") {
            Some("yes") => Known::Known(true),
            Some("no") => Known::Known(false),
            _ => Known::unknown("/run/reboot-required could not be looked at"),
        },
        flag_since: fields.number("since").map(|secs| clock.ours(secs)),
        packages: named,
        flag_is_maintained: is_maintained(packages),
    }
}

/// Debian's flag is written by a kernel hook of `unattended-upgrades`, Ubuntu's by `update-notifier-common`.
fn is_maintained(packages: &Packages<'_>) -> Known<bool> {
    match (
        packages.has("unattended-upgrades"),
        packages.has("update-notifier-common"),
    ) {
        (Known::Known(a), Known::Known(b)) => Known::Known(a || b),
        (Known::Unknown(why), _) | (_, Known::Unknown(why)) => Known::Unknown(why),
    }
}
