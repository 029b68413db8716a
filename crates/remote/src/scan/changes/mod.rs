//! What differs between two scans of one server.

mod machine;
mod packages;
mod services;

use model::facts::{Change, ChangeKind, Facts};
use std::collections::BTreeMap;

/// One scan, as far as it is compared.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    /// Its facts.
    pub facts: &'a Facts,
    /// The installed packages by name, from [`crate::scan::installed`]; without them the two scans' packages are not
    /// compared.
    pub packages: Option<&'a BTreeMap<&'a str, &'a str>>,
}

/// Every difference that is worth a line of the timeline. What one of the scans did not know is no difference.
pub fn changes(before: Seen<'_>, after: Seen<'_>) -> Vec<Change> {
    let mut found = Found(Vec::new());
    let (old, new) = (before.facts, after.facts);
    machine::machine(old, new, &mut found);
    if let (Some(old), Some(new)) = (before.packages, after.packages) {
        packages::packages(old, new, &mut found);
    }
    machine::kernel(old, new, &mut found);
    packages::updates(old, new, &mut found);
    packages::sources(old, new, &mut found);
    machine::reboot(old, new, &mut found);
    services::services(old, new, &mut found);
    found.0
}

struct Found(Vec<Change>);

impl Found {
    fn say(&mut self, kind: ChangeKind, what: impl Into<String>, details: Vec<String>) {
        self.0.push(Change {
            kind,
            what: what.into(),
            details,
        });
    }

    /// One line for one thing, a count with the things below it for many.
    fn list(&mut self, kind: ChangeKind, one: &str, many: &str, verb: &str, mut things: Vec<String>) {
        match things.len() {
            0 => {}
            1 => {
                let thing = things.remove(0);
                self.say(kind, format!("{one}{thing} {verb}"), Vec::new());
            }
            count => self.say(kind, format!("{count} {many} {verb}"), things),
        }
    }
}
