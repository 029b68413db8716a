//! What most tests need to begin with.

use model::facts::{
    Component, Facts, Kernel, Known, Machine, Os, OsFamily, RebootEvidence, Source, Sources, Support, Update,
    UpdateKind, Updates,
};
use model::{
    Account, Criticality, Endpoint, GroupId, HostKey, RunId, ServerId, StackId, StackKind, Timestamp,
    Transport,
};
use std::time::{Duration, Instant};
use store::{Attempt, NewCheck, NewKey, ScanRecord, ServerFields, StackFields, Store, StoreError};

/// A point in time that tests count from.
pub(crate) const NOW: Timestamp = Timestamp::from_secs(1_790_000_000);

pub(crate) fn fields(name: &str) -> ServerFields {
    ServerFields {
        name: name.to_owned(),
        endpoint: Endpoint {
            host: format!("{name}.example.net"),
            port: 22,
            user: "root".to_owned(),
            jump: None,
            key: None,
        },
        account: Account::Operate,
        transport: Transport::Sim,
        stack: None,
        group: None,
        criticality: Criticality::Normal,
    }
}

pub(crate) async fn add(db: &Store, fields: ServerFields) -> ServerId {
    db.write(move |tx| Box::pin(async move { tx.insert_server(&fields, NOW).await }))
        .await
        .map_err(show)
        .unwrap()
}

pub(crate) async fn add_named(db: &Store, name: &str) -> ServerId {
    add(db, fields(name)).await
}

pub(crate) async fn add_stack(db: &Store, name: &str) -> StackId {
    let fields = StackFields {
        name: name.to_owned(),
        environment: "production".to_owned(),
        kind: StackKind::Servers,
        owner: None,
        criticality: Criticality::Normal,
    };
    db.write(move |tx| Box::pin(async move { tx.insert_stack(&fields, NOW).await }))
        .await
        .map_err(show)
        .unwrap()
}

pub(crate) async fn add_group(db: &Store, stack: StackId, name: &str) -> GroupId {
    let name = name.to_owned();
    db.write(move |tx| Box::pin(async move { tx.insert_group(stack, &name).await }))
        .await
        .map_err(show)
        .unwrap()
}

pub(crate) fn new_key(name: &str) -> NewKey {
    NewKey {
        name: name.to_owned(),
        algorithm: "ssh-ed25519".to_owned(),
        public: "ssh-ed25519 AAAA".to_owned(),
        fingerprint: "SHA256:abc".to_owned(),
        private: "-----BEGIN OPENSSH PRIVATE KEY-----\nsecret\n".into(),
        generated: true,
    }
}

pub(crate) fn host_key(algorithm: &str, name: &str) -> HostKey {
    HostKey {
        algorithm: algorithm.to_owned(),
        base64: format!("b64{name}"),
        fingerprint: format!("SHA256:{name}"),
    }
}

/// Keeps the error's type where a closure could fail with any.
pub(crate) fn show(error: StoreError) -> StoreError {
    error
}

pub(crate) fn check(kind: &str, server: Option<ServerId>) -> NewCheck {
    NewCheck {
        kind: kind.to_owned(),
        v: 1,
        server,
        params: "{}".to_owned(),
        priority: 0,
        not_before: None,
        asked_by: None,
    }
}

pub(crate) fn update(package: &str, security: bool) -> Update {
    Update {
        package: package.to_owned(),
        from: "1".to_owned(),
        to: "2".to_owned(),
        origin: "Debian-Security:12".to_owned(),
        security,
        kind: UpdateKind::Ready,
    }
}

