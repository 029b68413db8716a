//! A Drydock with a run in its queue, made once through the pages as a person does, and copied for every crash.

use crate::drydock::{Drydock, Setup, copy_folder};
use crate::gates::Gates;
use crate::http;
use anyhow::{Context as _, bail, ensure};
use model::facts::{RebootNeed, UpdateKind};
use model::view::Tile;
use model::{Account, GroupId, RunId, ServerId, StackId, StepId, Timestamp};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use store::{Place, Server, Store};
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

/// A copy to work on; removed with this value, unless it is kept.
#[derive(Debug)]
pub(crate) struct Copy {
    folder: Option<TempDir>,
    path: PathBuf,
    database: Option<PostgresDatabase>,
    shift: i64,
    binary: PathBuf,
}

pub(crate) fn new_folder() -> anyhow::Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    Ok(builder.prefix("drydock-torture-").tempdir()?)
}

/// An empty database on PostgreSQL; `None` where there is none, which one loud line says.
pub(crate) fn new_database() -> Option<PostgresDatabase> {
    std::thread::spawn(PostgresDatabase::new).join().ok().flatten()
}

impl Copy {
    /// How a Drydock is started on it, with a gate.
    pub(crate) fn setup(&self, gate: &Path) -> Setup {
        let mut environment = vec![
            ("DRYDOCK_LOG".to_owned(), "info".to_owned()),
            ("DRYDOCK_TORTURE_GATE".to_owned(), gate.display().to_string()),
            ("DRYDOCK_TORTURE_LEASE_MS".to_owned(), LEASE_MS.to_string()),
            ("DRYDOCK_TORTURE_SHIFT_US".to_owned(), self.shift.to_string()),
        ];
        if let Some(database) = &self.database {
            environment.push(("DRYDOCK_DATABASE_URL".to_owned(), database.url()));
        }
        Setup {
            binary: self.binary.clone(),
            data: self.data(),
            arguments: vec![
                "--demo".to_owned(),
                format!("--demo-servers={SERVERS}"),
                format!("--demo-speed={SPEED}"),
            ],
            environment,
            log: self.path.join("drydock.log"),
        }
    }

    fn data(&self) -> PathBuf {
        self.path.join("data")
    }

    /// Where gates and logs are.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The file of the simulated world.
    pub(crate) fn world_file(&self) -> PathBuf {
        self.data().join(WORLD)
    }

    /// The simulated world, as the servers in it know it.
    pub(crate) fn world(&self) -> anyhow::Result<simfleet::SimWorld> {
        let clock = std::sync::Arc::new(Shifted(self.shift));
        let layout = simfleet::LayoutKind::Scale(SERVERS);
        Ok(simfleet::SimWorld::open(
            &self.world_file(),
            layout,
            66,
            SPEED,
            clock,
        )?)
    }

    /// The database; on SQLite no Drydock may run meanwhile.
    pub(crate) async fn store(&self) -> anyhow::Result<Store> {
        let place = match &self.database {
            Some(database) => Place::Postgres(database.url()),
            None => Place::Folder(self.data()),
        };
        let sealer = store::Sealer::from_text(&testdb::SECRET_KEY.into())?;
        Ok(Store::open(&place, sealer).await?)
    }

    /// Keeps the folder for whoever wants to look.
    pub(crate) fn keep(&mut self) -> PathBuf {
        if let Some(folder) = self.folder.take() {
            return folder.keep();
        }
        self.path.clone()
    }
}

/// The machine's clock, some microseconds later.
struct Shifted(i64);

impl world::Clock for Shifted {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(SystemClock.now().micros() + self.0)
    }
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
            folder: Some(folder),
            path,
            database,
            shift: self.left.micros() - SystemClock.now().micros(),
            binary: self.binary.clone(),
        })
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

