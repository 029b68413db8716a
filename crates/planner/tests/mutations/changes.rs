//! Changes of the fleet that forbid a plan which was good before.

use crate::*;

/// The plan stays as it is, and what it is held against changes.
pub(crate) const CHANGES: &[(&str, Rule, Change)] = &[
    ("unreachable", Rule::Eligible, |given| {
        named(&mut given.snapshot, "web-1").reach = Reach::TimedOut;
    }),
    ("may only look", Rule::Eligible, |given| {
        named(&mut given.snapshot, "web-1").account = Account::LookOnly;
    }),
    ("held", Rule::Eligible, |given| {
        named(&mut given.snapshot, "web-1").held_by = Some("another run".to_owned());
    }),
    ("forgotten", Rule::Eligible, |given| {
        named(&mut given.snapshot, "web-1").facts = None;
    }),
    ("seen long ago", Rule::Eligible, |given| {
        given.policy.facts_max_age_secs = 1;
    }),
    ("simulated long ago", Rule::Transaction, |given| {
        given.policy.simulation_max_age_secs = 1;
    }),
    ("the same machine", Rule::Once, |given| {
        let facts = named(&mut given.snapshot, "web-1").facts.clone();
        named(&mut given.snapshot, "web-2").facts = facts;
    }),
    ("not simulated", Rule::Transaction, |given| {
        named(&mut given.snapshot, "web-1").simulations.clear();
    }),
    ("excluded since", Rule::Transaction, |given| {
        given.options.picks.exclude = vec!["libc6".to_owned()];
    }),
    ("no upgrade ticked", Rule::Ticked, |given| {
        given.options.security = false
    }),
    ("all ticked instead", Rule::Ticked, |given| {
        given.options.all = Some(AllUpgrades::FullUpgrade);
    }),
    ("no reboot ticked", Rule::Ticked, |given| {
        given.options.reboot = false
    }),
    ("no restart ticked", Rule::Ticked, |given| {
        given.options.restart_services = false;
    }),
    ("serial", Rule::Width, |given| {
        given.options.strategy = model::options::Strategy::Serial;
    }),
    ("three must stay", Rule::MinInService, |given| {
        given.policy.groups[0].min_in_service = 4;
    }),
    ("another balancer", Rule::Balancer, |given| {
        given.policy.groups[0].care.balancer = Some(Balancer {
            drain: vec!["other".to_owned()],
            restore: vec!["other".to_owned()],
            timeout_secs: 30,
        });
    }),
    ("another health check", Rule::Health, |given| {
        given.policy.groups[1].care.health = None;
    }),
    ("behind another jump host", Rule::JumpHosts, |given| {
        named(&mut given.snapshot, "docker-2").jump = Some(server_id("docker-1"));
    }),
    ("the others are away", Rule::Warnings, |given| {
        named(&mut given.snapshot, "docker-3").out_of_service = true;
        named(&mut given.snapshot, "docker-2").out_of_service = true;
    }),
];
