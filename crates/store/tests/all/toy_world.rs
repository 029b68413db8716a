//! A world for steps to work on: it outlives every worker, does what it is told once, and remembers all of it.

use async_trait::async_trait;
use engine::{
    Begun, Probe, Said, Settled, StepContext, StepError, StepKind, SteppedKind, Verdict, Worker,
    WorkerHandle, WorkerSettings,
};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use store::Store;
use tokio::sync::watch;
use uuid::Uuid;

/// What a step's act does, by lane and parameters; without an entry it works and ends well at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Does {
    /// It ends with an error.
    Fail,
    /// The world is not as the plan says.
    Refuse,
    /// It does not apply.
    Skip,
    /// It works until it is told to end.
    Hang,
    /// This many connections fail before one comes about; then all is well.
    Unreachable(u32),
    /// It is started, and the connection ends before anybody hears of it.
    LoseAnswer,
    /// The machine dies under it; afterwards it turns out to be done.
    Die,
    /// The kind panics when it starts it.
    Panic,
    /// The kind panics when it looks whether there is something to do.
    PanicInProbe,
}

#[derive(Debug)]
struct Unit {
    log: Vec<u8>,
    ended: bool,
    gone: bool,
    code: u8,
}

#[derive(Debug, Default)]
pub(crate) struct Inner {
    script: HashMap<(String, String), Does>,
    units: HashMap<(Uuid, u32), Unit>,
    /// How often each act was done, by lane and parameters.
    pub(crate) acts: BTreeMap<(String, String), u32>,
    /// Acts in the order they were begun.
    pub(crate) order: Vec<(String, String)>,
    /// What a probe finds done.
    done: BTreeSet<(String, String)>,
    fences: HashMap<String, i64>,
    /// Commands that were refused because a later claim had been there.
    pub(crate) fenced_off: u32,
    pub(crate) busy: BTreeSet<String>,
    pub(crate) most_busy: usize,
}

/// The world.
pub(crate) struct World {
    inner: Mutex<Inner>,
    moved: watch::Sender<u64>,
}

impl World {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            inner: Mutex::default(),
            moved: watch::Sender::new(0),
        })
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap()
    }

    pub(crate) fn script(&self, lane: &str, params: &str, does: Does) {
        self.lock()
            .script
            .insert((lane.to_owned(), params.to_owned()), does);
    }

    /// From now on the act does this instead, and what hangs is let go.
    pub(crate) fn relent(&self, lane: &str, params: &str) {
        let key = (lane.to_owned(), params.to_owned());
        self.lock().script.remove(&key);
        for unit in self.lock().units.values_mut() {
            unit.ended = true;
        }
        self.moved.send_modify(|moved| *moved += 1);
    }

    pub(crate) fn count(&self, lane: &str, params: &str) -> u32 {
        let key = (lane.to_owned(), params.to_owned());
        self.lock().acts.get(&key).copied().unwrap_or(0)
    }

    /// The number of the last claim that was here.
    pub(crate) fn fence(&self, lane: &str) -> i64 {
        self.lock().fences[lane]
    }

    pub(crate) fn log_of(&self, step: Uuid, attempt: u32) -> Option<Vec<u8>> {
        self.lock()
            .units
            .get(&(step, attempt))
            .map(|unit| unit.log.clone())
    }

    fn does(&self, step: &StepContext) -> Option<Does> {
        let key = (step.lane.clone(), step.params.clone());
        self.lock().script.get(&key).copied()
    }

    /// Starts a unit, once per step and attempt, unless a later claim has been there.
    fn start(&self, step: &StepContext, does: Option<Does>) -> Result<(), StepError> {
        let key = (step.lane.clone(), step.params.clone());
        let mut inner = self.lock();
        let fence = inner.fences.entry(step.lane.clone()).or_insert(0);
        if step.fence < *fence {
            inner.fenced_off += 1;
            return Err(StepError::Failed("fenced off".to_owned()));
        }
        *fence = step.fence;
        if inner.units.contains_key(&(step.step, step.attempt)) {
            return Ok(());
        }
        let mut log = Vec::new();
        for line in 0..300 {
            log.extend(format!("{} on {}: line {line} 50%\r100%\n", step.params, step.lane).into_bytes());
        }
        let unit = Unit {
            log,
            ended: !matches!(does, Some(Does::Hang)),
            gone: matches!(does, Some(Does::Die)),
            code: u8::from(does == Some(Does::Fail)),
        };
        inner.units.insert((step.step, step.attempt), unit);
        *inner.acts.entry(key.clone()).or_default() += 1;
        inner.order.push(key.clone());
        if does != Some(Does::Fail) {
            inner.done.insert(key);
        }
        Ok(())
    }
}

/// A kind of step. `quiet` ones are over within their start and leave no log.
struct Toy {
    name: &'static str,
    quiet: bool,
    world: Arc<World>,
}

struct Busy(Arc<World>, String);

impl Busy {
    fn new(world: &Arc<World>, lane: &str) -> Self {
        let mut inner = world.lock();
        inner.busy.insert(lane.to_owned());
        inner.most_busy = inner.most_busy.max(inner.busy.len());
        drop(inner);
        Self(Arc::clone(world), lane.to_owned())
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.lock().busy.remove(&self.1);
    }
}

