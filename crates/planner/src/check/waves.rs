//! How many servers are worked on at the same time, and after which others.

use super::{Case, Rule, interrupts};
use model::options::{Strategy, WaveSize};
use model::plan::{WarningKind, WaveKind};
use model::{GroupId, ServerId};
use std::collections::{HashMap, HashSet};

pub(super) fn check(case: &mut Case<'_>) {
    let plan = case.plan;
    case.must(!plan.waves.is_empty(), Rule::Waves, "The plan has no wave.");
    for (place, wave) in (0_u32..).zip(&plan.waves) {
        case.must(
            wave.position == place && !wave.servers.is_empty(),
            Rule::Waves,
            "A wave is empty or numbered wrongly.",
        );
    }
    width(case);
    canary(case);
    min_in_service(case);
    own_hosts(case);
    jump_hosts(case);
    whole_groups(case);
}

fn width(case: &mut Case<'_>) {
    let servers = case.plan.servers().count();
    let widest = match case.options.strategy {
        Strategy::Serial => 1,
        Strategy::Parallel => servers,
        Strategy::Waves(WaveSize::Servers(number)) => number as usize,
        Strategy::Waves(WaveSize::Percent(percent)) => match servers * percent as usize / 100 {
            0 => 1,
            share => share,
        },
    };
    let holds = case.plan.waves.iter().all(|wave| wave.servers.len() <= widest);
    case.must(holds, Rule::Width, "A wave is wider than the strategy allows.");
}

fn canary(case: &mut Case<'_>) {
    let waves = &case.plan.waves;
    let asked = case.options.canary && case.plan.servers().count() > 1;
    let alone = waves.first().is_some_and(|wave| wave.servers.len() == 1);
    case.must(
        !asked || alone,
        Rule::Canary,
        "A canary is ticked, and the first wave is not one server alone.",
    );
    let marked = waves.iter().filter(|wave| wave.kind == WaveKind::Canary).count();
    case.must(
        marked == 0 || (asked && marked == 1 && waves[0].kind == WaveKind::Canary),
        Rule::Canary,
        "A wave is called canary and is none.",
    );
}

fn min_in_service(case: &mut Case<'_>) {
    let mut serving: HashMap<GroupId, u32> = HashMap::new();
    for server in &case.snapshot.servers {
        if let Some(group) = &server.group
            && server.reach.is_current()
            && !server.out_of_service
        {
            *serving.entry(group.id).or_default() += 1;
        }
    }
    let least: HashMap<GroupId, u32> = case
        .policy
        .groups
        .iter()
        .filter_map(|group| Some((group.group?, group.min_in_service)))
        .collect();
    for wave in &case.plan.waves {
        let mut out: HashMap<GroupId, u32> = HashMap::new();
        for server in wave.servers.iter().filter(|server| interrupts(server)) {
            let serves = case
                .known(server)
                .is_some_and(|known| known.reach.is_current() && !known.out_of_service);
            if let (Some(group), true) = (server.group, serves) {
                *out.entry(group).or_default() += 1;
            }
        }
        for (group, out) in out {
            let least = least.get(&group).copied().unwrap_or(0);
            let left = serving.get(&group).copied().unwrap_or(0).saturating_sub(out);
            case.must(
                left >= least,
                Rule::MinInService,
                "A wave takes out more servers of a group than its limit allows.",
            );
        }
    }
}

fn own_hosts(case: &mut Case<'_>) {
    let mut highest = None;
    for wave in &case.plan.waves {
        let owns: Vec<_> = wave
            .servers
            .iter()
            .map(|server| case.known(server).and_then(|known| known.own))
            .collect();
        let rank = owns.iter().copied().max().flatten();
        case.must(
            rank.is_none() || owns.len() == 1,
            Rule::OwnHostLast,
            "A server that Drydock needs shares its wave.",
        );
        case.must(
            owns.iter().all(|own| *own >= highest),
            Rule::OwnHostLast,
            "A server comes after one that Drydock needs.",
        );
        case.must(
            rank.is_some() == (wave.kind == WaveKind::Own),
            Rule::OwnHostLast,
            "A wave of Drydock's own hosts is not called so, or another one is.",
        );
        highest = highest.max(rank);
    }
    let any = case.plan.waves.iter().any(|wave| wave.kind == WaveKind::Own);
    case.must(
        !any || warns(case, WarningKind::OwnHost),
        Rule::Warnings,
        "Nothing is said about Drydock's own host.",
    );
}

