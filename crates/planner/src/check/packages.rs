//! What is installed and removed: nothing but what was simulated and chosen, and what people are told about it.

use super::waves::warns;
use super::{Case, Rule};
use model::facts::{Facts, Known};
use model::options::{AllUpgrades, Picks};
use model::plan::{PackagePart, RebootVerdict, ServerPlan, StepKind, Transaction, WarningKind};
use model::{Install, Upgrade, Work};
use std::collections::{HashMap, HashSet};

pub(super) fn check(case: &mut Case<'_>) {
    for server in case.plan.servers() {
        let install = server.steps.iter().find_map(|step| match &step.work {
            Some(Work::Install(install)) => Some(install),
            _ => None,
        });
        case.server_must(
            install.is_some() != (server.packages.is_empty() && server.removals.is_empty()),
            Rule::Transaction,
            server,
            "packages are listed and not installed, or the other way round.",
        );
        let Some(install) = install else { continue };
        same(case, server, install);
        simulated(case, server);
        removals(case, server);
    }
    told(case);
}

/// What the step installs is what the page shows.
fn same(case: &mut Case<'_>, server: &ServerPlan, install: &Install) {
    let shown: Vec<_> = server
        .packages
        .iter()
        .map(|package| (&package.package, &package.from, &package.to))
        .collect();
    let done: Vec<_> = install
        .packages
        .iter()
        .map(|package| (&package.package, &package.from, &package.to))
        .collect();
    let removed: Vec<_> = server.removals.iter().map(|removal| &removal.package).collect();
    case.server_must(
        shown == done && removed == install.removals.iter().collect::<Vec<_>>(),
        Rule::Transaction,
        server,
        "the step installs something else than the plan shows.",
    );
    let names: HashSet<_> = done.iter().map(|(package, ..)| package).collect();
    case.server_must(
        names.len() == done.len() && done.is_sorted(),
        Rule::Transaction,
        server,
        "its packages are not sorted, or one is there twice.",
    );
}

/// Every package is part of a simulated transaction of the ticked kind; an exact one is installed as a whole.
fn simulated(case: &mut Case<'_>, server: &ServerPlan) {
    let wanted = match case.options.all {
        Some(AllUpgrades::Upgrade) => Upgrade::Upgrade,
        Some(AllUpgrades::FullUpgrade) => Upgrade::FullUpgrade,
        None => Upgrade::Security,
    };
    let Some(known) = case.known(server) else { return };
    let source = known.simulations.iter().find(|simulation| {
        simulation.upgrade == wanted
            && Some(simulation.simulated_at) == server.simulated_at
            && (simulation.picks == case.options.picks || simulation.picks == Picks::default())
            && simulation
                .transaction
                .get()
                .is_some_and(|transaction| covers(transaction, server))
    });
    let Some(source) = source else {
        case.server_must(
            false,
            Rule::Transaction,
            server,
            "a package is not part of the simulated transaction.",
        );
        return;
    };
    let picks = &case.options.picks;
    let excludes = |package: &str| {
        let bare = package.split(':').next().unwrap_or_default();
        picks.exclude.iter().any(|name| name == package || name == bare)
    };
    let changes = source.transaction.get().map(|transaction| &transaction.changes);
    let untouched = picks.only.is_empty()
        && !changes
            .into_iter()
            .flatten()
            .any(|change| excludes(&change.package));
    let exact = source.picks == *picks || untouched;
    let whole = source.transaction.get().is_some_and(|transaction| {
        transaction.changes.len() == server.packages.len()
            && transaction.removals.len() == server.removals.len()
    });
    case.server_must(
        !exact || whole,
        Rule::Transaction,
        server,
        "only a part of the simulated transaction is installed.",
    );
    let old = case.plan.made_at.secs_since(source.simulated_at) > case.policy.simulation_max_age_secs;
    case.server_must(
        server.draft.is_some() || (exact && !old),
        Rule::Transaction,
        server,
        "it must be simulated again, and the plan does not say so.",
    );
    let excluded = server.packages.iter().any(|package| excludes(&package.package));
    case.server_must(
        !excluded,
        Rule::Transaction,
        server,
        "an excluded package is installed.",
    );
    parts(case, server, source.transaction.get());
}

