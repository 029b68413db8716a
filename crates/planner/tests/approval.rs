//! What an approval names: the hash, the generation behind it, what differs between two plans, and bounds.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use model::facts::Known;
use model::options::{BOUNDS_VERSION, Bounds};
use model::plan::{Plan, Removal};
use model::{Criticality, Reach, Upgrade, Work};
use planner::{Bound, differences, generation, hash, inside, step_id};
use support::read::{Scenario, scenario};
use support::{NOW, change, named, transaction};

const FLEET: &str = "
[options]
security
reboot

[policy]
web health /up
web drain lb out restore lb in

[fleet]
web-1,web-2 group=web
  Inst openssl [1] (2 Debian-Security:12/oldstable-security [amd64]) 1000
  Inst libfoo (2 Debian:12/oldstable [amd64]) 1000
  restart nginx.service openssl ships
  pending openssl 1 2 ready security
web-3 group=web flag=libc6
web-4 group=web
";

fn plan(scenario: &Scenario) -> Plan {
    planner::plan(&scenario.snapshot, &scenario.options, &scenario.policy, NOW).unwrap()
}

fn as_words(work: &Work) -> String {
    format!("{work:?}")
}

fn generation_of(scenario: &Scenario) -> String {
    generation(&scenario.snapshot, &scenario.options, &scenario.policy)
}

#[test]
fn the_hash_covers_the_plan_and_the_text_of_every_command() {
    let scenario = scenario(FLEET);
    let good = plan(&scenario);
    let approved = hash(&good, &as_words);
    assert_eq!(approved.len(), 64);
    assert_eq!(hash(&plan(&scenario), &as_words), approved, "the same plan again");
    assert_ne!(
        hash(&good, &|work| format!("{} ", as_words(work))),
        approved,
        "another text"
    );
    let rendered = std::cell::RefCell::new(0);
    let counting = |work: &Work| {
        *rendered.borrow_mut() += 1;
        as_words(work)
    };
    hash(&good, &counting);
    let works = good
        .servers()
        .flat_map(|server| &server.steps)
        .filter(|step| step.work.is_some());
    assert_eq!(*rendered.borrow(), works.count());
    for changed in [
        |plan: &mut Plan| plan.waves[0].servers[0].packages[0].to.push('1'),
        |plan: &mut Plan| plan.options.failure_budget = 2,
        |plan: &mut Plan| plan.impact.clear(),
        |plan: &mut Plan| plan.waves.swap(0, 1),
        |plan: &mut Plan| plan.left_out.clear(),
        |plan: &mut Plan| plan.waves[0].servers[0].steps[0].deadline_secs += 1,
    ] {
        let mut other = good.clone();
        changed(&mut other);
        assert_ne!(hash(&other, &as_words), approved);
    }
}

/// A plan as this build stored it first. It must be readable for ever, and if its hash changes, what was approved before
/// an upgrade of Drydock loses its approval: a changed [`Plan`] needs another version, hashed in its own way.
#[test]
fn a_stored_plan_keeps_its_hash() {
    let stored: Plan = serde_json::from_str(include_str!("fixtures/plan-v1.json")).unwrap();
    assert_eq!(stored.v, 1);
    let text = |work: &Work| serde_json::to_string(work).unwrap();
    assert_eq!(
        hash(&stored, &text),
        "e933704ec50cce7a69205796642b722ffee5401420bf6208b71ad394da41699a"
    );
}

#[test]
fn ids_follow_from_plan_and_position() {
    let scenario = scenario(FLEET);
    let one = plan(&scenario);
    let later = planner::plan(
        &scenario.snapshot,
        &scenario.options,
        &scenario.policy,
        NOW.plus_secs(1),
    )
    .unwrap();
    assert_ne!(one.id, later.id, "a plan made later is another one");
    assert_eq!(one.generation, later.generation);
    let ids: std::collections::HashSet<_> = one
        .servers()
        .chain(later.servers())
        .flat_map(|server| &server.steps)
        .map(|step| step.id)
        .collect();
    let steps: usize = one
        .servers()
        .chain(later.servers())
        .map(|server| server.steps.len())
        .sum();
    assert_eq!(ids.len(), steps, "no id occurs twice");
    let third = one.servers().next().unwrap().steps[2].clone();
    assert_eq!(third.id, step_id(one.id, 2));
}

