//! What Drydock stands on is taken away in the middle of a run, and given back: PostgreSQL, SQLite's lock, room on the disk.

use crate::case::{Counts, Done, Ground};
use crate::crashes;
use crate::disk::Disk;
use crate::prepared::On;
use crate::scene::Scene;
use anyhow::{Context as _, bail};
use std::collections::HashSet;
use std::time::{Duration, Instant};
use testdb::{Away, Locked};

/// How long after an outage the run may take to its end.
const AFTER: Duration = Duration::from_secs(120);

/// What is taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outage {
    /// PostgreSQL is shut down.
    Stopped,
    /// PostgreSQL's processes are stopped.
    Paused,
    /// Another process has an exclusive transaction on SQLite's file.
    Locked,
    /// The disk with the data folder is full.
    DiskFull,
}

impl Outage {
    /// What a case is called.
    pub(crate) const fn kind(self) -> &'static str {
        match self {
            Self::Stopped => "database-stopped",
            Self::Paused => "database-paused",
            Self::Locked => "database-locked",
            Self::DiskFull => "disk-full",
        }
    }

    /// In a report.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Stopped => "PostgreSQL shut down in the middle of a run, and started again",
            Self::Paused => "PostgreSQL's processes stopped in the middle of a run, and let go on",
            Self::Locked => "the database locked by another process in the middle of a run, and let go",
            Self::DiskFull => {
                "the disk with the data folder full in the middle of a run, and then with room again"
            }
        }
    }

    /// How many cases go on beside each other: PostgreSQL is away for all of them at once.
    pub(crate) const fn width(self) -> usize {
        match self {
            Self::Stopped | Self::Paused => 1,
            Self::Locked | Self::DiskFull => crate::case::WIDTH,
        }
    }
}

/// Those that can be on a database.
pub(crate) fn all(on: On) -> &'static [Outage] {
    match on {
        On::Sqlite => &[Outage::Locked, Outage::DiskFull],
        On::Postgres => &[Outage::Stopped, Outage::Paused],
    }
}

/// One place of each sort: after each kind of transition, and around each kind of effect.
pub(crate) fn places(places: &[String]) -> Vec<String> {
    let mut seen = HashSet::new();
    let sort = |place: &String| -> String {
        // Ids are what has figures in it.
        let words = place
            .split(' ')
            .filter(|word| !word.contains(|c: char| c.is_ascii_digit()));
        words.collect::<Vec<_>>().join(" ")
    };
    let mut first: Vec<String> = places
        .iter()
        .filter(|place| seen.insert(sort(place)))
        .cloned()
        .collect();
    // After the end there is nothing left to be done.
    first.retain(|place| !place.starts_with("written end"));
    first
}

/// What is away until it is given back.
enum Taken {
    Postgres(Away),
    Sqlite(Locked),
    Room,
}

/// Takes it away at `place`, for so long, and compares.
pub(crate) async fn at(
    ground: Ground<'_>,
    outage: Outage,
    place: &str,
    lasts: Duration,
) -> anyhow::Result<Done> {
    let mut scene = match outage {
        Outage::DiskFull => Scene::on_a_small_disk(ground.prepared).await?,
        _ => ground.scene().await?,
    };
    let drydock = scene.start().await?;
    let at = scene.until_at(place).await?.context("it was never there")?;
    let taken = take(&scene, outage).await?;
    at.go().await;
    let wait = async {
        tokio::time::sleep(lasts).await;
        Ok(())
    };
    scene.meanwhile(wait).await?;
    let end = scene.end();
    let mut faults = Vec::new();
    if scene.passed.contains(&end) {
        faults.push("the run ended while what it needs was away".to_owned());
    }
    let noticed = noticed(&scene)?;
    // A stopped database refuses nothing: whoever asks just waits.
    if !noticed && outage != Outage::Paused {
        faults.push("Drydock did not say that it could not write".to_owned());
    }
    match taken {
        Taken::Postgres(away) => tokio::task::block_in_place(|| away.give_back()),
        Taken::Sqlite(locked) => locked.let_go().await,
        Taken::Room => disk(&scene)?.empty()?,
    }
    let over = async {
        let deadline = Instant::now() + AFTER;
        loop {
            // For a moment after an outage a page may still be refused.
            match crashes::is_over(ground.prepared, drydock.address).await {
                Ok(true) => return Ok(()),
                Err(error) if Instant::now() > deadline => {
                    return Err(error.context("no page came after the outage"));
                }
                Ok(false) if Instant::now() > deadline => {
                    bail!("the run did not end within {AFTER:?} after the outage")
                }
                Ok(false) | Err(_) => tokio::time::sleep(Duration::from_millis(200)).await,
            }
        }
    };
    scene.meanwhile(over).await?;
    let mut left = scene.finish(drydock).await?;
    // Whoever cannot renew a lease starts nothing, and tries again when it can: with another number.
    left.evidence = left.evidence.counting_starts();
    let counts = Counts {
        outages: 1,
        ..Counts::default()
    };
    faults.extend(ground.compared(left));
    let told = format!("away for {} s", lasts.as_secs());
    Ok(Done::of(&mut scene, counts, told, faults))
}

/// Whether Drydock's log says that the database could not be used.
fn noticed(scene: &Scene<'_>) -> anyhow::Result<bool> {
    let log = std::fs::read_to_string(&scene.setup.log)?;
    Ok(log.contains("could not be written, trying again") || log.contains("the database does not answer"))
}

fn disk<'s>(scene: &'s Scene<'_>) -> anyhow::Result<&'s Disk> {
    scene
        .copy
        .disk
        .as_ref()
        .context("the data folder is on no disk of its own")
}

async fn take(scene: &Scene<'_>, outage: Outage) -> anyhow::Result<Taken> {
    Ok(match outage {
        Outage::Stopped | Outage::Paused => {
            let database = scene.copy.database.as_ref().context("there is no PostgreSQL")?;
            let how = match outage {
                Outage::Stopped => testdb::Outage::Stopped,
                _ => testdb::Outage::Paused,
            };
            Taken::Postgres(tokio::task::block_in_place(|| database.take_away(how)))
        }
        Outage::Locked => Taken::Sqlite(Locked::take(&scene.copy.data().join("drydock.db")).await),
        Outage::DiskFull => {
            disk(scene)?.fill()?;
            Taken::Room
        }
    })
}

#[cfg(test)]
mod tests {
    use super::places;

    #[test]
    fn places_of_one_sort_are_taken_once_and_the_end_never() {
        let all = [
            "written claim 0192-aa",
            "before start 0192-1.1",
            "after start 0192-1.1",
            "written step 0192-1.1 started",
            "before start 0192-2.1",
            "written step 0192-2.1 ended",
            "written end 0192-aa",
        ];
        let sorts = places(&all.map(str::to_owned));
        assert_eq!(sorts, [all[0], all[1], all[2], all[3], all[5]]);
    }
}
