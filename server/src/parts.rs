//! Puts the parts together: database, adapters, use-cases, worker and schedule.

use crate::adapters::Adapters;
use crate::config::Config;
use anyhow::Context;
use engine::{LeaseStore, RunStore, ScheduleSettings, Scheduler, Worker, WorkerHandle, schedule};
use runs::Desk;
use simfleet::{SimShell, SimWorld};
use ssh::{SshKeys, SshShell};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use store::{Place, Sealer, Store};
use usecases::{Automation, Settings, Usecases};
use web::{Allowed, Http};
use world::Shell;

/// Everything that runs besides HTTP.
pub(crate) struct Parts {
    pub(crate) store: Store,
    pub(crate) usecases: Arc<Usecases>,
    worker: WorkerHandle,
    scheduler: Scheduler,
}

/// Where the database is.
pub(crate) fn place(config: &Config) -> Place {
    config
        .database_url
        .as_deref()
        .map_or_else(|| Place::Folder(config.data.clone()), Place::parse)
}

/// Opens the database, with the secret key where it belongs.
///
/// # Errors
/// Each says what to do.
pub(crate) async fn open_store(config: &Config) -> anyhow::Result<Store> {
    let key = config.secret_key();
    let sealer = match (&config.secret_key_file, &config.database_url) {
        (Some(file), _) => Sealer::from_file(file),
        // Replicas on PostgreSQL share one key: making a second one by accident would lock half of them out.
        (None, Some(_)) if key.exists() => Sealer::from_file(&key),
        (None, Some(_)) => Sealer::create(&key),
        (None, None) => Sealer::of_folder(&config.data),
    };
    let sealer = sealer.with_context(|| format!("the secret key {} cannot be used", key.display()))?;
    Ok(Store::open(&place(config), sealer).await?)
}

/// The machine id of this host, as a scan of it would read it.
fn own_machine_id() -> Option<String> {
    let id = std::fs::read_to_string("/etc/machine-id").ok()?;
    let id = id.trim();
    (id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit())).then(|| id.to_owned())
}

impl Parts {
    /// Starts worker and schedule over an open database. `listens`: where pages are served.
    ///
    /// # Errors
    /// When the system's random source fails.
    pub(crate) async fn start(
        config: &Config,
        listens: SocketAddr,
        store: Store,
        world: Option<Arc<SimWorld>>,
    ) -> anyhow::Result<Self> {
        let clock = crate::seams::clock();
        let settings = Settings {
            demo: world.is_some(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            scan_every_secs: config.scan_every_minutes * 60,
            refresh_lists_after_secs: config.refresh_lists_after_hours * 3_600,
        };
        let usecases = Arc::new(Usecases::new(
            store.clone(),
            Arc::clone(&clock),
            Arc::new(SshKeys),
            settings,
        )?);
        if let Some(machine) = own_machine_id() {
            usecases.runs_on(&machine).await?;
        }
        if let Some(world) = &world {
            crate::demo::seed(&usecases, world).await?;
        }
        let width = usize::try_from(config.scans_at_once).unwrap_or(128);
        let adapters = Arc::new(Adapters {
            ssh: SshShell::new(ssh::Settings::default()),
            http: Http::new(Allowed {
                listens,
                private_hosts: config.private_health_checks,
            })?,
            sim: world.map(SimShell::new),
        });
        let desk = Arc::new(Desk {
            store: store.clone(),
            shell: crate::seams::shell(Arc::clone(&adapters) as Arc<dyn Shell>),
            web: adapters,
            clock,
            scan_every_secs: config.scan_every_minutes * 60,
            refresh_lists_after_secs: config.refresh_lists_after_hours * 3_600,
            scans_at_once: width,
        });
        let runs: Arc<dyn RunStore> = Arc::new(store.clone());
        let worker = Worker::start(
            runs,
            runs::registry_on(&desk, crate::seams::steps(&store))?,
            store.wake(),
            crate::seams::worker_settings(),
        );
        let leases: Arc<dyn LeaseStore> = Arc::new(store.clone());
        let automation = Arc::new(Automation::new((*usecases).clone()));
        let every = ScheduleSettings::new("automation", Duration::from_secs(5));
        let scheduler = schedule(leases, every, move |now| {
            let automation = Arc::clone(&automation);
            async move {
                if let Err(error) = automation.tick(model::Timestamp::from_micros(now)).await {
                    // The chain goes to the log; the next tick tries again.
                    drop(error.into_public());
                }
            }
        });
        Ok(Self {
            store,
            usecases,
            worker,
            scheduler,
        })
    }

    /// Lets what is under way end, or gives it back to the queue, and closes the database.
    pub(crate) async fn stop(self) {
        self.scheduler.shutdown().await;
        self.worker.shutdown().await;
        self.store.close().await;
    }
}