fn jump_hosts(case: &mut Case<'_>) {
    let wave_of: HashMap<ServerId, u32> = case
        .plan
        .waves
        .iter()
        .flat_map(|wave| wave.servers.iter().map(|server| (server.server, wave.position)))
        .collect();
    for wave in case.plan.waves.iter().filter(|wave| wave.kind != WaveKind::Own) {
        for server in &wave.servers {
            let mut on_the_way = Vec::new();
            let mut next = case.known(server).and_then(|known| known.jump);
            while let Some(id) = next
                && !on_the_way.contains(&id)
            {
                on_the_way.push(id);
                next = case.servers.get(&id).and_then(|known| known.jump);
            }
            let later = on_the_way
                .iter()
                .all(|jump| wave_of.get(jump).is_none_or(|at| *at > wave.position));
            case.server_must(
                later,
                Rule::JumpHosts,
                server,
                "what it is reached through is worked on before it, or beside it.",
            );
        }
    }
}

/// A group that is interrupted as a whole is named before the click (B8).
fn whole_groups(case: &mut Case<'_>) {
    let mut serving: HashMap<GroupId, usize> = HashMap::new();
    let mut most_out: HashMap<GroupId, usize> = HashMap::new();
    for server in &case.snapshot.servers {
        if let Some(group) = &server.group {
            *serving.entry(group.id).or_default() +=
                usize::from(server.reach.is_current() && !server.out_of_service);
        }
    }
    for wave in &case.plan.waves {
        let mut out: HashMap<GroupId, usize> = HashMap::new();
        for server in wave.servers.iter().filter(|server| interrupts(server)) {
            let serves = case
                .known(server)
                .is_some_and(|known| known.reach.is_current() && !known.out_of_service);
            if let (Some(group), true) = (server.group, serves) {
                *out.entry(group).or_default() += 1;
            }
        }
        for (group, out) in out {
            let most = most_out.entry(group).or_default();
            *most = out.max(*most);
            let serving = serving.get(&group).copied().unwrap_or(0);
            let named = case.plan.warnings.iter().any(|warning| {
                warning.group == Some(group)
                    && matches!(warning.kind, WarningKind::OneServer | WarningKind::WholeGroup)
            });
            case.must(
                serving == 0 || out < serving || named,
                Rule::Warnings,
                "A group is interrupted as a whole, and no warning names it.",
            );
        }
    }
    let groups: HashSet<Option<GroupId>> = case.plan.servers().map(|server| server.group).collect();
    let told: HashSet<Option<GroupId>> = case.plan.impact.iter().map(|impact| impact.group).collect();
    case.must(
        groups == told && told.len() == case.plan.impact.len(),
        Rule::Impact,
        "The impact on a group is not said, or said twice.",
    );
    for impact in &case.plan.impact {
        let Some(group) = impact.group else { continue };
        let serving = serving.get(&group).copied().unwrap_or(0);
        let left = serving - most_out.get(&group).copied().unwrap_or(0).min(serving);
        case.must(
            impact.in_service as usize == serving
                && impact.fewest_in_service as usize == left
                && (left > 0 || serving == 0 || !impact.sentence.contains("stay in service")),
            Rule::Impact,
            "More servers are said to stay in service than do.",
        );
    }
}

pub(super) fn warns(case: &Case<'_>, kind: WarningKind) -> bool {
    case.plan.warnings.iter().any(|warning| warning.kind == kind)
}
