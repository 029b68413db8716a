//! The same on a real machine: systemd, apt and dpkg, restarts, OpenSSH. Two installations of real packages never print
//! the same, so each stored log is held against the machine's own file, and runs are compared by what they did.

mod machine;

use crate::asked::Asked;
use crate::case::{CaseName, Counts, Done};
use crate::drydock::{Drydock, Setup};
use crate::gates::Gates;
use crate::http;
use crate::prepared::{LEASE_MS, everybody_through, first_run, new_folder, preview, until_quiet, write_key};
use crate::report::{Part, Report};
use anyhow::{Context as _, bail, ensure};
use base64::Engine as _;
use machine::{HOST, Lab, add};
use model::{RunId, ServerId, StackId};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::time::{Duration, Instant};
use store::{Place, Store};
use tempfile::TempDir;

/// One in so many places is a crash.
const ONE_IN: u32 = 4;
const QUIET: Duration = Duration::from_secs(120);
const LONGEST: Duration = Duration::from_secs(900);

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

/// What a run on a lab machine is compared by.
const COMPARED: &[&str] = &["outcome", "steps", "logs", "dpkg.log", "versions", "restarts"];

/// Does the run once undisturbed, and then as often as it is asked for with crashes, and compares.
pub(crate) async fn torture(asked: &Asked, report: &mut Report) {
    let cases = asked.chosen("again", asked.drawn("lab", "again", asked.lab));
    if cases.is_empty() {
        return;
    }
    let mut part = report.begin("a lab machine with real apt, systemd and restarts: killed again and again");
    match all(&asked.drydock, cases, &mut part).await {
        Ok(sentence) => report.compared(sentence),
        Err(error) => part.note(undisturbed(), Err(error), Duration::ZERO),
    }
    report.end(part);
}

fn undisturbed() -> CaseName {
    CaseName {
        database: "lab",
        kind: "undisturbed",
        place: "1".to_owned(),
        seed: None,
    }
}

/// Returns a sentence about it.
async fn all(binary: &Path, cases: Vec<(CaseName, u64)>, part: &mut Part) -> anyhow::Result<String> {
    let lab = match Lab::enter().await {
        Ok(lab) => lab,
        Err(why) => {
            let required = std::env::var("DRYDOCK_REQUIRE").is_ok_and(|it| it == "all");
            ensure!(!required, "needed, and not there: {why:#}");
            return Ok(format!("Lab machines: SKIPPED, {why:#}"));
        }
    };
    let begun = Instant::now();
    let (whole, done) = one(&lab, binary, None).await?;
    part.note(undisturbed(), Ok(done), begun.elapsed());
    ensure!(
        whole.outcome.as_deref() == Some("succeeded") && whole.boots == 1,
        "undisturbed, the machine's run is {whole:?}"
    );
    for (name, seed) in cases {
        let begun = Instant::now();
        let done = one(&lab, binary, Some(StdRng::seed_from_u64(seed))).await;
        let done = done.map(|(left, mut done)| {
            if left != whole {
                done.faults.push(format!("{left:?} instead of {whole:?}"));
            }
            done
        });
        part.note(name, done, begun.elapsed());
    }
    lab.does(&["restore", HOST]).await?;
    Ok(format!(
        "A lab machine: {} steps, {} actions in dpkg.log, {} restart; every log is the machine's own file.",
        whole.steps.len(),
        whole.dpkg.len(),
        whole.boots
    ))
}

/// One whole run on the machine as it was made; with `crashes` it is killed again and again.
async fn one(lab: &Lab, binary: &Path, crashes: Option<StdRng>) -> anyhow::Result<(Left, Done)> {
    let mut kills = 0;
    lab.does(&["restore", HOST]).await?;
    let boots = lab.boots()?;
    let log_before = lab.runs("cat /var/log/dpkg.log 2>/dev/null || true").await?;
    let folder = new_folder()?;
    let data = folder.path().join("data");
    std::fs::create_dir(&data)?;
    std::fs::set_permissions(&data, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
    write_key(&data)?;
    let known = add(lab, &data).await?;
    let mut gates = Gates::open(folder.path())?;
    let setup = setup(binary, &folder, gates.path());
    let (drydock, cookie, run) = asked(&setup, &mut gates, known).await?;
    let drydock = crashed(drydock, &setup, &mut gates, run, crashes, &mut kills).await?;
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
    let left = Left {
        outcome: record.outcome.map(|outcome| outcome.to_string()),
        steps,
        dpkg,
        versions,
        boots: lab.boots()? - boots,
    };
    let done = Done {
        counts: Counts {
            kills,
            ..Counts::default()
        },
        told: format!("killed {kills} times"),
        compared: COMPARED,
        faults,
        kept: None,
    };
    Ok((left, done))
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
async fn asked(
    setup: &Setup,
    gates: &mut Gates,
    (stack, server): (StackId, ServerId),
) -> anyhow::Result<(Drydock, String, RunId)> {
    let mut drydock = Drydock::start(setup).await?;
    let token = drydock.first_run_token().await?;
    let cookie = first_run(drydock.address, &token).await?;
    let address = drydock.address;
    let looked = async {
        http::post(address, "/do/scan", &cookie, &[("ids[]", &server.to_string())]).await?;
        until_quiet(address, &cookie).await
    };
    everybody_through(gates, looked).await?;
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
