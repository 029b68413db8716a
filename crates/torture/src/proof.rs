//! The harness proves itself: the server breaks a promise on purpose, and the harness must say so.

use crate::case::{Broken, Done, Ground};
use crate::crashes;
use crate::prepared::On;
use crate::stops::{self, Deed};
use anyhow::Context as _;

/// What is broken, by the names of their cases, and where that can be noticed: a fence stands between two workers, and
/// only PostgreSQL has two.
pub(crate) fn promises(on: On) -> Vec<(&'static str, Broken)> {
    let mut promises = vec![
        ("a-step-run-twice", Broken::StepTwice),
        ("a-chunk-dropped", Broken::ChunkDropped),
    ];
    if on == On::Postgres {
        promises.push(("fence-off", Broken::FenceOff));
    }
    promises
}

/// What the harness must have said, at least.
const fn complaints(broken: Broken) -> &'static [&'static str] {
    match broken {
        Broken::FenceOff => &["the stale worker changed a server"],
        Broken::StepTwice => &["attempts: ", "attempt 2"],
        Broken::ChunkDropped => &["the stored log", "the download", "the server's file"],
    }
}

/// Does a run with a promise broken. It differs, as a case, when the harness did not notice.
pub(crate) async fn noticed(ground: Ground<'_>, broken: Broken) -> anyhow::Result<Done> {
    let ground = Ground {
        broken: Some(broken),
        ..ground
    };
    let found = match broken {
        Broken::FenceOff => {
            let starts = |place: &&String| place.starts_with("before start");
            let place = ground.whole.places.iter().find(starts);
            stops::at(ground, Deed::StopOneOfTwo, place.context("no step was started")?).await?
        }
        Broken::StepTwice | Broken::ChunkDropped => crashes::left_alone(ground).await?,
    };
    if let Some(kept) = &found.kept {
        std::fs::remove_dir_all(kept).with_context(|| kept.display().to_string())?;
    }
    let said = found.faults.join("\n");
    let faults = complaints(broken)
        .iter()
        .filter(|complaint| !said.contains(**complaint))
        .map(|complaint| {
            format!("the harness did not notice: it should have said “{complaint}”, and said “{said}”")
        });
    let told = match found.faults.first() {
        Some(first) => format!("noticed, with {} differences: {first}", found.faults.len()),
        None => String::new(),
    };
    Ok(Done {
        faults: faults.collect(),
        kept: None,
        told,
        ..found
    })
}
