//! What every step does: what its kind says, what is ticked, and what the server asks for.

use super::{Case, Rule};
use model::facts::{Facts, Known, RebootNeed, reboot_need};
use model::options::{AllUpgrades, Daily};
use model::plan::{RebootVerdict, ServerPlan, Step, StepKind};
use model::{Upgrade, Work};

pub(super) fn check(case: &mut Case<'_>) {
    for server in case.plan.servers() {
        let Some(facts) = case.known(server).and_then(|known| known.facts.as_ref()) else {
            continue;
        };
        for step in &server.steps {
            kind(case, server, step);
        }
        ticked(case, server);
        repair(case, server, facts);
        reboot(case, server, facts);
        services(case, server, facts);
    }
}

fn kind(case: &mut Case<'_>, server: &ServerPlan, step: &Step) {
    let locks = |secs: u32| secs == case.options.lock_wait_secs;
    let holds = match (step.kind, &step.work) {
        (StepKind::HealthBefore | StepKind::PreChecks | StepKind::HealthAfter | StepKind::Rescan, None)
        | (StepKind::Repair, Some(Work::Repair(_)))
        | (StepKind::Unattended, Some(Work::Unattended(_))) => true,
        (StepKind::Drain | StepKind::Restore, Some(Work::Command { argv })) => !argv.is_empty(),
        (StepKind::Install, Some(Work::Install(install))) => locks(install.lock_wait_secs),
        (StepKind::RestartServices, Some(Work::RestartServices { units })) => !units.is_empty(),
        (StepKind::Reboot, Some(Work::Reboot(reboot))) => locks(reboot.lock_wait_secs),
        _ => false,
    };
    case.server_must(
        holds,
        Rule::Work,
        server,
        "a step does something else than its kind says.",
    );
}

fn find(server: &ServerPlan, kind: StepKind) -> Option<&Step> {
    server.steps.iter().find(|step| step.kind == kind)
}

fn ticked(case: &mut Case<'_>, server: &ServerPlan) {
    let options = case.options;
    let upgrade = match options.all {
        Some(AllUpgrades::Upgrade) => Some(Upgrade::Upgrade),
        Some(AllUpgrades::FullUpgrade) => Some(Upgrade::FullUpgrade),
        None => options.security.then_some(Upgrade::Security),
    };
    let has = |kind| find(server, kind).is_some();
    for (holds, sentence) in [
        (
            !has(StepKind::Install) || upgrade.is_some(),
            "it installs, and no upgrade is ticked.",
        ),
        (
            !has(StepKind::Reboot) || options.reboot,
            "it reboots, and no reboot is ticked.",
        ),
        (
            !has(StepKind::RestartServices) || options.restart_services,
            "it restarts services, and that is not ticked.",
        ),
        (
            !has(StepKind::Unattended) || options.security,
            "it sets up daily upgrades, and security upgrades are not ticked.",
        ),
    ] {
        case.server_must(holds, Rule::Ticked, server, sentence);
    }
    if let Some(Work::Install(install)) = find(server, StepKind::Install).and_then(|step| step.work.as_ref())
    {
        case.server_must(
            Some(install.upgrade) == upgrade,
            Rule::Ticked,
            server,
            "it installs another transaction than the ticked one.",
        );
    }
    if let Some(Work::Unattended(set)) =
        find(server, StepKind::Unattended).and_then(|step| step.work.as_ref())
    {
        case.server_must(
            set.daily == (options.daily == Daily::Server) && (set.daily || !set.install),
            Rule::Ticked,
            server,
            "daily upgrades are set otherwise than chosen.",
        );
    }
    let known = case.known(server).and_then(|known| known.facts.as_ref());
    if let Some(Known::Known(set)) = known.map(|facts| &facts.unattended)
        && options.security
        && !has(StepKind::Unattended)
    {
        let good = match options.daily {
            Daily::Server => set.works() && set.security_only && !set.automatic_reboot,
            Daily::Drydock => !set.works(),
        };
        case.server_must(
            good,
            Rule::Ticked,
            server,
            "daily upgrades are not as chosen, and are not set.",
        );
    }
}

fn repair(case: &mut Case<'_>, server: &ServerPlan, facts: &Facts) {
    let interrupted = match &facts.unfinished_packages {
        Known::Known(list) => !list.is_empty(),
        Known::Unknown(_) => false,
    };
    case.server_must(
        interrupted == find(server, StepKind::Repair).is_some(),
        Rule::Repair,
        server,
        "an interrupted installation is not finished, or a finished one is repaired.",
    );
}

/// A reboot is there when it is ticked and the server asks for one, or may ask for one once its packages are touched.
fn reboot(case: &mut Case<'_>, server: &ServerPlan, facts: &Facts) {
    let (need, _) = reboot_need(
        &facts.reboot,
        &facts.kernel,
        facts.machine.is_container,
        &facts.old_libraries,
    );
    let touched = find(server, StepKind::Install).is_some()
        || (find(server, StepKind::Repair).is_some()
            && (case.options.security || case.options.all.is_some()));
    let due = need == RebootNeed::Yes || touched;
    case.server_must(
        find(server, StepKind::Reboot).is_some() == (case.options.reboot && due),
        Rule::Reboot,
        server,
        "it reboots without being asked to, or does not although it should.",
    );
    case.server_must(
        !server.reboot.reasons.is_empty()
            && (need != RebootNeed::Yes || server.reboot.verdict == RebootVerdict::Expected)
            && (need != RebootNeed::Unknown || server.reboot.verdict != RebootVerdict::NotExpected),
        Rule::Reboot,
        server,
        "the forecast of its reboot does not follow from the evidence.",
    );
}

/// Only what runs, or will run, old libraries is restarted.
fn services(case: &mut Case<'_>, server: &ServerPlan, facts: &Facts) {
    let Some(Work::RestartServices { units }) =
        find(server, StepKind::RestartServices).and_then(|step| step.work.as_ref())
    else {
        return;
    };
    for unit in units {
        let foreseen = server.restarts.iter().any(|restart| restart.unit == *unit);
        let old = facts
            .old_libraries
            .get()
            .is_some_and(|old| old.services.contains(unit));
        let will = case.known(server).is_some_and(|known| {
            known
                .simulations
                .iter()
                .filter_map(|simulation| simulation.transaction.get())
                .filter_map(|transaction| transaction.restarts.get())
                .any(|restarts| restarts.iter().any(|one| one.unit == *unit))
        });
        case.server_must(
            foreseen && (old || will),
            Rule::Work,
            server,
            "it restarts a unit that nothing asks to restart.",
        );
        case.server_must(
            !matches!(
                unit.as_str(),
                "dbus.service" | "systemd-logind.service" | "dbus-broker.service"
            ),
            Rule::Work,
            server,
            "it restarts a unit whose restart breaks sessions.",
        );
    }
}
