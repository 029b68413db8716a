//! Any fleet and any options: a plan that the checker accepts, or refusals that say why; the same each time.
#![allow(clippy::unwrap_used)]

mod support;

use model::facts::Known;
use model::options::{
    AllUpgrades, Balancer, Care, Daily, GroupCare, Options, Picks, Strategy as Shape, WaveSize,
};
use model::plan::{Plan, Removal, RestartCause, UnitRestart};
use model::{Account, Criticality, Reach, Upgrade};
use planner::{GroupPolicy, OwnHost, Policy, RefusalKind, Snapshot, SnapshotServer};
use proptest::prelude::*;
use support::{NOW, change, group_id, server, server_id, transaction};

const GROUPS: [&str; 3] = ["web", "worker", "db"];
const PACKAGES: [&str; 6] = [
    "bash",
    "docker-ce",
    "libc6",
    "linux-image-6.1.0-10-amd64",
    "linux-image-6.1.0-8-amd64",
    "openssl",
];

/// What is random about one server.
#[derive(Debug, Clone)]
struct Traits {
    group: Option<usize>,
    criticality: Criticality,
    /// One in sixteen each, so that most servers can be worked on.
    odd: [u8; 12],
    packages: u8,
    fresh: u8,
    security: u8,
    jump: Option<prop::sample::Index>,
    own: Option<OwnHost>,
}

fn traits() -> impl Strategy<Value = Traits> {
    (
        prop::option::weighted(0.8, 0..GROUPS.len()),
        prop::sample::select(Criticality::ALL),
        prop::array::uniform12(0..16_u8),
        any::<u8>(),
        any::<u8>(),
        any::<u8>(),
        prop::option::weighted(0.2, any::<prop::sample::Index>()),
        prop::option::weighted(0.1, prop::sample::select(OwnHost::ALL)),
    )
        .prop_map(
            |(group, criticality, odd, packages, fresh, security, jump, own)| Traits {
                group,
                criticality,
                odd,
                packages,
                fresh,
                security,
                jump,
                own,
            },
        )
}

fn build(place: usize, traits: &Traits) -> SnapshotServer {
    let mut server = server(&format!("s-{place}"), traits.group.map(|group| GROUPS[group]));
    server.criticality = traits.criticality;
    server.own = traits.own;
    // A server is reached through one that came before it, so that there are no circles.
    server.jump = traits
        .jump
        .filter(|_| place > 0)
        .map(|jump| server_id(&format!("s-{}", jump.index(place))));
    let odd = |which: usize| traits.odd[which] == 0;
    server.chosen = !odd(0);
    server.out_of_service = odd(1);
    if odd(2) {
        server.account = Account::LookOnly;
    }
    if odd(3) {
        server.reach = Reach::ALL[usize::from(traits.packages) % Reach::ALL.len()];
    }
    if odd(4) {
        server.held_by = Some("another run".to_owned());
    }
    if odd(5) {
        server.simulations[0].simulated_at = NOW.plus_secs(-7_200);
    }
    for (bit, package) in PACKAGES.iter().enumerate() {
        let has = |bits: u8| bits & (1 << bit) != 0;
        if has(traits.packages) {
            let from = (!has(traits.fresh)).then_some("1");
            for upgrade in Upgrade::ALL {
                let transaction = transaction(&mut server, *upgrade);
                transaction
                    .changes
                    .push(change(package, from, has(traits.security)));
                if let Known::Known(restarts) = &mut transaction.restarts {
                    restarts.push(UnitRestart {
                        unit: format!("{package}.service"),
                        package: (*package).to_owned(),
                        cause: [RestartCause::Ships, RestartCause::UsesLibrary][bit % 2],
                    });
                }
            }
        }
    }
    if odd(6) {
        transaction(&mut server, Upgrade::FullUpgrade)
            .removals
            .push(Removal {
                package: "old".to_owned(),
                version: "1".to_owned(),
            });
    }
    odd_facts(&mut server, &odd);
    server
}

fn odd_facts(server: &mut SnapshotServer, odd: &dyn Fn(usize) -> bool) {
    let facts = server.facts.as_mut().unwrap();
    if odd(7) {
        facts.unfinished_packages = Known::Known(vec!["nginx (unpacked)".to_owned()]);
        if odd(5) {
            for simulation in &mut server.simulations {
                simulation.transaction = Known::unknown("dpkg was interrupted");
            }
        }
    }
    if odd(8) {
        facts.reboot.flag = Known::Known(true);
    }
    if odd(9)
        && let Known::Known(old) = &mut facts.old_libraries
    {
        old.services = vec!["dbus.service".to_owned(), "ssh.service".to_owned()];
    }
    if odd(10) {
        facts.unattended = Known::unknown("it was not asked");
    }
    if odd(11) {
        facts.machine.root_free_bytes = 1;
    }
}

fn care() -> impl Strategy<Value = Care> {
    (any::<bool>(), prop::option::of(0..100_u32)).prop_map(|(drains, settle_secs)| Care {
        balancer: drains.then(|| Balancer {
            drain: vec!["lb".to_owned(), "out".to_owned()],
            restore: vec!["lb".to_owned(), "in".to_owned()],
            timeout_secs: 30,
        }),
        health: None,
        settle_secs,
    })
}

