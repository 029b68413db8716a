//! A stack whose servers were seen, and workers that answer what they are asked.

use crate::support::{Drydock, drydock_on, server};
use engine::{Capacity, Claim, Claimed, Ended, RunStore as _};
use model::facts::{
    Facts, Kernel, Known, Machine, OldLibraries, Os, OsFamily, RebootEvidence, Source, Sources, Support,
    Update, UpdateKind, Updates,
};
use model::input::{NewServer, StackChoice};
use model::options::Options;
use model::plan::{PackageChange, SIMULATION_VERSION, Simulation, Transaction};
use model::view::{PlanPage, PreviewAsked};
use model::{PlanId, RunId, SURVEY_VERSION, ServerId, StackId, Survey, SurveyParams, Timestamp};
use std::collections::BTreeMap;
use std::time::Duration;
use store::{Attempt, ScanRecord, Store};
use testdb::TestStore;
use usecases::Actor;
use world::Clock as _;

pub(crate) struct Shop {
    pub(crate) drydock: Drydock,
    pub(crate) lead: Actor,
    pub(crate) stack: StackId,
    /// By name.
    pub(crate) servers: BTreeMap<String, ServerId>,
}

/// The stack `shop` with these servers in the group `web`, each with one pending security update.
pub(crate) async fn shop(db: TestStore, names: &[&str]) -> Shop {
    let drydock = drydock_on(db).await;
    let admin = drydock.admin().await;
    let key = drydock.key(&admin).await;
    for name in names {
        let new = NewServer {
            stack: Some(StackChoice::Named("shop".into())),
            group: Some("web".into()),
            ..server(name, key)
        };
        drydock.usecases.add_server(&admin, new).await.unwrap();
    }
    let store = drydock.test_store.handle();
    let (stack, _) = store.stack_names().await.unwrap().remove(0);
    let now = drydock.clock.now();
    let servers: BTreeMap<String, ServerId> = store
        .servers_of_stack(stack, now)
        .await
        .unwrap()
        .into_iter()
        .map(|server| (server.name, server.id))
        .collect();
    let lead = Actor {
        name: "lea".to_owned(),
        ..Drydock::somebody(model::Role::Lead)
    };
    let shop = Shop {
        drydock,
        lead,
        stack,
        servers,
    };
    for id in shop.servers.values() {
        shop.scan(*id, shop.facts(&["openssl"])).await;
    }
    shop
}

impl Shop {
    pub(crate) fn now(&self) -> Timestamp {
        self.drydock.clock.now()
    }

    pub(crate) fn store(&self) -> Store {
        self.drydock.test_store.handle()
    }

    pub(crate) fn server(&self, name: &str) -> ServerId {
        self.servers[name]
    }

    /// What a server says now whose security updates are these.
    pub(crate) fn facts(&self, security: &[&str]) -> Facts {
        facts(self.now(), security)
    }

    pub(crate) fn asked(&self, options: Options) -> PreviewAsked {
        PreviewAsked {
            stack: Some(self.stack),
            options,
            ..PreviewAsked::default()
        }
    }

    pub(crate) async fn page(&self, plan: PlanId) -> PlanPage {
        self.drydock
            .usecases
            .plan_page(&self.lead, plan, 1)
            .await
            .unwrap()
    }

    /// The check of `kind` of a server, taken by a worker.
    async fn claim(&self, kind: &'static str, server: ServerId) -> Claimed {
        let store = self.store();
        let open = store.open_checks(server).await.unwrap();
        let wanted = open.iter().find(|check| check.kind == kind).map(|check| check.id);
        let wanted = wanted.unwrap_or_else(|| panic!("no {kind} is open, only {open:?}"));
        let capacities = [Capacity {
            kind,
            version: 1,
            free: 1,
            deadline: Duration::from_secs(60),
        }];
        let claim = Claim {
            owner: "worker",
            lease: Duration::from_secs(60),
            capacities: &capacities,
            take_over: false,
            max_attempts: 3,
        };
        let mut others = Vec::new();
        let found = loop {
            let claimed = store.claim(&claim).await.unwrap().remove(0);
            if RunId::from_uuid(claimed.id) == wanted {
                break claimed;
            }
            others.push(claimed);
        };
        for other in others {
            assert!(store.release(other.id, other.epoch).await.unwrap());
        }
        found
    }

    /// A scan that saw these facts; whoever waits for one gets it.
    pub(crate) async fn scan(&self, server: ServerId, facts: Facts) {
        let store = self.store();
        let new = store::NewCheck {
            kind: "scan".to_owned(),
            v: 1,
            server: Some(server),
            params: "{}".to_owned(),
            priority: 0,
            not_before: None,
            asked_by: None,
        };
        store.enqueue(vec![new]).await.unwrap();
        let run = self.claim("scan", server).await;
        let record = ScanRecord {
            run: RunId::from_uuid(run.id),
            epoch: run.epoch,
            server,
            at: facts.seen_at,
            next_scan_at: None,
            attempt: Attempt::Seen {
                reach: model::Reach::Reached,
                facts: Box::new(facts),
                document: b"the answer".to_vec(),
                more_host_keys: Vec::new(),
            },
        };
        store.record_scan(record, Vec::new()).await.unwrap();
        assert!(
            store
                .finish(run.id, run.epoch, &Ended::plain("seen"))
                .await
                .unwrap()
        );
    }

