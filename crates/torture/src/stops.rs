//! SIGSTOP past the lease, and two workers on one database.

use crate::case::{Counts, Done, Ground};
use crate::drydock::{Drydock, Setup, signal};
use crate::evidence::{Downloads, Evidence};
use crate::gates::Passing;
use crate::prepared::{LEASE_MS, Prepared};
use crate::scene::Scene;
use anyhow::{Context as _, ensure};
use std::path::Path;
use std::time::{Duration, Instant};

const LEASE: Duration = Duration::from_millis(LEASE_MS);
/// What may come on top of the lease: PostgreSQL undoes a transaction that a stopped process has left open after five
/// seconds, and a machine under load takes its time.
const SLACK: Duration = Duration::from_secs(9);

/// What is done to a worker that is at a gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Deed {
    /// Stopped past its lease, and let go on; nobody else is there.
    StopAlone,
    /// Killed; another worker takes over.
    KillOneOfTwo,
    /// Stopped until another worker has ended the run, and then let go on.
    StopOneOfTwo,
}

impl Deed {
    /// What a case is called.
    pub(crate) const fn kind(self) -> &'static str {
        match self {
            Self::StopAlone => "stopped",
            Self::KillOneOfTwo => "one-of-two-killed",
            Self::StopOneOfTwo => "one-of-two-stopped",
        }
    }
}

/// Does `deed` at `place`.
pub(crate) async fn at(ground: Ground<'_>, deed: Deed, place: &str) -> anyhow::Result<Done> {
    match deed {
        Deed::StopAlone => alone(ground, place).await,
        Deed::KillOneOfTwo | Deed::StopOneOfTwo => of_two(ground, deed, place).await,
    }
}

async fn alone(ground: Ground<'_>, place: &str) -> anyhow::Result<Done> {
    let mut scene = ground.scene().await?;
    let drydock = scene.start().await?;
    let at = scene.until_at(place).await?.context("it was never there")?;
    signal(drydock.pid, "STOP").await?;
    tokio::time::sleep(LEASE * 2).await;
    signal(drydock.pid, "CONT").await?;
    let over = place == scene.end();
    at.go().await;
    if !over {
        scene.until_over().await?;
    }
    let left = scene.finish(drydock).await?;
    let counts = Counts {
        stops: 1,
        ..Counts::default()
    };
    Ok(Done::of(&mut scene, counts, String::new(), ground.compared(left)))
}

/// The other worker's setup: the same but for its log.
fn other(setup: &Setup) -> Setup {
    Setup {
        log: setup.log.with_file_name("drydock-2.log"),
        ..setup.clone()
    }
}

async fn of_two(ground: Ground<'_>, deed: Deed, place: &str) -> anyhow::Result<Done> {
    let mut counts = Counts::default();
    let mut scene = ground.scene().await?;
    // Nobody may claim before both are there.
    let logs = [scene.setup.clone(), other(&scene.setup)];
    let one = Drydock::start(&logs[0]).await?;
    let two = Drydock::start(&logs[1]).await?;
    let at = scene.until_at(place).await?.context("it was never there")?;
    let one_is_at_it = at.pid == one.pid;
    let (stale, heir) = if one_is_at_it { (one, two) } else { (two, one) };
    let log = &logs[usize::from(!one_is_at_it)].log;
    let mut faults = Vec::new();
    let left = if deed == Deed::KillOneOfTwo {
        stale.kill().await?;
        counts.kills += 1;
        drop(at);
        faults.extend(taken_over(&mut scene, heir.pid).await?);
        scene.finish(heir).await?
    } else {
        signal(stale.pid, "STOP").await?;
        counts.stops += 1;
        faults.extend(taken_over(&mut scene, heir.pid).await?);
        faults.extend(still(ground.prepared, &mut scene, at, stale, log).await?);
        scene.finish(heir).await?
    };
    faults.extend(ground.compared(left));
    Ok(Done::of(&mut scene, counts, String::new(), faults))
}

/// Waits until the other worker has taken the run over and ended it.
async fn taken_over(scene: &mut Scene<'_>, heir: u32) -> anyhow::Result<Vec<String>> {
    let begun = Instant::now();
    let claim = format!("written claim {}", scene.prepared.run);
    let end = scene.end();
    let mut faults = Vec::new();
    let mut claimed = false;
    loop {
        let passing = scene.arrival().await?;
        let over = passing.what == end;
        if !claimed && passing.what == claim && passing.pid == heir {
            claimed = true;
            let took = begun.elapsed();
            if took > LEASE + SLACK {
                faults.push(format!(
                    "it was taken over only after {took:?}, with a lease of {LEASE:?}"
                ));
            }
        }
        passing.go().await;
        if over {
            return Ok(faults);
        }
    }
}

/// Lets a worker go on whose run another one has ended: it may change nothing, neither rows nor servers.
async fn still(
    prepared: &Prepared,
    scene: &mut Scene<'_>,
    at: Passing,
    stale: Drydock,
    log: &Path,
) -> anyhow::Result<Vec<String>> {
    let nothing = Downloads::new();
    let (before, _) = Evidence::collect(prepared, &scene.copy, &nothing).await?;
    let deeds = deeds(scene)?;
    let passed = scene.passed.len();
    let arrived = at.what.replacen("before", "after", 1);
    signal(stale.pid, "CONT").await?;
    at.go().await;
    scene.meanwhile(fenced_off(log)).await?;
    // What it was about to send has been on its way, and has had its answer.
    while !scene.passed.iter().skip(passed).any(|what| *what == arrived) {
        scene.arrival().await?.go().await;
    }
    let mut faults = Vec::new();
    for wrote in scene
        .passed
        .iter()
        .skip(passed)
        .filter(|what| what.starts_with("written"))
    {
        faults.push(format!("the stale worker has {}", prepared.named(wrote)));
    }
    let (after, _) = Evidence::collect(prepared, &scene.copy, &nothing).await?;
    faults.extend(after.differs(&before));
    let more = self::deeds(scene)?;
    if more != deeds {
        faults.push(format!(
            "the stale worker changed a server: {deeds} commands became {more}"
        ));
    }
    stale.kill().await?;
    Ok(faults)
}

/// How many commands that change one of the run's servers the world has taken.
fn deeds(scene: &Scene<'_>) -> anyhow::Result<usize> {
    let text = std::fs::read_to_string(scene.copy.world_file())?;
    let hosts = scene
        .prepared
        .servers
        .iter()
        .map(|server| format!("\"{}\"", server.host));
    let hosts: Vec<String> = hosts.collect();
    let about = |line: &&str| hosts.iter().any(|host| line.contains(host)) && !line.contains("\"refresh\"");
    Ok(text.lines().filter(about).count())
}

/// Waits until a worker has said in its log that it lost its run.
async fn fenced_off(log: &Path) -> anyhow::Result<()> {
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        if std::fs::read_to_string(log)?.contains("fenced off") {
            return Ok(());
        }
        ensure!(
            Instant::now() < deadline,
            "the stale worker never noticed that it is one"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