fn picks() -> impl Strategy<Value = Picks> {
    let some = || prop::collection::hash_set(prop::sample::select(&PACKAGES[..]), 0..2);
    (some(), some(), 0..4_u8).prop_map(|(only, exclude, kind)| {
        let own = |names: std::collections::HashSet<&str>| {
            let mut names: Vec<String> = names.into_iter().map(str::to_owned).collect();
            names.sort();
            names
        };
        match kind {
            0 => Picks {
                only: own(only),
                exclude: Vec::new(),
            },
            1 => Picks {
                only: Vec::new(),
                exclude: own(exclude),
            },
            _ => Picks::default(),
        }
    })
}

fn options() -> impl Strategy<Value = Options> {
    (
        any::<[bool; 5]>(),
        prop::option::weighted(0.3, prop::sample::select(AllUpgrades::ALL)),
        prop_oneof![
            Just(Shape::Serial),
            Just(Shape::Parallel),
            (1..6_u32).prop_map(|size| Shape::Waves(WaveSize::Servers(size))),
            (1..=100_u32).prop_map(|share| Shape::Waves(WaveSize::Percent(share))),
        ],
        picks(),
        prop::option::of(care()),
    )
        .prop_map(
            |([security, reboot, restart_services, canary, drydock], all, strategy, picks, care)| Options {
                security,
                reboot,
                restart_services,
                canary,
                all,
                strategy,
                daily: if drydock { Daily::Drydock } else { Daily::Server },
                picks,
                groups: care
                    .map(|care| GroupCare {
                        group: Some(group_id("web")),
                        care,
                    })
                    .into_iter()
                    .collect(),
                ..Options::default()
            },
        )
}

fn policy() -> impl Strategy<Value = Policy> {
    prop::array::uniform3((0..3_u32, care())).prop_map(|groups| Policy {
        groups: groups
            .into_iter()
            .zip(GROUPS)
            .map(|((min_in_service, care), group)| GroupPolicy {
                group: Some(group_id(group)),
                min_in_service,
                care,
            })
            .collect(),
        ..Policy::default()
    })
}

fn fleet() -> impl Strategy<Value = Snapshot> {
    prop::collection::vec(traits(), 0..24).prop_map(|all| Snapshot {
        servers: all
            .iter()
            .enumerate()
            .map(|(place, traits)| build(place, traits))
            .collect(),
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn any_fleet_gives_a_good_plan_or_a_reason(
        snapshot in fleet(), options in options(), policy in policy(), seed in any::<u64>(),
    ) {
        match planner::plan(&snapshot, &options, &policy, NOW) {
            Ok(plan) => {
                let found = planner::check(&plan, &snapshot, &options, &policy);
                prop_assert!(found.is_empty(), "{found:#?}");
                let text = serde_json::to_string(&plan).unwrap();
                prop_assert_eq!(&serde_json::from_str::<Plan>(&text).unwrap(), &plan);
                let mut shuffled = snapshot.clone();
                shuffled.servers.sort_by_key(|server| {
                    server.id.uuid().as_u128().wrapping_mul(u128::from(seed) | 1)
                });
                let again = planner::plan(&shuffled, &options, &policy, NOW).unwrap();
                prop_assert_eq!(again, plan, "the order in which servers are given changes nothing");
            }
            Err(refusals) => {
                prop_assert!(!refusals.is_empty());
                for refusal in refusals {
                    prop_assert!(refusal.sentence.ends_with('.'), "{}", refusal.sentence);
                    let boxes = options.security || options.reboot || options.restart_services || options.all.is_some();
                    prop_assert!(refusal.kind != RefusalKind::Options || !boxes || !options.picks.is_all());
                    if refusal.kind == RefusalKind::NothingToDo {
                        let chosen = snapshot.servers.iter().filter(|server| server.chosen).count();
                        prop_assert_eq!(refusal.left_out.len(), chosen);
                    }
                }
            }
        }
    }
}

#[test]
fn five_thousand_servers_are_planned() {
    let servers = (0..5_000)
        .map(|place| {
            let mut server = server(&format!("web-{place}"), Some(&format!("group-{}", place % 40)));
            for package in 0..20 {
                let one = change(&format!("package-{package}"), Some("1"), package % 2 == 0);
                transaction(&mut server, Upgrade::Security).changes.push(one);
            }
            server
        })
        .collect();
    let snapshot = Snapshot { servers };
    let policy = Policy {
        groups: (0..40)
            .map(|group| GroupPolicy {
                group: Some(group_id(&format!("group-{group}"))),
                min_in_service: 120,
                care: Care::default(),
            })
            .collect(),
        ..Policy::default()
    };
    for strategy in [
        Shape::Serial,
        Shape::Parallel,
        Shape::Waves(WaveSize::Percent(10)),
    ] {
        let options = Options {
            security: true,
            reboot: true,
            canary: true,
            strategy,
            ..Options::default()
        };
        let plan = planner::plan(&snapshot, &options, &policy, NOW).unwrap();
        assert_eq!(plan.servers().count(), 5_000);
        assert!(planner::check(&plan, &snapshot, &options, &policy).is_empty());
        let widest = plan.waves.iter().map(|wave| wave.servers.len()).max();
        let expected = match strategy {
            Shape::Serial => 1,
            // 5 of the 125 servers of each of 40 groups may be away at the same time.
            _ => 200,
        };
        assert_eq!(widest, Some(expected));
    }
}
