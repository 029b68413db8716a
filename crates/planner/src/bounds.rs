//! Whether a plan keeps inside the bounds that somebody approved before it was made.

use crate::words::list;
use model::options::Bounds;
use model::plan::{Plan, ServerPlan, StepKind};
use model::{ServerId, Work, words};
use std::collections::HashSet;

words! {
    /// One of the bounds.
    pub enum Bound {
        /// The options.
        Options = "options",
        /// The servers.
        Servers = "servers",
        /// Where packages come from.
        Origins = "origins",
        /// No new packages.
        NewPackages = "new_packages",
        /// No removals.
        Removals = "removals",
        /// The units that may restart.
        Restarts = "restarts",
        /// No reboots.
        Reboots = "reboots",
        /// No repairs.
        Repairs = "repairs",
    }
}

/// A bound that a plan leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutOfBounds {
    /// Which one.
    pub bound: Bound,
    /// The server that it is about; `None`: the whole plan.
    pub server: Option<ServerId>,
    /// What the plan would do, as a sentence.
    pub sentence: String,
}

/// Compares a plan with what was approved.
///
/// # Errors
/// Every bound that the plan leaves, per server.
pub fn inside(plan: &Plan, bounds: &Bounds) -> Result<(), Vec<OutOfBounds>> {
    let mut outside = Vec::new();
    if plan.options != bounds.options {
        outside.push(OutOfBounds {
            bound: Bound::Options,
            server: None,
            sentence: "Other options are ticked than the approved ones.".to_owned(),
        });
    }
    let servers: HashSet<ServerId> = bounds.servers.iter().copied().collect();
    for server in plan.servers() {
        let mut leave = |bound, sentence: String| {
            outside.push(OutOfBounds {
                bound,
                server: Some(server.server),
                sentence: format!("{}: {sentence}", server.name),
            });
        };
        if !servers.contains(&server.server) {
            leave(
                Bound::Servers,
                "this server is not among the approved ones.".to_owned(),
            );
        }
        packages(server, bounds, &mut leave);
        acts(server, bounds, &mut leave);
    }
    if outside.is_empty() { Ok(()) } else { Err(outside) }
}

fn packages(server: &ServerPlan, bounds: &Bounds, leave: &mut impl FnMut(Bound, String)) {
    let names = |found: Vec<&str>, bound, what: &str, leave: &mut dyn FnMut(Bound, String)| {
        if !found.is_empty() {
            leave(bound, what.replace("{}", &list(&found)));
        }
    };
    let foreign = server
        .packages
        .iter()
        .filter(|package| !package.origins.iter().any(|origin| is_approved(origin, bounds)))
        .map(|package| package.package.as_str());
    names(
        foreign.collect(),
        Bound::Origins,
        "{} would come from an origin that is not approved.",
        leave,
    );
    let new = server
        .packages
        .iter()
        .filter(|package| package.from.is_none() && !bounds.new_packages)
        .map(|package| package.package.as_str());
    names(
        new.collect(),
        Bound::NewPackages,
        "{} would be installed anew.",
        leave,
    );
    let removed = server
        .removals
        .iter()
        .filter(|_| !bounds.removals)
        .map(|removal| removal.package.as_str());
    names(removed.collect(), Bound::Removals, "{} would be removed.", leave);
}

fn is_approved(origin: &str, bounds: &Bounds) -> bool {
    bounds
        .origins
        .iter()
        .any(|approved| match approved.strip_suffix('*') {
            Some(start) => origin.starts_with(start),
            None => origin == approved,
        })
}

fn acts(server: &ServerPlan, bounds: &Bounds, leave: &mut impl FnMut(Bound, String)) {
    if let Some(approved) = &bounds.restarts {
        let approved: HashSet<&str> = approved.iter().map(String::as_str).collect();
        let by_scripts = server
            .restarts
            .iter()
            .filter(|restart| restart.cause == model::plan::RestartCause::Ships)
            .map(|restart| restart.unit.as_str());
        let by_steps = server.steps.iter().flat_map(|step| match &step.work {
            Some(Work::RestartServices { units }) => units.as_slice(),
            _ => &[],
        });
        let others: Vec<&str> = by_scripts
            .chain(by_steps.map(String::as_str))
            .filter(|unit| !approved.contains(unit))
            .collect();
        if !others.is_empty() {
            leave(Bound::Restarts, format!("{} would restart.", list(&others)));
        }
    }
    let has = |kind| server.steps.iter().any(|step| step.kind == kind);
    if !bounds.reboots && has(StepKind::Reboot) {
        leave(Bound::Reboots, "it might be rebooted.".to_owned());
    }
    if !bounds.repairs && has(StepKind::Repair) {
        leave(
            Bound::Repairs,
            "an interrupted installation would be finished first.".to_owned(),
        );
    }
}
