//! The same on a real machine: systemd, apt and dpkg, restarts, OpenSSH. Two installations of real packages never print
//! the same, so each stored log is held against the machine's own file, and runs are compared by what they did.

use crate::drydock::{Drydock, Setup};
use crate::gates::Gates;
use crate::http;
use crate::prepared::{LEASE_MS, everybody_through, first_run, new_folder, preview, write_key};
use crate::report::Section;
use anyhow::{Context as _, bail, ensure};
use base64::Engine as _;
use model::{Account, Criticality, Endpoint, RunId, StackId, StackKind, Transport};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};
use store::{NewKey, Place, ServerFields, StackFields, Store, StoreError};
use tempfile::TempDir;
use tokio::io::AsyncReadExt as _;
use tokio::process::{Child, Command};
use world::{Clock as _, SystemClock};

/// The machine.
const HOST: &str = "h1";
/// One in so many places is a crash.
const ONE_IN: u32 = 4;
const QUIET: Duration = Duration::from_secs(120);
const LONGEST: Duration = Duration::from_secs(900);

#[derive(Debug, Deserialize)]
struct Described {
    client_keys: HashMap<String, KeyFiles>,
    hosts: Vec<Host>,
}

#[derive(Debug, Deserialize)]
struct KeyFiles {
    private: PathBuf,
    public: PathBuf,
}

#[derive(Debug, Clone, Deserialize)]
struct Host {
    name: String,
    address: String,
    port: u16,
    user: String,
    host_keys: Vec<String>,
}

/// The lab, held for this process.
struct Lab {
    tool: PathBuf,
    state: PathBuf,
    /// Keeps others out until its input ends.
    _keeper: Child,
}

/// What one run left.
#[derive(Debug, PartialEq, Eq)]
struct Left {
    outcome: Option<String>,
    /// By place and kind.
    steps: BTreeMap<String, Option<String>>,
    /// What dpkg did, in order of words: its triggers come in another order each time.
    dpkg: Vec<String>,
    versions: String,
    boots: usize,
}

/// Does the run once undisturbed and `runs` times with crashes, and compares. Returns a sentence about it.
pub(crate) async fn torture(
    binary: &Path,
    runs: u64,
    seed: u64,
    section: &mut Section,
) -> anyhow::Result<String> {
    let lab = match Lab::enter().await {
        Ok(lab) => lab,
        Err(why) => {
            let required = std::env::var("DRYDOCK_REQUIRE").is_ok_and(|it| it == "all");
            ensure!(!required, "needed, and not there: {why:#}");
            return Ok(format!("Lab machines: SKIPPED, {why:#}"));
        }
    };
    let mut kills = 0;
    let whole = one(&lab, binary, None, &mut kills, section).await?;
    ensure!(
        whole.outcome.as_deref() == Some("succeeded") && whole.boots == 1,
        "undisturbed, the machine's run is {whole:?}"
    );
    for number in 0..runs {
        let drawn = StdRng::seed_from_u64(seed.wrapping_add(number));
        let left = one(&lab, binary, Some(drawn), &mut kills, section).await?;
        if left != whole {
            section.fault("a lab machine's run", &format!("{left:?} instead of {whole:?}"));
        }
    }
    section.kills += kills;
    lab.does(&["restore", HOST]).await?;
    Ok(format!(
        "A lab machine: {} steps, {} actions in dpkg.log, {} restart; every log is the machine's own file.",
        whole.steps.len(),
        whole.dpkg.len(),
        whole.boots
    ))
}

