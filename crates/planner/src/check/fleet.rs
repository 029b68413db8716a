//! Which servers are in a plan, and whether they may be.

use super::{Case, Rule};
use crate::generation;
use model::facts::Support;
use model::plan::PLAN_VERSION;
use model::{Account, Reach, ServerId};
use std::collections::{HashMap, HashSet};

pub(super) fn check(case: &mut Case<'_>) {
    let plan = case.plan;
    case.must(
        plan.v == PLAN_VERSION && plan.options == *case.options,
        Rule::Inputs,
        "The plan was made from other options.",
    );
    case.must(
        plan.generation == generation(case.snapshot, case.options, case.policy),
        Rule::Inputs,
        "The plan was made from another fleet.",
    );
    every_chosen_server_once(case);
    let mut machines = HashSet::new();
    for server in plan.servers() {
        let Some(known) = case.known(server) else {
            case.server_must(false, Rule::Once, server, "there is no such server.");
            continue;
        };
        case.server_must(
            known.name == server.name
                && known.group.as_ref().map(|group| group.id) == server.group
                && known.stack.as_ref().map(|stack| stack.id) == server.stack,
            Rule::Identity,
            server,
            "name, stack or group are another server's.",
        );
        let Some(facts) = &known.facts else {
            case.server_must(false, Rule::Eligible, server, "nothing is known of it.");
            continue;
        };
        let age = plan.made_at.secs_since(facts.seen_at);
        for (holds, sentence) in [
            (known.reach == Reach::Reached, "it was not reached."),
            (known.account == Account::Operate, "its account may only look."),
            (known.held_by.is_none(), "another run holds it."),
            (facts.os.support == Support::Full, "its system is not supported."),
            (
                age <= case.policy.facts_max_age_secs,
                "what is known of it is too old.",
            ),
            (
                facts.seen_at == server.seen_at,
                "its facts are not those of the plan.",
            ),
        ] {
            case.server_must(holds, Rule::Eligible, server, sentence);
        }
        if let (Some(id), Some(boot)) = (facts.machine.machine_id.get(), facts.machine.boot_id.get()) {
            case.server_must(
                machines.insert((id, boot)),
                Rule::Once,
                server,
                "the same machine is in the plan under another name.",
            );
        }
    }
}

fn every_chosen_server_once(case: &mut Case<'_>) {
    let mut times: HashMap<ServerId, u32> = HashMap::new();
    let planned = case.plan.servers().map(|server| server.server);
    let left = case.plan.left_out.iter().map(|left| left.server);
    for id in planned.chain(left) {
        *times.entry(id).or_default() += 1;
    }
    let chosen = case.snapshot.servers.iter().filter(|server| server.chosen);
    let missing = chosen
        .clone()
        .any(|server| times.get(&server.id).copied().unwrap_or(0) == 0);
    case.must(!missing, Rule::Once, "A chosen server is not mentioned.");
    case.must(
        times.values().all(|times| *times == 1),
        Rule::Once,
        "A server is mentioned twice.",
    );
    let chosen: HashSet<ServerId> = chosen.map(|server| server.id).collect();
    case.must(
        times.keys().all(|id| chosen.contains(id)),
        Rule::Once,
        "A server is mentioned that was not chosen.",
    );
    case.must(
        case.plan.left_out.iter().all(|left| !left.sentence.is_empty()),
        Rule::Once,
        "A server is left out without a reason.",
    );
}