#[async_trait]
impl StepKind for Toy {
    fn name(&self) -> &'static str {
        self.name
    }
    fn version(&self) -> u32 {
        1
    }
    async fn probe(&self, step: &StepContext) -> Result<Probe, StepError> {
        match self.world.does(step) {
            Some(Does::PanicInProbe) => panic!("the toy was told to"),
            Some(Does::Refuse) => return Ok(Probe::Refuse(Said::so("the world is another"))),
            Some(Does::Skip) => return Ok(Probe::Skip(Said::so("it does not apply"))),
            _ => {}
        }
        let key = (step.lane.clone(), step.params.clone());
        if self.world.lock().done.contains(&key) {
            return Ok(Probe::Done(Said::so("it was so")));
        }
        Ok(Probe::Go)
    }
    async fn start(&self, step: &StepContext) -> Result<Begun, StepError> {
        let does = self.world.does(step);
        match does {
            Some(Does::Panic) => panic!("the toy was told to"),
            Some(Does::Unreachable(left)) if left > 0 => {
                self.world
                    .script(&step.lane, &step.params, Does::Unreachable(left - 1));
                return Err(StepError::NotConnected("no route to the toy".to_owned()));
            }
            _ => {}
        }
        self.world.start(step, does)?;
        if does == Some(Does::LoseAnswer) {
            return Err(StepError::Lost("cut".to_owned()));
        }
        if self.quiet && !matches!(does, Some(Does::Hang | Does::Die)) {
            let code = self.world.lock().units[&(step.step, step.attempt)].code;
            return Ok(Begun::Over(code.to_string()));
        }
        Ok(Begun::Running)
    }
    async fn follow(&self, step: &StepContext) -> Result<String, StepError> {
        let _busy = Busy::new(&self.world, &step.lane);
        let mut moved = self.world.moved.subscribe();
        loop {
            let (rest, ended, gone, code) = {
                let cursor = usize::try_from(step.log_cursor().await).unwrap();
                let inner = self.world.lock();
                let unit = &inner.units[&(step.step, step.attempt)];
                let log = if self.quiet { &[][..] } else { &unit.log[..] };
                (
                    log.get(cursor..).unwrap_or(&[]).to_vec(),
                    unit.ended,
                    unit.gone,
                    unit.code,
                )
            };
            step.alive();
            if gone {
                return Err(StepError::Lost("the machine is gone".to_owned()));
            }
            for piece in rest.chunks(5_000) {
                step.log(piece).await?;
            }
            if ended {
                return Ok(code.to_string());
            }
            moved
                .changed()
                .await
                .map_err(|_| StepError::Lost("the world has ended".to_owned()))?;
        }
    }
    async fn verify(&self, _: &StepContext, report: &str, gone: bool) -> Result<Verdict, StepError> {
        Ok(match (report, gone) {
            ("0", false) => Verdict::Done(Said::NOTHING),
            (_, true) => Verdict::Done(Said::so("the machine died, and it is done")),
            (code, false) => Verdict::Failed(Said::so(format!("it ended with {code}"))),
        })
    }
    async fn settle(&self, step: &StepContext) -> Result<Settled, StepError> {
        let inner = self.world.lock();
        Ok(match inner.units.get(&(step.step, step.attempt)) {
            None => Settled::NotStarted,
            Some(unit) if unit.gone => Settled::Gone("nothing".to_owned()),
            Some(unit) if unit.ended => Settled::Ended,
            Some(_) => Settled::Running,
        })
    }
}

/// The kind of run called `name` on `world`: its steps are `loud` or `quiet`.
pub(crate) fn kind_on(name: &'static str, world: &Arc<World>) -> SteppedKind {
    let toy = |name, quiet| -> Arc<dyn StepKind> {
        Arc::new(Toy {
            name,
            quiet,
            world: Arc::clone(world),
        })
    };
    SteppedKind::new(name, 1, 2, vec![toy("loud", false), toy("quiet", true)]).unwrap()
}

/// Settings under which a dead worker's runs are taken over at once: a lease is renewed however old it is, and never
/// taken by anybody while nobody else is there.
pub(crate) fn hasty() -> WorkerSettings {
    WorkerSettings {
        lease: Duration::from_millis(1),
        renew_every: Duration::from_millis(200),
        poll_every: Duration::from_millis(30),
        settle_after_contact: Duration::ZERO,
        grace: Duration::from_millis(20),
        write_again: Duration::from_millis(5),
        retry_first: Duration::from_millis(5),
        retry_most: Duration::from_millis(20),
        last_look: Duration::from_millis(500),
        proof_every: Duration::from_millis(50),
        ..WorkerSettings::default()
    }
}

/// A worker on `db` whose steps go through `steps`.
pub(crate) fn work(
    db: &Store,
    steps: Arc<dyn engine::StepStore>,
    kind: SteppedKind,
    settings: WorkerSettings,
) -> WorkerHandle {
    let registry = engine::Registry::default().with_steps(steps, vec![kind]).unwrap();
    Worker::start(Arc::new(db.clone()), registry, db.wake(), settings)
}
