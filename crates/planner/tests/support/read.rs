//! Scenarios as text: `[options]`, `[policy]` and `[fleet]`, read into the planner's input.

use super::{NOW, group_id, server, server_id, transaction};
use model::facts::{Known, Support, Update, UpdateKind};
use model::options::{
    AllUpgrades, Ask, AskedFrom, Balancer, Care, Daily, GroupCare, HealthCheck, Options, Strategy, WaveSize,
};
use model::plan::{PackageChange, Removal, RestartCause, UnitRestart};
use model::{Account, Criticality, Upgrade};
use planner::{GroupPolicy, OwnHost, Policy, Snapshot, SnapshotServer};

pub(crate) struct Scenario {
    pub(crate) snapshot: Snapshot,
    pub(crate) options: Options,
    pub(crate) policy: Policy,
}

/// Reads a scenario; everything that is not understood is a panic that names the line.
pub(crate) fn scenario(text: &str) -> Scenario {
    let mut read = Scenario {
        snapshot: Snapshot::default(),
        options: Options::default(),
        policy: Policy::default(),
    };
    let mut section = "";
    let mut first = 0;
    for line in text.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            [] => {}
            [comment, ..] if comment.starts_with('#') => {}
            [head] if head.starts_with('[') => section = head,
            _ if section == "[options]" => option(&mut read.options, &words),
            _ if section == "[policy]" => policy(&mut read.policy, &words),
            _ if section == "[fleet]" && line.starts_with(' ') => {
                for server in &mut read.snapshot.servers[first..] {
                    detail(server, line.trim());
                }
            }
            [names, about @ ..] if section == "[fleet]" => {
                first = read.snapshot.servers.len();
                for name in names.split(',') {
                    read.snapshot.servers.push(one_server(name, about));
                }
            }
            _ => panic!("not understood: {line}"),
        }
    }
    read
}

fn number(text: &str) -> u32 {
    text.parse().unwrap_or_else(|_| panic!("not a number: {text}"))
}

