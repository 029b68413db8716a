//! One case: what is done to Drydock in one run, and what came of it.

use crate::evidence::Faults;
use crate::prepared::{On, Prepared};
use crate::report::Part;
use crate::scene::{Left, Scene};
use futures::StreamExt as _;
use std::fmt;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Runs that go on beside each other; most of their time is waiting.
pub(crate) const WIDTH: usize = 3;

/// What a run on simulated servers leaves and is compared by.
pub(crate) const COMPARED: &[&str] = &[
    "outcome",
    "steps",
    "transitions",
    "events",
    "logs",
    "downloads",
    "restarts",
    "dpkg.log",
    "versions",
    "attempts",
    "holds",
];

/// A case's name, by which `--replay` finds it again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CaseName {
    /// `sqlite`, `postgres` or `lab`.
    pub(crate) database: &'static str,
    /// What is done.
    pub(crate) kind: &'static str,
    /// Where, in words that are the same in every session of the harness.
    pub(crate) place: String,
    /// What its random choices are drawn from.
    pub(crate) seed: Option<u64>,
}

impl CaseName {
    pub(crate) fn at(on: On, kind: &'static str, place: String) -> Self {
        Self {
            database: on.word(),
            kind,
            place,
            seed: None,
        }
    }

    pub(crate) fn drawn(database: &'static str, kind: &'static str, seed: u64) -> Self {
        Self {
            database,
            kind,
            place: seed.to_string(),
            seed: Some(seed),
        }
    }
}

impl fmt::Display for CaseName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.database, self.kind, self.place)
    }
}

/// How often what was done.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Counts {
    /// SIGKILL.
    pub(crate) kills: u64,
    /// SIGSTOP and SIGCONT.
    pub(crate) stops: u64,
    /// Connections to servers that were cut.
    pub(crate) cuts: u64,
    /// Streams of viewers that were broken and opened again.
    pub(crate) disconnects: u64,
    /// Times the database or the disk was taken away and given back.
    pub(crate) outages: u64,
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.kills += other.kills;
        self.stops += other.stops;
        self.cuts += other.cuts;
        self.disconnects += other.disconnects;
        self.outages += other.outages;
    }
}

/// What came of a case.
#[derive(Debug, Default)]
pub(crate) struct Done {
    pub(crate) counts: Counts,
    /// What was done, as far as its name does not say so.
    pub(crate) told: String,
    /// What was compared.
    pub(crate) compared: &'static [&'static str],
    /// What differed.
    pub(crate) faults: Faults,
    /// The run's folder, when something differed.
    pub(crate) kept: Option<PathBuf>,
}

impl Done {
    /// What came of a run: its folder is kept when something differed.
    pub(crate) fn of(scene: &mut Scene<'_>, counts: Counts, told: String, faults: Faults) -> Self {
        let kept = (!faults.is_empty()).then(|| scene.copy.keep());
        Self {
            counts,
            told,
            compared: COMPARED,
            faults,
            kept,
        }
    }
}

/// A promise that the server breaks on purpose, as its `torture::broken` numbers them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Broken {
    FenceOff = 1,
    StepTwice = 2,
    ChunkDropped = 3,
}

/// What cases on one database begin from and are compared with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ground<'g> {
    pub(crate) prepared: &'g Prepared,
    pub(crate) whole: &'g crate::crashes::Whole,
    pub(crate) broken: Option<Broken>,
}

impl<'g> Ground<'g> {
    /// A new run.
    pub(crate) async fn scene(&self) -> anyhow::Result<Scene<'g>> {
        let mut scene = Scene::new(self.prepared).await?;
        if let Some(broken) = self.broken {
            scene.told("BREAK", broken as u64);
        }
        Ok(scene)
    }

    /// What was wrong with a run by itself, and how it differs from the undisturbed one.
    pub(crate) fn compared(&self, left: Left) -> Faults {
        let mut faults = left.faults;
        faults.extend(left.evidence.differs(&self.whole.evidence));
        faults
    }
}

/// Carries cases out, `width` of them beside each other.
pub(crate) async fn each<T, F>(
    cases: Vec<(CaseName, T)>,
    width: usize,
    part: &mut Part,
    carried_out: impl Fn(T) -> F,
) where
    F: Future<Output = anyhow::Result<Done>>,
{
    let all = cases.len();
    let carried_out = &carried_out;
    let runs = futures::stream::iter(cases.into_iter().map(|(name, what)| async move {
        let begun = Instant::now();
        let done = carried_out(what).await;
        (name, done, begun.elapsed())
    }));
    let mut runs = runs.buffer_unordered(width);
    while let Some((name, done, took)) = runs.next().await {
        part.note(name, done, took);
        part.progress(all);
    }
}

/// A case that was carried out.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) name: CaseName,
    pub(crate) done: Done,
    pub(crate) took: Duration,
}