pub(crate) fn write_key(data: &Path) -> anyhow::Result<()> {
    let key = data.join("secret.key");
    std::fs::write(&key, format!("{}\n", testdb::SECRET_KEY))?;
    std::fs::set_permissions(&key, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    Ok(())
}

/// Lets everybody through every gate until `work` is done.
pub(crate) async fn everybody_through<T>(
    gates: &mut Gates,
    work: impl Future<Output = anyhow::Result<T>>,
) -> anyhow::Result<T> {
    tokio::pin!(work);
    loop {
        tokio::select! {
            done = &mut work => return done,
            passing = gates.next(Duration::from_secs(3_600)) => {
                if let Some(passing) = passing {
                    passing.go().await;
                }
            }
        }
    }
}

pub(crate) async fn first_run(server: SocketAddr, token: &str) -> anyhow::Result<String> {
    let fields = [
        ("token", token),
        ("name", "ada"),
        ("password", "a-long-enough-passphrase-66"),
    ];
    let (_, cookie) = http::post(server, "/do/first_run", "", &fields).await?;
    cookie.context("no cookie came with the first run")
}

/// Waits until every server was looked at and nothing is being checked.
async fn until_quiet(server: SocketAddr, cookie: &str) -> anyhow::Result<()> {
    let deadline = Instant::now() + Duration::from_secs(180);
    let mut quiet = 0;
    loop {
        let html = http::page(server, "/", cookie).await?;
        let number = |tile: Tile| {
            let (before, _) = html.split_once(&format!("{}</span>", tile.caption()))?;
            let (_, number) = before.rsplit_once("tile-number\">")?;
            number.split('<').next()?.parse::<u64>().ok()
        };
        let running = number(Tile::Running).context("the dashboard says nothing of what is checked")?;
        quiet = if running == 0 { quiet + 1 } else { 0 };
        if quiet == 3 {
            return Ok(());
        }
        ensure!(Instant::now() < deadline, "the first scans never ended");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

/// Three servers of the stack that have updates waiting, ask for a reboot, and have nothing in their way.
async fn choose(copy: &Copy) -> anyhow::Result<(StackId, Vec<Server>)> {
    let store = copy.store().await?;
    let now = SystemClock.now();
    let mut stacks = store.stack_names().await?;
    let stack = stacks.pop().context("there is no stack")?.0;
    let mut chosen = Vec::new();
    for server in store.servers_of_stack(stack, now).await? {
        let Some(stored) = store.facts(server.id).await? else {
            continue;
        };
        let facts = &stored.facts;
        let upgrades = facts.updates.get().is_some_and(|updates| {
            let held = |update: &model::facts::Update| update.kind == UpdateKind::Held;
            updates.counts().security > 0 && !updates.pending.iter().any(held)
        });
        let mended = facts
            .unfinished_packages
            .get()
            .is_some_and(|left| left.is_empty());
        let fine = upgrades
            && server.reboot == RebootNeed::Yes
            && mended
            && server.account == Account::Operate
            && server.group.is_some()
            && facts.failed_units.get().is_some_and(|failed| failed.is_empty());
        if fine && chosen.len() < 3 {
            chosen.push(server);
        }
    }
    store.close().await;
    ensure!(
        chosen.len() == 3,
        "only {} servers of the simulated world ask for a reboot and have updates",
        chosen.len()
    );
    Ok((stack, chosen))
}

/// A form in which everything there is to tick is ticked.
fn everything(stack: StackId, chosen: &[Server]) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    let mut set = |name: &str, value: &str| fields.push((name.to_owned(), value.to_owned()));
    set("stack", &stack.to_string());
    set("which", "some");
    for server in chosen {
        set("servers[]", &server.id.to_string());
    }
    for (name, value) in [
        ("security", "on"),
        ("all", "on"),
        ("all_by", "upgrade"),
        ("reboot", "on"),
        ("restart_services", "on"),
        ("canary", "on"),
        ("strategy", "parallel"),
        ("pause_between_waves_secs", "1 s"),
        ("lock_wait_secs", "60 s"),
        ("reboot_wait_secs", "60 s"),
        ("settle_secs", "0 s"),
    ] {
        set(name, value);
    }
    let mut groups: Vec<GroupId> = chosen
        .iter()
        .filter_map(|server| Some(server.group.as_ref()?.0))
        .collect();
    groups.sort_by_key(ToString::to_string);
    groups.dedup();
    for (place, group) in groups.iter().enumerate() {
        set(&format!("groups.{place}.group"), &group.to_string());
        set(&format!("groups.{place}.drain"), "/usr/local/bin/out-of-balancer");
        set(&format!("groups.{place}.restore"), "/usr/local/bin/into-balancer");
        set(&format!("groups.{place}.health"), "command");
        set(&format!("groups.{place}.health.argv"), "/usr/local/bin/is-well");
    }
    fields
}

/// Previews a form, and returns the plan with its hash when all servers have answered.
pub(crate) async fn preview(
    server: SocketAddr,
    cookie: &str,
    fields: &[(String, String)],
) -> anyhow::Result<(String, String)> {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
    let (mut place, _) = http::post(server, "/do/preview", cookie, &fields).await?;
    let deadline = Instant::now() + Duration::from_secs(150);
    let mut last = String::new();
    while Instant::now() < deadline {
        ensure!(place.starts_with("/plans/"), "the preview led to {place}");
        let answer = http::send(server, &format!("GET {place}"), cookie, None).await?;
        if let Some(elsewhere) = answer.header("location") {
            place = elsewhere.to_owned();
            continue;
        }
        last = String::from_utf8_lossy(&answer.body).into_owned();
        // The servers have answered, and the plan that takes their answers into account took this one's place.
        if let Some(newer) = newer(&last) {
            place = newer;
            continue;
        }
        let value = |name: &str| {
            let (_, rest) = last.split_once(&format!("name=\"{name}\" value=\""))?;
            Some(rest.split('"').next()?.to_owned())
        };
        let form = last.split_once("run-now").is_some();
        if let (true, Some(plan), Some(hash)) = (form, value("plan"), value("hash")) {
            return Ok((plan, hash));
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    bail!("there was no plan to run at {place}: {last}")
}

/// Where the page of a plan whose place was taken leads.
fn newer(html: &str) -> Option<String> {
    let (before, _) = html.split_once("Go to the newer plan")?;
    let (_, place) = before.rsplit_once("href=\"")?;
    Some(place.split('"').next()?.to_owned())
}