impl Lab {
    async fn enter() -> anyhow::Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let tool = root.join("lab/lab");
        let state = std::env::var("DRYDOCK_LAB").unwrap_or_else(|_| "/var/tmp/drydock-lab".to_owned());
        let state = PathBuf::from(state);
        let check = Command::new(&tool).arg("check").output().await?;
        ensure!(
            check.status.success(),
            "{}",
            String::from_utf8_lossy(&check.stderr).trim()
        );
        ensure!(
            state.join("hosts.json").exists(),
            "the lab is not up: script/lab up"
        );
        let mut keeper = Command::new(&tool)
            .args(["hold", "sh", "-c", "echo held; cat >/dev/null"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut held = [0; 4];
        keeper
            .stdout
            .as_mut()
            .context("no output")?
            .read_exact(&mut held)
            .await?;
        let lab = Self {
            tool,
            state,
            _keeper: keeper,
        };
        lab.does(&["up", HOST]).await?;
        Ok(lab)
    }

    async fn does(&self, arguments: &[&str]) -> anyhow::Result<String> {
        let output = Command::new(&self.tool)
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .await?;
        ensure!(
            output.status.success(),
            "lab/lab {arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    async fn runs(&self, script: &str) -> anyhow::Result<String> {
        self.does(&["exec", HOST, "sh", "-ec", script]).await
    }

    /// How often the machine has started, by what its console printed.
    fn boots(&self) -> anyhow::Result<usize> {
        let console = std::fs::read(self.state.join("hosts").join(HOST).join("console.log"))?;
        Ok(String::from_utf8_lossy(&console).matches("Welcome to ").count())
    }

    fn described(&self) -> anyhow::Result<Described> {
        Ok(serde_json::from_str(&std::fs::read_to_string(
            self.state.join("hosts.json"),
        )?)?)
    }
}

/// One whole run on the machine as it was made; with `crashes` it is killed again and again.
async fn one(
    lab: &Lab,
    binary: &Path,
    crashes: Option<StdRng>,
    kills: &mut u64,
    section: &mut Section,
) -> anyhow::Result<Left> {
    lab.does(&["restore", HOST]).await?;
    let boots = lab.boots()?;
    let log_before = lab.runs("cat /var/log/dpkg.log 2>/dev/null || true").await?;
    let folder = new_folder()?;
    let data = folder.path().join("data");
    std::fs::create_dir(&data)?;
    std::fs::set_permissions(&data, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
    write_key(&data)?;
    let (stack, _) = add(lab, &data).await?;
    let mut gates = Gates::open(folder.path())?;
    let setup = setup(binary, &folder, gates.path());
    let (drydock, cookie, run) = asked(&setup, &mut gates, stack).await?;
    let drydock = crashed(drydock, &setup, &mut gates, run, crashes, kills).await?;
    everybody_through(&mut gates, drydock.stop()).await?;

    let store = open(&data).await?;
    let record = store.run(run).await?.context("the run is gone")?;
    let mut steps = BTreeMap::new();
    let mut faults = Vec::new();
    for lane in store.run_matrix(run, None, 1, 10).await? {
        for step in lane.steps {
            let name = format!("{:03} {}", step.ord, step.kind);
            let part = store.log_part(run, step.id, None, 0, u64::MAX / 2).await?;
            let kept = part.context("a log is gone")?.bytes;
            let file = format!("/var/lib/drydock/runs/{}.{}/log", step.id, step.attempt);
            let on_server = lab
                .runs(&format!("cat {file} 2>/dev/null | base64 -w0 || true"))
                .await?;
            // A log may hold anything, and what a terminal carries may not.
            let is = base64::engine::general_purpose::STANDARD.encode(&kept);
            if is != on_server.trim() {
                faults.push(format!(
                    "{name}: the stored log ({} bytes) is not the server's file",
                    kept.len()
                ));
            }
            steps.insert(name, step.outcome.map(|outcome| outcome.to_string()));
        }
    }
    store.close().await;
    drop(cookie);
    section.runs += 1;
    if !faults.is_empty() {
        section.fault("a lab machine's logs", &faults.join("; "));
    }
    let log = lab.runs("cat /var/log/dpkg.log").await?;
    let mut dpkg: Vec<String> = log
        .strip_prefix(log_before.as_str())
        .unwrap_or(&log)
        .lines()
        .filter_map(|line| {
            let mut words = line.split(' ').skip(2);
            let what = words.next()?;
            // What dpkg was asked for, and what it did; states come and go on the way.
            matches!(what, "install" | "upgrade" | "configure" | "remove")
                .then(|| format!("{what} {}", words.collect::<Vec<_>>().join(" ")))
        })
        .collect();
    dpkg.sort();
    let versions = lab
        .runs("dpkg-query -W -f '${Package} ${Version} ${Status}\\n'")
        .await?;
    Ok(Left {
        outcome: record.outcome.map(|outcome| outcome.to_string()),
        steps,
        dpkg,
        versions,
        boots: lab.boots()? - boots,
    })
}

fn setup(binary: &Path, folder: &TempDir, gate: &Path) -> Setup {
    Setup {
        binary: binary.to_owned(),
        data: folder.path().join("data"),
        arguments: Vec::new(),
        environment: vec![
            ("DRYDOCK_LOG".to_owned(), "info".to_owned()),
            ("DRYDOCK_TORTURE_GATE".to_owned(), gate.display().to_string()),
            ("DRYDOCK_TORTURE_LEASE_MS".to_owned(), LEASE_MS.to_string()),
        ],
        log: folder.path().join("drydock.log"),
    }
}

async fn open(data: &Path) -> anyhow::Result<Store> {
    let sealer = store::Sealer::from_text(&testdb::SECRET_KEY.into())?;
    Ok(Store::open(&Place::Folder(data.to_owned()), sealer).await?)
}

/// Makes the admin, looks at the machine, and asks for security upgrades and a reboot.
async fn asked(setup: &Setup, gates: &mut Gates, stack: StackId) -> anyhow::Result<(Drydock, String, RunId)> {
    let mut drydock = Drydock::start(setup).await?;
    let token = drydock.first_run_token().await?;
    let cookie = first_run(drydock.address, &token).await?;
    let address = drydock.address;
    let form: Vec<(String, String)> = [
        ("stack", stack.to_string().as_str()),
        ("security", "on"),
        ("reboot", "on"),
        ("strategy", "serial"),
        ("lock_wait_secs", "60 s"),
        ("reboot_wait_secs", "120 s"),
        ("settle_secs", "2 s"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec();
    let (plan, hash) = everybody_through(gates, preview(address, &cookie, &form)).await?;
    let fields = [("plan", plan.as_str()), ("hash", hash.as_str())];
    let (place, _) = everybody_through(gates, http::post(address, "/do/run_plan", &cookie, &fields)).await?;
    let run = place.strip_prefix("/runs/").context("the plan was not run")?;
    let run = run.parse().ok().context("the run has no id")?;
    Ok((drydock, cookie, run))
}

/// Lets the run go on to its end, and kills Drydock on the way.
async fn crashed(
    mut drydock: Drydock,
    setup: &Setup,
    gates: &mut Gates,
    run: RunId,
    mut crashes: Option<StdRng>,
    kills: &mut u64,
) -> anyhow::Result<Drydock> {
    let begun = Instant::now();
    let end = format!("written end {run}");
    let mut been = HashSet::new();
    let mut last = Instant::now();
    loop {
        ensure!(
            begun.elapsed() < LONGEST,
            "the run did not end within {LONGEST:?}"
        );
        let Some(passing) = gates.next(QUIET).await else {
            bail!("nothing happened for {QUIET:?}");
        };
        if passing.what == "ask claim" {
            ensure!(last.elapsed() < QUIET, "nothing was done for {QUIET:?}");
            passing.go().await;
            continue;
        }
        last = Instant::now();
        let over = passing.what == end;
        let first = been.insert(passing.what.clone());
        let dies = crashes
            .as_mut()
            .is_some_and(|drawn| first && drawn.random_ratio(1, ONE_IN));
        if dies && !over {
            drydock.kill().await?;
            *kills += 1;
            drop(passing);
            drydock = Drydock::start(setup).await?;
            continue;
        }
        passing.go().await;
        if over {
            return Ok(drydock);
        }
    }
}

/// Adds the machine as a person would, with its key and its pinned host keys.
async fn add(lab: &Lab, data: &Path) -> anyhow::Result<(StackId, model::ServerId)> {
    let described = lab.described()?;
    let files = described
        .client_keys
        .get("ed25519")
        .context("the lab has no such key")?;
    let public = std::fs::read_to_string(&files.public)?;
    let print = Command::new("ssh-keygen")
        .arg("-lf")
        .arg(&files.public)
        .output()
        .await?;
    let print = String::from_utf8_lossy(&print.stdout).into_owned();
    let key = NewKey {
        name: "lab".to_owned(),
        algorithm: "ssh-ed25519".to_owned(),
        public: public
            .split(' ')
            .take(2)
            .collect::<Vec<_>>()
            .join(" ")
            .trim()
            .to_owned(),
        fingerprint: print.split(' ').nth(1).context("no fingerprint")?.to_owned(),
        private: std::fs::read_to_string(&files.private)?.into(),
        generated: false,
    };
    let host = described.hosts.into_iter().find(|host| host.name == HOST);
    let host = host.context("the lab has no such machine")?;
    let pins = host.host_keys.iter().map(|line| {
        let mut words = line.split(' ').skip(1);
        let pin = remote::host_key(words.next().unwrap_or_default(), words.next().unwrap_or_default());
        pin.map_err(|_| anyhow::anyhow!("{line} is no host key"))
    });
    let pins = pins.collect::<anyhow::Result<Vec<_>>>()?;
    let store = open(data).await?;
    let now = SystemClock.now();
    let added = store.write::<_, StoreError, _>(move |tx| {
        Box::pin(async move {
            let key = tx.insert_key(&key, now).await?;
            let stack = StackFields {
                name: "lab".to_owned(),
                environment: "production".to_owned(),
                kind: StackKind::Servers,
                owner: None,
                criticality: Criticality::Normal,
            };
            let stack = tx.insert_stack(&stack, now).await?;
            let fields = ServerFields {
                name: host.name.clone(),
                endpoint: Endpoint {
                    host: host.address.clone(),
                    port: host.port,
                    user: host.user.clone(),
                    jump: None,
                    key: Some(key),
                },
                account: Account::Operate,
                transport: Transport::Ssh,
                stack: Some(stack),
                group: None,
                criticality: Criticality::Normal,
            };
            let server = tx.insert_server(&fields, now).await?;
            tx.pin_host_keys(server, &pins, "lab", now).await?;
            Ok((stack, server))
        })
    });
    let added = added.await?;
    store.close().await;
    Ok(added)
}