/// Facts of a healthy server.
pub(crate) fn facts(seen_at: Timestamp) -> Facts {
    Facts {
        v: 1,
        seen_at,
        clock_offset_ms: 12,
        as_root: true,
        machine: Machine {
            hostname: "web-1".to_owned(),
            machine_id: Known::Known("m".to_owned()),
            boot_id: Known::Known("b".to_owned()),
            booted_at: Known::Known(seen_at.plus_secs(-1_000)),
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
        updates: Known::Known(Updates::default()),
        sources: Known::Known(Sources {
            sources: vec![Source {
                name: "deb http://deb.debian.org/debian bookworm main".to_owned(),
                refreshed_at: Some(seen_at.plus_secs(-60)),
                valid_until: None,
                error: None,
            }],
            last_success: Some(seen_at.plus_secs(-60)),
            refresh_failed: None,
        }),
        reboot: RebootEvidence {
            flag: Known::Known(false),
            flag_since: None,
            packages: vec![],
            flag_is_maintained: Known::Known(true),
        },
        old_libraries: Known::Known(model::facts::OldLibraries::default()),
        unattended: Known::unknown("not asked"),
        components: vec![Component {
            name: "nginx".to_owned(),
            version: "1.22".to_owned(),
        }],
        failed_units: Known::Known(vec![]),
        open_ports: Known::Known(vec![]),
        containers: Known::Known(vec![]),
        unfinished_packages: Known::Known(vec![]),
        installed_digest: Some("digest".to_owned()),
        notes: vec![],
    }
}

pub(crate) fn with_security(mut facts: Facts, updates: usize) -> Facts {
    facts.updates = Known::Known(Updates {
        pending: (0..updates).map(|n| update(&format!("pkg{n}"), true)).collect(),
        ..Updates::default()
    });
    facts
}

/// A claimed run of `kind` on `server`, whose writes pass the fence.
pub(crate) async fn claimed(db: &Store, kind: &'static str, server: ServerId) -> (RunId, i64) {
    db.enqueue(vec![check(kind, Some(server))]).await.unwrap();
    let run = claim(db, "worker", kind, 1)
        .await
        .pop()
        .expect("the check is due");
    (RunId::from_uuid(run.id), run.epoch)
}

pub(crate) async fn claim(db: &Store, owner: &str, kind: &'static str, free: usize) -> Vec<engine::Claimed> {
    claim_as(db, owner, kind, free, Duration::from_secs(30), true).await
}

pub(crate) async fn claim_as(
    db: &Store,
    owner: &str,
    kind: &'static str,
    free: usize,
    lease: Duration,
    take_over: bool,
) -> Vec<engine::Claimed> {
    let capacities = [engine::Capacity {
        kind,
        version: 1,
        free,
        deadline: Duration::from_secs(60),
    }];
    let claim = engine::Claim {
        owner,
        lease,
        capacities: &capacities,
        take_over,
        max_attempts: 3,
    };
    engine::RunStore::claim(db, &claim).await.unwrap()
}

pub(crate) async fn finish(db: &Store, (run, epoch): (RunId, i64)) -> bool {
    engine::RunStore::finish(db, run.uuid(), epoch, &engine::Ended::plain("done"))
        .await
        .unwrap()
}

/// Writes a scan of `server` that saw `facts`, as a worker would.
pub(crate) async fn scan(db: &Store, server: ServerId, facts: Facts) -> store::Recorded {
    let at = facts.seen_at;
    let attempt = Attempt::Seen {
        reach: model::Reach::Reached,
        facts: Box::new(facts),
        document: b"the answer".to_vec(),
        more_host_keys: vec![],
    };
    scan_attempt(db, server, at, attempt).await
}

pub(crate) async fn scan_attempt(
    db: &Store,
    server: ServerId,
    at: Timestamp,
    attempt: Attempt,
) -> store::Recorded {
    let held = claimed(db, "scan", server).await;
    let record = ScanRecord {
        run: held.0,
        epoch: held.1,
        server,
        at,
        next_scan_at: Some(at.plus_secs(3_600)),
        attempt,
    };
    let before = db.facts(server).await.unwrap();
    let lines = match (&before, &record.attempt) {
        (Some(before), Attempt::Seen { facts, .. }) => vec![store::NewChange {
            what: format!("{} became {}", before.facts.kernel.running, facts.kernel.running),
            details: vec!["a".to_owned(), "b".to_owned()],
            behind_our_back: true,
            who: None,
        }],
        _ => Vec::new(),
    };
    let recorded = db.record_scan(record, lines).await.unwrap();
    assert!(finish(db, held).await);
    recorded
}

/// Waits until `ready` holds, at most ten seconds.
pub(crate) async fn until<F, T>(what: &str, mut ready: F)
where
    F: FnMut() -> T,
    T: Future<Output = bool>,
{
    let deadline = Instant::now() + Duration::from_secs(10);
    while !ready().await {
        assert!(Instant::now() < deadline, "waited too long until {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
