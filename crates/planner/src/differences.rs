//! *The fleet has changed, preview again*: what is different, in words, per server.

use crate::words::list;
use model::ServerId;
use model::plan::{LeftOut, Plan, RebootVerdict, ServerPlan};
use std::collections::BTreeMap;

/// What differs for one server, or for the whole plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The server; `None`: the plan as a whole.
    pub server: Option<ServerId>,
    /// Its name; empty for the whole plan.
    pub name: String,
    /// One sentence each.
    pub what: Vec<String>,
}

/// What differs in `new`, in order of names. When something was seen is no difference.
pub fn differences(old: &Plan, new: &Plan) -> Vec<Difference> {
    let mut found = Vec::new();
    if old.options != new.options {
        found.push(Difference {
            server: None,
            name: String::new(),
            what: vec!["Other options are ticked.".to_owned()],
        });
    }
    let mut servers: BTreeMap<ServerId, (Place<'_>, Place<'_>)> = BTreeMap::new();
    for (id, place) in places(old) {
        servers.entry(id).or_default().0 = place;
    }
    for (id, place) in places(new) {
        servers.entry(id).or_default().1 = place;
    }
    let mut per_server: Vec<Difference> = servers
        .into_iter()
        .filter_map(|(id, (old, new))| {
            let what = told(&old, &new);
            (!what.is_empty()).then(|| Difference {
                server: Some(id),
                name: new.name().or(old.name()).unwrap_or_default().to_owned(),
                what,
            })
        })
        .collect();
    per_server.sort_by(|a, b| crate::words::name_order(&a.name, &b.name));
    found.extend(per_server);
    found
}

/// Where a server stands in a plan.
#[derive(Default)]
enum Place<'a> {
    #[default]
    Nowhere,
    LeftOut(&'a LeftOut),
    In(u32, &'a ServerPlan),
}

impl Place<'_> {
    fn name(&self) -> Option<&str> {
        match self {
            Self::Nowhere => None,
            Self::LeftOut(left) => Some(&left.name),
            Self::In(_, server) => Some(&server.name),
        }
    }
}

fn places(plan: &Plan) -> impl Iterator<Item = (ServerId, Place<'_>)> {
    let left = plan
        .left_out
        .iter()
        .map(|left| (left.server, Place::LeftOut(left)));
    let waves = plan.waves.iter().flat_map(|wave| {
        wave.servers
            .iter()
            .map(|server| (server.server, Place::In(wave.position, server)))
    });
    left.chain(waves)
}

fn told(old: &Place<'_>, new: &Place<'_>) -> Vec<String> {
    match (old, new) {
        (Place::In(before, old), Place::In(after, new)) => {
            let mut what = packages(old, new);
            what.extend(acts(old, new));
            if what.is_empty() && works(old) != works(new) {
                what.push("Its commands are other ones.".to_owned());
            }
            if what.is_empty() && before != after {
                what.push(format!(
                    "It is in wave {} instead of {}.",
                    after.saturating_add(1),
                    before.saturating_add(1)
                ));
            }
            what
        }
        (Place::In(..), Place::LeftOut(left)) => vec![format!("It is left out now: {}", left.sentence)],
        (Place::In(..), Place::Nowhere) => vec!["It is not chosen any more.".to_owned()],
        (Place::LeftOut(left), Place::In(..)) => {
            vec![format!("It was left out and is worked on now. {}", before(left))]
        }
        (Place::Nowhere, Place::In(..)) => vec!["It is worked on now.".to_owned()],
        (Place::LeftOut(old), Place::LeftOut(new)) if old.reason != new.reason => {
            vec![format!("It is left out for another reason: {}", new.sentence)]
        }
        _ => Vec::new(),
    }
}

fn before(left: &LeftOut) -> String {
    format!("Before: {}", left.sentence)
}

fn packages(old: &ServerPlan, new: &ServerPlan) -> Vec<String> {
    let versions = |plan: &ServerPlan| -> BTreeMap<String, (Option<String>, String)> {
        plan.packages
            .iter()
            .map(|one| (one.package.clone(), (one.from.clone(), one.to.clone())))
            .collect()
    };
    let (before, after) = (versions(old), versions(new));
    let mut what = Vec::new();
    for (package, (from, to)) in &after {
        let installed = from.as_deref().unwrap_or("new");
        match before.get(package) {
            None => what.push(format!("{package} {installed} → {to} is added.")),
            Some((_, was)) if was != to => what.push(format!("{package} goes to {to} instead of {was}.")),
            Some((was, _)) if was != from => what.push(format!(
                "{package} is at {installed} now, not at {}.",
                was.as_deref().unwrap_or("new")
            )),
            Some(_) => {}
        }
    }
    for package in before.keys().filter(|package| !after.contains_key(*package)) {
        what.push(format!("{package} is no longer part of it."));
    }
    let removed = |plan: &ServerPlan| -> Vec<String> {
        plan.removals
            .iter()
            .map(|removal| removal.package.clone())
            .collect()
    };
    let (before, after) = (removed(old), removed(new));
    for package in after.iter().filter(|package| !before.contains(package)) {
        what.push(format!("{package} would be removed."));
    }
    for package in before.iter().filter(|package| !after.contains(package)) {
        what.push(format!("{package} would not be removed any more."));
    }
    what
}

fn acts(old: &ServerPlan, new: &ServerPlan) -> Vec<String> {
    let mut what = Vec::new();
    let kinds = |plan: &ServerPlan| plan.steps.iter().map(|step| step.kind).collect::<Vec<_>>();
    let (before, after) = (kinds(old), kinds(new));
    let words = |kinds: Vec<&str>| list(&kinds).replace('_', " ");
    let added: Vec<&str> = after
        .iter()
        .filter(|kind| !before.contains(kind))
        .map(|kind| kind.as_str())
        .collect();
    let gone: Vec<&str> = before
        .iter()
        .filter(|kind| !after.contains(kind))
        .map(|kind| kind.as_str())
        .collect();
    if !added.is_empty() {
        what.push(format!("It has more steps: {}.", words(added)));
    }
    if !gone.is_empty() {
        what.push(format!("It no longer has these steps: {}.", words(gone)));
    }
    if old.reboot.verdict != new.reboot.verdict {
        what.push(
            match new.reboot.verdict {
                RebootVerdict::Expected => "A reboot is expected now.",
                RebootVerdict::Possible => "A reboot is possible now.",
                RebootVerdict::NotExpected => "A reboot is not expected any more.",
            }
            .to_owned(),
        );
    }
    let units = |plan: &ServerPlan| -> Vec<String> {
        plan.restarts.iter().map(|restart| restart.unit.clone()).collect()
    };
    let (before, after) = (units(old), units(new));
    let more: Vec<&str> = after
        .iter()
        .filter(|unit| !before.contains(unit))
        .map(String::as_str)
        .collect();
    if !more.is_empty() {
        what.push(format!("{} would restart as well.", list(&more)));
    }
    what
}

fn works(plan: &ServerPlan) -> Vec<&model::Work> {
    plan.steps.iter().filter_map(|step| step.work.as_ref()).collect()
}
