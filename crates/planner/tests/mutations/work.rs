//! Breaks of what the steps do and what is said about it.

use crate::*;

pub(crate) const BREAKS: &[(&str, Rule, Break)] = &[
    ("a package nobody simulated", Rule::Transaction, |plan| {
        at(plan, "web-1").packages[0].to = "3".to_owned();
        if let Some(Work::Install(install)) = &mut step(plan, "web-1", StepKind::Install).work {
            install.packages[0].to = "3".to_owned();
        }
    }),
    ("a package that is not shown", Rule::Transaction, |plan| {
        at(plan, "web-1").packages.remove(0);
    }),
    ("half of a transaction", Rule::Transaction, |plan| {
        at(plan, "web-1").packages.remove(0);
        if let Some(Work::Install(install)) = &mut step(plan, "web-1", StepKind::Install).work {
            install.packages.remove(0);
        }
    }),
    ("packages and no install", Rule::Transaction, |plan| {
        without(plan, "web-1", StepKind::Install);
    }),
    ("another simulation", Rule::Transaction, |plan| {
        at(plan, "web-1").simulated_at = Some(NOW);
    }),
    ("what comes along called security", Rule::Transaction, |plan| {
        at(plan, "web-1").packages[1].part = PackagePart::Security;
    }),
    ("another transaction", Rule::Ticked, |plan| {
        if let Some(Work::Install(install)) = &mut step(plan, "web-1", StepKind::Install).work {
            install.upgrade = Upgrade::FullUpgrade;
        }
    }),
    ("a removal", Rule::Removals, |plan| {
        at(plan, "web-1").removals.push(PlannedRemoval {
            package: "vim".to_owned(),
            version: "1".to_owned(),
        });
    }),
    ("no reboot although ticked", Rule::Reboot, |plan| {
        without(plan, "web-1", StepKind::Reboot);
    }),
    ("a reboot whether required or not", Rule::Reboot, |plan| {
        step(plan, "web-1", StepKind::Reboot).when = When::Always;
    }),
    ("a forecast against the evidence", Rule::Reboot, |plan| {
        at(plan, "bastion").reboot.verdict = RebootVerdict::NotExpected;
    }),
    ("a forecast without reasons", Rule::Reboot, |plan| {
        at(plan, "web-1").reboot.reasons.clear();
    }),
    ("drained for ever", Rule::Balancer, |plan| {
        without(plan, "web-1", StepKind::Restore);
    }),
    ("restored by another command", Rule::Balancer, |plan| {
        step(plan, "web-1", StepKind::Restore).work = Some(Work::Command {
            argv: vec!["true".to_owned()],
        });
    }),
    ("not drained", Rule::Balancer, |plan| {
        without(plan, "web-1", StepKind::Drain);
        without(plan, "web-1", StepKind::Restore);
    }),
    ("not asked", Rule::Health, |plan| {
        step(plan, "web-1", StepKind::HealthAfter).check = None;
    }),
    ("asked twice", Rule::Health, |plan| {
        let check = step(plan, "web-1", StepKind::HealthAfter).check.clone();
        step(plan, "web-1", StepKind::Rescan).check = check;
    }),
    ("work of another kind", Rule::Work, |plan| {
        step(plan, "web-1", StepKind::Drain).work = Some(Work::Refresh);
    }),
    ("a look that works", Rule::Work, |plan| {
        step(plan, "web-1", StepKind::PreChecks).work = Some(Work::Refresh);
    }),
    ("another wait for locks", Rule::Work, |plan| {
        if let Some(Work::Reboot(reboot)) = &mut step(plan, "web-1", StepKind::Reboot).work {
            reboot.lock_wait_secs += 1;
        }
    }),
    ("a unit nobody asked for", Rule::Work, |plan| {
        if let Some(Work::RestartServices { units }) =
            &mut step(plan, "web-1", StepKind::RestartServices).work
        {
            units.push("postgresql.service".to_owned());
        }
    }),
    ("a unit that breaks sessions", Rule::Work, |plan| {
        if let Some(Work::RestartServices { units }) =
            &mut step(plan, "web-1", StepKind::RestartServices).work
        {
            units[0] = "dbus.service".to_owned();
        }
    }),
    ("not repaired", Rule::Repair, |plan| {
        without(plan, "docker-1", StepKind::Repair);
    }),
    ("daily upgrades not set up", Rule::Ticked, |plan| {
        without(plan, "web-1", StepKind::Unattended);
    }),
    ("daily upgrades set otherwise", Rule::Ticked, |plan| {
        if let Some(Work::Unattended(set)) = &mut step(plan, "web-1", StepKind::Unattended).work {
            set.daily = false;
        }
    }),
    ("more in service than there are", Rule::Impact, |plan| {
        plan.impact[0].fewest_in_service += 1;
    }),
    ("a group without impact", Rule::Impact, |plan| {
        plan.impact.pop();
    }),
    ("silence about Docker", Rule::Warnings, |plan| {
        silent(plan, WarningKind::Docker);
    }),
    ("silence about a repair", Rule::Warnings, |plan| {
        silent(plan, WarningKind::Repair);
    }),
    ("silence about Drydock", Rule::Warnings, |plan| {
        silent(plan, WarningKind::OwnHost);
    }),
];