fn list(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn option(options: &mut Options, words: &[&str]) {
    match words {
        ["security"] => options.security = true,
        ["daily", "drydock"] => options.daily = Daily::Drydock,
        ["reboot"] => options.reboot = true,
        ["all", "upgrade"] => options.all = Some(AllUpgrades::Upgrade),
        ["all", "full_upgrade"] => options.all = Some(AllUpgrades::FullUpgrade),
        ["restart", "services"] => options.restart_services = true,
        ["only", names @ ..] => options.picks.only = list(names),
        ["exclude", names @ ..] => options.picks.exclude = list(names),
        ["serial"] => options.strategy = Strategy::Serial,
        ["parallel"] => options.strategy = Strategy::Parallel,
        ["waves", size] => {
            options.strategy = Strategy::Waves(match size.strip_suffix('%') {
                Some(share) => WaveSize::Percent(number(share)),
                None => WaveSize::Servers(number(size)),
            });
        }
        ["canary"] => options.canary = true,
        ["budget", budget] => options.failure_budget = number(budget),
        ["lock", secs] => options.lock_wait_secs = number(secs),
        ["settle", secs] => options.settle_secs = number(secs),
        ["group", group, about @ ..] => {
            let id = (*group != "none").then(|| group_id(group));
            let place = options.groups.iter().position(|one| one.group == id);
            let place = place.unwrap_or_else(|| {
                options.groups.push(GroupCare {
                    group: id,
                    care: Care::default(),
                });
                options.groups.len() - 1
            });
            care(&mut options.groups[place].care, about);
        }
        _ => panic!("not an option: {words:?}"),
    }
}

fn policy(policy: &mut Policy, words: &[&str]) {
    let [group, about @ ..] = words else {
        panic!("not a policy: {words:?}")
    };
    let id = Some(group_id(group));
    let place = policy.groups.iter().position(|one| one.group == id);
    let place = place.unwrap_or_else(|| {
        policy.groups.push(GroupPolicy {
            group: id,
            min_in_service: 0,
            care: Care::default(),
        });
        policy.groups.len() - 1
    });
    match about {
        ["min", least] => policy.groups[place].min_in_service = number(least),
        _ => care(&mut policy.groups[place].care, about),
    }
}

/// `drain lb out restore lb in`, `health /up`, `health command check me`, `settle 5`.
fn care(care: &mut Care, words: &[&str]) {
    match words {
        ["drain", commands @ ..] => {
            let at = commands
                .iter()
                .position(|word| *word == "restore")
                .unwrap_or(commands.len());
            care.balancer = Some(Balancer {
                drain: list(&commands[..at]),
                restore: list(commands.get(at + 1..).unwrap_or_default()),
                timeout_secs: 30,
            });
        }
        ["health", ask @ ..] => {
            let ask = match ask {
                ["command", argv @ ..] => Ask::Command { argv: list(argv) },
                ["named", name] => Ask::Named {
                    name: (*name).to_owned(),
                },
                [from @ .., path] => Ask::Http {
                    from: match from {
                        ["drydock"] => AskedFrom::Drydock,
                        _ => AskedFrom::Server,
                    },
                    tls: false,
                    host: None,
                    port: 80,
                    path: (*path).to_owned(),
                    accept: vec![200],
                },
                [] => panic!("ask what?"),
            };
            care.health = Some(HealthCheck {
                ask,
                timeout_secs: 10,
                wait_secs: 120,
            });
        }
        ["settle", secs] => care.settle_secs = Some(number(secs)),
        _ => panic!("not a care: {words:?}"),
    }
}

fn one_server(name: &str, about: &[&str]) -> SnapshotServer {
    let mut group = None;
    for word in about {
        group = word.strip_prefix("group=").or(group);
    }
    let mut server = server(name, group);
    for word in about {
        let (key, value) = word.split_once('=').unwrap_or((word, ""));
        attribute(&mut server, key, value);
    }
    server
}

fn attribute(server: &mut SnapshotServer, key: &str, value: &str) {
    match key {
        "group" => {}
        "unchosen" => server.chosen = false,
        "criticality" => server.criticality = value.parse::<Criticality>().unwrap(),
        "reach" => server.reach = value.parse().unwrap(),
        "look-only" => server.account = Account::LookOnly,
        "own" => server.own = Some(value.parse::<OwnHost>().unwrap()),
        "jump" => server.jump = Some(server_id(value)),
        "out-of-service" => server.out_of_service = true,
        "no-facts" => server.facts = None,
        "not-simulated" => server.simulations.clear(),
        "simulated" => {
            let at = NOW.plus_secs(-value.parse::<i64>().unwrap());
            server
                .simulations
                .iter_mut()
                .for_each(|one| one.simulated_at = at);
        }
        _ => fact(server, key, value),
    }
}

fn fact(server: &mut SnapshotServer, key: &str, value: &str) {
    let facts = server.facts.as_mut().unwrap();
    let names = || value.split(',').map(str::to_owned).collect::<Vec<_>>();
    match key {
        "seen" => facts.seen_at = NOW.plus_secs(-value.parse::<i64>().unwrap()),
        "rocky" => {
            facts.os.support = Support::Recognised;
            facts.os.name = "Rocky Linux 9".to_owned();
        }
        "machine" => facts.machine.machine_id = Known::Known(value.to_owned()),
        "boot" => facts.machine.boot_id = Known::Known(value.to_owned()),
        "container" => facts.machine.is_container = true,
        "free-mb" => facts.machine.root_free_bytes = u64::from(number(value)) * 1_000_000,
        "boot-mb" => facts.machine.boot_free_bytes = Some(u64::from(number(value)) * 1_000_000),
        "lists" => {
            if let Known::Known(sources) = &mut facts.sources {
                sources.last_success = Some(NOW.plus_secs(-value.parse::<i64>().unwrap()));
            }
        }
        "flag" => {
            facts.reboot.flag = Known::Known(true);
            facts.reboot.packages = names();
        }
        "flag-unknown" => facts.reboot.flag = Known::unknown("it could not be looked at"),
        "old" => {
            if let Known::Known(old) = &mut facts.old_libraries {
                old.services = names();
            }
        }
        "old-unknown" => facts.old_libraries = Known::unknown("needrestart failed"),
        "unfinished" => {
            facts.unfinished_packages =
                Known::Known(names().iter().map(|name| name.replace('_', " ")).collect());
        }
        "failed" => facts.failed_units = Known::Known(names()),
        "unattended" => match (value, &mut facts.unattended) {
            ("missing", Known::Known(set)) => set.installed = false,
            ("everything", Known::Known(set)) => set.security_only = false,
            ("reboots", Known::Known(set)) => set.automatic_reboot = true,
            ("unknown", set) => *set = Known::unknown("apt-config failed"),
            _ => panic!("unattended what: {value}"),
        },
        _ => panic!("not an attribute: {key}"),
    }
}

/// An indented line below a server: a line of `apt-get -s`, perhaps after `security:`; or what was seen beside it.
fn detail(server: &mut SnapshotServer, line: &str) {
    if let Some(holder) = line.strip_prefix("held by ") {
        server.held_by = Some(holder.to_owned());
        return;
    }
    if let Some(why) = line.strip_prefix("simulation failed: ") {
        for simulation in &mut server.simulations {
            simulation.transaction = Known::unknown(why);
        }
        return;
    }
    if let Some(names) = line.strip_prefix("simulated only ") {
        for simulation in &mut server.simulations {
            simulation.picks.only = names.split(' ').map(str::to_owned).collect();
        }
        return;
    }
    if let Some(names) = line.strip_prefix("simulated without ") {
        for simulation in &mut server.simulations {
            simulation.picks.exclude = names.split(' ').map(str::to_owned).collect();
        }
        return;
    }
    if line == "restarts unknown" {
        for upgrade in Upgrade::ALL {
            transaction(server, *upgrade).restarts = Known::unknown("no survey asked for them");
        }
        return;
    }
    let (upgrades, line) = [Upgrade::Security, Upgrade::Upgrade, Upgrade::FullUpgrade]
        .into_iter()
        .find_map(|upgrade| {
            line.strip_prefix(&format!("{upgrade}: "))
                .map(|line| (vec![upgrade], line))
        })
        .unwrap_or_else(|| (Upgrade::ALL.to_vec(), line));
    let words: Vec<&str> = line.split(' ').collect();
    match words.as_slice() {
        ["pending", package, from, to, kind, rest @ ..] => {
            let update = Update {
                package: (*package).to_owned(),
                from: (*from).to_owned(),
                to: (*to).to_owned(),
                origin: String::new(),
                security: rest.contains(&"security"),
                kind: kind.parse::<UpdateKind>().unwrap(),
            };
            let facts = server.facts.as_mut().unwrap();
            if let Known::Known(updates) = &mut facts.updates {
                updates.pending.push(update);
            }
        }
        ["Inst", ..] => {
            let change = installed(line);
            for upgrade in upgrades {
                transaction(server, upgrade).changes.push(change.clone());
            }
        }
        ["Remv", package, version] => {
            for upgrade in upgrades {
                transaction(server, upgrade).removals.push(Removal {
                    package: (*package).to_owned(),
                    version: version.trim_matches(['[', ']']).to_owned(),
                });
            }
        }
        ["restart", unit, package, cause] => {
            for upgrade in upgrades {
                let one = UnitRestart {
                    unit: (*unit).to_owned(),
                    package: (*package).to_owned(),
                    cause: cause.parse::<RestartCause>().unwrap(),
                };
                match &mut transaction(server, upgrade).restarts {
                    Known::Known(restarts) => restarts.push(one),
                    Known::Unknown(_) => panic!("restarts are unknown"),
                }
            }
        }
        _ => panic!("not a detail: {line}"),
    }
}

/// `Inst NAME [OLD] (NEW ORIGIN [ARCH]) BYTES`; from a security origin it is a security update.
fn installed(line: &str) -> PackageChange {
    let (head, rest) = line.split_once(" (").unwrap();
    let (inside, bytes) = rest.split_once(')').unwrap();
    let mut head = head.split(' ').skip(1);
    let mut inside = inside.split(' ');
    let package = head.next().unwrap().to_owned();
    let from = head.next().map(|from| from.trim_matches(['[', ']']).to_owned());
    let to = inside.next().unwrap().to_owned();
    let origin = inside.next().unwrap().to_owned();
    let arch = inside.next().unwrap().trim_matches(['[', ']']).to_owned();
    PackageChange {
        package,
        arch,
        from,
        to,
        security: origin.contains("ecurity"),
        origins: vec![origin],
        download_bytes: bytes.trim().parse().ok(),
    }
}
