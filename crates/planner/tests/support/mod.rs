//! A fleet for tests: one good server, and what can be changed about it.
#![allow(dead_code, clippy::unwrap_used, clippy::panic)]

pub(crate) mod read;
pub(crate) mod tell;

use model::facts::{
    Facts, Kernel, Known, Machine, OldLibraries, Os, OsFamily, RebootEvidence, Sources, Support, Unattended,
    Updates,
};
use model::plan::{PackageChange, Simulation, Transaction};
use model::{Account, Criticality, GroupId, Reach, ServerId, StackId, Timestamp, Upgrade};
use planner::{Named, Snapshot, SnapshotServer};
use uuid::Uuid;

/// When every test happens.
pub(crate) const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);
const SECURITY: &str = "Debian-Security:12/oldstable-security";

/// The id of what is called `name`: the same in every test.
pub(crate) fn id(name: &str) -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_DNS, name.as_bytes())
}

pub(crate) fn group_id(name: &str) -> GroupId {
    GroupId::from_uuid(id(&format!("group {name}")))
}

pub(crate) fn server_id(name: &str) -> ServerId {
    ServerId::from_uuid(id(&format!("server {name}")))
}

/// A server that was scanned and simulated a minute ago, with nothing pending and daily upgrades set up.
pub(crate) fn server(name: &str, group: Option<&str>) -> SnapshotServer {
    SnapshotServer {
        id: server_id(name),
        name: name.to_owned(),
        chosen: true,
        stack: Some(Named {
            id: StackId::from_uuid(id("stack shop")),
            name: "shop".to_owned(),
        }),
        group: group.map(|group| Named {
            id: group_id(group),
            name: group.to_owned(),
        }),
        criticality: Criticality::Normal,
        account: Account::Operate,
        reach: Reach::Reached,
        own: None,
        jump: None,
        out_of_service: false,
        held_by: None,
        facts: Some(facts(name)),
        simulations: [Upgrade::Security, Upgrade::Upgrade, Upgrade::FullUpgrade]
            .map(|upgrade| Simulation {
                v: model::plan::SIMULATION_VERSION,
                upgrade,
                picks: model::options::Picks::default(),
                simulated_at: NOW.plus_secs(-60),
                transaction: Known::Known(Transaction {
                    changes: Vec::new(),
                    removals: Vec::new(),
                    download_bytes: None,
                    disk_bytes: None,
                    restarts: Known::Known(Vec::new()),
                }),
            })
            .into(),
        kernel_bytes: Some(60_000_000),
    }
}

pub(crate) fn facts(name: &str) -> Facts {
    Facts {
        v: 1,
        seen_at: NOW.plus_secs(-60),
        clock_offset_ms: 0,
        as_root: true,
        machine: Machine {
            hostname: name.to_owned(),
            machine_id: Known::Known(id(name).simple().to_string()),
            boot_id: Known::Known("boot".to_owned()),
            booted_at: Known::Known(NOW.plus_secs(-86_400)),
            virtualisation: Known::Known("kvm".to_owned()),
            is_container: false,
            architecture: "amd64".to_owned(),
            cpus: 2,
            memory_bytes: 4_000_000_000,
            root_free_bytes: 10_000_000_000,
            boot_free_bytes: Some(500_000_000),
        },
        os: Os {
            family: OsFamily::Debian,
            support: Support::Full,
            name: "Debian GNU/Linux 12 (bookworm)".to_owned(),
            version: "12".to_owned(),
            codename: "bookworm".to_owned(),
            end_of_life: Known::Known("2028-06-30".to_owned()),
        },
        kernel: Kernel {
            running: "6.1.0-9-amd64".to_owned(),
            flavour: "amd64".to_owned(),
            newest_installed: Known::Known("6.1.0-9-amd64".to_owned()),
            installed: vec!["6.1.0-9-amd64".to_owned()],
        },
        updates: Known::Known(Updates::default()),
        sources: Known::Known(Sources {
            sources: vec![model::facts::Source {
                name: "deb.debian.org bookworm main".to_owned(),
                refreshed_at: Some(NOW.plus_secs(-600)),
                valid_until: None,
                error: None,
            }],
            last_success: Some(NOW.plus_secs(-600)),
            refresh_failed: None,
        }),
        reboot: RebootEvidence {
            flag: Known::Known(false),
            flag_since: None,
            packages: Vec::new(),
            flag_is_maintained: Known::Known(true),
        },
        old_libraries: Known::Known(OldLibraries::default()),
        unattended: Known::Known(Unattended {
            installed: true,
            every_days: 1,
            refresh_every_days: 1,
            timers_active: true,
            origins: vec![SECURITY.to_owned()],
            security_only: true,
            automatic_reboot: false,
            automatic_reboot_time: None,
            blacklist: Vec::new(),
        }),
        components: Vec::new(),
        failed_units: Known::Known(Vec::new()),
        open_ports: Known::Known(Vec::new()),
        containers: Known::Known(Vec::new()),
        unfinished_packages: Known::Known(Vec::new()),
        installed_digest: None,
        notes: Vec::new(),
    }
}

/// A package that goes from one version to the next.
pub(crate) fn change(package: &str, from: Option<&str>, security: bool) -> PackageChange {
    PackageChange {
        package: package.to_owned(),
        arch: "amd64".to_owned(),
        from: from.map(str::to_owned),
        to: "2".to_owned(),
        origins: vec![if security { SECURITY } else { "Debian:12/oldstable" }.to_owned()],
        security,
        download_bytes: Some(1_000),
    }
}

/// The transaction of this server's simulation, to be changed.
pub(crate) fn transaction(server: &mut SnapshotServer, upgrade: Upgrade) -> &mut Transaction {
    let found = server
        .simulations
        .iter_mut()
        .find(|simulation| simulation.upgrade == upgrade)
        .unwrap();
    match &mut found.transaction {
        Known::Known(transaction) => transaction,
        Known::Unknown(why) => panic!("not simulated: {why}"),
    }
}

/// The server of that name.
pub(crate) fn named<'a>(snapshot: &'a mut Snapshot, name: &str) -> &'a mut SnapshotServer {
    snapshot
        .servers
        .iter_mut()
        .find(|server| server.name == name)
        .unwrap()
}