#[test]
fn a_scan_that_found_nothing_new_voids_nothing() {
    let mut scenario = scenario(FLEET);
    let before = generation_of(&scenario);
    for server in &mut scenario.snapshot.servers {
        let facts = server.facts.as_mut().unwrap();
        facts.seen_at = NOW;
        facts.clock_offset_ms = 40;
        facts.machine.root_free_bytes -= 4_096;
        facts.reboot.flag_since = Some(NOW);
        if let Known::Known(sources) = &mut facts.sources {
            sources.last_success = Some(NOW);
            sources.sources[0].refreshed_at = Some(NOW);
        }
        for simulation in &mut server.simulations {
            simulation.simulated_at = NOW;
        }
        // Another transaction than the ticked one.
        transaction(server, Upgrade::FullUpgrade)
            .changes
            .push(change("vim", None, false));
    }
    scenario.snapshot.servers.reverse();
    assert_eq!(generation_of(&scenario), before);
}

#[test]
fn whatever_decides_about_the_plan_is_another_generation() {
    let before = generation_of(&scenario(FLEET));
    let changes: [fn(&mut Scenario); 12] = [
        |given| given.options.failure_budget = 2,
        |given| given.policy.groups[0].min_in_service = 1,
        |given| named(&mut given.snapshot, "web-1").reach = Reach::TimedOut,
        |given| named(&mut given.snapshot, "web-1").chosen = false,
        |given| named(&mut given.snapshot, "web-1").criticality = Criticality::High,
        |given| named(&mut given.snapshot, "web-1").out_of_service = true,
        |given| named(&mut given.snapshot, "web-1").held_by = Some("a run".to_owned()),
        |given| named(&mut given.snapshot, "web-1").name = "web-9".to_owned(),
        |given| {
            let server = named(&mut given.snapshot, "web-1");
            transaction(server, Upgrade::Security).changes[0].to = "3".to_owned();
        },
        |given| {
            let facts = named(&mut given.snapshot, "web-1").facts.as_mut().unwrap();
            facts.reboot.flag = Known::Known(true);
        },
        |given| {
            let facts = named(&mut given.snapshot, "web-1").facts.as_mut().unwrap();
            facts.unattended = Known::unknown("it was not asked");
        },
        |given| {
            let facts = named(&mut given.snapshot, "web-1").facts.as_mut().unwrap();
            facts.unfinished_packages = Known::Known(vec!["bash (unpacked)".to_owned()]);
        },
    ];
    for (place, changed) in changes.iter().enumerate() {
        let mut other = scenario(FLEET);
        changed(&mut other);
        assert_ne!(generation_of(&other), before, "change {place}");
    }
}

#[test]
fn what_differs_is_said_per_server() {
    let mut given = scenario(FLEET);
    let old = plan(&given);
    assert_eq!(differences(&old, &old), []);
    let security = transaction(named(&mut given.snapshot, "web-1"), Upgrade::Security);
    security.changes[0].to = "3".to_owned();
    security.changes.remove(1);
    security.changes.push(change("bash", Some("1"), true));
    named(&mut given.snapshot, "web-2").reach = Reach::TimedOut;
    let web_4 = named(&mut given.snapshot, "web-4").facts.as_mut().unwrap();
    web_4.reboot.flag = Known::Known(true);
    let web_3 = named(&mut given.snapshot, "web-3").facts.as_mut().unwrap();
    web_3.unattended = Known::unknown("it was not asked");
    let new = plan(&given);
    let said: Vec<String> = differences(&old, &new)
        .into_iter()
        .map(|one| format!("{}: {}", one.name, one.what.join(" ")))
        .collect();
    assert_eq!(
        said,
        [
            "web-1: bash 1 → 2 is added. openssl goes to 3 instead of 2. libfoo is no longer part of it.",
            "web-2: It is left out now: The server did not answer in time. Check that the server is up, its address \
             and port, and the firewalls in between.",
            "web-3: It has more steps: unattended.",
            "web-4: It was left out and is worked on now. Before: No security update is pending. It does not need a \
             reboot.",
        ]
    );
    let back = differences(&new, &old);
    assert_eq!(back[2].what, ["It no longer has these steps: unattended."]);
    let mut other = old.clone();
    other.options.canary = true;
    assert_eq!(differences(&old, &other)[0].what, ["Other options are ticked."]);
    let mut later = old.clone();
    later.waves.swap(0, 1);
    later.waves[0].position = 0;
    later.waves[1].position = 1;
    assert_eq!(
        differences(&old, &later)[0].what,
        ["It is in wave 2 instead of 1."]
    );
}

