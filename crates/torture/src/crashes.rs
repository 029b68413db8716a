//! SIGKILL at every recorded transition and around every effect, and at random moments.

use crate::case::{CaseName, Counts, Done, Ground};
use crate::evidence::Evidence;
use crate::prepared::Prepared;
use crate::report::Part;
use crate::scene::Scene;
use anyhow::Context as _;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use std::collections::HashSet;
use std::time::{Duration, Instant};

/// The run without anything in its way.
#[derive(Debug)]
pub(crate) struct Whole {
    pub(crate) evidence: Evidence,
    /// Every place at a gate that it passed, once, in order.
    pub(crate) places: Vec<String>,
    pub(crate) took: Duration,
}

/// Does the run twice without disturbing it: the second must leave what the first left, or nothing can be compared.
pub(crate) async fn undisturbed(prepared: &Prepared, part: &mut Part) -> anyhow::Result<Whole> {
    let mut whole: Option<Whole> = None;
    for number in ["1", "2"] {
        let begun = Instant::now();
        let mut scene = Scene::new(prepared).await?;
        let drydock = scene.start().await?;
        scene.until_over().await?;
        let left = scene.finish(drydock).await?;
        let mut faults = left.faults;
        faults.extend(left.evidence.is_as_planned());
        if let Some(whole) = &whole {
            faults.extend(left.evidence.differs(&whole.evidence));
        }
        let done = Done::of(&mut scene, Counts::default(), String::new(), faults);
        let name = CaseName::at(prepared.on, "undisturbed", number.to_owned());
        part.note(name, Ok(done), begun.elapsed());
        let mut seen = HashSet::new();
        let places = scene
            .passed
            .iter()
            .filter(|place| seen.insert((*place).clone()))
            .cloned();
        whole.get_or_insert(Whole {
            evidence: left.evidence,
            places: places.collect(),
            took: left.took,
        });
    }
    whole.ok_or_else(|| anyhow::anyhow!("there was no run"))
}

/// Does the run without disturbing it from outside.
pub(crate) async fn left_alone(ground: Ground<'_>) -> anyhow::Result<Done> {
    let mut scene = ground.scene().await?;
    let drydock = scene.start().await?;
    scene.until_over().await?;
    let left = scene.finish(drydock).await?;
    let faults = ground.compared(left);
    Ok(Done::of(&mut scene, Counts::default(), String::new(), faults))
}

/// Kills at `place`, starts again, and compares.
pub(crate) async fn killed_at(ground: Ground<'_>, place: &str) -> anyhow::Result<Done> {
    let mut scene = ground.scene().await?;
    let mut drydock = scene.start().await?;
    let at = scene.until_at(place).await?.context("it was never there")?;
    drydock.kill().await?;
    drop(at);
    drydock = scene.start().await?;
    if place != scene.end() && !place.starts_with("written pack") {
        scene.until_over().await?;
    } else {
        // It may be over already: then nobody comes to a gate any more.
        scene.meanwhile(ended(ground.prepared, drydock.address)).await?;
    }
    let left = scene.finish(drydock).await?;
    let counts = Counts {
        kills: 1,
        ..Counts::default()
    };
    Ok(Done::of(&mut scene, counts, String::new(), ground.compared(left)))
}

/// Waits until the run's page says that it is over.
pub(crate) async fn ended(prepared: &Prepared, address: std::net::SocketAddr) -> anyhow::Result<()> {
    while !is_over(prepared, address).await? {
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    Ok(())
}

/// Whether the run's page says that it is over.
pub(crate) async fn is_over(prepared: &Prepared, address: std::net::SocketAddr) -> anyhow::Result<bool> {
    let path = format!("/runs/{}", prepared.run);
    let html = crate::http::page(address, &path, &prepared.cookie).await?;
    let badge = html
        .split_once("run-headline")
        .and_then(|(_, rest)| rest.split_once("<strong"));
    let (badge, _) = badge.context("the run's page has no headline")?;
    let ends = ["succeeded", "failed", "cancelled", "stuck"];
    Ok(ends.iter().any(|word| badge.contains(word)))
}

/// Kills some times at random moments, starts again each time, and compares.
pub(crate) async fn at_random(ground: Ground<'_>, seed: u64) -> anyhow::Result<Done> {
    let mut counts = Counts::default();
    let mut drawn = StdRng::seed_from_u64(seed);
    let mut scene = ground.scene().await?;
    let mut drydock = scene.start().await?;
    let mut told = Vec::new();
    for _ in 0..drawn.random_range(1..=5) {
        let most = u64::try_from(ground.whole.took.as_millis())
            .unwrap_or(u64::MAX)
            .max(2);
        let after = Duration::from_millis(drawn.random_range(0..most * 2 / 3));
        let end = scene.end();
        let over = tokio::time::timeout(after, scene.until_at(&end)).await;
        drydock.kill().await?;
        counts.kills += 1;
        told.push(format!("{} ms", after.as_millis()));
        drydock = scene.start().await?;
        if over.is_ok() {
            break;
        }
    }
    let address = drydock.address;
    scene.meanwhile(ended(ground.prepared, address)).await?;
    let left = scene.finish(drydock).await?;
    let told = format!("killed after {}", told.join(", then "));
    Ok(Done::of(&mut scene, counts, told, ground.compared(left)))
}

/// Kills at every place it comes to and has not been killed at before, or at one in so many of them, in one run.
pub(crate) async fn again_and_again(ground: Ground<'_>, seed: u64, one_in: u32) -> anyhow::Result<Done> {
    let mut counts = Counts::default();
    let mut drawn = StdRng::seed_from_u64(seed);
    let mut scene = ground.scene().await?;
    let mut drydock = scene.start().await?;
    let mut been = HashSet::new();
    let end = scene.end();
    loop {
        let passing = scene.arrival().await?;
        let over = passing.what == end;
        if been.insert(passing.what.clone()) && drawn.random_ratio(1, one_in) && !over {
            drydock.kill().await?;
            counts.kills += 1;
            drop(passing);
            drydock = scene.start().await?;
            continue;
        }
        passing.go().await;
        if over {
            break;
        }
    }
    let left = scene.finish(drydock).await?;
    let told = format!("killed {} times", counts.kills);
    Ok(Done::of(&mut scene, counts, told, ground.compared(left)))
}
