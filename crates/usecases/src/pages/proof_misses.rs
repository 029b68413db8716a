//! What a server's proof misses: where what happened is not what was planned.

use super::proof_server::Told;
use model::Work;
use model::deploy::Seen;
use model::facts::Known;
use model::plan::ServerPlan;
use model::view::{Beside, PackageProof, RebootProof, RestartProof};

/// What is not as it should be, or could not be seen.
pub(super) fn misses(
    plan: &ServerPlan,
    told: &Told,
    packages: &[PackageProof],
    reboot: &RebootProof,
    security: &Beside<u32>,
    restarts: &[RestartProof],
) -> Vec<String> {
    let mut misses: Vec<String> = told.warned.clone();
    let (Some(before), Some(after)) = (&told.before, &told.after) else {
        return misses;
    };
    let unseen = packages
        .iter()
        .filter(|package| package.as_planned.is_none())
        .count();
    if unseen > 0 {
        misses.push(format!("What {unseen} planned packages are at now is not known."));
    }
    for package in packages
        .iter()
        .filter(|package| package.as_planned == Some(false))
    {
        let is = match &package.now {
            Known::Known(Some(version)) => format!("is at {version}"),
            _ => "is not installed".to_owned(),
        };
        let was = package.planned.as_ref().map_or_else(
            || "planned was to remove it".to_owned(),
            |version| format!("planned was {version}"),
        );
        misses.push(format!("{} {is}, {was}.", package.package));
    }
    let newly = before.newly_failed(after);
    if !newly.is_empty() {
        misses.push(format!(
            "Units have failed that had not before: {}.",
            newly.join(", ")
        ));
    }
    // One that was foretold and did not come harms nobody; it stands among the restarts.
    let unforeseen: Vec<&str> = restarts
        .iter()
        .filter(|restart| !restart.expected && restart.happened == Known::Known(true))
        .map(|restart| restart.unit.as_str())
        .collect();
    if !unforeseen.is_empty() {
        misses.push(format!(
            "Restarted, which the plan did not foresee: {}.",
            unforeseen.join(", ")
        ));
    }
    for (what, gone) in [
        ("Ports that no longer listen", gone_ports(before, after)),
        ("Containers that no longer run", gone_containers(before, after)),
    ] {
        if !gone.is_empty() {
            misses.push(format!("{what}: {}.", gone.join(", ")));
        }
    }
    if reboot.planned && reboot.still_asks == Known::Known(true) {
        misses.push("It still asks for a reboot.".to_owned());
    }
    if reboot.happened == Known::Known(true) && !reboot.planned {
        misses.push("It was rebooted, and this run did not do it.".to_owned());
    }
    let left = plan.left.iter().filter(|left| left.security).count();
    if let Known::Known(pending) = &security.after
        && plan.simulated_at.is_some()
        && usize::try_from(*pending).unwrap_or(usize::MAX) > left
    {
        misses.push(format!(
            "{pending} security updates are pending; {left} were left out by the plan."
        ));
    }
    if plan
        .steps
        .iter()
        .any(|step| matches!(&step.work, Some(Work::Unattended(it)) if it.daily))
        && let Some(Known::Known(unattended)) = after.more.as_ref().map(|more| &more.unattended)
        && !unattended.works()
    {
        misses.push("It does not install security updates by itself.".to_owned());
    }
    misses
}

fn gone_ports(before: &Seen, after: &Seen) -> Vec<String> {
    let ports = |seen: &Seen| -> Option<Vec<String>> {
        let ports = seen.more.as_ref()?.ports.get()?;
        // Clients open UDP ports of their own, another one each time.
        Some(
            ports
                .iter()
                .filter(|port| port.protocol == "tcp")
                .map(|port| format!("{} {}", port.protocol, port.port))
                .collect(),
        )
    };
    gone(ports(before), ports(after))
}

fn gone_containers(before: &Seen, after: &Seen) -> Vec<String> {
    let running = |seen: &Seen| -> Option<Vec<String>> {
        let containers = seen.more.as_ref()?.containers.get()?;
        let running = containers.iter().filter(|container| container.state == "running");
        Some(running.map(|container| container.name.clone()).collect())
    };
    gone(running(before), running(after))
}

fn gone(before: Option<Vec<String>>, after: Option<Vec<String>>) -> Vec<String> {
    let (Some(mut before), Some(after)) = (before, after) else {
        return Vec::new();
    };
    before.retain(|it| !after.contains(it));
    before.sort();
    before.dedup();
    before
}
