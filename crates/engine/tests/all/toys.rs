//! A kind that does what the test says, and settings that do not keep the test waiting.

use crate::memory::Memory;
use async_trait::async_trait;
use engine::{Ended, Registry, RunContext, RunKind, Worker, WorkerHandle, WorkerSettings};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::sync::Notify;

/// What the toy does when it is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Does {
    /// Ends at once.
    End,
    /// Panics.
    Panic,
    /// Waits until it is let go, and does not look at its token.
    Hang,
    /// Waits until it is let go or its token fires.
    Heed,
}

/// A toy kind, and what it noticed.
#[derive(Clone)]
pub(crate) struct Toy {
    does: Does,
    pub(crate) deadline: Duration,
    pub(crate) go: Arc<Notify>,
    pub(crate) began: Arc<AtomicUsize>,
    pub(crate) dropped: Arc<AtomicUsize>,
    pub(crate) context: Arc<Mutex<Option<RunContext>>>,
    pub(crate) noticed: Arc<AtomicBool>,
}

impl Toy {
    pub(crate) fn new(does: Does) -> Self {
        Self {
            does,
            deadline: Duration::from_secs(60),
            go: Arc::default(),
            began: Arc::default(),
            dropped: Arc::default(),
            context: Arc::default(),
            noticed: Arc::default(),
        }
    }

    pub(crate) fn can_act(&self) -> bool {
        self.context.lock().unwrap().as_ref().unwrap().can_act()
    }

    pub(crate) fn began(&self) -> usize {
        self.began.load(Ordering::SeqCst)
    }
}

/// A kind of which nothing is ever asked: its slots stay free.
pub(crate) struct Idle;

#[async_trait]
impl RunKind for Idle {
    fn name(&self) -> &'static str {
        "idle"
    }
    fn version(&self) -> u32 {
        1
    }
    fn deadline(&self) -> Duration {
        Duration::from_secs(60)
    }
    fn width(&self) -> usize {
        8
    }
    async fn run(&self, _: RunContext) -> Ended {
        Ended::plain("done")
    }
}

struct Counted(Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[async_trait]
impl RunKind for Toy {
    fn name(&self) -> &'static str {
        "toy"
    }
    fn version(&self) -> u32 {
        1
    }
    fn deadline(&self) -> Duration {
        self.deadline
    }
    fn width(&self) -> usize {
        2
    }
    async fn run(&self, context: RunContext) -> Ended {
        let _counted = Counted(Arc::clone(&self.dropped));
        *self.context.lock().unwrap() = Some(context.clone());
        self.began.fetch_add(1, Ordering::SeqCst);
        match self.does {
            Does::End => {}
            Does::Panic => panic!("the toy was told to"),
            Does::Hang => self.go.notified().await,
            Does::Heed => tokio::select! {
                () = self.go.notified() => {}
                () = context.cancel.cancelled() => {
                    self.noticed.store(true, Ordering::SeqCst);
                    return Ended::plain("noticed");
                }
            },
        }
        Ended::new("done", format!("attempt {}", context.attempt))
    }
}

pub(crate) fn quick() -> WorkerSettings {
    WorkerSettings {
        lease: Duration::from_millis(400),
        renew_every: Duration::from_millis(50),
        stop_acting_after: Duration::from_millis(200),
        poll_every: Duration::from_millis(20),
        settle_after_contact: Duration::ZERO,
        grace: Duration::from_millis(50),
        ..WorkerSettings::default()
    }
}

pub(crate) fn start(memory: &Arc<Memory>, toy: &Toy, settings: WorkerSettings) -> WorkerHandle {
    let registry = Registry::new(vec![Arc::new(toy.clone())]).unwrap();
    Worker::start(Arc::<Memory>::clone(memory), registry, Arc::default(), settings)
}

/// Waits until `ready` holds, at most ten seconds.
pub(crate) async fn until(what: &str, mut ready: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(10);
    while !ready() {
        assert!(Instant::now() < deadline, "waited too long until {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
