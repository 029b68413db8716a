//! A Drydock with a run in its queue, made once through the pages as a person does, and copied for every crash.

mod copy;
mod pages;

pub(crate) use copy::Copy;
pub(crate) use pages::{everybody_through, first_run, preview, until_quiet};

use crate::drydock::{Drydock, copy_folder};
use crate::gates::Gates;
use crate::http;
use anyhow::{Context as _, ensure};
use model::{RunId, ServerId, StepId, Timestamp};
use pages::{choose, everything};
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use testdb::PostgresDatabase;
use world::{Clock as _, SystemClock};

/// How many times as fast as the wall's clock the simulated world goes.
pub(crate) const SPEED: f64 = 40.0;
/// Servers of the simulated world; three of them are deployed to.
const SERVERS: u32 = 40;
/// The lease of a worker, in milliseconds.
pub(crate) const LEASE_MS: u64 = 2_000;
const WORLD: &str = "simulated-world.jsonl";

/// Which database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum On {
    Sqlite,
    Postgres,
}

impl On {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }

    /// As it is named on the command line.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

/// One step of the run.
#[derive(Debug, Clone)]
pub(crate) struct PreparedStep {
    pub(crate) id: StepId,
    /// The server's name, the step's place and its kind.
    pub(crate) name: String,
}

/// One server of the run.
#[derive(Debug, Clone)]
pub(crate) struct PreparedServer {
    pub(crate) id: ServerId,
    pub(crate) name: String,
    /// Its address in the simulated world.
    pub(crate) host: String,
    pub(crate) steps: Vec<PreparedStep>,
}

/// The run, and everything it is begun from.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) on: On,
    pub(crate) binary: PathBuf,
    folder: TempDir,
    database: Option<PostgresDatabase>,
    /// When it was left, by the clock that the world goes by.
    left: Timestamp,
    pub(crate) cookie: String,
    pub(crate) run: RunId,
    pub(crate) servers: Vec<PreparedServer>,
    /// How often each of the servers had been restarted.
    pub(crate) boots: Vec<u32>,
}

/// A folder for its owner's eyes only, removed with the value.
pub(crate) fn new_folder() -> anyhow::Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    Ok(builder.prefix("drydock-torture-").tempdir()?)
}

/// An empty database on PostgreSQL; `None` where there is none, which one loud line says.
pub(crate) fn new_database() -> Option<PostgresDatabase> {
    std::thread::spawn(PostgresDatabase::new).join().ok().flatten()
}

impl Prepared {
    /// Makes it: first run, first scans, a preview of everything on three servers in two waves, and *Run now*.
    ///
    /// # Errors
    /// When Drydock does not do what a person asks of it.
    pub(crate) async fn make(
        binary: &Path,
        on: On,
        database: Option<PostgresDatabase>,
    ) -> anyhow::Result<Self> {
        let folder = new_folder()?;
        let copy = Copy {
            path: folder.path().to_owned(),
            disk: None,
            folder: None,
            database,
            shift: 0,
            binary: binary.to_owned(),
        };
        std::fs::create_dir(copy.data())?;
        std::fs::set_permissions(copy.data(), std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
        write_key(&copy.data())?;
        let mut gates = Gates::open(copy.path())?;
        let setup = copy.setup(gates.path());
        let mut drydock = Drydock::start(&setup).await?;
        let token = drydock.first_run_token().await?;
        let cookie = first_run(drydock.address, &token).await?;
        let address = drydock.address;
        everybody_through(&mut gates, until_quiet(address, &cookie)).await?;
        drydock.stop().await?;
        let (stack, chosen) = choose(&copy).await?;

        let drydock = Drydock::start(&setup).await?;
        let address = drydock.address;
        let form = everything(stack, &chosen);
        let plan = preview(address, &cookie, &form);
        let (plan, hash) = everybody_through(&mut gates, plan).await?;
        // From here on claims are held: the run is to be found in the queue.
        let asked = http::post(
            address,
            "/do/run_plan",
            &cookie,
            &[("plan", &plan), ("hash", &hash)],
        )
        .await?;
        let run = asked.0.rsplit('/').next().unwrap_or_default();
        ensure!(asked.0.starts_with("/runs/"), "the plan was not run: {}", asked.0);
        let run: RunId = run.parse().ok().context("the run has no id")?;
        drydock.kill().await?;
        let left = SystemClock.now();

        let store = copy.store().await?;
        let lanes = store.run_matrix(run, None, 1, 50).await?;
        store.close().await;
        let world = copy.world()?;
        let (mut servers, mut boots) = (Vec::new(), Vec::new());
        for lane in lanes {
            let name = lane.name.context("a server without a name")?;
            let told = world.layout().servers.into_iter().find(|it| it.name == name);
            let host = told.context("not in the world")?.host;
            boots.push(world.past(&host)?.context("not in the world")?.boots);
            let step = |step: store::StepRecord| PreparedStep {
                id: step.id,
                name: format!("{name} {} {}", step.ord, step.kind),
            };
            servers.push(PreparedServer {
                id: lane.lane.parse().ok().context("a lane that is no server")?,
                host,
                steps: lane.steps.into_iter().map(step).collect(),
                name,
            });
        }
        ensure!(
            servers.len() == 3,
            "three servers were to be in the run, not {}",
            servers.len()
        );
        std::fs::remove_file(gates.path())?;
        let Copy { database, .. } = copy;
        Ok(Self {
            on,
            binary: binary.to_owned(),
            folder,
            database,
            left,
            cookie,
            run,
            servers,
            boots,
        })
    }

    /// A copy, in which it is the moment at which this was left.
    pub(crate) async fn copy(&self) -> anyhow::Result<Copy> {
        let folder = new_folder()?;
        let path = folder.path().to_owned();
        copy_folder(&self.folder.path().join("data"), &path.join("data"))?;
        let database = self.database.as_ref();
        let database = database.map(|database| tokio::task::block_in_place(|| database.copy()));
        Ok(Copy {
            disk: None,
            folder: Some(folder),
            path,
            database,
            shift: self.left.micros() - SystemClock.now().micros(),
            binary: self.binary.clone(),
        })
    }

    /// As [`Self::copy`], with the data folder on a small disk.
    pub(crate) async fn copy_on_a_small_disk(&self) -> anyhow::Result<Copy> {
        let mut copy = self.copy().await?;
        copy.onto_a_small_disk()?;
        Ok(copy)
    }

    /// A gate's words with names for ids.
    pub(crate) fn named(&self, what: &str) -> String {
        let mut said = what.replace(&self.run.to_string(), "run");
        for server in &self.servers {
            said = said.replace(&server.id.to_string(), &server.name);
            for step in &server.steps {
                said = said.replace(&step.id.to_string(), &format!("({})", step.name));
            }
        }
        said
    }
}

/// Writes the tests' secret key where Drydock looks for one.
pub(crate) fn write_key(data: &Path) -> anyhow::Result<()> {
    let key = data.join("secret.key");
    std::fs::write(&key, format!("{}\n", testdb::SECRET_KEY))?;
    std::fs::set_permissions(&key, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    Ok(())
}