fn wide(plan: &Plan) -> Bounds {
    Bounds {
        v: BOUNDS_VERSION,
        options: plan.options.clone(),
        servers: plan.servers().map(|server| server.server).collect(),
        origins: vec!["Debian-Security:*".to_owned(), "Debian:12/oldstable".to_owned()],
        new_packages: true,
        removals: true,
        restarts: None,
        reboots: true,
        repairs: true,
    }
}

#[test]
fn outside_the_bounds_names_the_bound() {
    let mut plan = plan(&scenario(FLEET));
    plan.waves[0].servers[0].removals = vec![model::plan::PlannedRemoval {
        package: "vim".to_owned(),
        version: "1".to_owned(),
    }];
    assert_eq!(inside(&plan, &wide(&plan)), Ok(()));
    type Narrow = fn(&mut Bounds);
    let narrow: [(Bound, usize, Narrow); 8] = [
        (Bound::Options, 1, |bounds| bounds.options.canary = true),
        (Bound::Servers, 3, |bounds| bounds.servers.clear()),
        (Bound::Origins, 2, |bounds| {
            bounds.origins.pop();
        }),
        (Bound::Origins, 2, |bounds| {
            bounds.origins[0] = "Debian-Security:12".to_owned();
        }),
        (Bound::NewPackages, 2, |bounds| bounds.new_packages = false),
        (Bound::Removals, 1, |bounds| bounds.removals = false),
        (Bound::Restarts, 2, |bounds| {
            bounds.restarts = Some(vec!["ssh.service".to_owned()]);
        }),
        (Bound::Reboots, 3, |bounds| bounds.reboots = false),
    ];
    for (bound, times, narrowed) in narrow {
        let mut bounds = wide(&plan);
        narrowed(&mut bounds);
        let outside = inside(&plan, &bounds).unwrap_err();
        assert_eq!(outside.len(), times, "{outside:?}");
        for one in outside {
            assert_eq!(one.bound, bound);
            assert!(one.sentence.ends_with('.'), "{}", one.sentence);
        }
    }
    let mut bounds = wide(&plan);
    bounds.restarts = Some(vec!["nginx.service".to_owned()]);
    assert_eq!(inside(&plan, &bounds), Ok(()));
    bounds.restarts = Some(Vec::new());
    let outside = inside(&plan, &bounds).unwrap_err();
    assert_eq!(outside[0].sentence, "web-1: nginx.service would restart.");
}

#[test]
fn a_repair_is_outside_unless_allowed() {
    let text = FLEET.replace(
        "web-3 group=web flag=libc6",
        "web-3 group=web unfinished=bash_(unpacked)",
    );
    let plan = plan(&scenario(&text));
    let mut bounds = wide(&plan);
    bounds.repairs = false;
    let outside = inside(&plan, &bounds).unwrap_err();
    assert_eq!(outside.len(), 1);
    assert_eq!(outside[0].bound, Bound::Repairs);
}

#[test]
fn a_removal_is_a_difference() {
    let text = FLEET.replace("[options]\nsecurity", "[options]\nall full_upgrade");
    let mut given = scenario(&text);
    let old = plan(&given);
    transaction(named(&mut given.snapshot, "web-1"), Upgrade::FullUpgrade)
        .removals
        .push(Removal {
            package: "vim".to_owned(),
            version: "1".to_owned(),
        });
    let new = plan(&given);
    assert_eq!(differences(&old, &new)[0].what, ["vim would be removed."]);
    assert_eq!(
        differences(&new, &old)[0].what,
        ["vim would not be removed any more."]
    );
}

const PENDING: &str = "
[options]
security
exclude bash

[fleet]
web-1 group=web
  pending bash 1 2 ready security
  pending linux-image-amd64 1 2 kept_back security
  pending nginx 1 2 held security
  pending openssl 1 2 ready security
  pending vim 1 2 ready
";

#[test]
fn what_has_to_be_simulated_follows_from_the_options() {
    let mut given = scenario(PENDING);
    let facts = given.snapshot.servers[0].facts.take().unwrap();
    let wanted = planner::wanted(&given.options, &facts).unwrap();
    assert_eq!(wanted.upgrade, Upgrade::Security);
    assert_eq!(wanted.only, ["linux-image-amd64", "openssl"]);
    assert_eq!(wanted.exclude, ["bash"]);
    given.options.all = Some(model::options::AllUpgrades::Upgrade);
    let wanted = planner::wanted(&given.options, &facts).unwrap();
    assert_eq!((wanted.upgrade, wanted.only.len()), (Upgrade::Upgrade, 0));
    given.options.all = None;
    given.options.security = false;
    assert_eq!(planner::wanted(&given.options, &facts), None);
}