fn covers(transaction: &Transaction, server: &ServerPlan) -> bool {
    let simulated: HashSet<_> = transaction
        .changes
        .iter()
        .map(|change| (&change.package, &change.arch, &change.from, &change.to))
        .collect();
    let removed: HashSet<_> = transaction
        .removals
        .iter()
        .map(|removal| (&removal.package, &removal.version))
        .collect();
    server
        .packages
        .iter()
        .all(|one| simulated.contains(&(&one.package, &one.arch, &one.from, &one.to)))
        && server
            .removals
            .iter()
            .all(|one| removed.contains(&(&one.package, &one.version)))
}

/// What comes along is marked as such, and nothing else is.
fn parts(case: &mut Case<'_>, server: &ServerPlan, transaction: Option<&Transaction>) {
    let security: HashMap<&str, bool> = transaction
        .into_iter()
        .flat_map(|transaction| &transaction.changes)
        .map(|change| (change.package.as_str(), change.security))
        .collect();
    let only_security = case.options.all.is_none();
    let holds = server.packages.iter().all(|package| {
        let security = security.get(package.package.as_str()).copied().unwrap_or(false);
        package.part
            == match (security, only_security) {
                (true, _) => PackagePart::Security,
                (false, true) => PackagePart::ComesAlong,
                (false, false) => PackagePart::Other,
            }
    });
    case.server_must(
        holds,
        Rule::Transaction,
        server,
        "a package is called a security update and is none, or the other way round.",
    );
}

fn removals(case: &mut Case<'_>, server: &ServerPlan) {
    case.server_must(
        server.removals.is_empty() || case.options.all == Some(AllUpgrades::FullUpgrade),
        Rule::Removals,
        server,
        "packages are removed without a full upgrade.",
    );
    let lists = case
        .known(server)
        .and_then(|known| known.facts.as_ref())
        .and_then(|facts: &Facts| match &facts.sources {
            Known::Known(sources) => Some(sources),
            Known::Unknown(_) => None,
        })
        .is_some_and(|sources| sources.doubt(case.plan.made_at).is_none());
    case.server_must(
        lists,
        Rule::Eligible,
        server,
        "its package lists cannot be believed.",
    );
}

/// Warnings that a person must see whatever was ticked.
fn told(case: &mut Case<'_>) {
    let plan = case.plan;
    let docker = plan.servers().flat_map(|server| &server.packages).any(|package| {
        ["docker.io", "docker-ce", "containerd", "containerd.io"]
            .iter()
            .any(|name| package.package == *name || package.package.starts_with(&format!("{name}:")))
    }) || plan
        .servers()
        .flat_map(|server| &server.steps)
        .any(|step| match &step.work {
            Some(Work::RestartServices { units }) => units
                .iter()
                .any(|unit| unit == "docker.service" || unit == "containerd.service"),
            _ => false,
        });
    let removes = plan.servers().any(|server| !server.removals.is_empty());
    let repairs = plan
        .servers()
        .any(|server| server.steps.iter().any(|step| step.kind == StepKind::Repair));
    let left = plan.servers().any(|server| {
        server.reboot.verdict == RebootVerdict::Expected
            && !server.steps.iter().any(|step| step.kind == StepKind::Reboot)
    });
    for (due, kind) in [
        (docker, WarningKind::Docker),
        (removes, WarningKind::Removals),
        (repairs, WarningKind::Repair),
        (left, WarningKind::RebootLeft),
    ] {
        case.must(
            !due || warns(case, kind),
            Rule::Warnings,
            "Something is not said before the click.",
        );
    }
}
