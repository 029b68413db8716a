//! The independent checker: every plan is held against the rules before anybody sees it. It is written from the rules
//! alone and calls nothing of the planner's construction, so that a mistake there does not excuse itself here.

mod fleet;
mod packages;
mod steps;
mod waves;
mod work;

use crate::{Policy, Snapshot, SnapshotServer};
use model::options::{Care, Options};
use model::plan::{Plan, ServerPlan, StepKind};
use model::{GroupId, ServerId, words};
use std::collections::HashMap;

words! {
    /// The rules.
    pub enum Rule {
        /// The plan is of the options, version and generation that it is checked with.
        Inputs = "inputs",
        /// Every chosen server is in the plan or left out, once.
        Once = "once",
        /// Only servers that can be worked on are in it.
        Eligible = "eligible",
        /// A server's name, group and stack are its own.
        Identity = "identity",
        /// Waves are numbered and not empty.
        Waves = "waves",
        /// No wave is wider than the strategy.
        Width = "width",
        /// The canary is alone and first.
        Canary = "canary",
        /// No group falls below its `min_in_service`.
        MinInService = "min_in_service",
        /// Drydock's own host comes last, and what it needs one at a time.
        OwnHostLast = "own_host_last",
        /// No server is worked on after, or beside, one that it is reached through.
        JumpHosts = "jump_hosts",
        /// A server's steps come in their order, each once, beginning with a look and ending with one.
        StepOrder = "step_order",
        /// Positions are consecutive and ids follow from them.
        StepIds = "step_ids",
        /// Every step has a deadline that leaves room for its own waits.
        Deadlines = "deadlines",
        /// Nothing is done that is not ticked.
        Ticked = "ticked",
        /// What is installed is the simulated transaction, as far as it was picked.
        Transaction = "transaction",
        /// Nothing is removed without *full upgrade*.
        Removals = "removals",
        /// A reboot is ticked, asked for, after the install, and only if required.
        Reboot = "reboot",
        /// What is drained is restored, by the group's own commands.
        Balancer = "balancer",
        /// The group's health check is asked before and after.
        Health = "health",
        /// A step's work is what its kind says.
        Work = "work",
        /// An interrupted installation is finished before anything is installed.
        Repair = "repair",
        /// What is said about a group's servers in service is counted right.
        Impact = "impact",
        /// What a person must be told is told.
        Warnings = "warnings",
    }
}

/// A rule that a plan breaks: a mistake of Drydock's, never the user's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Which rule.
    pub rule: Rule,
    /// The server that it is about; `None`: the plan as a whole.
    pub server: Option<ServerId>,
    /// What is wrong, as a sentence.
    pub sentence: String,
}

/// Every rule that `plan` breaks; none for a good plan. A plan with any is never shown as one that may be run.
pub fn check(plan: &Plan, snapshot: &Snapshot, options: &Options, policy: &Policy) -> Vec<Violation> {
    let mut case = Case {
        plan,
        snapshot,
        options,
        policy,
        servers: snapshot
            .servers
            .iter()
            .map(|server| (server.id, server))
            .collect(),
        own_care: options
            .groups
            .iter()
            .map(|group| (group.group, &group.care))
            .collect(),
        set_care: policy
            .groups
            .iter()
            .map(|group| (group.group, &group.care))
            .collect(),
        found: Vec::new(),
    };
    fleet::check(&mut case);
    waves::check(&mut case);
    steps::check(&mut case);
    work::check(&mut case);
    packages::check(&mut case);
    case.found
}

/// What is checked, and what was found.
struct Case<'a> {
    plan: &'a Plan,
    snapshot: &'a Snapshot,
    options: &'a Options,
    policy: &'a Policy,
    servers: HashMap<ServerId, &'a SnapshotServer>,
    own_care: HashMap<Option<GroupId>, &'a Care>,
    set_care: HashMap<Option<GroupId>, &'a Care>,
    found: Vec<Violation>,
}

impl<'a> Case<'a> {
    /// Notes that the whole plan breaks `rule`, unless it `holds`.
    fn must(&mut self, holds: bool, rule: Rule, sentence: &str) {
        if !holds {
            self.found.push(Violation {
                rule,
                server: None,
                sentence: sentence.to_owned(),
            });
        }
    }

    /// Notes that the plan of one server breaks `rule`, unless it `holds`.
    fn server_must(&mut self, holds: bool, rule: Rule, server: &ServerPlan, sentence: &str) {
        if !holds {
            self.found.push(Violation {
                rule,
                server: Some(server.server),
                sentence: format!("{}: {sentence}", server.name),
            });
        }
    }

    fn known(&self, server: &ServerPlan) -> Option<&'a SnapshotServer> {
        self.servers.get(&server.server).copied()
    }

    /// What the options say of one part of a group's care, else what the settings say.
    fn care<T>(&self, group: Option<GroupId>, part: impl Fn(&'a Care) -> Option<T>) -> Option<T> {
        let own = self.own_care.get(&group).copied().and_then(&part);
        own.or_else(|| self.set_care.get(&group).copied().and_then(&part))
    }
}

/// Whether the server's work can interrupt what it does: anything but looking and configuring.
fn interrupts(server: &ServerPlan) -> bool {
    server.steps.iter().any(|step| match step.kind {
        StepKind::HealthBefore
        | StepKind::PreChecks
        | StepKind::Unattended
        | StepKind::HealthAfter
        | StepKind::Restore
        | StepKind::Rescan => false,
        StepKind::Repair
        | StepKind::Drain
        | StepKind::Install
        | StepKind::RestartServices
        | StepKind::Reboot => true,
    })
}
