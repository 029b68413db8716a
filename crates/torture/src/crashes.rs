//! SIGKILL at every recorded transition and around every effect, and at random moments.

use crate::evidence::Evidence;
use crate::prepared::Prepared;
use crate::report::Section;
use crate::scene::Scene;
use anyhow::Context as _;
use futures::StreamExt as _;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use std::collections::HashSet;
use std::time::Duration;

/// Runs that go on beside each other; most of their time is waiting.
pub(crate) const WIDTH: usize = 3;

/// The run without anything in its way.
pub(crate) struct Whole {
    pub(crate) evidence: Evidence,
    /// Every place at a gate that it passed, once, in order.
    pub(crate) places: Vec<String>,
    pub(crate) took: Duration,
}

/// Does the run twice without disturbing it: the second must leave what the first left, or nothing can be compared.
pub(crate) async fn undisturbed(prepared: &Prepared, section: &mut Section) -> anyhow::Result<Whole> {
    let mut whole: Option<Whole> = None;
    for _ in 0..2 {
        let mut scene = Scene::new(prepared).await?;
        let drydock = scene.start().await?;
        scene.until_over().await?;
        let left = scene.finish(drydock).await?;
        let mut faults = left.faults;
        faults.extend(left.evidence.is_as_planned());
        if let Some(whole) = &whole {
            faults.extend(left.evidence.differs(&whole.evidence));
        }
        section.note("the undisturbed run", faults, &mut scene);
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

/// Kills at `place`, starts again, and compares.
async fn killed_at(prepared: &Prepared, whole: &Whole, place: &str) -> anyhow::Result<(Section, bool)> {
    let mut section = Section::default();
    let mut scene = Scene::new(prepared).await?;
    let mut drydock = scene.start().await?;
    let at = scene.until_at(place).await?;
    let reached = at.is_some();
    if reached {
        drydock.kill().await?;
        drop(at);
        drydock = scene.start().await?;
        if place != scene.end() && !place.starts_with("written pack") {
            scene.until_over().await?;
        } else {
            // It may be over already: then nobody comes to a gate any more.
            scene.meanwhile(ended(prepared, drydock.address)).await?;
        }
    }
    let left = scene.finish(drydock).await?;
    let mut faults = left.faults;
    faults.extend(left.evidence.differs(&whole.evidence));
    section.note(
        &format!("killed at: {}", prepared.named(place)),
        faults,
        &mut scene,
    );
    Ok((section, reached))
}

/// Waits until the run's page says that it is over.
pub(crate) async fn ended(prepared: &Prepared, address: std::net::SocketAddr) -> anyhow::Result<()> {
    loop {
        let path = format!("/runs/{}", prepared.run);
        let html = crate::http::page(address, &path, &prepared.cookie).await?;
        let badge = html
            .split_once("run-headline")
            .and_then(|(_, rest)| rest.split_once("<strong"));
        let (badge, _) = badge.context("the run's page has no headline")?;
        if ["succeeded", "failed", "cancelled", "stuck"]
            .iter()
            .any(|word| badge.contains(word))
        {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// One crash at each of `places`.
pub(crate) async fn everywhere(prepared: &Prepared, whole: &Whole, places: &[String], section: &mut Section) {
    let runs = futures::stream::iter(
        places
            .iter()
            .map(|place| async move { (place, killed_at(prepared, whole, place).await) }),
    );
    let mut runs = runs.buffer_unordered(WIDTH);
    while let Some((place, done)) = runs.next().await {
        match done {
            Ok((one, reached)) => {
                section.join(one);
                section.kills += u64::from(reached);
                if !reached {
                    section.fault(
                        &format!("killed at: {}", prepared.named(place)),
                        "it was never there",
                    );
                }
            }
            Err(error) => section.fault(
                &format!("killed at: {}", prepared.named(place)),
                &format!("{error:#}"),
            ),
        }
        section.progress(places.len());
    }
}

/// Kills some times at random moments, starts again each time, and compares.
async fn killed_at_random(prepared: &Prepared, whole: &Whole, seed: u64) -> anyhow::Result<Section> {
    let mut section = Section::default();
    let mut drawn = StdRng::seed_from_u64(seed);
    let mut scene = Scene::new(prepared).await?;
    let mut drydock = scene.start().await?;
    let mut told = Vec::new();
    for _ in 0..drawn.random_range(1..=5) {
        let most = u64::try_from(whole.took.as_millis()).unwrap_or(u64::MAX).max(2);
        let after = Duration::from_millis(drawn.random_range(0..most * 2 / 3));
        let end = scene.end();
        let over = tokio::time::timeout(after, scene.until_at(&end)).await;
        drydock.kill().await?;
        section.kills += 1;
        told.push(format!("{} ms", after.as_millis()));
        drydock = scene.start().await?;
        if over.is_ok() {
            break;
        }
    }
    let address = drydock.address;
    scene.meanwhile(ended(prepared, address)).await?;
    let left = scene.finish(drydock).await?;
    let mut faults = left.faults;
    faults.extend(left.evidence.differs(&whole.evidence));
    section.note(
        &format!("seed {seed}: killed after {}", told.join(", then ")),
        faults,
        &mut scene,
    );
    Ok(section)
}

/// So many runs that are killed at random moments.
pub(crate) async fn at_random(
    prepared: &Prepared,
    whole: &Whole,
    seeds: std::ops::Range<u64>,
    section: &mut Section,
) {
    let all = usize::try_from(seeds.end - seeds.start).unwrap_or(usize::MAX);
    let runs = futures::stream::iter(
        seeds.map(|seed| async move { (seed, killed_at_random(prepared, whole, seed).await) }),
    );
    let mut runs = runs.buffer_unordered(WIDTH);
    while let Some((seed, done)) = runs.next().await {
        match done {
            Ok(one) => section.join(one),
            Err(error) => section.fault(&format!("seed {seed}"), &format!("{error:#}")),
        }
        section.progress(all);
    }
}

/// Kills at every place it comes to and has not been killed at before, or at one in so many of them, in one run.
async fn relentlessly(prepared: &Prepared, whole: &Whole, seed: u64, one_in: u32) -> anyhow::Result<Section> {
    let mut section = Section::default();
    let mut drawn = StdRng::seed_from_u64(seed);
    let mut scene = Scene::new(prepared).await?;
    let mut drydock = scene.start().await?;
    let mut been = HashSet::new();
    let end = scene.end();
    loop {
        let passing = scene.arrival().await?;
        let over = passing.what == end;
        if been.insert(passing.what.clone()) && drawn.random_ratio(1, one_in) && !over {
            drydock.kill().await?;
            section.kills += 1;
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
    let mut faults = left.faults;
    faults.extend(left.evidence.differs(&whole.evidence));
    let what = format!("seed {seed}: killed {} times in one run", section.kills);
    section.note(&what, faults, &mut scene);
    Ok(section)
}

/// So many runs, each killed again and again.
pub(crate) async fn again_and_again(
    prepared: &Prepared,
    whole: &Whole,
    seeds: std::ops::Range<u64>,
    one_in: u32,
    section: &mut Section,
) {
    let runs = futures::stream::iter(
        seeds.map(|seed| async move { (seed, relentlessly(prepared, whole, seed, one_in).await) }),
    );
    let mut runs = runs.buffer_unordered(WIDTH);
    while let Some((seed, done)) = runs.next().await {
        match done {
            Ok(one) => section.join(one),
            Err(error) => section.fault(&format!("seed {seed}, again and again"), &format!("{error:#}")),
        }
    }
}