    /// The open survey of a server is answered: these packages, each from 1 to 2.
    pub(crate) async fn answer(&self, server: ServerId, packages: &[&str]) -> SurveyParams {
        let run = self.claim("survey", server).await;
        let params: SurveyParams = serde_json::from_str(&run.params).unwrap();
        let survey = Survey {
            v: SURVEY_VERSION,
            said: "apt would do something.".to_owned(),
            simulation: Simulation {
                v: SIMULATION_VERSION,
                upgrade: params.upgrade,
                picks: params.picks.clone(),
                simulated_at: self.now(),
                transaction: Known::Known(Transaction {
                    changes: packages.iter().map(|name| change(name)).collect(),
                    removals: Vec::new(),
                    download_bytes: Some(1_000),
                    disk_bytes: None,
                    restarts: Known::Known(Vec::new()),
                }),
            },
            kernel_bytes: None,
        };
        let ended = Ended::new("simulated", serde_json::to_string(&survey).unwrap());
        assert!(self.store().finish(run.id, run.epoch, &ended).await.unwrap());
        params
    }

    /// The open survey of a server fails.
    pub(crate) async fn fail(&self, server: ServerId, said: &str) {
        let run = self.claim("survey", server).await;
        let ended = Ended::new("failed", said);
        assert!(self.store().finish(run.id, run.epoch, &ended).await.unwrap());
    }

    /// A plan that may be run: previewed, surveyed, final.
    pub(crate) async fn ready(&self, options: Options) -> PlanPage {
        let draft = self
            .drydock
            .usecases
            .preview(&self.lead, self.asked(options))
            .await
            .unwrap();
        for id in self.servers.values() {
            self.answer(*id, &["openssl"]).await;
        }
        let next = self
            .page(draft)
            .await
            .replaced_by
            .expect("every server has answered");
        self.page(next).await
    }
}

pub(crate) fn security() -> Options {
    Options {
        security: true,
        reboot: true,
        ..Options::default()
    }
}

fn change(name: &str) -> PackageChange {
    PackageChange {
        package: name.to_owned(),
        arch: "amd64".to_owned(),
        from: Some("1".to_owned()),
        to: "2".to_owned(),
        origins: vec!["Debian-Security:12/oldstable-security".to_owned()],
        security: true,
        download_bytes: Some(1_000),
    }
}

fn facts(now: Timestamp, security: &[&str]) -> Facts {
    let update = |name: &&str| Update {
        package: (*name).to_owned(),
        from: "1".to_owned(),
        to: "2".to_owned(),
        origin: "Debian-Security:12/oldstable-security".to_owned(),
        security: true,
        kind: UpdateKind::Ready,
    };
    Facts {
        v: 1,
        seen_at: now,
        clock_offset_ms: 0,
        as_root: true,
        machine: Machine {
            hostname: "host".to_owned(),
            // Every test machine is one of its own as far as anybody can tell.
            machine_id: Known::unknown("not asked"),
            boot_id: Known::Known("boot-1".to_owned()),
            booted_at: Known::Known(now.plus_secs(-1_000)),
            virtualisation: Known::Known("kvm".to_owned()),
            is_container: false,
            architecture: "amd64".to_owned(),
            cpus: 2,
            memory_bytes: 1 << 30,
            root_free_bytes: 1 << 33,
            boot_free_bytes: Some(1 << 28),
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
            running: "6.1.0-1-amd64".to_owned(),
            flavour: "amd64".to_owned(),
            newest_installed: Known::Known("6.1.0-1-amd64".to_owned()),
            installed: vec!["6.1.0-1-amd64".to_owned()],
        },
        updates: Known::Known(Updates {
            pending: security.iter().map(update).collect(),
            ..Updates::default()
        }),
        sources: Known::Known(Sources {
            sources: vec![Source {
                name: "deb http://deb.debian.org/debian bookworm main".to_owned(),
                refreshed_at: Some(now),
                valid_until: None,
                error: None,
            }],
            last_success: Some(now),
            refresh_failed: None,
        }),
        reboot: RebootEvidence {
            flag: Known::Known(false),
            flag_since: None,
            packages: Vec::new(),
            flag_is_maintained: Known::Known(true),
        },
        old_libraries: Known::Known(OldLibraries::default()),
        unattended: Known::unknown("not asked"),
        components: Vec::new(),
        failed_units: Known::Known(Vec::new()),
        open_ports: Known::Known(Vec::new()),
        containers: Known::Known(Vec::new()),
        unfinished_packages: Known::Known(Vec::new()),
        installed_digest: Some("digest".to_owned()),
        notes: Vec::new(),
    }
}
