//! Connections that are cut at random bytes: those to servers while a log is followed, and those of people who watch.

use crate::case::{Counts, Done, Ground};
use crate::http;
use anyhow::Context as _;
use model::{LiveCursor, StepId};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::io::AsyncReadExt as _;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Tabs that watch a run and break off, beside as many that never read.
const TABS: usize = 40;
/// A connection to a server ends after at most so many bytes of a log.
const CUT_WITHIN: u64 = 300;
/// A viewer's connection ends after at most so many bytes.
const BREAK_WITHIN: u64 = 3_000;
/// How long a viewer may be behind when the run has ended.
const BEHIND: Duration = Duration::from_secs(20);

/// A run whose connections to servers are cut again and again.
pub(crate) async fn cut(ground: Ground<'_>, seed: u64) -> anyhow::Result<Done> {
    let mut scene = ground.scene().await?;
    scene.told("CUTS", CUT_WITHIN);
    scene.told("SEED", seed);
    let drydock = scene.start().await?;
    scene.until_over().await?;
    let left = scene.finish(drydock).await?;
    let counts = Counts {
        cuts: scene.passed.iter().filter(|what| *what == "cut log").count() as u64,
        ..Counts::default()
    };
    let told = format!("{} connections cut", counts.cuts);
    Ok(Done::of(&mut scene, counts, told, ground.compared(left)))
}

/// A run that is watched: by tabs whose streams break at random bytes, and by as many that never read.
pub(crate) async fn watched(ground: Ground<'_>, seed: u64) -> anyhow::Result<Done> {
    let prepared = ground.prepared;
    let mut counts = Counts::default();
    let mut scene = ground.scene().await?;
    let drydock = scene.start().await?;
    let address = drydock.address;
    let steps: Vec<StepId> = prepared
        .servers
        .iter()
        .flat_map(|it| &it.steps)
        .map(|it| it.id)
        .collect();
    let (stop, stopped) = watch::channel(None::<Instant>);
    let mut readers = JoinSet::new();
    let mut asleep = Vec::new();
    for tab in 0..TABS {
        let step = steps.get(tab % steps.len()).copied().context("no steps")?;
        let path = format!("/live?run={}&log={step}", prepared.run);
        asleep.push(http::open(address, &format!("GET {path}"), &prepared.cookie, None).await?);
        let drawn = StdRng::seed_from_u64(seed.wrapping_add(tab as u64));
        let (cookie, stopped) = (prepared.cookie.clone(), stopped.clone());
        readers.spawn(async move { (step, read(address, &path, &cookie, drawn, stopped).await) });
    }
    let begun = Instant::now();
    scene.until_over().await?;
    let took = begun.elapsed();
    // Give everybody the time to hear of the end, and see how far they came.
    stop.send_replace(Some(Instant::now() + BEHIND));
    let watched = scene.meanwhile(async { Ok(readers.join_all().await) }).await?;
    drop(asleep);
    let left = scene.finish(drydock).await?;
    let mut faults = Vec::new();
    let most = ground.whole.took * 3 + Duration::from_secs(10);
    if took > most {
        faults.push(format!(
            "watched it took {took:?}, and {:?} undisturbed",
            ground.whole.took
        ));
    }
    for (step, seen) in watched {
        let seen = seen?;
        counts.disconnects += seen.broken;
        faults.extend(seen.faults);
        let (events, bytes) = left.evidence.length_of(prepared, step);
        if (seen.cursor.seq, seen.cursor.offset) != (events, bytes) {
            faults.push(format!(
                "a viewer saw {} events and {} bytes of a log, of {events} and {bytes}",
                seen.cursor.seq, seen.cursor.offset
            ));
        }
    }
    faults.extend(ground.compared(left));
    let told = format!(
        "watched by {TABS} tabs whose streams break and {TABS} that never read, the run took {:.1} s",
        took.as_secs_f64()
    );
    Ok(Done::of(&mut scene, counts, told, faults))
}

/// What one viewer saw.
struct Seen {
    cursor: LiveCursor,
    broken: u64,
    faults: Vec<String>,
}

/// Reads a stream, breaks it at random bytes, and opens it again where it ended, until nothing more comes.
async fn read(
    address: SocketAddr,
    path: &str,
    cookie: &str,
    mut drawn: StdRng,
    mut stopped: watch::Receiver<Option<Instant>>,
) -> anyhow::Result<Seen> {
    let mut seen = Seen {
        cursor: LiveCursor::default(),
        broken: 0,
        faults: Vec::new(),
    };
    loop {
        let from = format!("GET {path}&from={}", seen.cursor);
        let mut stream = http::open(address, &from, cookie, None).await?;
        let mut left = drawn.random_range(1..=BREAK_WITHIN);
        let mut line = Vec::new();
        let mut bytes = [0; 512];
        while left > 0 {
            let until = *stopped.borrow();
            let room = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
            let read = async {
                match until {
                    // The run has ended; two quiet seconds are the end of what there is to hear.
                    Some(_) => {
                        tokio::time::timeout(Duration::from_secs(2), stream.read(&mut bytes[..room])).await
                    }
                    None => Ok(stream.read(&mut bytes[..room]).await),
                }
            };
            let read = tokio::select! {
                read = read => read,
                _ = stopped.changed(), if until.is_none() => continue,
            };
            let Ok(read) = read else { return Ok(seen) };
            let read = read?;
            if read == 0 {
                break;
            }
            left -= read as u64;
            for byte in &bytes[..read] {
                if *byte == b'\n' {
                    take(&mut seen, &line);
                    line.clear();
                } else {
                    line.push(*byte);
                }
            }
            if until.is_some_and(|until| Instant::now() > until) {
                return Ok(seen);
            }
        }
        seen.broken += 1;
    }
}

/// Takes a line of the stream in. The id of a message says how far the tab is with it.
fn take(seen: &mut Seen, line: &[u8]) {
    let text = String::from_utf8_lossy(line);
    let id = text.strip_prefix("id:").map(str::trim);
    let Some(cursor) = id.and_then(|id| id.parse::<LiveCursor>().ok()) else {
        return;
    };
    if cursor.seq < seen.cursor.seq || cursor.offset < seen.cursor.offset {
        seen.faults
            .push(format!("a viewer was sent back from {} to {cursor}", seen.cursor));
    }
    seen.cursor = cursor;
}
