//! Scans as the server does them: rows in the queue, a worker that claims them, the SSH adapter, strict parsing, facts
//! committed to SQLite.

use crate::OneRun;
use crate::child::Done;
use crate::hosts::Hosts;
use anyhow::{Context as _, ensure};
use engine::{RunStore, Worker, WorkerSettings};
use model::{Account, CheckKind, Criticality, Endpoint, RunId, ScanParams, ServerId, Transport};
use runs::Desk;
use ssh::{SshKeys, SshShell};
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::{NewCheck, NewKey, Place, RunState, Sealer, ServerFields, Store, StoreError};
use web::{Allowed, Http};
use world::{Clock, KeyTool as _, SystemClock};

/// Scans every host once. The clock runs from asking for the scans to the last one's end; adding the servers before it
/// and checking the facts after it are not counted, but their memory is.
pub(crate) async fn run(run: &OneRun) -> anyhow::Result<Done> {
    let folder = tempfile::tempdir()?;
    let sealer = Sealer::of_folder(folder.path())?;
    let store = Store::open(&Place::Folder(folder.path().to_owned()), sealer).await?;
    let servers = add(&store, run).await?;
    let desk = Arc::new(Desk {
        store: store.clone(),
        shell: Arc::new(SshShell::new(ssh::Settings::default())),
        web: Arc::new(Http::new(Allowed {
            listens: ([127, 0, 0, 1], 0).into(),
            private_hosts: false,
        })?),
        clock: Arc::new(SystemClock),
        scan_every_secs: 3_600,
        refresh_lists_after_secs: remote::NEVER_REFRESH,
        scans_at_once: run.width,
    });
    let runs: Arc<dyn RunStore> = Arc::new(store.clone());
    let worker = Worker::start(
        runs,
        runs::registry(&desk)?,
        store.wake(),
        WorkerSettings::default(),
    );
    let params = serde_json::to_string(&ScanParams {
        refresh_older_than_secs: remote::NEVER_REFRESH,
    })?;
    let checks = servers.iter().map(|server| NewCheck {
        kind: CheckKind::Scan.as_str().to_owned(),
        v: CheckKind::Scan.version(),
        server: Some(*server),
        params: params.clone(),
        priority: 0,
        not_before: None,
        asked_by: None,
    });
    let checks = checks.collect();
    let begun = Instant::now();
    let asked = store.enqueue(checks).await?;
    ended(&store, asked.iter().map(|asked| asked.id()).collect()).await?;
    let done = Done::after(begun, servers.len());
    for server in servers {
        store.facts(server).await?.context("a scan ended without facts")?;
    }
    worker.shutdown().await;
    store.close().await;
    done
}

async fn add(store: &Store, run: &OneRun) -> anyhow::Result<Vec<ServerId>> {
    let hosts = Hosts::read(&run.hosts)?.hosts;
    let pair = SshKeys.read(&std::fs::read_to_string(&run.key)?.into(), None)?;
    let user = run.user.clone();
    let now = SystemClock.now();
    let added = store.write::<_, StoreError, _>(move |tx| {
        Box::pin(async move {
            let key = NewKey {
                name: "bench".to_owned(),
                algorithm: pair.algorithm,
                public: pair.public,
                fingerprint: pair.fingerprint,
                private: pair.private,
                generated: true,
            };
            let key = tx.insert_key(&key, now).await?;
            let mut servers = Vec::with_capacity(hosts.len());
            for host in hosts {
                let fields = ServerFields {
                    name: host.name,
                    endpoint: Endpoint {
                        host: host.address,
                        port: host.port,
                        user: user.clone(),
                        jump: None,
                        key: Some(key),
                    },
                    account: Account::Operate,
                    transport: Transport::Ssh,
                    stack: None,
                    group: None,
                    criticality: Criticality::Normal,
                };
                let server = tx.insert_server(&fields, now).await?;
                tx.pin_host_keys(server, &host.host_keys, "bench", now).await?;
                servers.push(server);
            }
            Ok(servers)
        })
    });
    Ok(added.await?)
}

/// Waits until every check is over, and sees that each went well.
async fn ended(store: &Store, mut open: Vec<RunId>) -> anyhow::Result<()> {
    while let Some(last) = open.last() {
        let check = store.check(*last).await?.context("a check is gone")?;
        if check.state == RunState::Ended {
            let outcome = check.outcome.as_deref().unwrap_or_default();
            ensure!(
                matches!(outcome, "seen" | "changed"),
                "a scan ended as {outcome}: {}",
                check.result.unwrap_or_default()
            );
            open.pop();
        } else {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    Ok(())
}
